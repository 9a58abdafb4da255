//! Notes about changes of large tables that have no online form, and why.

use std::collections::BTreeSet;

use super::{
    partitioned,
    select::{Select, key_columns},
    selected::Selected,
};
use crate::{
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Constraint, ConstraintKind, ObjectId, Pair, TableName},
};

impl Select<'_> {
    /// Adds a note about a key of a large table that is built while others wait.
    fn add_key_note(&self, change: &Change, found: &mut Selected) {
        if let Change::AddConstraint { table, name } = change
            && let Some(tables) = self.table(table)
            && let Some(own) = tables.after.constraints.get(name).filter(|own| own.is_indexed())
            && !found.keys.contains(&(table.after.clone(), name.clone()))
        {
            let why = self.why_no_key(table, own);
            let shown = table.after.plain();
            let text = format!("constraint {name} of {shown} is built while other sessions wait, because {why}");
            let note = Diagnostic::new(DiagnosticCode::OnlineFormMissing, text);
            found.notes.push(note.about(ObjectId::constraint(&table.after, name)));
        }
    }

    /// Returns why the index of a new key is not built beforehand.
    fn why_no_key(&self, table: &Pair<TableName>, own: &Constraint) -> &'static str {
        if matches!(own.kind, ConstraintKind::Exclude { .. }) {
            "Postgres cannot build the index of an exclusion constraint concurrently"
        } else if own.comment.is_some() {
            "it has a comment"
        } else if !self.is_available(table, &own.name) {
            "its name is in use until then"
        } else if self.is_referenced(&table.after, &key_columns(own)) {
            "a foreign key references it that exists before"
        } else {
            "the key that it replaces, or an index that identifies the rows for replication, cannot be dropped later"
        }
    }

    /// Adds notes about large tables whose changes have no online form.
    pub fn add_notes(&self, found: &mut Selected) {
        for change in self.input.changes() {
            self.add_key_note(change, found);
        }
        let changes = self.input.changes().iter();
        let tables = changes.filter_map(|change| table_without_form(change, found));
        let tables: BTreeSet<(&TableName, &TableName)> = tables.map(|own| (&own.before, &own.after)).collect();
        for (before, after) in tables {
            let schemas = self.input.schemas();
            let is_large = partitioned::is_large(self.input, schemas.before, before);
            let own = schemas.before.tables.get(before).filter(|_| is_large);
            let is_named = found
                .notes
                .iter()
                .any(|own| own.object == Some(ObjectId::Table(after.clone())));
            if is_named || own.is_none_or(|own| self.is_plain(own)) || !schemas.after.tables.contains_key(after) {
                continue;
            }
            let text = format!(
                "changes of {} have no online form, because it is a partitioned table or a partition, inherits from a table or has child tables",
                after.plain()
            );
            let note = Diagnostic::new(DiagnosticCode::OnlineFormMissing, text);
            found.notes.push(note.about(ObjectId::Table(after.clone())));
        }
    }
}

/// Returns the table of a change that reads rows and is not selected.
fn table_without_form<'a>(change: &'a Change, found: &Selected) -> Option<&'a Pair<TableName>> {
    let (table, is_selected) = match change {
        Change::CreateIndex { table, name } => (table, found.adopted.contains(&(table.after.clone(), name.clone()))),
        Change::AddConstraint { table, name } => {
            (table, found.validated.contains(&(table.after.clone(), name.clone())))
        }
        Change::AlterColumn { table, column, delta } if delta.nullable => {
            let mut checks = found.not_null.iter();
            (
                table,
                checks.any(|(of, own, _)| *of == table.after && *own == column.after),
            )
        }
        _ => return None,
    };
    (!is_selected).then_some(table)
}
