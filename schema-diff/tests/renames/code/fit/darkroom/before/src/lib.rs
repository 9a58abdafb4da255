pub mod albums;
pub mod ingest;
pub mod people;
pub mod photo;
pub mod schema;
pub mod users;
pub mod web;
