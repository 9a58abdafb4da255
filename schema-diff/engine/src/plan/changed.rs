//! The changes, indexed by their objects, so that each lookup takes the same time for any number of changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    compare::{Change, ColumnDelta},
    model::{Column, ColumnRef, Pair, TableName},
};

/// Objects of tables, by the table's name in the before schema and the object's name.
type Of = BTreeMap<TableName, BTreeSet<String>>;

/// The changed objects, by names in the before schema.
#[derive(Default)]
pub(super) struct Changed<'a> {
    /// Tables, views and columns that are dropped.
    dropped: BTreeSet<ColumnRef>,
    columns: BTreeMap<ColumnRef, ColumnDelta>,
    constraints: Of,
    indexes: Of,
    policies: Of,
    renamed_constraints: BTreeMap<&'a TableName, BTreeMap<&'a str, &'a str>>,
    renamed_indexes: BTreeMap<&'a TableName, BTreeMap<&'a str, &'a str>>,
    /// Views whose query changes.
    pub(super) replaced_views: BTreeSet<TableName>,
    /// Views that are dropped.
    pub(super) dropped_views: BTreeSet<TableName>,
}

impl<'a> Changed<'a> {
    pub(super) fn new(changes: &'a [Change]) -> Self {
        let mut changed = Self::default();
        let insert = |into: &mut Of, table: &TableName, name: &str| {
            into.entry(table.clone()).or_default().insert(name.to_owned());
        };
        for change in changes {
            match change {
                Change::DropTable(name) => {
                    changed.dropped.insert(ColumnRef::relation(name));
                }
                Change::DropView(name) => {
                    changed.dropped.insert(ColumnRef::relation(name));
                    changed.dropped_views.insert(name.clone());
                }
                Change::ReplaceView(name) => {
                    changed.replaced_views.insert(name.clone());
                }
                Change::DropColumn { table, column } => {
                    changed.dropped.insert(ColumnRef::column(&table.before, column));
                }
                Change::AlterColumn { table, column, delta } => {
                    changed
                        .columns
                        .insert(ColumnRef::column(&table.before, &column.before), *delta);
                }
                Change::DropConstraint { table, name } => insert(&mut changed.constraints, &table.before, name),
                Change::DropIndex { table, name } => insert(&mut changed.indexes, &table.before, name),
                Change::DropPolicy { table, name } => insert(&mut changed.policies, &table.before, name),
                Change::RenameConstraint { table, name } => {
                    let names = changed.renamed_constraints.entry(&table.before).or_default();
                    names.insert(&name.before, &name.after);
                }
                Change::RenameIndex { table, name } => {
                    let names = changed.renamed_indexes.entry(&table.before).or_default();
                    names.insert(&name.before, &name.after);
                }
                _ => {}
            }
        }
        changed
    }

    /// Returns whether an object is dropped, alone or with its table.
    pub(super) fn drops(&self, read: &ColumnRef) -> bool {
        self.dropped.contains(read)
            || (read.column.is_some() && self.dropped.contains(&ColumnRef::relation(&read.relation)))
    }

    /// Returns the differences of a column.
    pub(super) fn column(&self, column: &ColumnRef) -> ColumnDelta {
        self.columns.get(column).copied().unwrap_or_default()
    }

    pub(super) fn drops_constraint(&self, table: &TableName, name: &str) -> bool {
        self.constraints.get(table).is_some_and(|names| names.contains(name))
    }

    pub(super) fn drops_index(&self, table: &TableName, name: &str) -> bool {
        self.indexes.get(table).is_some_and(|names| names.contains(name))
    }

    pub(super) fn drops_policy(&self, table: &TableName, name: &str) -> bool {
        self.policies.get(table).is_some_and(|names| names.contains(name))
    }

    /// Returns a constraint's name in the after schema.
    pub(super) fn constraint_name(&self, table: &TableName, name: &str) -> String {
        let names = self.renamed_constraints.get(table);
        names
            .and_then(|names| names.get(name).copied())
            .unwrap_or(name)
            .to_owned()
    }

    /// Returns an index's name in the after schema.
    pub(super) fn index_name(&self, table: &TableName, name: &str) -> String {
        let names = self.renamed_indexes.get(table);
        names
            .and_then(|names| names.get(name).copied())
            .unwrap_or(name)
            .to_owned()
    }
}

/// Returns whether a plain column becomes a generated one, which Postgres does not do in place.
pub(super) fn becomes_generated(columns: Pair<&Column>) -> bool {
    columns.before.generated.is_none() && columns.after.generated.is_some()
}
