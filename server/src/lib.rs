//! The country server: HTTP in front of the demonstration's tables. It is a library so that the bench can use the same data
//! layer with another framework.

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
pub mod openapi;
pub mod pool;
mod refusals;
mod routes;
pub mod startup;
mod startup_error;
mod validate;
