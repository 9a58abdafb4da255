//! Roles that a schema names.
//!
//! They belong to the server, not to a database; a private server has none of them, and policies cannot be created
//! without theirs.

use std::collections::BTreeSet;

use super::grant::quote_role;
use crate::{
    model::{Grant, Schema, quote_literal},
    render::dollar_quoted,
};

/// Creates, without any right to log in, the roles that policies and grants name and the server does not have.
pub fn missing_roles(schema: &Schema) -> Vec<String> {
    named_roles(schema)
        .into_iter()
        .map(|role| {
            let body = format!(
                "\nBEGIN\n    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        CREATE ROLE {};\n    END IF;\n\
                 EXCEPTION WHEN duplicate_object OR unique_violation THEN\n    NULL; -- somebody else was quicker\nEND\n",
                quote_literal(role),
                quote_role(role),
            );
            format!("DO {}", dollar_quoted("", &body))
        })
        .collect()
}

/// The roles that policies and grants name.
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
    let of_views = schema.views.values().flat_map(|view| grantees(&view.grants));
    of_tables.chain(of_views).collect()
}

fn grantees<'a>(grants: impl IntoIterator<Item = &'a Grant>) -> impl Iterator<Item = &'a str> {
    grants.into_iter().filter_map(|grant| grant.grantee.as_deref())
}
