//! The server over real HTTP, on a real Postgres.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(missing_docs, reason = "nobody imports a test")]

mod bad_requests;
mod browser;
mod chance;
mod client;
mod faults;
mod lookups;
mod models;
mod openapi;
mod outage;
mod page;
mod postgres;
mod requests;
mod server;
mod start_and_stop;
mod together;
mod webdriver;

/// Whether there is time for the long form of the tests of faults.
fn is_long() -> bool {
    std::env::var("SCHEMA_DIFF_LONG_FAULTS").is_ok_and(|value| value == "1")
}
