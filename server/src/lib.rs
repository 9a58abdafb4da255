//! The country server: HTTP in front of the demonstration's tables. A library, so that the bench can put the same data
//! layer behind another framework; `main` has what is the program's alone.

mod body;
mod catchers;
pub mod config;
pub mod connection;
mod countries;
pub mod database;
mod database_url;
mod error;
pub mod healthcheck;
mod html;
mod json;
mod logging;
pub mod lookup;
mod migrate;
pub mod pool;
mod routes;
pub mod startup;
mod validate;
