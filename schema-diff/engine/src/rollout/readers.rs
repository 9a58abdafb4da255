//! What keeps a column from existing twice.

use crate::model::{Column, ColumnRef, ConstraintKind, Pair, Schema, Table, TableKind};

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
    reader(
        schemas.before,
        before,
        &ColumnRef::column(&before.name, column.name.clone()),
    )
    .map(|reader| format!("{reader} reads it"))
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

/// Returns an object that reads a column.
fn reader(schema: &Schema, table: &Table, own: &ColumnRef) -> Option<String> {
    let name = own.column.as_deref().unwrap_or_default();
    let reads = |all: &[ColumnRef]| all.contains(own);
    let view = schema.views.values().find(|own| reads(&own.depends_on));
    let trigger = table.triggers.values().find(|own| reads(&own.depends_on));
    let policy = table.policies.values().find(|own| reads(&own.depends_on));
    let rule = table.rules.values().find(|own| reads(&own.depends_on));
    let function = schema.functions.values().find(|own| reads(&own.depends_on));
    let mut columns = table.columns.iter();
    let generated = columns.find(|other| {
        let generated = other.generated.as_ref();
        generated.is_some_and(|from| from.columns.iter().any(|read| read == name))
    });
    let mut statistics = schema.restored.statistics.iter();
    let statistics = statistics.find(|(_, of)| of.on == table.name && of.reads.contains(name));
    let is_published = |columns: &[String]| columns.iter().any(|column| column == name);
    let mut publications = table.replication.publications.iter();
    let publication = publications.find(|(_, of)| is_published(&of.columns) || is_published(&of.filter_columns));
    let found = [
        view.map(|own| format!("view {}", own.name.plain())),
        trigger.map(|own| format!("trigger {}", own.name)),
        policy.map(|own| format!("policy {}", own.name)),
        rule.map(|own| format!("rule {}", own.name)),
        function.map(|own| format!("function {}", own.name.plain())),
        generated.map(|own| format!("the generated column {}", own.name)),
        statistics.map(|(name, _)| format!("the extended statistics {}", name.plain())),
        publication.map(|(name, _)| format!("publication {name}")),
    ];
    found.into_iter().flatten().next()
}
