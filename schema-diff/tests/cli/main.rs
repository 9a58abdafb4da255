//! The program as a person meets it: whole sessions of the binary, on a terminal and without one.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../support/git.rs"]
mod git;
#[path = "../support/postgres.rs"]
mod postgres_server;

mod adoption;
mod bad_input;
mod ci;
mod decisions;
mod deploy;
mod help;
mod interrupts;
mod json;
mod project;
mod review;
mod sessions;
mod takeover;
mod terminal;
