pub mod entity;
pub mod gedcom;
pub mod graph;
pub mod privacy;
pub mod schema;
pub mod store;
