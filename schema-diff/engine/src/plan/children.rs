//! What partitions and child tables have of their own of a column that comes from their parent.

use super::{Phase, Planner};
use crate::{
    create::comment_and_grants,
    model::{Column, Table, TableName},
    statement::{ColumnAction, Ddl, TableAction},
};

impl Planner<'_> {
    /// Restores what the child tables and partitions of a table have of their own of a column that is added to it: their defaults,
    /// comments, grants and settings. Postgres passes on the column as the parent has it.
    pub(super) fn own_facts_of_children(&mut self, parent: &TableName, column: &Column) {
        self.own_defaults_of_children(parent, column);
        for child in children(self.after().tables.values().collect(), parent) {
            let Some(own) = child.column(&column.name).filter(|own| own.inherited) else {
                continue;
            };
            self.push_all(Phase::Comment, comment_and_grants(&child.name, own));
        }
    }

    /// Restores the defaults that child tables and partitions have of their own of a column: Postgres gives them its parent's.
    pub(super) fn own_defaults_of_children(&mut self, parent: &TableName, column: &Column) {
        for child in children(self.after().tables.values().collect(), parent) {
            let own = child.column(&column.name).filter(|own| own.inherited);
            let Some(own) = own.filter(|own| own.default != column.default && own.generated.is_none()) else {
                continue;
            };
            let action = own.default.clone();
            let action = action.map_or(ColumnAction::DropDefault, ColumnAction::SetDefault);
            // Not of those below it, which have come before or have their own.
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

/// The partitions and child tables of a table, and theirs, each after its parent.
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
