//! The changes that are selected for the online forms.

use super::replaced_type::{self, ReplacedType};
use crate::{
    diagnostic::Diagnostic,
    matching::Matches,
    model::{Constraint, Index, TableName},
    statement::{RowTest, TableAction},
};

/// An object of a table, by its names in the after schema.
pub(super) type Named = (TableName, String);

/// The selected changes. Names are those of the after schema.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// New indexes.
    pub indexes: Vec<Named>,
    /// New indexes of partitioned tables, which adopt those of their partitions.
    pub adopted: Vec<Named>,
    /// The indexes of these partitions, which are among [`indexes`](Self::indexes).
    pub parts: Vec<Named>,
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
    /// Columns whose type changes and that are replaced by new ones.
    pub retyped: Vec<Retyped>,
    /// Enum types that new ones replace, with all their columns.
    pub types: Vec<ReplacedType>,
    /// Indexes over these columns, with names after: they are dropped with the old columns.
    pub vanishing: Vec<(TableName, Index)>,
    /// Foreign keys and checks over these columns that the migration drops, with names after: they stay as long as the old columns.
    pub outgoing: Vec<(TableName, Constraint)>,
    /// Foreign keys and checks over these columns: they are added again with the new columns.
    pub revalidated: Vec<Named>,
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

    /// Returns the columns of a table that replace others, each with the expression that fills it.
    pub fn new_values(&self, table: &TableName) -> Vec<(String, String)> {
        let own = self.retyped.iter().filter(|own| own.table == *table);
        own.map(|own| (own.new.clone(), own.value.clone())).collect()
    }

    /// Returns the matches of the after schema with the schema in which columns are named [`Retyped::new`], and types [`ReplacedType::new`].
    pub fn renamed(&self) -> Matches {
        let mut found = replaced_type::renamed(&self.types);
        for own in &self.retyped {
            found.match_column(&own.table, &own.column, &own.new);
        }
        found
    }

    /// Returns what the conversions of a table's columns would change.
    pub fn refused(&self, table: &TableName) -> Vec<Refused> {
        let own = self.retyped.iter().filter(|own| own.table == *table);
        own.flat_map(|own| own.refused.clone()).collect()
    }

    /// Returns the checks that prove that columns are NOT NULL: table, column and name.
    pub fn checks(&self) -> impl Iterator<Item = (&TableName, &String, &String)> {
        let changed = self
            .not_null
            .iter()
            .map(|(table, column, check)| (table, column, check));
        let retyped = self
            .retyped
            .iter()
            .filter_map(|own| Some((&own.table, &own.new, own.check.as_ref()?)));
        changed.chain(retyped)
    }

    /// Returns whether a column is replaced by a new one.
    pub fn is_retyped(&self, table: &TableName, column: &str) -> bool {
        let mut retyped = self.retyped.iter();
        retyped.any(|own| own.table == *table && own.column == column)
    }

    /// Returns whether a constraint of a table is over a column that is replaced by a new one.
    pub fn is_over_retyped(&self, table: &TableName, own: &Constraint) -> bool {
        let mut retyped = self.retyped.iter();
        retyped.any(|column| is_over(table, own, &(column.table.clone(), column.column.clone())))
    }

    /// Returns whether an index of a table reads a column that is replaced by a new one.
    pub fn is_index_over_retyped(&self, table: &TableName, own: &Index) -> bool {
        let mut retyped = self.retyped.iter();
        retyped.any(|column| column.table == *table && own.columns.contains(&column.column))
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
            retyped,
            // They wait for others of the changes.
            adopted: _,
            parts: _,
            replaced: _,
            vanishing: _,
            outgoing: _,
            revalidated: _,
            types: _,
            notes: _,
        } = self;
        indexes.is_empty()
            && dropped.is_empty()
            && keys.is_empty()
            && validated.is_empty()
            && late.is_empty()
            && not_null.is_empty()
            && filled.is_empty()
            && retyped.is_empty()
    }
}

/// A column whose type changes. Names are those of the after schema.
#[derive(Clone, Debug)]
pub(super) struct Retyped {
    pub table: TableName,
    pub column: String,
    /// The name of the new column, until it gets that of the old one.
    pub new: String,
    /// The expression over the table's columns that fills the new column.
    pub value: String,
    /// The expression over the new column that fills the old one, if down.sql adds it again.
    pub back: String,
    /// The default of the old column until then.
    pub default: Option<String>,
    /// Whether its new type is not built in.
    pub has_own_type: bool,
    /// Whether the conversion depends on settings of the session.
    pub depends_on_settings: bool,
    /// What the conversion would change: a program that writes it gets an error.
    pub refused: Vec<Refused>,
    /// The check that proves that the new column is NOT NULL, if it is.
    pub check: Option<String>,
}

/// A test of a row, the error that it raises and its hint.
pub(super) type Refused = (RowTest, String, String);

/// Returns whether one statement creates the whole index.
pub(super) fn is_alone(index: &Index) -> bool {
    index.valid && !index.clustered && !index.inherited && index.comment.is_none()
}

/// Returns whether a constraint of a table is over a column: its own, or one that it references.
pub(super) fn is_over(table: &TableName, constraint: &Constraint, (of, column): &Named) -> bool {
    let is_own = table == of && constraint.columns().contains(&column.as_str());
    let references = constraint
        .foreign_key()
        .is_some_and(|key| key.references == *of && key.referenced_columns.contains(column));
    is_own || references
}
