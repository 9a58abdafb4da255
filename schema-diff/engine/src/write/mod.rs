//! Writes a migration's directory, whole or not at all, under a version that runs after every other; or the last one anew.
//!
//! What the SQL says is none of this module's business.

mod error;
mod files;
mod slug;
mod swap;
mod timestamp;

pub use error::WriteError;
pub use files::{NewMigration, Written, rewrite, write, write_next};
pub use slug::slug;
