//! Writes a migration's directory, completely or not at all, under a version that runs after all others; or rewrites
//! the last migration.
//!
//! This module does not interpret the SQL.

mod error;
mod files;
mod parts;
mod replaced;
mod slug;
mod swap;
mod timestamp;

pub use error::WriteError;
pub use files::{NewMigration, Written, rewrite, write, write_next};
pub use slug::slug;
