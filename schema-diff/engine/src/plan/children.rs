//! The properties that partitions and child tables have for a column that they inherit.

use super::{Phase, Planner};
use crate::{
    create::comment_and_grants,
    model::{Column, Table, TableName},
    statement::{ColumnAction, Ddl, TableAction},
};

impl Planner<'_> {
    /// Restores the defaults, comments, grants and settings that the child tables and partitions of a table have for a
    /// column that is added to it. Postgres adds the column as the parent has it.
    pub(super) fn restore_child_columns(&mut self, parent: &TableName, column: &Column) {
        self.restore_child_defaults(parent, column);
        for child in children(self.after().tables.values().collect(), parent) {
            let Some(own) = child.column(&column.name).filter(|own| own.inherited) else {
                continue;
            };
            self.push_all(Phase::Comment, comment_and_grants(&child.name, own));
        }
    }

    /// Restores the defaults of a column in child tables and partitions that differ from the parent's, which Postgres
    /// sets there.
    pub(super) fn restore_child_defaults(&mut self, parent: &TableName, column: &Column) {
        for child in children(self.after().tables.values().collect(), parent) {
            let own = child.column(&column.name).filter(|own| own.inherited);
            let Some(own) = own.filter(|own| own.default != column.default && own.generated.is_none()) else {
                continue;
            };
            let action = own.default.clone();
            let action = action.map_or(ColumnAction::DropDefault, ColumnAction::SetDefault);
            // Only here: the tables below have statements of their own if their defaults differ.
            let ddl = Ddl::AlterTable {
                table: child.name.clone(),
                only: true,
                actions: vec![TableAction::AlterColumn {
                    column: own.name.clone(),
                    action,
                }],
            };
            self.push(Phase::Filled, ddl);
        }
    }
}

/// Returns the partitions and child tables of a table, recursively, each after its parent.
pub(super) fn children<'a>(tables: Vec<&'a Table>, parent: &TableName) -> Vec<&'a Table> {
    let mut found: Vec<&Table> = Vec::new();
    let is_below = |table: &Table, above: &TableName| table.parents().any(|parent| parent == above);
    loop {
        let more: Vec<&Table> = tables
            .iter()
            .copied()
            .filter(|table| is_below(table, parent) || found.iter().any(|above| is_below(table, &above.name)))
            .filter(|table| !found.iter().any(|known| known.name == table.name))
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}
