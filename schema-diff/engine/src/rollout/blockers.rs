//! What keeps a column from existing twice.

use crate::model::{Column, ConstraintKind, Pair, Schema, Table, TableKind, readers};

/// Returns why a column cannot be kept beside its new name, or beside the tables without it.
pub(super) fn why_not_kept(schemas: Pair<&Schema>, tables: Pair<&Table>, column: &Column) -> Option<String> {
    let Pair { before, after } = tables;
    let is_plain = |table: &Table, schema: &Schema| {
        let mut parents = schema.tables.values().flat_map(Table::parents);
        table.kind == TableKind::Ordinary
            && table.partition_of.is_none()
            && table.inherits.is_empty()
            && table.of_type.is_none()
            && !parents.any(|parent| *parent == table.name)
    };
    if !is_plain(before, schemas.before) || !is_plain(after, schemas.after) {
        return Some("the table is partitioned or a partition, inherits from a table or has child tables".to_owned());
    }
    if before.primary_key_columns().contains(&column.name) {
        return Some("it belongs to the primary key".to_owned());
    }
    let mut tables = schemas.before.tables.values();
    let is_referenced = tables.any(|table| {
        let mut keys = table.foreign_keys().filter_map(|own| own.foreign_key());
        keys.any(|key| key.references == before.name && key.referenced_columns.contains(&column.name))
    });
    if is_referenced {
        return Some("a foreign key references it".to_owned());
    }
    let mut constraints = before.constraints.values();
    let excludes = constraints.find(|own| {
        matches!(own.kind, ConstraintKind::Exclude { .. }) && own.columns().contains(&column.name.as_str())
    });
    if let Some(own) = excludes {
        return Some(format!("the exclusion constraint {} reads it", own.name));
    }
    let mut readers = readers(schemas.before, before, &column.name);
    readers.next().map(|reader| format!("{reader} reads it"))
}

/// Returns why a renamed column cannot exist under both names.
pub(super) fn why_not_twice(column: &Column) -> Option<&'static str> {
    if column.identity.is_some() || column.sequence.is_some() || column.generated.is_some() {
        return Some("its values come from a sequence or an expression");
    }
    if !column.grants.is_empty() {
        return Some("a role has privileges on this column");
    }
    (column.nullable && column.default.is_some())
        .then_some("it is nullable and has a default, so that NULL and no value cannot be told apart")
}
