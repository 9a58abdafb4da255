//! Names and lists of columns as Diesel writes them: every name is quoted. Pure.

use crate::model::{TableName, quote_ident_always};

/// Renders the name of a table, without the default schema.
pub fn table(name: &TableName) -> String {
    match name.schema.as_str() {
        "public" => quote_ident_always(&name.name),
        schema => format!("{}.{}", quote_ident_always(schema), quote_ident_always(&name.name)),
    }
}

/// Renders the columns of a table, with its name before each.
pub fn selected<'a>(name: &TableName, columns: impl Iterator<Item = &'a str>) -> String {
    list(columns.map(|column| qualified(name, column)))
}

/// Renders a column with the name of its table.
pub fn qualified(name: &TableName, column: &str) -> String {
    format!("{}.{}", table(name), quote_ident_always(column))
}

/// Renders the columns of an `INSERT`.
pub fn named<'a>(columns: impl Iterator<Item = &'a str>) -> String {
    list(columns.map(quote_ident_always))
}

/// Renders the assignments of an `UPDATE`.
pub fn assigned<'a>(values: impl Iterator<Item = (&'a str, String)>) -> String {
    list(values.map(|(column, value)| format!("{} = {value}", quote_ident_always(column))))
}

/// Renders the condition that columns have these values.
pub fn equal<'a>(name: &TableName, values: impl Iterator<Item = (&'a str, String)>) -> String {
    values
        .map(|(column, value)| format!("({} = {value})", qualified(name, column)))
        .reduce(|all, part| format!("({all} AND {part})"))
        .unwrap_or_default()
}

/// Joins the items of a list.
pub fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
