pub mod labels;
pub mod models;
pub mod planning;
pub mod repo;
pub mod schema;
pub mod tracking;
