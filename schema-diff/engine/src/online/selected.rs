//! The changes that are selected for the online forms.

use crate::{
    diagnostic::Diagnostic,
    model::{Constraint, Index, TableName},
    statement::TableAction,
};

/// An object of a table, by its names in the after schema.
pub(super) type Named = (TableName, String);

/// The selected changes. Names are those of the after schema.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// New indexes.
    pub indexes: Vec<Named>,
    /// Indexes that are dropped when everything else is done, with their columns' names in the after schema.
    pub dropped: Vec<(TableName, Index)>,
    /// New primary keys and unique constraints.
    pub keys: Vec<Named>,
    /// Keys that are dropped when the new keys and indexes of their table are built, with their columns' names in the after schema.
    pub replaced: Vec<(TableName, Constraint)>,
    /// New foreign keys and checks.
    pub validated: Vec<Named>,
    /// New foreign keys that reference one of the keys, or whose table gets an index.
    pub late: Vec<Named>,
    /// Columns that become NOT NULL, with the names of the checks that prove it.
    pub not_null: Vec<(TableName, String, String)>,
    /// Columns that are filled in batches, in the order in which the simple form fills them.
    pub filled: Vec<(Named, Filled)>,
    /// What has no online form, although the table is large, and why.
    pub notes: Vec<Diagnostic>,
}

/// How a column is filled.
#[derive(Debug)]
pub(super) struct Filled {
    /// The columns of the table's primary key.
    pub key: Vec<String>,
    /// What disables the table's triggers and rules.
    pub disable: Vec<TableAction>,
    /// What enables them.
    pub enable: Vec<TableAction>,
}

impl Selected {
    /// Returns whether a column is filled in batches.
    pub fn is_filled(&self, table: &TableName, column: &str) -> bool {
        self.filled.iter().any(|((of, own), _)| of == table && own == column)
    }

    pub fn is_empty(&self) -> bool {
        let Self {
            indexes,
            dropped,
            keys,
            validated,
            late,
            not_null,
            filled,
            // They wait for others of the changes.
            replaced: _,
            notes: _,
        } = self;
        indexes.is_empty()
            && dropped.is_empty()
            && keys.is_empty()
            && validated.is_empty()
            && late.is_empty()
            && not_null.is_empty()
            && filled.is_empty()
    }
}
