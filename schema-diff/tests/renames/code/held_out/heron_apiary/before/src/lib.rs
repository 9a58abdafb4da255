pub mod http;
pub mod models;
pub mod repo;
pub mod schema;
pub mod season;
