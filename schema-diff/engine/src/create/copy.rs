//! The settings that [`schema`](super::schema) leaves out. A copy of a database has them too, so that its catalogs
//! equal the original's.

use super::{
    access::privileges,
    function::routine,
    restored::{
        function_settings, index_settings, partition_trigger, sequence_settings, statistics_settings,
        view_column_settings,
    },
    role::owners,
};
use crate::{
    model::{CustomType, ObjectId, Schema, Session, Table, TableName},
    statement::{Ddl, Revokes},
};

/// Returns the statements that give the objects of a copy, which all belong to `role`, the owners, privileges and
/// settings of the original.
///
/// The statements do not depend on each other: a statement that fails leaves out one setting. The roles must exist
/// ([`missing_owners`](super::missing_owners)).
pub fn copied_settings(schema: &Schema, role: &str) -> Vec<Ddl> {
    let session = Session {
        role: role.to_owned(),
        superuser: true,
        ..Session::default()
    };
    let mut statements = owners(schema, role);
    statements.extend(revoked(schema));
    for (name, access) in &schema.type_access {
        if let Some(of) = schema.types.get(name) {
            let id = ObjectId::custom_type(name, matches!(of, CustomType::Domain(_)));
            statements.extend(privileges(&id, access, &session));
        }
    }
    for (signature, settings) in &schema.restored.functions {
        if let Some(function) = schema.functions.get(signature) {
            statements.extend(function_settings(&routine(signature, function), settings, &session));
        }
    }
    let owned = schema.tables.values().flat_map(Table::sequences);
    for name in owned.chain(schema.sequences.keys()) {
        let settings = schema.restored.sequences.get(name);
        statements.extend(
            settings
                .into_iter()
                .flat_map(|own| sequence_settings(name, own, &session)),
        );
    }
    for (name, of) in &schema.restored.statistics {
        if has_relation(schema, &of.on) {
            statements.extend(statistics_settings(name, of, &session));
        }
    }
    statements.extend(indexes(schema));
    for (name, columns) in &schema.restored.view_columns {
        if let Some(view) = schema.views.get(name) {
            let columns = columns.iter();
            statements.extend(columns.flat_map(|(column, own)| view_column_settings(view, column, own)));
        }
    }
    for ((_, trigger), partitions) in &schema.restored.partition_triggers {
        let own = partitions.iter().filter(|of| schema.tables.contains_key(&of.partition));
        statements.extend(own.map(|of| partition_trigger(&of.partition, trigger, of)));
    }
    statements
}

fn has_relation(schema: &Schema, name: &TableName) -> bool {
    schema.tables.contains_key(name) || schema.views.contains_key(name)
}

/// Revokes the privileges that the owners of tables and views have revoked from themselves.
fn revoked(schema: &Schema) -> impl Iterator<Item = Ddl> {
    let tables = schema.tables.values();
    let tables = tables.map(|table| (&table.name, &table.owner, &table.revoked_from_owner));
    let views = schema.views.values();
    let views = views.map(|view| (&view.name, &view.owner, &view.revoked_from_owner));
    let all = tables.chain(views).filter(|(.., privileges)| !privileges.is_empty());
    all.map(|(name, owner, privileges)| {
        Ddl::Revoke(Revokes {
            privileges: privileges.clone(),
            on: ObjectId::Table(name.clone()),
            from: Some(owner.clone()),
            if_role_exists: true,
        })
    })
}

/// Sets the settings of the indexes of tables and materialized views.
fn indexes(schema: &Schema) -> Vec<Ddl> {
    let settings = &schema.restored.indexes;
    let mut statements = Vec::new();
    for table in schema.tables.values() {
        let keys = table.constraints.keys().map(|name| (name, true));
        for (name, is_key) in keys.chain(table.indexes.keys().map(|name| (name, false))) {
            if let Some(own) = settings.get(&table.name.sibling(name.as_str())) {
                statements.extend(index_settings(&table.name, name, is_key, own));
            }
        }
    }
    for view in schema.views.values() {
        for name in view.indexes.keys() {
            if let Some(own) = settings.get(&view.name.sibling(name.as_str())) {
                statements.extend(index_settings(&view.name, name, false, own));
            }
        }
    }
    statements
}
