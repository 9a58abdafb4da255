//! Constraints that a downgrade adds over values that are lost: where the existing rows break them, it stops and says what to fill.

use super::{Direction, Phase, Planner, guards};
use crate::{
    model::{Column, Constraint, ConstraintKind, ForeignKey, Index, Match, Pair, Table, TableName},
    render::ident,
};

impl Planner<'_> {
    /// Stops before a constraint of a kept table that the rows break because the values of one of its columns are lost.
    pub(super) fn guard_lost(&mut self, tables: Pair<&Table>, constraint: &Constraint) {
        let table = tables.after;
        let lost = self.lost_columns(tables, &constraint.columns());
        let may_break = |column: &&Column| match &constraint.kind {
            ConstraintKind::Check { expression, .. } => !column.nullable || is_about_null(expression),
            ConstraintKind::Unique { nulls_not_distinct, .. } => !column.nullable || *nulls_not_distinct,
            ConstraintKind::ForeignKey(key) => !column.nullable || key.matching == Match::Full,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Exclude { .. } => !column.nullable,
        };
        if !lost.iter().any(may_break) {
            return;
        }
        let name = &table.name;
        let (phase, condition) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => (Phase::Key, duplicates(name, &quoted(columns), None, false)),
            ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
                ..
            } => (
                Phase::Key,
                duplicates(name, &quoted(columns), None, *nulls_not_distinct),
            ),
            ConstraintKind::Check { expression, .. } => (
                Phase::Key,
                format!("EXISTS (SELECT 1 FROM {name} WHERE NOT ({expression}))"),
            ),
            ConstraintKind::ForeignKey(key) => {
                let orphans = orphans(key, &key.columns, &key.references, &key.referenced_columns);
                (
                    Phase::ForeignKey,
                    format!("EXISTS (SELECT 1 FROM {name} child WHERE {orphans})"),
                )
            }
            // Other columns may tell the rows apart; then Postgres finds out.
            ConstraintKind::Exclude { columns, .. } if columns.len() > lost.len() => return,
            ConstraintKind::Exclude { .. } => (Phase::Key, format!("(SELECT count(*) FROM {name}) > 1")),
        };
        self.stop_on_lost(
            phase,
            &condition,
            &format!("constraint {}", constraint.name),
            table,
            &lost,
        );
    }

    /// The same for a unique index.
    pub(super) fn guard_lost_by_index(&mut self, tables: Pair<&Table>, index: &Index) {
        let columns: Vec<&str> = index.columns.iter().map(String::as_str).collect();
        let lost = self.lost_columns(tables, &columns);
        if !index.unique || !lost.iter().any(|column| !column.nullable || index.nulls_not_distinct) {
            return;
        }
        let key = |key: &crate::model::IndexKey| {
            if key.is_expression {
                key.text.clone()
            } else {
                ident(&key.text)
            }
        };
        let keys: Vec<String> = index.keys.iter().map(key).collect();
        let condition = duplicates(
            &tables.after.name,
            &keys,
            index.predicate.as_deref(),
            index.nulls_not_distinct,
        );
        self.stop_on_lost(
            Phase::Key,
            &condition,
            &format!("unique index {}", index.name),
            tables.after,
            &lost,
        );
    }

    /// Columns of a kept table that come back without their values, of those named.
    fn lost_columns<'t>(&self, tables: Pair<&'t Table>, columns: &[&str]) -> Vec<&'t Column> {
        if self.request.direction == Direction::Up {
            return Vec::new();
        }
        let old = &tables.before.name;
        let existed = |name: &str| {
            let mut before = tables.before.columns.iter();
            before.any(|own| self.request.renames.column(old, &own.name) == name)
        };
        let is_lost = |column: &&Column| {
            columns.contains(&column.name.as_str())
                && column.generated.is_none()
                && column.identity.is_none()
                && column.sequence.is_none()
                && !existed(&column.name)
        };
        tables.after.columns.iter().filter(is_lost).collect()
    }

    fn stop_on_lost(&mut self, phase: Phase, condition: &str, what: &str, table: &Table, lost: &[&Column]) {
        let (name, shown) = (&table.name, table.name.plain());
        let columns: Vec<String> = lost.iter().map(|column| format!("{shown}.{}", column.name)).collect();
        let columns = columns.join(" and ");
        let first = lost.first().map_or_else(String::new, |column| ident(&column.name));
        self.push(
            phase,
            guards::raise_if(
                condition,
                &format!(
                    "{what} of {shown} does not hold for the existing rows: up.sql dropped the values of {columns}"
                ),
                &format!(
                    "Fill them in down.sql, above this check, then run it again: UPDATE {name} SET {first} = EXPRESSION"
                ),
            ),
        );
        self.notes.push(format!(
            "down.sql cannot restore the values of {columns}; where the existing rows then break {what}, it stops until they are filled"
        ));
    }
}

/// Whether rows are alike in all keys (SQL).
pub(super) fn duplicates(table: &TableName, keys: &[String], predicate: Option<&str>, nulls_too: bool) -> String {
    let not_null = keys.iter().map(|key| format!("{key} IS NOT NULL"));
    let rows: Vec<String> = predicate
        .map(|text| format!("({text})"))
        .into_iter()
        .chain(not_null.filter(|_| !nulls_too))
        .collect();
    let rows = if rows.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", rows.join(" AND "))
    };
    format!(
        "EXISTS (SELECT 1 FROM {table}{rows} GROUP BY {} HAVING count(*) > 1)",
        keys.join(", ")
    )
}

/// The condition of rows (of `child`) that refer to no row of the other table.
pub(super) fn orphans(key: &ForeignKey, child: &[String], to: &TableName, parent: &[String]) -> String {
    let own: Vec<String> = child.iter().map(|name| format!("child.{}", ident(name))).collect();
    let set: Vec<String> = own.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let same: Vec<String> = own
        .iter()
        .zip(parent)
        .map(|(own, other)| format!("parent.{} = {own}", ident(other)))
        .collect();
    let orphans = format!(
        "{} AND NOT EXISTS (SELECT 1 FROM {to} parent WHERE {})",
        set.join(" AND "),
        same.join(" AND ")
    );
    match key.matching {
        Match::Full if own.len() > 1 => {
            format!(
                "({orphans}) OR num_nulls({}) BETWEEN 1 AND {}",
                own.join(", "),
                own.len() - 1
            )
        }
        _ => orphans,
    }
}

fn quoted(columns: &[String]) -> Vec<String> {
    columns.iter().map(|name| ident(name)).collect()
}

/// Whether a check may refuse NULL.
fn is_about_null(expression: &str) -> bool {
    let text = expression.to_uppercase();
    ["NULL", "COALESCE"].iter().any(|word| text.contains(word))
}
