//! The SQL of statements that change rows.

use super::{
    data_type, ident,
    statement::sql,
    text::{closed, dollar_quoted},
};
use crate::{
    model::{DataType, SequenceOptions, TableName, mentioned_words, quote_literal},
    statement::{Batches, Ddl, RowChange},
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
        RowChange::ContinueSequence { table, column, options } => continue_sequence(table, column, options),
    }
}

/// Renders a `DO` block that fills a column in the order of the primary key.
///
/// The size of the batches follows their duration, and so do the pauses between them: a loaded server is given more time.
fn fill_in_batches(of: &Batches) -> String {
    let (table, value) = (&of.table, closed(&of.value));
    let label = label(of);
    let column = ident(&of.column);
    let names: Vec<String> = of.key.iter().map(|name| ident(name)).collect();
    let variables = |prefix: &str| -> Vec<String> {
        let numbers = 1..=names.len();
        numbers.map(|at| format!("{label}.{prefix}_{at}")).collect()
    };
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
    let line = |indent: usize, text: &str| format!("{}{text}\n", " ".repeat(indent));
    let all = |indent: usize, list: &[Ddl]| -> String {
        let texts = list.iter().map(|ddl| line(indent, &format!("{};", sql(ddl))));
        texts.collect()
    };
    let assign = |indent: usize, to: &[String], from: &dyn Fn(usize) -> String| -> String {
        let texts = to
            .iter()
            .enumerate()
            .map(|(at, name)| line(indent, &format!("{name} := {};", from(at))));
        texts.collect()
    };
    let update = format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL AND {key} >= {from}");
    let (gone, waits) = (
        quote_literal(&format!("rows of {} stay locked by another transaction", table.plain())),
        quote_literal("End that transaction, and run the migration again: it goes on where it stopped"),
    );
    let mut body = format!(
        "\n#variable_conflict use_column\n<<{label}>>\nDECLARE\n{}{}",
        declare("first"),
        declare("next")
    );
    body += "    batch integer := 1000;\n    began timestamptz;\n    waits_since timestamptz := clock_timestamp();\n    is_done boolean;\nBEGIN\n";
    body += &line(
        4,
        &format!(
            "SELECT {keys} INTO {} FROM {table} ORDER BY {keys} LIMIT 1;",
            first.join(", ")
        ),
    );
    body += &line(4, &format!("WHILE {} IS NOT NULL LOOP", first[0]));
    body += &line(8, &format!("{label}.began := clock_timestamp();"));
    body += &line(
        8,
        &format!("PERFORM set_config('lock_timeout', '{}ms', true);", of.lock_timeout),
    );
    if of.row_security {
        body += &line(8, "PERFORM set_config('row_security', 'off', true);");
    }
    body += &assign(8, &next, &|_| "NULL".to_owned());
    body += &line(
        8,
        &format!(
            "SELECT {keys} INTO {} FROM {table} WHERE {key} >= {from} ORDER BY {keys} OFFSET {label}.batch LIMIT 1;",
            next.join(", ")
        ),
    );
    body += &line(8, "BEGIN");
    body += &all(12, &of.disable);
    body += &line(12, &format!("IF {} IS NULL THEN", next[0]));
    body += &line(16, &format!("{update};"));
    body += &line(12, "ELSE");
    body += &line(16, &format!("{update} AND {key} < {until};"));
    body += &line(12, "END IF;");
    if !of.enable.is_empty() {
        body += &line(12, "SET CONSTRAINTS ALL IMMEDIATE;");
    }
    body += &all(12, &of.enable);
    body += &line(12, &format!("{label}.is_done := true;"));
    body += &line(8, "EXCEPTION WHEN lock_not_available OR deadlock_detected THEN");
    body += &line(
        12,
        "-- Another transaction holds one of the rows: again with fewer rows, after a pause.",
    );
    body += &line(12, &format!("{label}.is_done := false;"));
    body += &line(8, "END;");
    body += &line(8, "COMMIT;");
    body += &line(8, &format!("IF {label}.is_done THEN"));
    body += &assign(12, &first, &|at| next[at].clone());
    body += &line(12, &format!("{label}.waits_since := clock_timestamp();"));
    body += &line(12, "-- A batch takes about 50 ms.");
    body += &line(
        12,
        &format!(
            "{label}.batch := least(greatest({label}.batch * 0.05 / greatest(extract(epoch FROM clock_timestamp() - {label}.began), 0.001), 1), 2 * {label}.batch, 5000);"
        ),
    );
    body += &line(
        8,
        &format!("ELSIF clock_timestamp() - {label}.waits_since > interval '10 minutes' THEN"),
    );
    body += &line(12, &format!("RAISE EXCEPTION USING MESSAGE = {gone}, HINT = {waits};"));
    body += &line(8, "ELSE");
    body += &line(12, &format!("{label}.batch := greatest({label}.batch / 4, 1);"));
    body += &line(8, "END IF;");
    body += &line(
        8,
        &format!("PERFORM pg_sleep(least(extract(epoch FROM clock_timestamp() - {label}.began), 1));"),
    );
    body += "    END LOOP;\nEND\n";
    format!("DO {}", dollar_quoted("fill", &body))
}

/// Returns the label of the variables, which is neither the table nor a name in the expression.
fn label(of: &Batches) -> String {
    let words = mentioned_words(&of.value);
    let is_taken = |name: &str| name == of.table.name || words.contains(name);
    let numbered = (1_u32..).map(|number| format!("fill_{number}"));
    let mut all = std::iter::once("fill".to_owned()).chain(numbered);
    all.find(|name| !is_taken(name)).unwrap_or_default()
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
