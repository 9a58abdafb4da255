//! Selects the changes of a migration that take long on large tables and have an online form.

use std::collections::BTreeSet;

use super::{
    Input,
    columns::Columns,
    partitioned::{self, Adopted},
    retyped,
    selected::{Named, Selected, is_alone},
};
use crate::{
    compare::Change,
    model::{Constraint, ConstraintKind, Index, Pair, ReplicaIdentity, Table, TableName},
    statement::{Ddl, RowChange},
};

/// Selects from the changes of a migration.
pub(super) fn select(input: &Input<'_>, adopted: &Adopted) -> Selected {
    let select = Select {
        input,
        parents: input.schemas().after.tables.values().flat_map(Table::parents).collect(),
        retyped: BTreeSet::new(),
    };
    let mut found = Selected {
        indexes: adopted.parts.clone(),
        adopted: adopted.wholes.clone(),
        parts: adopted.parts.clone(),
        notes: adopted.notes.clone(),
        ..Selected::default()
    };
    retyped::select(input, &mut found);
    let retyped = retyped::tables(&found.retyped).into_iter().cloned().collect();
    let select = Select { retyped, ..select };
    // What others depend on comes first.
    for change in input.changes() {
        select.add_key(change, &mut found);
        select.add_index(change, &mut found);
    }
    select.add_replaced(&mut found);
    retyped::add_dependents(input, &mut found);
    retyped::add_outgoing(input, &mut found);
    for change in input.changes() {
        select.add(change, &mut found);
    }
    select.add_notes(&mut found);
    // An expression may read a column that another one fills.
    let fills = input.simple.statements.iter().filter_map(|own| match &own.ddl {
        Ddl::Rows(RowChange::Fill { table, column, .. }) => Some((table, column)),
        _ => None,
    });
    let order: Vec<(&TableName, &String)> = fills.collect();
    found
        .filled
        .sort_by_key(|((table, column), _)| order.iter().position(|own| *own == (table, column)));
    found
}

pub(super) struct Select<'a> {
    pub input: &'a Input<'a>,
    /// The tables that have child tables.
    parents: BTreeSet<&'a TableName>,
    /// The tables (named as after) with columns that are replaced by new ones.
    retyped: BTreeSet<TableName>,
}

