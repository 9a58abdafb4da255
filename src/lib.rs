//! The data layer of the demonstration application: its tables, its rows, and the migrations that lead to them.
//!
//! No queries and no connections: those belong to whoever runs them (`server/`).

pub mod models;
#[expect(missing_docs, reason = "tables and columns are named for what they hold")]
pub mod schema;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// Everything in `migrations/`, as it was when this was compiled.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
