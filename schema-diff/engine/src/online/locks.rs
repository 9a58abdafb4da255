//! The statements with which a transaction begins: those that limit how long it waits for its locks, with other sessions behind it.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    model::{Constraint, ObjectId, Schema, Table, TableKind, TableName},
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
    let changed = changed_tables(statements, schema, &names);
    let referenced = referenced_tables(statements, schema, &names);
    let all = changed.union(&referenced);
    let count: usize = all.map(|name| count_locked(schema, name)).sum();
    let each = limit.as_millis() / count.max(1) as u128;
    let set = |limit| Statement::new(Phase::Guard, Ddl::Set(Setting::LockTimeout(limit)));
    let each = set(if limit.is_zero() { 0 } else { each.max(SHORTEST) });
    // A role may add a foreign key to a table that it may not lock, and revoke its own privileges.
    let may_lock = |name: &&TableName| {
        let own = schema.tables.get(name);
        own.is_some_and(|own| own.revoked_from_owner.is_empty())
    };
    let own: Vec<TableName> = changed.iter().filter(may_lock).cloned().collect();
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

/// Returns the existing tables that statements lock, by their names in the schema before: those that they change, and those
/// that are referenced by foreign keys that they add or drop.
pub(super) fn locked(
    statements: &[Statement],
    schema: &Schema,
    names: impl Fn(&TableName) -> [TableName; 2],
) -> BTreeSet<TableName> {
    let mut all = changed_tables(statements, schema, &names);
    all.extend(referenced_tables(statements, schema, &names));
    all
}

/// Returns the existing tables that are referenced by foreign keys that statements add or drop.
fn referenced_tables(
    statements: &[Statement],
    schema: &Schema,
    names: impl Fn(&TableName) -> [TableName; 2],
) -> BTreeSet<TableName> {
    let existing = |name: &TableName| existing(schema, names(name));
    let keys = statements.iter().flat_map(|own| {
        let dropped = |table: &TableName| existing(table).and_then(|name| schema.tables.get(&name));
        referenced(&own.ddl, &dropped)
    });
    keys.filter_map(|name| existing(&name)).collect()
}

/// Returns the existing tables that statements change, by their names in the schema before.
fn changed_tables(
    statements: &[Statement],
    schema: &Schema,
    names: impl Fn(&TableName) -> [TableName; 2],
) -> BTreeSet<TableName> {
    let changed = statements.iter().filter_map(|own| match &own.ddl {
        Ddl::Drop(ObjectId::Index(index)) => of_index(schema, index),
        ddl => existing(schema, names(changed(ddl)?)),
    });
    changed.collect()
}

/// Counts a table and its partitions, which Postgres locks with it. They are not named: other databases may have others.
fn count_locked(schema: &Schema, name: &TableName) -> usize {
    let partitions = schema.tables.values().filter(|own| own.is_partition_of(name));
    let partitions = partitions.filter(|own| !matches!(own.kind, TableKind::Foreign { .. }));
    1 + partitions.map(|own| count_locked(schema, &own.name)).sum::<usize>()
}

/// Returns the name under which a table exists.
fn existing(schema: &Schema, names: [TableName; 2]) -> Option<TableName> {
    let is_table = |name: &TableName| {
        let own = schema.tables.get(name);
        own.is_some_and(|own| !matches!(own.kind, TableKind::Foreign { .. }))
    };
    names.into_iter().find(is_table)
}

/// Returns the table of an index.
fn of_index(schema: &Schema, index: &TableName) -> Option<TableName> {
    let has = |own: &&Table| own.name.schema == index.schema && own.indexes.contains_key(&index.name);
    schema.tables.values().find(has).map(|own| own.name.clone())
}

/// Returns the table that a statement changes.
const fn changed(ddl: &Ddl) -> Option<&TableName> {
    match ddl {
        Ddl::Drop(ObjectId::Trigger { relation, .. })
        | Ddl::CreateCode {
            id: ObjectId::Trigger { relation, .. },
            ..
        } => Some(relation),
        _ => ddl.altered_table(),
    }
}

/// Returns the tables that are referenced by the foreign keys that a statement adds or drops.
fn referenced<'a>(ddl: &Ddl, existing: &dyn Fn(&TableName) -> Option<&'a Table>) -> Vec<TableName> {
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
