//! The engine: reads `schema.rs`, compares it with a database, writes migrations, runs them.
pub mod cli;
pub mod config;
pub mod connection;
pub mod history;
pub mod runner;
pub mod write;
