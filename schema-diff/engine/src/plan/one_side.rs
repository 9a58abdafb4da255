//! Objects of tables and columns that exist only before or only after a change.

use crate::{
    compare::Change,
    model::{Pair, Schema, TableName, quote_ident},
};

/// Returns whether an object, as Postgres identifies it (`default value for public.t.a`), belongs to a table or column that the changes create or
/// drop.
pub fn is_on_one_side(object: &str, changes: &[Change], schemas: Pair<&Schema>) -> bool {
    changes.iter().any(|change| match change {
        Change::DropTable(name) => is_of_table(object, schemas.before, name),
        Change::CreateTable(name) => is_of_table(object, schemas.after, name),
        Change::DropColumn { table, column } => is_of_column(object, &table.before, column),
        Change::AddColumn { table, column } => is_of_column(object, &table.after, column),
        _ => false,
    })
}

fn is_of_table(object: &str, schema: &Schema, name: &TableName) -> bool {
    let table = schema.tables.get(name);
    let mut indexes = table.into_iter().flat_map(|own| own.indexes.keys());
    object.ends_with(&format!(" on {}", name.qualified()))
        || object.starts_with(&format!("default value for {}.", name.qualified()))
        || indexes.any(|index| object == format!("index {}", name.sibling(index).qualified()))
}

fn is_of_column(object: &str, table: &TableName, column: &str) -> bool {
    object == format!("default value for {}.{}", table.qualified(), quote_ident(column))
}
