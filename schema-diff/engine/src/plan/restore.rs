//! The settings that a recreated object gets back in addition to its definition: extended statistics, settings of
//! indexes and views, comments and privileges of sequences, states of triggers on partitions.
//!
//! They are neither declared nor compared. The database has them by the names of the before schema in `up.sql`, and by
//! those of the after schema in `down.sql`; the statements come last, with the names of the after schema.

use std::collections::BTreeSet;

use super::{Direction, Phase, Planner, dependents::Object};
use crate::{
    compare::Change,
    create,
    model::{
        Column, ColumnRef, Constraint, ConstraintKind, Index, Pair, PartitionTrigger, QualifiedName, Restored,
        Statistics, Table, TableName, Trigger, View, rename_identifiers,
    },
    statement::Ddl,
};

/// The way in which extended statistics are recreated.
pub(super) enum Recreation {
    /// The plan recreates them.
    Created,
    /// Postgres recreates them, without their settings.
    Rebuilt,
}

impl<'a> Planner<'a> {
    /// Returns the settings of the objects in the database.
    pub(super) fn restored(&self) -> &'a Restored {
        match self.request.direction {
            Direction::Up => &self.before().restored,
            Direction::Down => &self.after().restored,
        }
    }

    /// Returns the names before and after of the relation with this name in the database.
    pub(super) fn both_names(&self, name: &TableName) -> Pair<TableName> {
        match self.request.direction {
            Direction::Up => Pair::new(name.clone(), self.request.matches.table(name)),
            Direction::Down => Pair::new(self.flipped.table(name), name.clone()),
        }
    }

    /// Returns the names before and after of the column with this name in the database.
    pub(super) fn both_columns(&self, table: &Pair<TableName>, name: &str) -> Pair<String> {
        match self.request.direction {
            Direction::Up => Pair::new(name.to_owned(), self.request.matches.column(&table.before, name)),
            Direction::Down => Pair::new(self.flipped.column(&table.after, name), name.to_owned()),
        }
    }

    /// Restores the settings of all recreated objects.
    pub(super) fn restore(&mut self) {
        let mut statements = self.restore_sequences();
        statements.extend(self.restore_indexes());
        statements.extend(self.restore_views());
        statements.extend(self.restore_statistics());
        statements.extend(self.restore_partition_triggers());
        self.push_all(Phase::Comment, statements);
    }

    fn restore_statistics(&self) -> Vec<Ddl> {
        let mut statements = Vec::new();
        for (name, of) in &self.restored().statistics {
            let relation = self.both_names(&of.on);
            if !self.after().restored.statistics.contains_key(name) {
                continue;
            }
            let known = self.before().restored.statistics.contains_key(name);
            let fate = self.fate_of_statistics(&relation, of);
            let Some(recreation) = (if known { fate } else { Some(Recreation::Created) }) else {
                continue;
            };
            if matches!(recreation, Recreation::Created) {
                let column = |name: &str| self.both_columns(&relation, name).after;
                let of = Statistics {
                    on: relation.after.clone(),
                    columns: of.columns.iter().map(|name| column(name)).collect(),
                    expressions: of
                        .expressions
                        .iter()
                        .map(|text| rename_identifiers(text, |name| of.reads.contains(name).then(|| column(name))))
                        .collect(),
                    ..of.clone()
                };
                statements.push(create::statistics(name, &of));
            }
            statements.extend(create::statistics_settings(name, of, self.session()));
        }
        statements
    }

    /// Returns how extended statistics are recreated; `None` if they are kept, or dropped with a column.
    pub(super) fn fate_of_statistics(&self, relation: &Pair<TableName>, of: &Statistics) -> Option<Recreation> {
        let (before, after) = (self.before(), self.after());
        let Some(new) = after.tables.get(&relation.after) else {
            let view = self.after().views.get(&relation.after)?;
            let has = |column: &String| view.columns.iter().any(|(own, _)| own == column);
            let is_new = of.reads.iter().all(has) && self.view_is_new(&view.name);
            return is_new.then_some(Recreation::Created);
        };
        let columns: Vec<Pair<String>> = of.reads.iter().map(|name| self.both_columns(relation, name)).collect();
        if columns.iter().any(|column| new.column(&column.after).is_none()) {
            return None;
        }
        let Some(old) = before.tables.get(&relation.before) else {
            return Some(Recreation::Created);
        };
        let read = |column: &Pair<String>| ColumnRef::column(&relation.before, &column.before);
        let is_new = |column: &Pair<String>| old.column(&column.before).is_none() || self.is_recreated(&read(column));
        if columns.iter().any(is_new) {
            return Some(Recreation::Created);
        }
        let is_retyped = |column: &Pair<String>| self.is_retyped(&read(column));
        columns.iter().any(is_retyped).then_some(Recreation::Rebuilt)
    }

    /// Returns a hint for extended statistics with expressions over retyped columns of a table, which Postgres may be
    /// unable to keep.
    pub(super) fn hint_of_statistics(&self, table: &TableName) -> Option<String> {
        let found = self.restored().statistics.iter().find(|(name, of)| {
            let relation = self.both_names(&of.on);
            let is_read = |column: &String| {
                let column = self.both_columns(&relation, column).before;
                self.is_retyped(&ColumnRef::column(&relation.before, column))
            };
            let is_kept = self.after().restored.statistics.contains_key(*name);
            is_kept && !of.expressions.is_empty() && relation.before == *table && of.reads.iter().any(is_read)
        });
        found.map(|(name, _)| {
            let name = name.plain();
            format!("extended statistics {name} depend on a column whose type changes; if the new type does not support them, pass --drop {name}")
        })
    }

    /// Returns whether this plan creates a view.
    fn view_is_new(&self, name: &TableName) -> bool {
        let exists = self.after().views.contains_key(name);
        let before = self.before().views.get(name);
        exists && before.is_none_or(|view| self.dependents.contains(Object::View(view)))
    }

    fn restore_views(&self) -> Vec<Ddl> {
        let restored = self.restored();
        let is_new = |view: &&View| self.view_is_new(&view.name);
        let mut statements = Vec::new();
        for view in self.after().views.values().filter(is_new) {
            for (column, settings) in restored.view_columns.get(&view.name).into_iter().flatten() {
                if view.columns.iter().any(|(own, _)| own == column) {
                    statements.extend(create::view_column_settings(view, column, settings));
                }
            }
            for index in view.indexes.keys() {
                if let Some(settings) = restored.indexes.get(&view.name.sibling(index.as_str())) {
                    statements.extend(create::index_settings(&view.name, index, false, settings));
                }
            }
        }
        statements
    }

    /// Restores the settings of sequences whose columns are created or change between `serial` and identity.
    fn restore_sequences(&self) -> Vec<Ddl> {
        let restored = self.restored();
        let mut done: BTreeSet<&QualifiedName> = BTreeSet::new();
        let mut statements = Vec::new();
        for table in self.after().tables.values() {
            let old = self.before().tables.get(&self.flipped.table(&table.name));
            for column in &table.columns {
                let Some(own) = sequence_of(column).filter(|own| done.insert(own)) else {
                    continue;
                };
                let was = old.and_then(|old| old.column(&self.flipped.column(&table.name, &column.name)));
                let is_kept = was.is_some_and(|was| {
                    was.sequence.is_some() == column.sequence.is_some()
                        && was.identity.is_some() == column.identity.is_some()
                });
                if is_kept || self.before().sequences.contains_key(own) {
                    continue;
                }
                let name = match self.request.direction {
                    Direction::Up => was.and_then(sequence_of),
                    Direction::Down => Some(own),
                };
                if let Some(settings) = name.and_then(|name| restored.sequences.get(name)) {
                    statements.extend(create::sequence_settings(own, settings, self.session()));
                }
            }
        }
        statements
    }

    fn restore_indexes(&self) -> Vec<Ddl> {
        let mut statements = Vec::new();
        for tables in self.kept_tables() {
            let (old, new) = (tables.before, tables.after);
            for key in old.constraints.values().filter(|key| is_key(key)) {
                // Postgres rebuilds an index over an expression if one of its columns is retyped.
                let retyped = |column: &str| self.is_retyped(&ColumnRef::column(&old.name, column));
                let is_rebuilt =
                    matches!(key.kind, ConstraintKind::Exclude { .. }) && key.columns().into_iter().any(retyped);
                let is_recreated = self.dependents.contains(Object::Constraint(old, key)) || is_rebuilt;
                let is_kept = !is_recreated || self.changed.drops_constraint(&old.name, &key.name);
                let name = self.changed.constraint_name(&old.name, &key.name);
                if !is_kept && new.constraints.contains_key(&name) {
                    statements.extend(self.restore_index(new, &key.name, &name, true));
                }
            }
            for index in old.indexes.values().filter(|index| !index.inherited) {
                let is_recreated = self.dependents.contains(Object::Index(old, index));
                let is_kept = !is_recreated || self.changed.drops_index(&old.name, &index.name);
                let name = self.changed.index_name(&old.name, &index.name);
                if !is_kept && new.indexes.contains_key(&name) {
                    statements.extend(self.restore_index(new, &index.name, &name, false));
                }
            }
        }
        if self.request.direction == Direction::Up {
            return statements;
        }
        for change in self.changes {
            let (table, own) = match change {
                Change::AddConstraint { table, name } => (&table.after, Some((name, true))),
                Change::CreateIndex { table, name } => (&table.after, Some((name, false))),
                Change::CreateTable(table) => (table, None),
                _ => continue,
            };
            let Some(found) = self.after().tables.get(table) else {
                continue;
            };
            match own {
                Some((name, is_key)) => statements.extend(self.restore_index(found, name, name, is_key)),
                None => {
                    let own = |index: &&Index| !index.inherited;
                    for key in found.constraints.values().filter(|key| is_key(key)) {
                        statements.extend(self.restore_index(found, &key.name, &key.name, true));
                    }
                    for index in found.indexes.values().filter(own) {
                        statements.extend(self.restore_index(found, &index.name, &index.name, false));
                    }
                }
            }
        }
        statements
    }

    fn restore_index(&self, table: &Table, old: &str, new: &str, is_key: bool) -> Vec<Ddl> {
        let known = match self.request.direction {
            Direction::Up => self.flipped.table(&table.name).sibling(old),
            Direction::Down => table.name.sibling(new),
        };
        let settings = self.restored().indexes.get(&known);
        settings.map_or_else(Vec::new, |settings| {
            create::index_settings(&table.name, new, is_key, settings)
        })
    }

    /// Restores the states of partitioned tables' triggers on those partitions where they differ.
    fn restore_partition_triggers(&self) -> Vec<Ddl> {
        let mut statements = Vec::new();
        for ((table, name), partitions) in &self.restored().partition_triggers {
            let names = self.both_names(table);
            let exists = |tables: &Table| tables.triggers.contains_key(name);
            let old = self.before().tables.get(&names.before).filter(|table| exists(table));
            if !self.after().tables.get(&names.after).is_some_and(exists) {
                continue;
            }
            let is_kept = old.is_some_and(|old| {
                let trigger = old.triggers.get(name);
                trigger.is_some_and(|trigger| !self.dependents.contains(Object::Trigger(&old.name, trigger)))
            });
            if is_kept {
                continue;
            }
            for of in partitions {
                let partition = self.both_names(&of.partition).after;
                if self.after().tables.contains_key(&partition) {
                    statements.push(create::partition_trigger(&partition, name, of));
                }
            }
        }
        statements
    }

    /// Returns the states of a trigger of a table (named as in the before schema) on those partitions where they
    /// differ.
    pub(super) fn on_partitions(&self, table: &TableName, trigger: &Trigger) -> Vec<(TableName, &'a PartitionTrigger)> {
        let known = match self.request.direction {
            Direction::Up => table.clone(),
            Direction::Down => self.request.matches.table(table),
        };
        let found = self.restored().partition_triggers.get(&(known, trigger.name.clone()));
        let found = found.into_iter().flatten();
        found.map(|of| (self.both_names(&of.partition).after, of)).collect()
    }
}

fn sequence_of(column: &Column) -> Option<&QualifiedName> {
    let identity = column.identity.as_ref().map(|identity| &identity.sequence);
    let own = column.sequence.as_ref().map(|own| &own.name).or(identity);
    own.filter(|name| !name.name.is_empty())
}

/// Returns whether a constraint has an index and is not inherited.
const fn is_key(constraint: &Constraint) -> bool {
    constraint.is_indexed() && !constraint.inherited
}
