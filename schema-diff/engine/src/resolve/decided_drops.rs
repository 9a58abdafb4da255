//! What the user decided to drop and `schema.rs` does not declare: policies, checks and indexes that do not fit a column's new type,
//! extended statistics.

use super::Resolver;
use crate::model::{Constraint, ConstraintKind, Table, TableName};

impl Resolver<'_> {
    /// Drops them; `down.sql` creates them again.
    pub(super) fn decided_drops(&mut self) {
        let decisions = self.input.decisions;
        for (of, name) in &decisions.dropped_columns {
            self.drop_of_table(of, name);
        }
        for name in &decisions.dropped_tables {
            if self.out.after.restored.statistics.remove(name).is_some() {
                self.note(format!("extended statistics {} are dropped", name.plain()));
            }
        }
    }

    fn drop_of_table(&mut self, of: &TableName, name: &str) {
        let mut tables = self.input.before.tables.values();
        let is_it = |table: &&Table| table.name == *of || self.out.renames.table(&table.name) == *of;
        let Some(before) = tables.find(|table| is_it(table) && table.column(name).is_none()) else {
            return;
        };
        let new = self.out.renames.table(&before.name);
        if self.claimed.contains(&(new.clone(), name.to_owned())) {
            return;
        }
        let Some(after) = self.out.after.tables.get_mut(&new) else {
            return;
        };
        let is_own = |found: &Constraint| {
            let kind = matches!(
                found.kind,
                ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. }
            );
            kind && !found.inherited
        };
        let shown = before.name.plain();
        let note = if after.policies.remove(name).is_some() {
            format!(
                "policy {name} on {shown} is dropped; row level security stays on, so rows that only this policy let through are hidden"
            )
        } else if after.constraints.get(name).is_some_and(is_own) {
            after.constraints.remove(name);
            format!("constraint {name} of {shown} is dropped")
        } else if after.indexes.get(name).is_some_and(|index| !index.inherited) {
            after.indexes.remove(name);
            format!("index {name} of {shown} is dropped")
        } else {
            return;
        };
        self.note(note);
    }
}
