//! The statements with which a transaction begins: those that limit how long it waits for its locks, with other sessions behind it.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    model::{Constraint, ObjectId, Schema, TableKind, TableName},
    plan::{Phase, Statement},
    statement::{Ddl, Setting, TableAction},
};

/// Longer than the usual `deadlock_timeout`, after which Postgres ends an autovacuum that is in the way.
const AUTOVACUUM: u128 = 5000;

/// The shortest wait for a lock, in milliseconds, however many tables a transaction locks.
const SHORTEST: u128 = 20;

/// Returns the statements with which a transaction begins. `names` are the names that a table may have in the schema before it.
///
/// It first locks its tables in a mode that lets others read and write them: while it waits, Postgres ends an autovacuum that would be in the
/// way of the other locks. These wait together no longer than others may wait behind them.
pub(super) fn limits(
    statements: &[Statement],
    schema: &Schema,
    names: impl Fn(&TableName) -> [TableName; 2],
    limit: Duration,
) -> Vec<Statement> {
    let tables = locked(statements, schema, names);
    let each = limit.as_millis() / tables.len().max(1) as u128;
    let set = |limit| Statement::new(Phase::Guard, Ddl::Set(Setting::LockTimeout(limit)));
    let each = set(if limit.is_zero() { 0 } else { each.max(SHORTEST) });
    // Only the owner of a table may lock it.
    let owner = tables.iter().find_map(|name| Some(&schema.tables.get(name)?.owner));
    let is_own = |name: &TableName| schema.tables.get(name).map(|own| &own.owner) == owner;
    let own: Vec<TableName> = tables.iter().filter(|name| is_own(name)).cloned().collect();
    if own.is_empty() {
        return vec![each];
    }
    let lock = Statement {
        comments: vec![
            "Others can read and write meanwhile; Postgres ends an autovacuum that is in the way.".to_owned(),
        ],
        ..Statement::new(Phase::Guard, Ddl::LockTables(own))
    };
    vec![set(AUTOVACUUM), lock, each]
}

/// Returns the existing tables that statements lock, by their names in the schema before: those that they change, then those that
/// are referenced by foreign keys that they add or drop.
pub(super) fn locked(
    statements: &[Statement],
    schema: &Schema,
    names: impl Fn(&TableName) -> [TableName; 2],
) -> Vec<TableName> {
    let existing = |name: &TableName| {
        let is_table = |name: &TableName| {
            let own = schema.tables.get(name);
            own.is_some_and(|own| own.kind == TableKind::Ordinary)
        };
        names(name).into_iter().find(is_table)
    };
    let changed = statements
        .iter()
        .filter_map(|own| changed(&own.ddl))
        .filter_map(existing);
    let changed: BTreeSet<TableName> = changed.collect();
    let keys = statements.iter().flat_map(|own| {
        let dropped = |table: &TableName| existing(table).and_then(|name| schema.tables.get(&name));
        referenced(&own.ddl, &dropped)
    });
    let referenced = keys
        .filter_map(|name| existing(&name))
        .filter(|name| !changed.contains(name));
    let referenced: BTreeSet<TableName> = referenced.collect();
    changed.iter().chain(&referenced).cloned().collect()
}

/// Returns the table that a statement changes.
const fn changed(ddl: &Ddl) -> Option<&TableName> {
    match ddl {
        Ddl::AlterTable { table, .. } | Ddl::AdoptIndex { table, .. } | Ddl::CreateIndex { table, .. } => Some(table),
        Ddl::Drop(ObjectId::Table(table)) => Some(table),
        Ddl::Drop(ObjectId::Trigger { relation, .. })
        | Ddl::CreateCode {
            id: ObjectId::Trigger { relation, .. },
            ..
        } => Some(relation),
        _ => None,
    }
}

/// Returns the tables that are referenced by the foreign keys that a statement adds or drops.
fn referenced<'a>(ddl: &Ddl, existing: &dyn Fn(&TableName) -> Option<&'a crate::model::Table>) -> Vec<TableName> {
    let references = |own: &Constraint| own.foreign_key().map(|key| key.references.clone());
    match ddl {
        Ddl::AlterTable { table, actions, .. } => {
            let of_action = |action: &TableAction| match action {
                TableAction::AddConstraint(new) => references(&new.constraint),
                TableAction::DropConstraint(name) => existing(table)?.constraints.get(name).and_then(references),
                _ => None,
            };
            actions.iter().filter_map(of_action).collect()
        }
        Ddl::CreateTable(new) => {
            let added = new.constraints.iter();
            added.filter_map(|own| references(&own.constraint)).collect()
        }
        Ddl::Drop(ObjectId::Table(table)) => {
            let dropped = existing(table).into_iter().flat_map(|own| own.constraints.values());
            dropped.filter_map(references).collect()
        }
        _ => Vec::new(),
    }
}