impl<'a> Select<'a> {
    /// Returns a table that exists on both sides, if it is large and an ordinary one without relatives.
    pub(super) fn table(&self, names: &Pair<TableName>) -> Option<Pair<&'a Table>> {
        let Pair { before, after } = self.input.schemas();
        let tables = Pair::new(before.tables.get(&names.before)?, after.tables.get(&names.after)?);
        let is_plain = self.is_plain(tables.before) && self.is_plain(tables.after);
        let is_selected = (self.input.is_large)(&names.before) || self.retyped.contains(&names.after);
        (is_plain && is_selected).then_some(tables)
    }

    /// Returns a partitioned table that exists on both sides, if it is large and no partition itself: checks and NOT NULL of its partitions
    /// follow those of the table.
    fn whole(&self, names: &Pair<TableName>) -> Option<Pair<&'a Table>> {
        let is_partition = |own: &Table| own.parents().next().is_some();
        let tables = partitioned::large(self.input, names)?;
        (!is_partition(tables.before) && !is_partition(tables.after)).then_some(tables)
    }

    /// Returns whether the migration fills a column.
    fn is_filled(&self, table: &TableName, column: &str) -> bool {
        self.input.backfills().contains_key(&(table.clone(), column.to_owned()))
    }

    const fn columns(&self) -> Columns<'a> {
        Columns { input: self.input }
    }

    pub(super) fn is_plain(&self, table: &Table) -> bool {
        table.has_no_origin() && !self.parents.contains(&table.name)
    }

    fn add_key(&self, change: &Change, found: &mut Selected) {
        if let Change::AddConstraint { table, name } = change
            && let Some(tables) = self.table(table)
            && let Some(own) = tables.after.constraints.get(name)
            && matches!(
                own.kind,
                ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }
            )
            && !own.inherited
            && own.comment.is_none()
            && !self.is_identity(tables.after, name)
            && self.is_available(table, name)
            && (!is_primary(own) || self.has_no_primary_key(tables.before, table))
            && !self.is_referenced(&table.after, &key_columns(own))
        {
            found.keys.push((table.after.clone(), name.clone()));
        }
    }

    /// Selects the dropped keys that stay until the new keys and indexes of their table are built. If one that others may replace cannot stay,
    /// nothing of its table is built later: in between, no key would refuse duplicates.
    fn add_replaced(&self, found: &mut Selected) {
        let mut gaps: BTreeSet<TableName> = BTreeSet::new();
        for (table, key) in self.dropped_keys() {
            let is_replaced = |(of, _): &Named| *of == table.after;
            if !found.keys.iter().chain(&found.indexes).any(is_replaced) {
                continue;
            }
            if self.can_stay(table, key, found) {
                let mapped = self.input.matches().map_constraint(&table.before, key);
                found.replaced.push((table.after.clone(), mapped));
            } else if self.keeps_column(table, &key_columns(key)) {
                gaps.insert(table.after.clone());
            }
        }
        for change in self.input.changes() {
            if let Change::DropIndex { table, name } = change
                && let Some(tables) = self.table(table)
                && let Some(own) = tables.before.indexes.get(name).filter(|own| own.unique)
                && self.index_that_can_stay(table, name, found).is_none()
                && self.keeps_column(table, &own.columns.iter().map(String::as_str).collect::<Vec<_>>())
            {
                gaps.insert(table.after.clone());
            }
        }
        found.keys.retain(|(table, _)| !gaps.contains(table));
        found.replaced.retain(|(table, _)| !gaps.contains(table));
        let is_unique = |table: &TableName, name: &String| {
            let own = self.input.schemas().after.tables.get(table);
            own.and_then(|own| own.indexes.get(name)).is_some_and(|own| own.unique)
        };
        found
            .indexes
            .retain(|(table, name)| !gaps.contains(table) || !is_unique(table, name));
    }

    /// Returns the primary and unique keys of large tables that are dropped.
    fn dropped_keys(&self) -> impl Iterator<Item = (&'a Pair<TableName>, &'a Constraint)> {
        self.input.changes().iter().filter_map(|change| match change {
            Change::DropConstraint { table, name } => {
                let own = self.table(table)?.before.constraints.get(name)?;
                (!key_columns(own).is_empty()).then_some((table, own))
            }
            _ => None,
        })
    }

    /// Returns whether a dropped key can stay until the end.
    fn can_stay(&self, table: &Pair<TableName>, key: &Constraint, found: &Selected) -> bool {
        let Some(tables) = self.table(table) else { return false };
        let is_selected = |name: &str| found.keys.contains(&(table.after.clone(), name.to_owned()));
        let is_free =
            !self.input.schemas().after.has_relation(&table.after.schema, &key.name) || is_selected(&key.name);
        let has_other = tables.after.primary_key().is_some_and(|own| !is_selected(&own.name));
        is_free
            && !(is_primary(key) && has_other)
            && !key.inherited
            && key.comment.is_none()
            && !self.is_identity(tables.before, &key.name)
            && key.columns().iter().all(|column| self.stays(tables, column, found))
            && !self.was_referenced(&table.before, &key_columns(key))
    }

    /// Returns whether a column of a dropped key still exists: another key may replace it.
    fn keeps_column(&self, table: &Pair<TableName>, columns: &[&str]) -> bool {
        let after = self.input.schemas().after.tables.get(&table.after);
        let has = |column: &&str| {
            let name = self.input.matches().column(&table.before, column);
            after.is_some_and(|own| own.column(&name).is_some())
        };
        columns.iter().any(has)
    }

    /// Returns whether a new key's name is not in use before, except by a key that it replaces.
    pub(super) fn is_available(&self, table: &Pair<TableName>, name: &str) -> bool {
        let mut dropped = self.dropped_keys();
        !self.is_taken(&table.after, name) || dropped.any(|(of, own)| of.after == table.after && own.name == name)
    }

    /// Returns whether a table had no primary key, or that is dropped.
    fn has_no_primary_key(&self, before: &Table, table: &Pair<TableName>) -> bool {
        let mut dropped = self.dropped_keys();
        before.primary_key().is_none() || dropped.any(|(of, own)| of.after == table.after && is_primary(own))
    }

    fn add_index(&self, change: &Change, found: &mut Selected) {
        if let Change::CreateIndex { table, name } = change
            && let Some(tables) = self.table(table)
            && let Some(own) = tables.after.indexes.get(name)
            && is_alone(own)
            && !self.is_identity(tables.after, name)
            && !self.is_referenced(&table.after, &unique_columns(own))
        {
            found.indexes.push((table.after.clone(), name.clone()));
        }
    }

    fn add(&self, change: &Change, found: &mut Selected) {
        match change {
            Change::AddConstraint { table, name } => self.add_constraint(table, name, found),
            Change::CreateTable(name) => {
                let Some(table) = self.input.schemas().after.tables.get(name) else {
                    return;
                };
                let late = table.foreign_keys().filter(|own| self.is_late(own, found));
                let late: Vec<Named> = late.map(|own| (name.clone(), own.name.clone())).collect();
                found.late.extend(late);
            }
            Change::DropIndex { table, name } => {
                if let Some(own) = self.index_that_can_stay(table, name, found) {
                    let mapped = self.input.matches().map_index(&table.before, own);
                    let list = match found.is_index_over_retyped(&table.after, &mapped) {
                        true => &mut found.vanishing,
                        false => &mut found.dropped,
                    };
                    list.push((table.after.clone(), mapped));
                }
            }
            Change::AlterColumn { table, column, delta } => {
                let is_filled = self.is_filled(&table.after, &column.after);
                let is_replaced = found.is_retyped(&table.after, &column.after);
                let whole = || self.whole(table).filter(|_| !is_filled);
                if let Some(tables) = self.table(table).or_else(whole).filter(|_| !is_replaced) {
                    self.columns().add_altered(tables, &column.after, *delta, found);
                }
            }
            Change::AddColumn { table, column } => {
                if let Some(tables) = self.table(table) {
                    self.columns().add_new(tables, column, found);
                }
            }
            _ => {}
        }
    }

    /// Returns a dropped index (by its name before) that can stay until the end.
    fn index_that_can_stay(&self, table: &Pair<TableName>, name: &str, found: &Selected) -> Option<&'a Index> {
        let tables = self.table(table)?;
        let own = tables.before.indexes.get(name)?;
        let can_stay = is_alone(own)
            && !self.is_identity(tables.before, name)
            && own.columns.iter().all(|column| self.stays(tables, column, found))
            && !self.was_referenced(&table.before, &unique_columns(own))
            && self.is_free(&table.after, name, found);
        can_stay.then_some(own)
    }

    fn add_constraint(&self, table: &Pair<TableName>, name: &str, found: &mut Selected) {
        let after = self.input.schemas().after.tables.get(&table.after);
        let Some(own) = after.and_then(|table| table.constraints.get(name)) else {
            return;
        };
        let named = || (table.after.clone(), name.to_owned());
        if own.inherited || !own.validated || own.comment.is_some() {
            return;
        }
        let waits_for_index = own.foreign_key().is_some()
            && self.table(table).is_some()
            && found.indexes.iter().any(|(of, _)| *of == table.after);
        let waits_for_column = !own.is_indexed() && found.is_over_retyped(&table.after, own);
        if self.is_late(own, found) || waits_for_index || waits_for_column {
            found.late.push(named());
        } else if own.foreign_key().is_some() && self.table(table).is_some()
            || matches!(own.kind, ConstraintKind::Check { .. })
                && self.table(table).or_else(|| self.whole(table)).is_some()
        {
            found.validated.push(named());
        }
    }

    /// Returns whether a foreign key references a selected key or unique index.
    fn is_late(&self, own: &Constraint, found: &Selected) -> bool {
        let after = self.input.schemas().after;
        let mut keys = found.keys.iter();
        let by_key = keys.any(|(table, name)| {
            let key = after.tables.get(table).and_then(|table| table.constraints.get(name));
            key.is_some_and(|key| references(own, table, &key_columns(key)))
        });
        let mut indexes = found.indexes.iter();
        by_key
            || indexes.any(|(table, name)| {
                let index = after.tables.get(table).and_then(|table| table.indexes.get(name));
                index.is_some_and(|index| references(own, table, &unique_columns(index)))
            })
    }

    /// Returns whether an existing foreign key needs a new key or unique index, because the one that it references is dropped.
    pub(super) fn is_referenced(&self, table: &TableName, columns: &[&str]) -> bool {
        let is_new = |of: &TableName, name: &str| {
            let mut changes = self.input.changes().iter();
            changes.any(|change| match change {
                Change::AddConstraint { table, name: new } => table.after == *of && new == name,
                Change::CreateTable(new) => new == of,
                _ => false,
            })
        };
        let mut tables = self.input.schemas().after.tables.values();
        tables.any(|of| {
            let mut own = of.foreign_keys().filter(|own| references(own, table, columns));
            own.any(|own| !is_new(&of.name, &own.name))
        })
    }

    /// Returns whether a foreign key before may reference a unique index.
    fn was_referenced(&self, table: &TableName, columns: &[&str]) -> bool {
        let mut tables = self.input.schemas().before.tables.values();
        tables.any(|of| of.foreign_keys().any(|own| references(own, table, columns)))
    }

    /// Returns whether a dropped index can keep its name until the end: nothing else has it, or an index that is built under another name.
    fn is_free(&self, table: &TableName, name: &str, found: &Selected) -> bool {
        let replaced = (table.clone(), name.to_owned());
        found.indexes.contains(&replaced) || !self.input.schemas().after.has_relation(&table.schema, name)
    }

    /// Returns whether a table's rows are identified by an index.
    fn is_identity(&self, table: &Table, index: &str) -> bool {
        matches!(&table.replication.identity, ReplicaIdentity::Index(name) if name == index)
    }

    /// Returns whether the name of a new index is in use before.
    fn is_taken(&self, table: &TableName, name: &str) -> bool {
        self.input.schemas().before.has_relation(&table.schema, name)
    }

    /// Returns whether a column (by its name before) is kept with its type, at least until the end.
    fn stays(&self, tables: Pair<&Table>, column: &str, found: &Selected) -> bool {
        let name = self.input.matches().column(&tables.before.name, column);
        self.is_kept(tables, column) || found.is_retyped(&tables.after.name, &name)
    }

    /// Returns whether a column (by its name before) is kept with its type.
    fn is_kept(&self, tables: Pair<&Table>, column: &str) -> bool {
        let matches = self.input.matches();
        let before = tables.before.column(column);
        let after = tables.after.column(&matches.column(&tables.before.name, column));
        before.zip(after).is_some_and(|(before, after)| {
            matches.data_type(&before.data_type) == after.data_type
                && before.collation == after.collation
                && before.generated.is_some() == after.generated.is_some()
        })
    }
}

/// Returns whether a foreign key references these columns of a table.
fn references(own: &Constraint, table: &TableName, columns: &[&str]) -> bool {
    let columns: BTreeSet<&str> = columns.iter().copied().collect();
    own.foreign_key().is_some_and(|own| {
        let referenced = own.referenced_columns.iter().map(String::as_str);
        own.references == *table && columns == referenced.collect()
    })
}

const fn is_primary(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey { .. })
}

/// Returns the columns of a primary key or unique constraint.
pub(super) fn key_columns(constraint: &Constraint) -> Vec<&str> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            columns.iter().map(String::as_str).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the columns of a unique index that a foreign key can reference; empty if it cannot.
fn unique_columns(index: &Index) -> Vec<&str> {
    let is_whole = index.unique && index.predicate.is_none() && index.keys.iter().all(|key| !key.is_expression);
    let keys = index.keys.iter().filter(|_| is_whole);
    keys.map(|key| key.text.as_str()).collect()
}
