pub mod enums;
pub mod models;
pub mod schema;

pub use diesel;
