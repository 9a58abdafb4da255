//! What keeps a column from existing twice.

use crate::model::{Column, ConstraintKind, Pair, Schema, Table, readers};

/// Returns why a column cannot be kept beside its new name, or beside the tables without it.
pub(super) fn why_not_kept(schemas: Pair<&Schema>, tables: Pair<&Table>, column: &Column) -> Option<String> {
    let Pair { before, after } = tables;
    if !schemas.before.is_alone(before) || !schemas.after.is_alone(after) {
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
pub(super) fn why_not_twice(before: &Schema, tables: Pair<&Table>, columns: Pair<&Column>) -> Option<String> {
    let Pair { before: was, after: is } = columns;
    if was.identity.is_some() || was.sequence.is_some() || was.generated.is_some() {
        return Some("its values come from a sequence or an expression".to_owned());
    }
    if !was.grants.is_empty() {
        return Some("a role has privileges on this column".to_owned());
    }
    if was.nullable && was.default.is_some() {
        return Some("it is nullable and has a default, so that NULL and no value cannot be told apart".to_owned());
    }
    // Those that synchronize other columns leave these alone.
    let mut triggers = tables.before.before_triggers_from("zz_sync_");
    if let Some(own) = triggers.find(|own| !own.name.starts_with("zz_sync_")) {
        return Some(format!(
            "trigger {} fires after the one that would synchronize them",
            own.name
        ));
    }
    if tables.before.column(&is.name).is_some() || tables.after.column(&was.name).is_some() {
        return Some("another column has one of its names".to_owned());
    }
    if before.domain(&was.data_type.name).is_some() {
        return Some("its type is a domain".to_owned());
    }
    (is.nullable && was.default.is_some())
        .then(|| "it has a default, so that NULL and no value cannot be told apart".to_owned())
}
