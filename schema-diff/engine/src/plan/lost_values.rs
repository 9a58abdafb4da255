//! Constraints that a downgrade adds over lost values. If existing rows break them, it stops and names the columns to
//! fill.

use super::{Direction, Phase, Planner, guards::raise_if};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Column, Constraint, ConstraintKind, Index, IndexKey, Match, ObjectId, Pair, Table},
    render::ident,
    statement::{Condition, Key, RowTest},
};

impl Planner<'_> {
    /// Adds a guard before a constraint of a kept table, if rows may break it because the values of one of its columns
    /// are lost.
    pub(super) fn guard_lost(&mut self, tables: Pair<&Table>, constraint: &Constraint) {
        let table = tables.after;
        let lost = self.lost_columns(tables, &constraint.columns());
        let may_break = |column: &&Column| match &constraint.kind {
            ConstraintKind::Check { expression, .. } => !column.nullable || mentions_null(expression),
            ConstraintKind::Unique { nulls_not_distinct, .. } => !column.nullable || *nulls_not_distinct,
            ConstraintKind::ForeignKey(key) => !column.nullable || key.matching == Match::Full,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Exclude { .. } => !column.nullable,
        };
        if !lost.iter().any(may_break) {
            return;
        }
        let name = &table.name;
        let key_duplicates = |columns: &[String], nulls_too| Condition::Duplicates {
            table: name.clone(),
            keys: columns.iter().cloned().map(Key::Column).collect(),
            predicate: None,
            nulls_too,
        };
        let (phase, condition) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => (Phase::Key, key_duplicates(columns, false)),
            ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
                ..
            } => (Phase::Key, key_duplicates(columns, *nulls_not_distinct)),
            ConstraintKind::Check { expression, .. } => {
                let test = RowTest::Breaks(expression.clone());
                let table = name.clone();
                (Phase::Key, Condition::Rows { table, test })
            }
            ConstraintKind::ForeignKey(key) => {
                let orphans = Condition::Orphans {
                    table: name.clone(),
                    key: key.clone(),
                    columns: key.columns.clone(),
                    references: key.references.clone(),
                    referenced_columns: key.referenced_columns.clone(),
                };
                (Phase::ForeignKey, orphans)
            }
            // Other columns may distinguish the rows; if they do not, Postgres raises an error.
            ConstraintKind::Exclude { columns, .. } if columns.len() > lost.len() => return,
            ConstraintKind::Exclude { .. } => (Phase::Key, Condition::SeveralRows(name.clone())),
        };
        let what = format!("constraint {}", constraint.name);
        self.guard_lost_values(phase, condition, &what, table, &lost);
    }

    /// Adds the guard of [`Self::guard_lost`] for a unique index.
    pub(super) fn guard_lost_by_index(&mut self, tables: Pair<&Table>, index: &Index) {
        let columns: Vec<&str> = index.columns.iter().map(String::as_str).collect();
        let lost = self.lost_columns(tables, &columns);
        if !index.unique || !lost.iter().any(|column| !column.nullable || index.nulls_not_distinct) {
            return;
        }
        let key = |key: &IndexKey| {
            if key.is_expression {
                Key::Expression(key.text.clone())
            } else {
                Key::Column(key.text.clone())
            }
        };
        let condition = Condition::Duplicates {
            table: tables.after.name.clone(),
            keys: index.keys.iter().map(key).collect(),
            predicate: index.predicate.clone(),
            nulls_too: index.nulls_not_distinct,
        };
        let what = format!("unique index {}", index.name);
        self.guard_lost_values(Phase::Key, condition, &what, tables.after, &lost);
    }

    /// Returns the columns with these names in a kept table that are recreated without their values.
    fn lost_columns<'t>(&self, tables: Pair<&'t Table>, columns: &[&str]) -> Vec<&'t Column> {
        if self.request.direction == Direction::Up {
            return Vec::new();
        }
        let old = &tables.before.name;
        let existed = |name: &str| {
            let mut before = tables.before.columns.iter();
            before.any(|own| self.request.matches.column(old, &own.name) == name)
        };
        let is_lost = |column: &&Column| {
            columns.contains(&column.name.as_str())
                && column.generated.is_none()
                && column.identity.is_none()
                && column.sequence.is_none()
                && !existed(&column.name)
                && !self
                    .request
                    .backfills
                    .contains_key(&(tables.after.name.clone(), column.name.clone()))
        };
        tables.after.columns.iter().filter(is_lost).collect()
    }

    fn guard_lost_values(&mut self, phase: Phase, condition: Condition, what: &str, table: &Table, lost: &[&Column]) {
        let (name, shown) = (&table.name, table.name.plain());
        let columns: Vec<String> = lost.iter().map(|column| format!("{shown}.{}", column.name)).collect();
        let columns = columns.join(" and ");
        let first = lost.first().map_or_else(String::new, |column| ident(&column.name));
        self.push(
            phase,
            raise_if(
                condition,
                format!("existing rows of table {shown} violate {what}, because up.sql dropped the values of {columns}"),
                format!(
                    "In down.sql, above this check, add a statement that fills in values, such as: UPDATE {name} SET {first} = EXPRESSION; then run down.sql again"
                ),
            ),
        );
        let message = format!(
            "down.sql cannot restore the values of {columns}; if existing rows then violate {what}, down.sql raises an error until you add values to it"
        );
        self.notes
            .push(Diagnostic::new(DiagnosticCode::NotRestored, message).about(ObjectId::Table(name.clone())));
    }
}

/// Returns whether a check may be false for NULL.
fn mentions_null(expression: &str) -> bool {
    let text = expression.to_uppercase();
    ["NULL", "COALESCE"].iter().any(|word| text.contains(word))
}
