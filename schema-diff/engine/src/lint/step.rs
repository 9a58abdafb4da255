//! What is judged: the statements of a migration, and what exists after it.

use super::event::Event;
use crate::{model::QualifiedName, statement::Observation};

/// What a statement of a migration did.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Its first word, in upper case.
    pub verb: String,
    /// Whether it says `CASCADE`.
    pub cascades: bool,
    /// Locks and work.
    pub observation: Observation,
    /// Changes of the catalogs.
    pub events: Vec<Event>,
    /// Whether it gives up waiting for a lock after some time.
    pub has_lock_timeout: bool,
    /// Whether nothing of the file was observed but what it changed in the catalogs.
    pub is_unobserved: bool,
}

/// What exists after the migration. Tables have the names that they had before it.
pub(super) trait After {
    /// Returns whether a relation has this name, and the columns of the one that had it before.
    fn has_relation(&self, name: &QualifiedName) -> bool;
    /// Returns whether a table has a column of this name.
    fn has_column(&self, table: &QualifiedName, column: &str) -> bool;
    /// Returns whether a column is NOT NULL.
    fn is_not_null(&self, table: &QualifiedName, column: &str) -> bool;
    /// Returns whether an `INSERT` has to give a column a value.
    fn is_required(&self, table: &QualifiedName, column: &str) -> bool;
    /// Returns whether a unique index has this table and these columns.
    fn is_unique(&self, key: &str) -> bool;
    /// Returns whether a type has this name.
    fn has_type(&self, name: &str) -> bool;
}
