pub mod honey;
pub mod inspect;
pub mod models;
pub mod schema;
pub mod yard;
