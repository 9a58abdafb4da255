pub mod domain;
pub mod enums;
pub mod error;
pub mod repo;
pub mod schema;
pub mod service;

pub use error::LedgerError;
