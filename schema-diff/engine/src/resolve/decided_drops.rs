//! Drops objects that `schema.rs` does not declare, by the user's decision: policies, checks and indexes that do not
//! fit a column's new type, extended statistics.

use std::sync::Arc;

use super::Resolver;
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Constraint, ConstraintKind, ObjectId, Table, TableName},
};

impl Resolver<'_> {
    /// Drops the objects that the user decided to drop; `down.sql` recreates them.
    pub(super) fn decided_drops(&mut self) {
        let decisions = self.input.decisions;
        for (of, name) in &decisions.dropped_columns {
            self.drop_from_table(of, name);
        }
        for name in &decisions.dropped_tables {
            let restored = &mut self.out.after.restored;
            if restored.statistics.contains_key(name) {
                Arc::make_mut(restored).statistics.remove(name);
                self.report(
                    Diagnostic::new(
                        DiagnosticCode::StatisticsDropped,
                        format!("extended statistics {} are dropped", name.plain()),
                    )
                    .about(ObjectId::Statistics(name.clone())),
                );
            }
        }
    }

    fn drop_from_table(&mut self, of: &TableName, name: &str) {
        let mut tables = self.input.before.tables.values();
        let is_it = |table: &&Table| table.name == *of || self.out.matches.table(&table.name) == *of;
        let Some(before) = tables.find(|table| is_it(table) && table.column(name).is_none()) else {
            return;
        };
        let new = self.out.matches.table(&before.name);
        if self.is_declared(&new, name) {
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
        let found = if after.policies.remove(name).is_some() {
            let message = format!(
                "policy {name} on {shown} is dropped; row-level security stays enabled, so rows that only this policy made visible are hidden"
            );
            Diagnostic::new(DiagnosticCode::PolicyDropped, message).about(ObjectId::policy(&before.name, name))
        } else if after.constraints.get(name).is_some_and(is_own) {
            after.constraints.remove(name);
            let message = format!("constraint {name} of {shown} is dropped");
            Diagnostic::new(DiagnosticCode::ConstraintDropped, message).about(ObjectId::constraint(&before.name, name))
        } else if after.indexes.get(name).is_some_and(|index| !index.inherited) {
            after.indexes.remove(name);
            let message = format!("index {name} of {shown} is dropped");
            Diagnostic::new(DiagnosticCode::IndexDropped, message).about(ObjectId::Index(before.name.sibling(name)))
        } else {
            return;
        };
        self.report(found);
    }
}
