//! Keys, checks, indexes and foreign keys that a change adds.

use std::collections::BTreeSet;

use super::{Direction, Phase, Planner, current_names::Names, guards::raise_if_duplicates, placeholder};
use crate::{
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ColumnRef, Constraint, ConstraintKind, ForeignKey, ObjectId, Pair, Table, TableName},
    render,
    statement::{Condition, Ddl, RowTest},
};

impl Planner<'_> {
    pub(super) fn add_constraints(&mut self) {
        let changes = self.changes;
        for change in changes {
            match change {
                Change::AddConstraint { table, name } => {
                    let Some(tables) = self.kept(table) else { continue };
                    let Some(constraint) = tables.after.constraints.get(name) else {
                        continue;
                    };
                    self.add_constraint(tables, constraint);
                }
                Change::CreateIndex { table, name } => {
                    let Some(tables) = self.kept(table) else { continue };
                    if let Some(index) = tables.after.indexes.get(name) {
                        if index.unique && index.predicate.is_none() && index.keys.iter().all(|key| !key.is_expression)
                        {
                            let columns: Vec<String> = index.keys.iter().map(|key| key.text.clone()).collect();
                            self.guard_unique(tables, &columns, index.nulls_not_distinct);
                        }
                        self.guard_lost_by_index(tables, index);
                        self.push_all(Phase::Key, self.create_index(Names::After, tables.after, index));
                    }
                }
                _ => {}
            }
        }
        self.restore_referenced_rows();
        for table in self.created_tables() {
            let keys: Vec<Ddl> = table
                .foreign_keys()
                .filter(|constraint| !constraint.inherited)
                .flat_map(|constraint| self.add_with_partitions(Names::After, &table, constraint))
                .collect();
            self.push_all(Phase::ForeignKey, keys);
        }
    }

    fn add_constraint(&mut self, tables: Pair<&Table>, constraint: &Constraint) {
        let sql = self.add_with_partitions(Names::After, tables.after, constraint);
        self.guard_lost(tables, constraint);
        match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                self.guard_orphans(tables, key);
                self.push_all(Phase::ForeignKey, sql);
            }
            ConstraintKind::PrimaryKey { columns, .. } => {
                self.guard_unique(tables, columns, false);
                self.push_all(Phase::Key, sql);
            }
            ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
                ..
            } => {
                self.guard_unique(tables, columns, *nulls_not_distinct);
                self.push_all(Phase::Key, sql);
            }
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => self.push_all(Phase::Key, sql),
        }
    }

    /// Adds a guard against duplicate rows, if all the columns exist before with the same types.
    fn guard_unique(&mut self, tables: Pair<&Table>, columns: &[String], nulls_too: bool) {
        let old = &tables.before.name;
        let names: Option<Vec<String>> = columns
            .iter()
            .map(|column| {
                let was = tables
                    .before
                    .columns
                    .iter()
                    .find(|own| self.request.matches.column(old, &own.name) == *column)?;
                let retyped = self.retyped.contains(&crate::model::ColumnRef::column(old, &was.name));
                (!retyped).then(|| was.name.clone())
            })
            .collect();
        let Some(names) = names.filter(|names| !names.is_empty()) else {
            return;
        };
        // A column without an order (json, point) cannot have a unique key.
        // A column without an order (json, point) cannot have a unique key.
        self.push(Phase::Guard, raise_if_duplicates(old, "key", &names, nulls_too));
    }

    /// Adds a guard against rows that refer to no row of the referenced table, if all the columns exist before.
    fn guard_orphans(&mut self, tables: Pair<&Table>, key: &ForeignKey) {
        let Some(child) = self.columns_before(&tables.after.name, &key.columns) else {
            return;
        };
        let is_same = |old: &Constraint| {
            let old = self.request.matches.map_constraint(&tables.before.name, old);
            old.validated
                && old.foreign_key().is_some_and(|old| {
                    old.columns == key.columns
                        && old.references == key.references
                        && old.referenced_columns == key.referenced_columns
                        && old.matching == key.matching
                })
        };
        if tables.before.foreign_keys().any(is_same) {
            return;
        }
        let is_new = |change: &Change| matches!(change, Change::CreateTable(name) if *name == key.references);
        if self.request.direction == Direction::Up && self.changes.iter().any(is_new) {
            self.guard_new_parent(tables, &child, key);
        }
        let Some(parent) = self.columns_before(&key.references, &key.referenced_columns) else {
            return;
        };
        let (from, to) = (&tables.before.name, self.flipped.table(&key.references));
        let orphans = render::orphans(key, &child, &to, &parent);
        self.guard(
            Condition::Orphans {
                table: from.clone(),
                key: key.clone(),
                columns: child.clone(),
                references: to.clone(),
                referenced_columns: parent,
            },
            format!(
                "table {} has rows that would violate a foreign key: their values of ({}) are in no row of table {}",
                from.plain(),
                child.join(", "),
                to.plain()
            ),
            format!("Before you run this migration again, change or delete the rows that this query returns: SELECT * FROM {from} child WHERE {orphans}"),
        );
    }

    /// Adds a guard against rows that refer to a table that is created empty.
    fn guard_new_parent(&mut self, tables: Pair<&Table>, child: &[String], key: &ForeignKey) {
        let from = &tables.before.name;
        self.guard_rows(
            from,
            RowTest::NotNull(child.to_vec()),
            format!(
                "{} has rows with values in ({}), but the new table {} is empty",
                from.plain(),
                child.join(", "),
                key.references.plain()
            ),
            "Declare the foreign key in a later migration, after the new table is filled",
        );
    }

    /// Returns the names of columns in the before schema, of a table named as in the after schema; `None` if one is new
    /// or changes its type.
    fn columns_before(&self, table: &TableName, columns: &[String]) -> Option<Vec<String>> {
        let old = self.before().tables.get(&self.flipped.table(table))?;
        let name = |column: &String| {
            let was = old
                .columns
                .iter()
                .find(|own| self.request.matches.column(&old.name, &own.name) == *column)?;
            (!self.is_retyped(&ColumnRef::column(&old.name, &was.name))).then(|| was.name.clone())
        };
        columns.iter().map(name).collect()
    }

    /// Plans the rows of a recreated table that up.sql dropped and to whose keys other tables still refer.
    fn restore_referenced_rows(&mut self) {
        if self.request.direction == Direction::Up {
            return;
        }
        let created: BTreeSet<TableName> = self.created_tables().into_iter().map(|table| table.name).collect();
        for tables in self.kept_tables() {
            for key in tables
                .after
                .foreign_keys()
                .filter_map(|constraint| constraint.foreign_key())
            {
                let Some(parent) = self
                    .after()
                    .tables
                    .get(&key.references)
                    .filter(|parent| created.contains(&parent.name))
                else {
                    continue;
                };
                let Some((insert, sequences)) = placeholder::parents(self, parent, tables.after, key) else {
                    self.guard_lost_parent(tables, key);
                    continue;
                };
                let comments = vec![format!(
                    "Rows of {} still refer to {}: the referenced rows are recreated with placeholders.",
                    tables.after.name.plain(),
                    parent.name.plain()
                )];
                self.fill(&parent.name, insert, comments);
                // Its sequences continue after the restored keys.
                self.push_all(Phase::Filled, sequences.into_iter().map(Ddl::Rows));
            }
        }
    }

    /// Adds a guard against rows that refer to a table whose rows are lost and cannot get placeholders.
    fn guard_lost_parent(&mut self, tables: Pair<&Table>, key: &ForeignKey) {
        let Some(child) = self.columns_before(&tables.after.name, &key.columns) else {
            return;
        };
        let (from, parent) = (&tables.before.name, key.references.plain());
        self.guard_rows(
            from,
            RowTest::NotNull(child.clone()),
            format!(
                "{} has rows with values in ({}), but up.sql dropped the rows of {parent} that they refer to",
                from.plain(),
                child.join(", "),
            ),
            format!("Insert the rows of {parent} in down.sql, after its CREATE TABLE, and delete this check"),
        );
        let message = format!(
            "down.sql cannot restore the rows of {parent}; it raises an error if rows of {} refer to them",
            from.plain()
        );
        let found = Diagnostic::new(DiagnosticCode::NotRestored, message);
        self.notes.push(found.about(ObjectId::Table(key.references.clone())));
    }
}
