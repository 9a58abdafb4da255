//! The second round: tables with rows. Every value that the change keeps must be the same after up, after down, and after up again.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, error::SqlState};

use super::{Claim, Proof, ProofError, Side, run::run_all};
use crate::{
    model::{Column, DataType, Schema, Table, TableKind, TableName, quote_ident, quote_literal},
    plan::Plan,
};

/// How many rows a table gets.
const ROWS: usize = 3;

/// Values by table (named as before): each row as texts of the columns that are kept, sorted.
type Values = BTreeMap<TableName, Vec<Vec<Option<String>>>>;

pub(super) fn follow(
    client: &mut Client,
    claim: Claim<'_>,
    baseline: &Schema,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    proof.rows_followed = seed(client, baseline);
    if proof.rows_followed == 0 {
        return Ok(());
    }
    let kept = kept_columns(claim, baseline);
    let wanted = values(client, &kept, |table, column| (table.clone(), column.to_owned()))?;
    let renamed = |table: &TableName, column: &str| (claim.renames.table(table), claim.renames.column(table, column));
    let relabelled = relabelled(&wanted, &kept, claim, baseline);
    for side in [Side::Up, Side::Down, Side::UpAgain] {
        let plan = if side == Side::Down { claim.down } else { claim.up };
        if let Some(stop) = run(client, plan, side)? {
            proof
                .notes
                .push(format!("{side} stops on rows such as the proof's: {stop}"));
            return Ok(());
        }
        let found = match side {
            Side::Down => values(client, &kept, |table, column| (table.clone(), column.to_owned()))?,
            _ => values(client, &kept, renamed)?,
        };
        for (table, rows) in if side == Side::Down { &wanted } else { &relabelled } {
            if found.get(table) != Some(rows) {
                let show = |rows: Option<&Vec<Vec<Option<String>>>>| format!("{rows:?}");
                let difference = format!("- {}\n+ {}\n", show(Some(rows)), show(found.get(table)));
                return Err(ProofError::Rows {
                    side,
                    table: table.plain(),
                    difference,
                });
            }
        }
    }
    Ok(())
}

/// The values under the labels of after.
fn relabelled(values: &Values, kept: &Kept, claim: Claim<'_>, baseline: &Schema) -> Values {
    let mut values = values.clone();
    for (table, rows) in &mut values {
        let Some(found) = baseline.tables.get(table) else {
            continue;
        };
        for row in rows.iter_mut() {
            for (name, value) in kept.columns.get(table).into_iter().flatten().zip(row.iter_mut()) {
                let Some(column) = found.column(name) else { continue };
                if baseline.enum_type(&column.data_type.name).is_some() {
                    *value = value
                        .as_ref()
                        .map(|text| claim.renames.label(&column.data_type.name, text));
                }
            }
        }
        rows.sort();
    }
    values
}

/// Runs a plan. That it stops for the sake of the rows (a guard, a value that does not fit) is an answer, not a failure.
fn run(client: &mut Client, plan: &Plan, side: Side) -> Result<Option<String>, ProofError> {
    match run_all(client, plan.steps.iter().map(|step| step.sql.as_str()), side) {
        Ok(()) => Ok(None),
        Err((ProofError::Statement { message, .. }, Some(code))) if is_about_rows(&code) => Ok(Some(message)),
        Err((error, _)) => Err(error),
    }
}

/// Classes 22 (data exception) and 23 (constraint violation), and what a guard raises.
fn is_about_rows(code: &SqlState) -> bool {
    code.code().starts_with("22") || code.code().starts_with("23") || *code == SqlState::RAISE_EXCEPTION
}

/// What is read before and after, named as before.
#[derive(Default)]
struct Kept {
    /// Columns on both sides with one type, by table.
    columns: BTreeMap<TableName, Vec<String>>,
    partitioned: BTreeSet<TableName>,
}

fn kept_columns(claim: Claim<'_>, baseline: &Schema) -> Kept {
    let mut kept = Kept::default();
    // A partition's rows are read by way of its parent.
    for (name, table) in baseline.tables.iter().filter(|(_, table)| table.partition_of.is_none()) {
        let Some(after) = claim.schemas.after.tables.get(&claim.renames.table(name)) else {
            continue;
        };
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                after
                    .column(&claim.renames.column(name, &column.name))
                    .is_some_and(|other| {
                        other.data_type == claim.renames.data_type(&column.data_type)
                        // Labels inside an array's text are not looked for.
                        && !(column.data_type.array && claim.renames.labels.contains_key(&column.data_type.name))
                        && column.generated.is_none()
                        && other.generated.is_none()
                        // What may be filled on the way is not what it was.
                        && (!column.nullable || other.nullable)
                    })
            })
            .map(|column| column.name.clone())
            .collect();
        if !columns.is_empty() {
            kept.columns.insert(name.clone(), columns);
        }
        if matches!(table.kind, TableKind::Partitioned { .. }) {
            kept.partitioned.insert(name.clone());
        }
    }
    kept
}

