#[macro_use]
mod macros;

pub mod alarm;
pub mod device;
pub mod ingest;
pub mod location;
pub mod query;
pub mod rule;
pub mod schema;
