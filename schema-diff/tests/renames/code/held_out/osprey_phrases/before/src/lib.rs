pub mod import;
pub mod schema;
pub mod tables;
pub mod work;
