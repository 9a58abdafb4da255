//! The server over real HTTP, on a real Postgres.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(missing_docs, reason = "nobody imports a test")]

mod browser;
mod client;
mod faults;
mod models;
mod page;
mod postgres;
mod requests;
mod server;
mod start_and_stop;
mod together;
mod webdriver;
