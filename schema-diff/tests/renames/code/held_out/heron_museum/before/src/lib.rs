pub mod builder;
pub mod conservation;
pub mod lending_desk;
pub mod models;
pub mod queries;
pub mod schema;
