//! x
pub mod cli;
pub mod cluster;
