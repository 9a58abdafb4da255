//! What fills a mandatory column that comes back on the way down, when its values are gone.

use super::Planner;
use crate::{
    model::{Column, ConstraintKind, Table},
    render::{data_type, ident},
};

/// The statement that fills the column; `None` where no invented value could be right.
pub(super) fn fill(planner: &Planner<'_>, table: &Table, column: &Column) -> Option<String> {
    let in_rules = table.constraints.values().any(|constraint| {
        matches!(constraint.kind, ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. })
            && constraint.columns().contains(&column.name.as_str())
    });
    if in_rules || !(column.data_type.is_builtin() || planner.after().enum_type(&column.data_type.name).is_some()) {
        return None;
    }
    let unique = table.constraints.values().any(|constraint| {
        matches!(constraint.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. })
            && constraint.columns().contains(&column.name.as_str())
    }) || table.indexes.values().any(|index| index.unique && index.columns.contains(&column.name));
    let (name, target) = (ident(&column.name), &table.name);
    if unique {
        let value = match column.data_type.builtin_name()? {
            "int2" | "int4" | "int8" | "numeric" | "float8" => format!("numbered.n::{}", data_type(&column.data_type)),
            "text" | "varchar" | "bpchar" | "citext" => "numbered.n::text".to_owned(),
            _ => return None,
        };
        return Some(format!(
            "UPDATE {target} SET {name} = {value} FROM (SELECT ctid, row_number() OVER () AS n FROM {target}) AS numbered WHERE {target}.ctid = numbered.ctid"
        ));
    }
    let value = if column.data_type.array {
        "'{}'".to_owned()
    } else if let Some(labels) = planner.after().enum_type(&column.data_type.name) {
        crate::model::quote_literal(labels.labels.first()?)
    } else {
        match column.data_type.builtin_name()? {
            "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "money" | "interval" | "oid" => "'0'",
            "text" | "varchar" | "bpchar" | "bytea" | "name" | "tsvector" | "varbit" => "''",
            "bool" => "false",
            "date" | "timestamp" | "timestamptz" => "'epoch'",
            "time" | "timetz" => "'00:00'",
            "uuid" => "'00000000-0000-0000-0000-000000000000'",
            "json" | "jsonb" => "'{}'",
            "inet" | "cidr" => "'0.0.0.0'",
            _ => return None,
        }
        .to_owned()
    };
    Some(format!("UPDATE {target} SET {name} = {value}"))
}
