//! The schema of before on the scratch database: only what the change touches.

use std::collections::BTreeSet;

use postgres::Client;

use super::{ProofError, Side, run::run_all};
use crate::{
    compare::Change,
    model::{Grant, Schema, TableName, quote_ident, quote_literal},
    render::create,
};

/// Builds a schema on an empty database. Gives notes on what was made up for it.
///
/// # Errors
/// A statement that fails there: an extension that the server does not have, for instance.
pub fn prepare(client: &mut Client, schema: &Schema) -> Result<Vec<String>, ProofError> {
    let roles = roles(schema);
    for role in &roles {
        let sql = format!(
            "DO $roles$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {}) THEN CREATE ROLE {}; END IF; END $roles$",
            quote_literal(role),
            quote_ident(role)
        );
        // Without the right to create roles, the statements that name one fail and say so.
        let _ = client.batch_execute(&sql);
    }
    let statements = create::schema(schema);
    run_all(client, statements.iter().map(String::as_str), Side::Before).map_err(|(error, _)| error)?;
    Ok(Vec::new())
}

fn roles(schema: &Schema) -> BTreeSet<String> {
    let of = |grants: &[Grant]| grants.iter().filter_map(|grant| grant.grantee.clone()).collect::<Vec<_>>();
    let tables = schema.tables.values().flat_map(|table| {
        let columns = table.columns.iter().flat_map(|column| of(&column.grants));
        let policies = table.policies.values().flat_map(|policy| policy.roles.clone());
        of(&table.grants).into_iter().chain(columns).chain(policies).collect::<Vec<_>>()
    });
    tables.chain(schema.views.values().flat_map(|view| of(&view.grants))).collect()
}

/// Tables (by names of before) that a change touches, or that use a type that it touches.
pub fn touched(changes: &[Change], before: &Schema) -> BTreeSet<TableName> {
    let mut tables = BTreeSet::new();
    for change in changes {
        match change {
            Change::DropTable(name) => {
                tables.insert(name.clone());
                let referring = before.tables.values().filter(|table| table.foreign_keys().any(|found| found.foreign_key().is_some_and(|key| key.references == *name)));
                tables.extend(referring.map(|table| table.name.clone()));
                tables.extend(before.tables.values().filter(|table| table.partition_of.as_ref().is_some_and(|of| of.parent == *name)).map(|table| table.name.clone()));
            }
            Change::RenameTable(table)
            | Change::CommentTable(table)
            | Change::AddColumn { table, .. }
            | Change::DropColumn { table, .. }
            | Change::RenameColumn { table, .. }
            | Change::AlterColumn { table, .. }
            | Change::AddConstraint { table, .. }
            | Change::DropConstraint { table, .. }
            | Change::RenameConstraint { table, .. }
            | Change::CreateIndex { table, .. }
            | Change::DropIndex { table, .. }
            | Change::RenameIndex { table, .. }
            | Change::CreatePolicy { table, .. }
            | Change::DropPolicy { table, .. } => {
                tables.insert(table.before.clone());
            }
            Change::AlterEnum { name, .. } => {
                let users = before.tables.values().filter(|table| table.columns.iter().any(|column| column.data_type.name == name.before));
                tables.extend(users.map(|table| table.name.clone()));
            }
            Change::CreateView(name) | Change::DropView(name) | Change::ReplaceView(name) => {
                if let Some(view) = before.views.get(name) {
                    let read = view.depends_on.iter().map(|read| read.relation.clone());
                    tables.extend(read.filter(|relation| before.tables.contains_key(relation)));
                }
            }
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::CreateType(_)
            | Change::DropType(_)
            | Change::CreateTable(_)
            | Change::RenameSequence(_) => {}
        }
    }
    // Whatever refers to a touched table's key takes part when the key changes.
    let keys_change = |table: &TableName| {
        changes.iter().any(|change| {
            matches!(change, Change::AlterColumn { table: of, .. } | Change::DropConstraint { table: of, .. } | Change::DropColumn { table: of, .. } if of.before == *table)
        })
    };
    let referring: Vec<TableName> = before
        .tables
        .values()
        .filter(|table| table.foreign_keys().any(|found| found.foreign_key().is_some_and(|key| tables.contains(&key.references) && keys_change(&key.references))))
        .map(|table| table.name.clone())
        .collect();
    tables.extend(referring);
    tables.retain(|name| before.tables.contains_key(name));
    tables
}
