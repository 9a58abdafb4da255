pub mod json;
pub mod routes;
