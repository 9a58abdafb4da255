pub mod model;
pub mod repo;
pub mod schema;
pub mod web;