fn values(
    client: &mut Client,
    kept: &Kept,
    named: impl Fn(&TableName, &str) -> (TableName, String),
) -> Result<Values, ProofError> {
    let mut values = Values::new();
    for (table, columns) in &kept.columns {
        let list: Vec<String> = columns
            .iter()
            .map(|column| format!("{}::text", quote_ident(&named(table, column).1)))
            .collect();
        let (target, _) = named(table, "");
        // An heir's rows are its own; a partitioned table has none but its partitions'.
        let only = if kept.partitioned.contains(table) { "" } else { "ONLY " };
        let sql = format!("SELECT ARRAY[{}] FROM {only}{target}", list.join(", "));
        let found = client.query(sql.as_str(), &[]).map_err(|source| ProofError::Query {
            action: "read the rows back",
            source,
        })?;
        let mut rows: Vec<Vec<Option<String>>> = found.iter().map(|row| row.get(0)).collect();
        rows.sort();
        values.insert(table.clone(), rows);
    }
    Ok(values)
}

/// Puts rows into every table that will take them; gives how many.
fn seed(client: &mut Client, schema: &Schema) -> usize {
    // Triggers are not asked, and nobody's actions run.
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
        // A circle: begin somewhere, with NULL where that is allowed.
        let batch = if ready.is_empty() { left.clone() } else { ready };
        for table in &batch {
            for row in 1..=ROWS {
                if let Some(sql) = insert(schema, table, row, &done)
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

fn insert(schema: &Schema, table: &Table, row: usize, done: &BTreeSet<TableName>) -> Option<String> {
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in &table.columns {
        let numbered = column.sequence.is_some() || column.identity.is_some();
        if column.generated.is_some() || numbered {
            continue;
        }
        let value = match foreign_value(table, column, row, done) {
            Some(value) => value,
            None => value(schema, column, row),
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

/// For a column of a foreign key: the value of the same row of its target; `Some(None)` when there is none yet.
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

/// A value of a column's type, another for each row.
fn value(schema: &Schema, column: &Column, row: usize) -> Option<String> {
    let data_type = &column.data_type;
    let element = element_value(schema, data_type, row)?;
    Some(if data_type.array {
        format!("ARRAY[{element}]::{data_type}")
    } else {
        element
    })
}

fn element_value(schema: &Schema, data_type: &DataType, row: usize) -> Option<String> {
    if let Some(found) = schema.enum_type(&data_type.name) {
        let label = found.labels.get((row - 1) % found.labels.len().max(1))?;
        return Some(format!("{}::{}", quote_literal(label), data_type.name));
    }
    if let Some(domain) = schema.domain(&data_type.name) {
        return element_value(schema, &domain.base, row);
    }
    if !data_type.is_builtin() {
        return (data_type.name.name == "citext").then(|| format!("'text {row}'"));
    }
    let length = data_type
        .modifier
        .as_deref()
        .and_then(|text| text.parse::<usize>().ok());
    let literal = match data_type.name.name.as_str() {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "oid" | "money" => row.to_string(),
        "text" | "name" => format!("text {row}"),
        "varchar" | "bpchar" => {
            let text = format!("{row} text");
            text[..length.unwrap_or(text.len()).min(text.len())].to_owned()
        }
        "bool" => if row.is_multiple_of(2) { "true" } else { "false" }.to_owned(),
        "date" => format!("2026-01-{row:02}"),
        "timestamp" => format!("2026-01-{row:02} 12:00:00"),
        "timestamptz" => format!("2026-01-{row:02} 12:00:00+00"),
        "time" => format!("12:00:{row:02}"),
        "timetz" => format!("12:00:{row:02}+00"),
        "interval" => format!("{row} hours"),
        "uuid" => format!("00000000-0000-0000-0000-{row:012}"),
        "json" | "jsonb" => format!("{{\"row\": {row}}}"),
        "bytea" => format!("\\x{row:02}"),
        "inet" => format!("10.0.0.{row}"),
        "cidr" => format!("10.0.{row}.0/24"),
        "macaddr" => format!("08:00:2b:01:02:{row:02}"),
        "macaddr8" => format!("08:00:2b:01:02:03:04:{row:02}"),
        "int4range" | "int8range" | "numrange" => format!("[{row},{})", row + 10),
        "daterange" => format!("[2026-01-{row:02},2026-02-01)"),
        "tsrange" | "tstzrange" => format!("[2026-01-{row:02} 00:00,2026-02-01 00:00)"),
        "char" => row.to_string(),
        "tsvector" => format!("word{row}"),
        _ => return None,
    };
    Some(quote_literal(&literal))
}
