//! The data layer, shared by the API and the worker.

pub mod applications;
pub mod jobs;
pub mod models;
pub mod schema;

pub use diesel::pg::PgConnection;
pub use diesel::result::{Error, QueryResult};
