//! What partitions and child tables have of their own of a column that comes from their parent.

use super::{Phase, Planner, columns::comment_and_grants};
use crate::{
    model::{Column, ColumnRef, ConstraintKind, Index, Table, TableKind, TableName},
    render::{default_name, ident},
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
            let name = ident(&own.name);
            let action = match &own.default {
                Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {default}"),
                None => format!("ALTER COLUMN {name} DROP DEFAULT"),
            };
            // Not of those below it, which have come before or have their own.
            self.push(Phase::Filled, format!("ALTER TABLE ONLY {} {action}", child.name));
        }
    }

    /// Gives the indexes of partitions their names again: with a column's type Postgres creates those that belong to an index of the
    /// whole again, under default names.
    pub(super) fn names_of_partition_indexes(&mut self, whole: &Table) {
        if !matches!(whole.kind, TableKind::Partitioned { .. }) {
            return;
        }
        let is_retyped = |column: &String| self.is_retyped(&ColumnRef::column(&whole.name, column));
        let mut renames = Vec::new();
        for partition in children(self.before().tables.values().collect(), &whole.name) {
            let default_of = |name: &String, index: Option<&Index>| match partition.constraints.get(name) {
                None => index.map(|index| default_name::index(&partition.name.name, index)),
                Some(constraint) => match &constraint.kind {
                    ConstraintKind::PrimaryKey { .. } => Some(default_name::primary_key(&partition.name.name)),
                    ConstraintKind::Unique { columns, .. } => Some(default_name::unique(
                        &partition.name.name,
                        columns.iter().map(String::as_str),
                    )),
                    _ => None,
                },
            };
            let indexes = partition.indexes.iter().filter(|(_, index)| index.inherited);
            let indexes = indexes.map(|(name, index)| (name, index.columns.clone(), Some(index)));
            let keys = partition.constraints.iter().filter(|(_, found)| found.inherited);
            let keys =
                keys.map(|(name, found)| (name, found.columns().into_iter().map(ToOwned::to_owned).collect(), None));
            for (name, columns, index) in indexes.chain(keys) {
                if columns.iter().any(is_retyped)
                    && let Some(default) = default_of(name, index).filter(|default| default != name)
                {
                    let default = partition.name.sibling(&default);
                    renames.push(format!("ALTER INDEX {default} RENAME TO {}", ident(name)));
                }
            }
        }
        self.push_all(Phase::Alter, renames);
    }

    /// The same for a partitioned table that is created with its partitions: an index on the whole creates theirs.
    pub(super) fn names_of_new_partition_indexes(&mut self, whole: &Table) {
        if whole.partition_of.is_some() || !matches!(whole.kind, TableKind::Partitioned { .. }) {
            return;
        }
        let mut renames = Vec::new();
        for partition in children(self.after().tables.values().collect(), &whole.name) {
            for (name, index) in partition.indexes.iter().filter(|(_, index)| index.inherited) {
                let default = default_name::index(&partition.name.name, index);
                if default != *name && !partition.indexes.contains_key(&default) {
                    let default = partition.name.sibling(&default);
                    renames.push(format!("ALTER INDEX {default} RENAME TO {}", ident(name)));
                }
            }
        }
        self.push_all(Phase::Key, renames);
    }
}

/// The partitions and child tables of a table, and theirs, each after its parent.
fn children<'a>(tables: Vec<&'a Table>, parent: &TableName) -> Vec<&'a Table> {
    let mut found: Vec<&Table> = Vec::new();
    let is_below = |table: &Table, above: &TableName| {
        let whole = table.partition_of.as_ref().map(|partition| &partition.parent);
        whole == Some(above) || table.inherits.contains(above)
    };
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
