#[macro_use]
mod macros;

pub mod entities;
pub mod query;
pub mod schema;
pub mod slips;
