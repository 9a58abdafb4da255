pub mod accounts;
pub mod logbook;
pub mod roster;
pub mod schema;
