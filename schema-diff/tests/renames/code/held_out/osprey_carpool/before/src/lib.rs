pub mod book;
pub mod find;
pub mod schema;
pub mod types;
