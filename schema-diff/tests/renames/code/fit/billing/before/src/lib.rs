pub mod domain;
pub mod dunning;
pub mod schema;
pub mod store;
