//! The differ: compares before and after, with one short function per kind of object. Pure. A table that both schemas
//! share is not compared.

mod change;
mod columns;
mod constraints;
mod loss;
mod types;

pub use change::{Change, ColumnDelta, EnumEdit, TableDelta};
pub use loss::loss;

use std::collections::BTreeSet;

use crate::{
    matching::Matches,
    model::{Column, Pair, Schema, Table, TableName},
};

/// Returns all differences in a fixed order: schemas, extensions, types, dropped tables, the other tables by name,
/// views.
pub fn compare(pair: Pair<&Schema>, matches: &Matches) -> Vec<Change> {
    let mut changes = Vec::new();
    namespaces(pair, &mut changes);
    extensions(pair, &mut changes);
    types::types(pair, matches, &mut changes);
    dropped_tables(pair, matches, &mut changes);
    let flipped = matches.flip();
    // A table that both schemas share is equal, unless a match concerns it.
    let unshared = pair.after.tables.unshared(&pair.before.tables);
    let concerned = pair.after.tables.values().filter(|_| !matches.is_empty());
    let concerned = concerned
        .filter(|table| matches.may_affect(table) && pair.after.tables.shares(&pair.before.tables, &table.name));
    let mut tables: Vec<&Table> = unshared.chain(concerned).collect();
    tables.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    for after in tables {
        match pair.before.tables.get(&flipped.table(&after.name)) {
            None => changes.push(Change::CreateTable(after.name.clone())),
            // A partition changes with its parent, except for its own constraints, indexes and storage settings.
            Some(before) if before.partition_of.is_some() && after.partition_of.is_some() => {
                let tables = Pair::new(before, after);
                constraints::constraints(tables, matches, &mut changes);
                constraints::indexes(tables, matches, &mut changes);
                columns::settings(pair.before, tables, matches, &mut changes);
            }
            Some(before) => {
                let tables = Pair::new(before, after);
                table(tables, &from_parents(pair, tables, matches), matches, &mut changes);
            }
        }
    }
    views(pair, &mut changes);
    changes
}

fn namespaces(pair: Pair<&Schema>, changes: &mut Vec<Change>) {
    let Pair { before, after } = pair.map(|schema| &schema.namespaces);
    changes.extend(after.difference(before).cloned().map(Change::CreateNamespace));
    changes.extend(before.difference(after).cloned().map(Change::DropNamespace));
}

fn extensions(pair: Pair<&Schema>, changes: &mut Vec<Change>) {
    let Pair { before, after } = pair.map(|schema| &schema.extensions);
    changes.extend(
        after
            .keys()
            .filter(|name| !before.contains_key(*name))
            .cloned()
            .map(Change::CreateExtension),
    );
    changes.extend(
        before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .cloned()
            .map(Change::DropExtension),
    );
}

fn dropped_tables(pair: Pair<&Schema>, matches: &Matches, changes: &mut Vec<Change>) {
    let is_dropped = |name: &TableName| !pair.after.tables.contains_key(&matches.table(name));
    for table in pair.before.tables.unshared(&pair.after.tables) {
        let name = &table.name;
        let is_dropped_with_parent = table
            .partition_of
            .as_ref()
            .is_some_and(|partition| is_dropped(&partition.parent));
        if is_dropped(name) && !is_dropped_with_parent {
            changes.push(Change::DropTable(name.clone()));
        }
    }
}

/// Returns the columns (named as before) that a parent table has before and after.
fn from_parents<'a>(schemas: Pair<&'a Schema>, tables: Pair<&Table>, matches: &Matches) -> BTreeSet<&'a str> {
    let is_kept = |parent: &TableName, column: &Column| {
        let after = schemas.after.tables.get(&matches.table(parent));
        after.is_some_and(|above| above.column(&matches.column(parent, &column.name)).is_some())
    };
    let parents = tables.before.inherits.iter();
    parents
        .filter_map(|parent| schemas.before.tables.get(parent))
        .flat_map(|parent| parent.columns.iter().filter(|column| is_kept(&parent.name, column)))
        .map(|column| column.name.as_str())
        .collect()
}

fn table(pair: Pair<&Table>, from_parents: &BTreeSet<&str>, matches: &Matches, changes: &mut Vec<Change>) {
    let names = pair.map(|table| table.name.clone());
    if names.differs() {
        changes.push(Change::RenameTable(names.clone()));
    }
    let delta = TableDelta {
        comment: pair.map(|table| &table.comment).differs(),
        options: pair.map(|table| &table.options).differs(),
    };
    if delta.any() {
        changes.push(Change::AlterTable { table: names, delta });
    }
    columns::columns(pair, from_parents, matches, changes);
    constraints::constraints(pair, matches, changes);
    constraints::indexes(pair, matches, changes);
    policies(pair, changes);
}

fn policies(pair: Pair<&Table>, changes: &mut Vec<Change>) {
    let table = pair.map(|table| table.name.clone());
    for name in pair
        .before
        .policies
        .keys()
        .filter(|name| !pair.after.policies.contains_key(*name))
    {
        changes.push(Change::DropPolicy {
            table: table.clone(),
            name: name.clone(),
        });
    }
    for name in pair
        .after
        .policies
        .keys()
        .filter(|name| !pair.before.policies.contains_key(*name))
    {
        changes.push(Change::CreatePolicy {
            table: table.clone(),
            name: name.clone(),
        });
    }
}

fn views(pair: Pair<&Schema>, changes: &mut Vec<Change>) {
    for (name, before) in &pair.before.views {
        match pair.after.views.get(name) {
            None => changes.push(Change::DropView(name.clone())),
            Some(after) if after.query != before.query => changes.push(Change::ReplaceView(name.clone())),
            Some(_) => {}
        }
    }
    let created = pair
        .after
        .views
        .keys()
        .filter(|name| !pair.before.views.contains_key(*name));
    changes.extend(created.cloned().map(Change::CreateView));
}
