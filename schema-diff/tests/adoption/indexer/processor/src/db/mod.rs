#[path = "postgres/schema.rs"]
pub mod schema;
