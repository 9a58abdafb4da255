//! Rows for the proof: some in every table that accepts them, each with different values.

use std::collections::BTreeSet;

use postgres::Client;

use crate::{
    model::{Column, Schema, Table, TableKind, TableName, quote_ident},
    sample_value::sample_value,
};

/// The number of rows per table.
const ROWS: usize = 3;

/// The kind of the inserted rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows with a value in every column.
    Full,
    /// One more row, with NULL in every nullable column.
    Nulls,
    /// One more row, with the defaults of its columns, that refers to the same rows as the first.
    New,
}

/// Inserts rows into every table that accepts them; returns their number.
pub(super) fn seed(client: &mut Client, schema: &Schema, kind: Kind) -> usize {
    // Triggers do not fire, and foreign keys are neither checked nor enforced by actions.
    let _ = client.batch_execute("SET session_replication_role = replica");
    let mut seeded = 0;
    let mut done: BTreeSet<TableName> = BTreeSet::new();
    let mut left: Vec<&Table> = schema
        .tables
        .values()
        .filter(|table| table.kind == TableKind::Ordinary && table.partition_of.is_none())
        .collect();
    while !left.is_empty() {
        let (ready, waiting): (Vec<&Table>, Vec<&Table>) = left.iter().partition(|table| {
            table.foreign_keys().filter_map(|found| found.foreign_key()).all(|key| {
                key.references == table.name
                    || done.contains(&key.references)
                    || !schema.tables.contains_key(&key.references)
            })
        });
        // Foreign keys form a circle: all remaining tables are filled, with NULL in the keys if possible.
        let batch = if ready.is_empty() { left.clone() } else { ready };
        for table in &batch {
            let rows = match kind {
                Kind::Full => 1..=ROWS,
                Kind::Nulls => ROWS + 1..=ROWS + 1,
                Kind::New => ROWS + 2..=ROWS + 2,
            };
            for row in rows {
                if let Some(sql) = insert(schema, table, row, kind, &done)
                    && client.batch_execute(&sql).is_ok()
                {
                    seeded += 1;
                }
            }
            done.insert(table.name.clone());
        }
        left = if batch.len() == left.len() { Vec::new() } else { waiting };
    }
    let _ = client.batch_execute("RESET session_replication_role");
    seeded
}

/// Removes all rows.
pub(crate) fn empty(client: &mut Client, schema: &Schema) {
    let tables: Vec<String> = schema
        .tables
        .values()
        .filter(|table| table.partition_of.is_none())
        .map(|table| table.name.to_string())
        .collect();
    let _ = client.batch_execute("SET session_replication_role = replica");
    for table in tables {
        let _ = client.batch_execute(&format!("TRUNCATE {table} RESTART IDENTITY CASCADE"));
    }
    let _ = client.batch_execute("RESET session_replication_role");
}

/// Returns a statement that inserts a row with values that no existing row has, and with the defaults of columns that
/// have one.
pub(super) fn new_row(schema: &Schema, table: &Table) -> Option<String> {
    let done = schema.tables.keys().cloned().collect();
    insert(schema, table, ROWS + 2, Kind::New, &done)
}

/// Returns a value that no row has in this column.
pub(super) fn other_value(schema: &Schema, column: &Column) -> Option<String> {
    sample_value(schema, &column.data_type, ROWS + 3)
}

fn insert(schema: &Schema, table: &Table, row: usize, kind: Kind, done: &BTreeSet<TableName>) -> Option<String> {
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in &table.columns {
        let numbered = column.sequence.is_some() || column.identity.is_some();
        if column.generated.is_some() || numbered || (kind == Kind::New && column.default.is_some()) {
            continue;
        }
        let referring = if kind == Kind::New { 1 } else { row };
        let value = match foreign_value(table, column, referring, done) {
            _ if kind == Kind::Nulls && column.nullable => Some("NULL".to_owned()),
            Some(value) => value,
            None => sample_value(schema, &column.data_type, row),
        };
        match value {
            Some(value) => {
                names.push(quote_ident(&column.name));
                values.push(value);
            }
            None if column.nullable || column.default.is_some() => {}
            None => return None,
        }
    }
    Some(if names.is_empty() {
        format!("INSERT INTO {} DEFAULT VALUES", table.name)
    } else {
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.name,
            names.join(", "),
            values.join(", ")
        )
    })
}

/// Returns the value of a foreign key column: that of the same row of the referenced table; `Some(None)` if that has no
/// rows yet.
fn foreign_value(table: &Table, column: &Column, row: usize, done: &BTreeSet<TableName>) -> Option<Option<String>> {
    let key = table
        .foreign_keys()
        .filter_map(|found| found.foreign_key())
        .find(|key| key.columns.contains(&column.name))?;
    if !done.contains(&key.references) {
        return Some(None);
    }
    let at = key.columns.iter().position(|own| *own == column.name)?;
    let target = quote_ident(key.referenced_columns.get(at)?);
    let order = key
        .referenced_columns
        .iter()
        .map(|own| quote_ident(own))
        .collect::<Vec<_>>()
        .join(", ");
    Some(Some(format!(
        "(SELECT {target} FROM {} ORDER BY {order} OFFSET {} LIMIT 1)",
        key.references,
        row - 1
    )))
}
