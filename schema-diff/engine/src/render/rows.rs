//! The SQL of statements that change rows.

use super::{data_type, fill::fill_in_batches, ident, text::closed};
use crate::{
    model::{DataType, SequenceOptions, TableName, quote_literal},
    statement::RowChange,
};

pub(super) fn change(change: &RowChange) -> String {
    match change {
        RowChange::Fill {
            table,
            column,
            value,
            only_null,
        } => {
            let column = ident(column);
            let rows = if *only_null {
                format!(" WHERE {column} IS NULL")
            } else {
                String::new()
            };
            format!("UPDATE {table} SET {column} = {}{rows}", closed(value))
        }
        RowChange::FillInBatches(batches) => fill_in_batches(batches),
        RowChange::Number {
            table,
            column,
            data_type: to,
        } => number(table, column, to),
        RowChange::InsertReferenced { .. } => insert_referenced(change),
        RowChange::CopyPosition { from, to } => {
            let to = quote_literal(&to.to_string());
            format!("SELECT setval({to}, last_value, is_called) FROM {from}")
        }
        RowChange::ContinueSequence { table, column, options } => continue_sequence(table, column, options),
    }
}

fn number(table: &TableName, column: &str, to: &DataType) -> String {
    format!(
        "UPDATE {table} SET {} = numbered.n::{} FROM (SELECT ctid, row_number() OVER () AS n FROM {table}) AS numbered WHERE {table}.ctid = numbered.ctid",
        ident(column),
        data_type(to)
    )
}

fn insert_referenced(change: &RowChange) -> String {
    let RowChange::InsertReferenced {
        table,
        columns,
        from,
        from_columns,
        others,
        overriding,
    } = change
    else {
        return String::new();
    };
    let held: Vec<String> = from_columns.iter().map(|name| ident(name)).collect();
    let not_null: Vec<String> = held.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let names = columns.iter().chain(others.iter().map(|(name, ..)| name));
    let names: Vec<String> = names.map(|name| ident(name)).collect();
    // In a SELECT, a bare literal has the type text.
    let values = others
        .iter()
        .map(|(_, value, of)| format!("{value}::{}", data_type(of)));
    let values: Vec<String> = held.iter().cloned().chain(values).collect();
    let overriding = if *overriding { " OVERRIDING SYSTEM VALUE" } else { "" };
    format!(
        "INSERT INTO {table} ({}){overriding} SELECT DISTINCT ON ({}) {} FROM {from} WHERE {} ON CONFLICT DO NOTHING",
        names.join(", "),
        held.join(", "),
        values.join(", "),
        not_null.join(" AND ")
    )
}

/// Renders a statement that continues a sequence after the existing values, but not before its start value.
fn continue_sequence(table: &TableName, column: &str, options: &SequenceOptions) -> String {
    let name = ident(column);
    let (step, start) = (options.increment, options.start);
    let next = if (step, start) == (1, 1) {
        format!("greatest(max({name}), 0) + 1")
    } else if step > 0 {
        format!("greatest(max({name}) + {step}, {start})")
    } else {
        format!("least(min({name}) - {}, {start})", step.unsigned_abs())
    };
    format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), {next}, false) FROM {table}",
        quote_literal(&table.to_string()),
        quote_literal(column)
    )
}
