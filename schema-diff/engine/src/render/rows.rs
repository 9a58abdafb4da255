//! The SQL of statements that change rows.

use super::{data_type, ident, text::dollar_quoted};
use crate::{
    model::{DataType, SequenceOptions, TableName, quote_literal},
    statement::{Batches, RowChange},
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
            format!("UPDATE {table} SET {column} = {value}{rows}")
        }
        RowChange::FillInBatches(batches) => fill_in_batches(batches),
        RowChange::Number {
            table,
            column,
            data_type: to,
        } => number(table, column, to),
        RowChange::InsertReferenced { .. } => insert_referenced(change),
        RowChange::ContinueSequence { table, column, options } => continue_sequence(table, column, options),
    }
}

/// Renders a `DO` block that fills a column in the order of the primary key.
///
/// The variables have a label, so that they are not taken for columns. After each batch it rests for as long as the batch took, so that a
/// loaded server, on which batches take longer, is given more time.
fn fill_in_batches(of: &Batches) -> String {
    let Batches { table, value, .. } = of;
    let column = ident(&of.column);
    let names: Vec<String> = of.key.iter().map(|name| ident(name)).collect();
    let variables =
        |prefix: &str| -> Vec<String> { (1..=names.len()).map(|at| format!("fill.{prefix}_{at}")).collect() };
    let row = |list: &[String]| match list {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    };
    let (first, next) = (variables("first"), variables("next"));
    let declare = |prefix: &str| -> String {
        let of_type = |(at, name): (usize, &String)| format!("    {prefix}_{} {table}.{name}%TYPE;\n", at + 1);
        names.iter().enumerate().map(of_type).collect()
    };
    let (key, keys) = (row(&names), names.join(", "));
    let (from, until) = (row(&first), row(&next));
    let is_end = &next[0];
    let row_security = if of.row_security {
        "        PERFORM set_config('row_security', 'off', true);\n"
    } else {
        ""
    };
    let reset: String = next.iter().map(|name| format!("        {name} := NULL;\n")).collect();
    let advance: String = first
        .iter()
        .zip(&next)
        .map(|(first, next)| format!("        {first} := {next};\n"))
        .collect();
    let body = format!(
        "\n#variable_conflict use_column\n<<fill>>\nDECLARE\n{}{}    began timestamptz;\n    is_done boolean;\nBEGIN\n\
        \x20   SELECT {keys} INTO {} FROM {table} ORDER BY {keys} LIMIT 1;\n\
        \x20   WHILE {} IS NOT NULL LOOP\n\
        \x20       fill.began := clock_timestamp();\n\
        \x20       PERFORM set_config('lock_timeout', '{}ms', true);\n{row_security}{reset}\
        \x20       SELECT {keys} INTO {} FROM {table} WHERE {key} >= {from} ORDER BY {keys} OFFSET {} LIMIT 1;\n\
        \x20       BEGIN\n\
        \x20           IF {is_end} IS NULL THEN\n\
        \x20               UPDATE {table} SET {column} = {value} WHERE {column} IS NULL AND {key} >= {from};\n\
        \x20           ELSE\n\
        \x20               UPDATE {table} SET {column} = {value} WHERE {column} IS NULL AND {key} >= {from} AND {key} < {until};\n\
        \x20           END IF;\n\
        \x20           fill.is_done := true;\n\
        \x20       EXCEPTION WHEN lock_not_available OR deadlock_detected THEN\n\
        \x20           -- Another session changes one of the rows: again, after a pause.\n\
        \x20           fill.is_done := false;\n\
        \x20       END;\n\
        \x20       COMMIT;\n\
        \x20       PERFORM pg_sleep(extract(epoch FROM clock_timestamp() - fill.began));\n\
        \x20       CONTINUE WHEN NOT fill.is_done;\n{advance}\
        \x20   END LOOP;\nEND\n",
        declare("first"),
        declare("next"),
        first.join(", "),
        first[0],
        of.lock_timeout,
        next.join(", "),
        of.rows,
    );
    format!("DO {}", dollar_quoted("fill", &body))
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
