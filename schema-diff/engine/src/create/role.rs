//! The roles that a schema names.
//!
//! Roles belong to the server, not to a database. A private server has none of them, and a policy cannot be created
//! without its roles.

use std::collections::BTreeSet;

use crate::{
    model::{Grant, ObjectId, Schema},
    statement::Ddl,
};

/// Creates, without `LOGIN`, the roles that policies and grants name and that the server does not have.
pub fn missing_roles(schema: &Schema) -> Vec<Ddl> {
    named_roles(schema).into_iter().map(missing_role).collect()
}

/// Creates, without `LOGIN`, the missing roles that own tables, views and types, use its types, or have granted
/// privileges.
pub fn missing_owners(schema: &Schema) -> Vec<Ddl> {
    owning_roles(schema).into_iter().map(missing_role).collect()
}

fn missing_role(role: &str) -> Ddl {
    Ddl::CreateRole(role.to_owned())
}

/// Returns the roles that policies and grants name.
pub fn named_roles(schema: &Schema) -> BTreeSet<&str> {
    let of_tables = schema.tables.values().flat_map(|table| {
        let policies = table
            .policies
            .values()
            .flat_map(|policy| &policy.roles)
            .map(String::as_str);
        let columns = table.columns.iter().flat_map(|column| &column.grants);
        policies.chain(grantees(table.grants.iter().chain(columns)))
    });
    let of_views = schema
        .views
        .values()
        .flat_map(|view| grantees(view.grants.iter().chain(view.column_grants.values().flatten())));
    of_tables.chain(of_views).collect()
}

/// Returns the roles that own tables, views and types, use types, or have granted privileges.
pub fn owning_roles(schema: &Schema) -> BTreeSet<&str> {
    let functions = schema.restored.functions.iter();
    let functions = functions.filter(|(signature, _)| schema.functions.contains_key(*signature));
    let sequences: BTreeSet<_> = schema
        .tables
        .values()
        .flat_map(crate::model::Table::sequences)
        .collect();
    let sequences = schema
        .restored
        .sequences
        .iter()
        .filter(|(name, _)| sequences.contains(name));
    let others = functions.map(|(_, of)| of).chain(sequences.map(|(_, of)| of));
    let accesses: Vec<_> = others.map(|of| &of.access).chain(schema.type_access.values()).collect();
    let types = || accesses.iter().copied();
    let of_types = types().flat_map(|access| grantees(&access.grants));
    let statistics = schema.restored.statistics.values().map(|of| &of.owner);
    let owners = schema.tables.values().map(|table| &table.owner);
    let owners = owners.chain(schema.views.values().map(|view| &view.owner));
    let owners = owners.chain(types().map(|access| &access.owner)).chain(statistics);
    let of_tables = schema.tables.values().flat_map(|table| {
        let columns = table.columns.iter().flat_map(|column| &column.grants);
        table.grants.iter().chain(columns)
    });
    let of_views = schema
        .views
        .values()
        .flat_map(|view| view.grants.iter().chain(view.column_grants.values().flatten()));
    let of_type_access = types().flat_map(|access| &access.grants);
    let grantors = of_tables
        .chain(of_views)
        .chain(of_type_access)
        .filter_map(|grant| grant.grantor.as_deref());
    of_types
        .chain(owners.map(String::as_str))
        .chain(grantors)
        .filter(|name| !name.is_empty() && !name.starts_with("pg_"))
        .collect()
}

/// Sets the owners of tables, views, types and statistics, except of those that `role` owns.
pub fn owners(schema: &Schema, role: &str) -> Vec<Ddl> {
    let tables = schema.tables.values();
    let tables = tables.map(|table| (ObjectId::Table(table.name.clone()), &table.owner));
    let views = schema.views.values();
    let views = views.map(|view| (ObjectId::view(&view.name, view.materialized), &view.owner));
    let types = schema
        .type_access
        .iter()
        .filter(|(name, _)| schema.types.contains_key(*name))
        .map(|(name, access)| (ObjectId::Type(name.clone()), &access.owner));
    let statistics = schema.restored.statistics.iter();
    let is_there = |on| schema.tables.contains_key(on) || schema.views.contains_key(on);
    let statistics = statistics
        .filter(|(_, of)| is_there(&of.on))
        .map(|(name, of)| (ObjectId::Statistics(name.clone()), &of.owner));
    tables
        .chain(views)
        .chain(types)
        .chain(statistics)
        .filter(|(_, owner)| !owner.is_empty() && owner.as_str() != role)
        .map(|(of, owner)| Ddl::Owner {
            of,
            role: owner.clone(),
        })
        .collect()
}

fn grantees<'a>(grants: impl IntoIterator<Item = &'a Grant>) -> impl Iterator<Item = &'a str> {
    grants.into_iter().filter_map(|grant| grant.grantee.as_deref())
}
