//! Placeholders for NOT NULL columns that a downgrade recreates and whose values are lost.

use super::Planner;
use crate::{
    model::{Column, ConstraintKind, DataType, ForeignKey, Table},
    statement::RowChange,
};

/// Returns the rows of a table that is recreated empty while other tables still refer to it: their keys, with
/// placeholders for the other columns. The second part continues the sequences of the keys.
///
/// Returns `None` if a column cannot have a placeholder.
pub(super) fn parents(
    planner: &Planner<'_>,
    parent: &Table,
    child: &Table,
    key: &ForeignKey,
) -> Option<(RowChange, Vec<RowChange>)> {
    let mut others = Vec::new();
    for column in &parent.columns {
        if key.referenced_columns.contains(&column.name) || column.can_be_omitted() {
            continue;
        }
        if is_unique(parent, column) || is_in_rules(parent, column) {
            return None;
        }
        let value = same_for_all(planner, column)?;
        others.push((column.name.clone(), value, column.data_type.clone()));
    }
    let always = parent.columns.iter().any(|column| {
        key.referenced_columns.contains(&column.name) && column.identity.as_ref().is_some_and(|own| own.always)
    });
    let insert = RowChange::InsertReferenced {
        table: parent.name.clone(),
        columns: key.referenced_columns.clone(),
        from: child.name.clone(),
        from_columns: key.columns.clone(),
        others,
        overriding: always,
    };
    let mut sequences = Vec::new();
    for column in &parent.columns {
        let options = match (&column.identity, &column.sequence) {
            (Some(identity), _) => &identity.options,
            (_, Some(sequence)) => &sequence.options,
            _ => continue,
        };
        if key.referenced_columns.contains(&column.name) {
            sequences.push(super::sequences::continue_sequence(&parent.name, &column.name, options));
        }
    }
    Some((insert, sequences))
}

/// The placeholder of a recreated column.
pub(super) enum Placeholder {
    /// One value for all rows.
    Same(String),
    /// A distinct number for each row.
    Numbered(RowChange),
}

/// Returns the placeholder of a column; `None` if no placeholder is certain to be valid.
pub(super) fn of(planner: &Planner<'_>, table: &Table, column: &Column) -> Option<Placeholder> {
    if is_in_rules(table, column) {
        return None;
    }
    if !is_unique(table, column) {
        return same_for_all(planner, column).map(Placeholder::Same);
    }
    let data_type = match column.data_type.builtin_name()? {
        "int2" | "int4" | "int8" | "numeric" | "float8" => column.data_type.clone(),
        "text" | "varchar" | "bpchar" | "citext" => DataType::builtin("text"),
        _ => return None,
    };
    Some(Placeholder::Numbered(RowChange::Number {
        table: table.name.clone(),
        column: column.name.clone(),
        data_type,
    }))
}

/// Returns whether a key, check, exclusion constraint or foreign key covers the column.
pub(super) fn is_constrained(table: &Table, column: &Column) -> bool {
    is_in_rules(table, column) || is_unique(table, column)
}

fn is_in_rules(table: &Table, column: &Column) -> bool {
    table.constraints.values().any(|constraint| {
        matches!(
            constraint.kind,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. }
        ) && constraint.columns().contains(&column.name.as_str())
    })
}

fn is_unique(table: &Table, column: &Column) -> bool {
    let by_constraint = table.constraints.values().any(|constraint| {
        matches!(
            constraint.kind,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }
        ) && constraint.columns().contains(&column.name.as_str())
    });
    by_constraint
        || table
            .indexes
            .values()
            .any(|index| index.unique && index.columns.contains(&column.name))
}

/// Returns a value that every row may have.
fn same_for_all(planner: &Planner<'_>, column: &Column) -> Option<String> {
    Some(if column.data_type.array {
        "'{}'".to_owned()
    } else if let Some(labels) = planner.after().enum_type(&column.data_type.name) {
        crate::model::quote_literal(labels.labels.first()?)
    } else {
        match column.data_type.builtin_name()? {
            "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "money" | "interval" | "oid" => "'0'",
            "text" | "varchar" | "bpchar" | "bytea" | "name" | "tsvector" | "tsquery" | "varbit" | "char" => "''",
            "bool" => "false",
            "date" | "timestamp" | "timestamptz" => "'epoch'",
            "time" | "timetz" => "'00:00'",
            "uuid" => "'00000000-0000-0000-0000-000000000000'",
            "json" | "jsonb" => "'{}'",
            "inet" | "cidr" => "'0.0.0.0'",
            "macaddr" => "'00:00:00:00:00:00'",
            "macaddr8" => "'00:00:00:00:00:00:00:00'",
            "point" => "'(0,0)'",
            "pg_lsn" => "'0/0'",
            "xml" => "'<none/>'",
            "bit" => return Some(no_bits(column.data_type.modifier.as_deref())),
            range if range.ends_with("multirange") => "'{}'",
            range if range.ends_with("range") => "'empty'",
            _ => return None,
        }
        .to_owned()
    })
}

/// Returns as many zeros as `bit(n)` has bits.
fn no_bits(length: Option<&str>) -> String {
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(1);
    format!("B'{}'", "0".repeat(length))
}
