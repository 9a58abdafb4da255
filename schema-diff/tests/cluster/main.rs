//! Servers started for real: they begin, are shared, and are gone when they should be.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

#[path = "../support/binaries.rs"]
mod chosen;

mod binaries;
mod db;
mod development;
mod install;
mod private;
mod process;
mod scratch;
