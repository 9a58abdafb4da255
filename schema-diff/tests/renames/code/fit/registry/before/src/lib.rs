pub mod accounts;
pub mod models;
pub mod owners;
pub mod packages;
pub mod releases;
pub mod schema;
pub mod stats;
pub mod views;
