//! Fills the tables of a rehearsal with generated rows, shaped as the statistics of the real tables say: their number,
//! the share of NULLs, the number of different values, and the width of texts.
//!
//! Every row is valid: foreign keys reference existing rows, keys are unique, and checks are satisfied.

mod fit;
mod generator;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

pub(super) use generator::Generator;

use self::{fit::fit, generator::Known};
use crate::{
    cluster::server_message,
    model::{Schema, Table, TableKind, TableName, quote_ident, quote_literal},
    statement::grouped,
    statistics::Statistics,
};

/// The rows of a table without statistics.
pub const DEFAULT_ROWS: u64 = 100_000;
/// The most rows that the statistics alone ask for.
pub const MOST_ROWS: u64 = 1_000_000;
/// The rows that one statement inserts.
const CHUNK: u64 = 200_000;
/// Rows are generated until this many times the wanted number were tried.
const TRIES: u64 = 20;

/// How many rows the tables get.
#[derive(Clone, Copy)]
pub struct RowCounts<'a> {
    /// The rows of each table; otherwise those of the statistics, at most [`MOST_ROWS`]; otherwise [`DEFAULT_ROWS`].
    pub rows: Option<u64>,
    /// The statistics of the real tables, if there are any.
    pub statistics: Option<&'a Statistics>,
    /// The share of NULLs in nullable columns without statistics: 0 to 1.
    pub nulls: f32,
}

impl RowCounts<'_> {
    fn wanted(&self, table: &TableName) -> u64 {
        let known = self.statistics.and_then(|known| known.tables.get(table)?.rows);
        self.rows
            .unwrap_or_else(|| known.map_or(DEFAULT_ROWS, |rows| rows.min(MOST_ROWS)))
    }

    /// Returns that the real table has more rows, if it has.
    fn left_out(&self, table: &TableName) -> Option<String> {
        let known = self.statistics.and_then(|known| known.tables.get(table)?.rows)?;
        let wanted = self.wanted(table);
        (known > wanted).then(|| format!("of the {} that the statistics say", grouped(known)))
    }
}

/// A table with its generated rows.
#[derive(Clone, Debug)]
pub struct FilledTable {
    /// Its name.
    pub name: TableName,
    /// The number of its rows.
    pub rows: u64,
    /// Why it has fewer rows than it should have.
    pub problem: Option<String>,
    /// Generates more rows; `None` if no rows can be generated.
    pub(super) generator: Option<Generator>,
    /// The first number that no row has.
    pub(super) next: u64,
}

/// Fills tables and those that they reference, in the order of their references. Triggers do not fire.
///
/// # Errors
/// The server does not answer, or has no space left.
pub(super) fn fill(
    client: &mut Client,
    schema: &Schema,
    tables: &BTreeSet<TableName>,
    counts: RowCounts<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<FilledTable>, postgres::Error> {
    client.batch_execute("SET search_path = public; SET synchronous_commit = off; SET TimeZone = 'UTC'")?;
    // Only a superuser may keep triggers from firing.
    let _ = client.batch_execute("SET session_replication_role = replica");
    let mut rows: BTreeMap<TableName, u64> = BTreeMap::new();
    let mut filled = Vec::new();
    for table in in_order(schema, tables) {
        progress(&format!("generating rows for {}", table.name.plain()));
        let own = fill_table(client, schema, table, counts, &rows)?;
        rows.insert(table.name.clone(), own.rows);
        filled.push(own);
    }
    client.batch_execute("RESET session_replication_role; RESET synchronous_commit")?;
    for own in &filled {
        progress(&format!("analyzing {}", own.name.plain()));
        client.batch_execute(&format!("VACUUM (ANALYZE) {}", own.name))?;
    }
    Ok(filled)
}

/// Returns tables and those that they reference, referenced ones first as far as there is no circle. Partitions are left
/// out: the partitioned table stores its rows in them.
fn in_order<'a>(schema: &'a Schema, tables: &BTreeSet<TableName>) -> Vec<&'a Table> {
    fn visit<'a>(schema: &'a Schema, name: &TableName, seen: &mut BTreeSet<TableName>, out: &mut Vec<&'a Table>) {
        let Some(table) = schema.tables.get(name) else { return };
        if let Some(partition) = &table.partition_of {
            return visit(schema, &partition.parent, seen, out);
        }
        if matches!(table.kind, TableKind::Foreign { .. }) || !seen.insert(name.clone()) {
            return;
        }
        for key in table.foreign_keys().filter_map(|own| own.foreign_key()) {
            visit(schema, &key.references, seen, out);
        }
        out.push(table);
    }
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    for name in tables {
        visit(schema, name, &mut seen, &mut out);
    }
    out
}

fn fill_table(
    client: &mut Client,
    schema: &Schema,
    table: &Table,
    counts: RowCounts<'_>,
    rows: &BTreeMap<TableName, u64>,
) -> Result<FilledTable, postgres::Error> {
    let existing: i64 = client
        .query_one(format!("SELECT pg_catalog.count(*) FROM {}", table.name).as_str(), &[])?
        .try_get(0)?;
    let existing = u64::try_from(existing).unwrap_or(0);
    let known = Known {
        schema,
        statistics: counts.statistics.and_then(|known| known.tables.get(&table.name)),
        rows: &|name| rows.get(name).copied().unwrap_or(0),
        nulls: counts.nulls,
        partitions: partitions(client, table)?,
    };
    let mut filled = FilledTable {
        name: table.name.clone(),
        rows: existing,
        problem: None,
        generator: None,
        next: existing,
    };
    let mut generator = match Generator::new(table, &known) {
        Ok(generator) => generator,
        Err(problem) => {
            filled.problem = Some(problem);
            return Ok(filled);
        }
    };
    let wanted = counts.wanted(&table.name);
    fit(client, &mut generator, wanted);
    let possible = generator.limit().map_or(wanted, |limit| wanted.min(limit));
    if let Err(error) = insert(client, table, &generator, possible, &mut filled) {
        if error
            .as_db_error()
            .is_none_or(|own| own.code().code().starts_with("53"))
        {
            return Err(error);
        }
        filled.problem = Some(server_message(&error));
    } else {
        filled.generator = Some(generator);
    }
    if filled.rows < wanted && filled.problem.is_none() {
        filled.problem = Some(match possible < wanted {
            true => "its keys do not allow more different values".to_owned(),
            false => "few generated rows, or none, satisfy its constraints".to_owned(),
        });
    }
    if filled.problem.is_none() {
        filled.problem = counts.left_out(&table.name);
    }
    advance_sequences(client, table)?;
    Ok(filled)
}

/// Inserts rows until the table has as many as wanted, or too many were tried.
fn insert(
    client: &mut Client,
    table: &Table,
    generator: &Generator,
    wanted: u64,
    filled: &mut FilledTable,
) -> Result<(), postgres::Error> {
    // With a deferrable key or a rule, Postgres refuses to skip duplicates.
    let is_deferrable = table.constraints.values().any(|own| own.is_indexed() && own.deferrable);
    let skip = match is_deferrable || !table.rules.is_empty() {
        true => "",
        false => " ON CONFLICT DO NOTHING",
    };
    let names = generator.names();
    let last = filled.next.saturating_add(wanted.saturating_mul(TRIES));
    let (mut tried, mut inserted) = (0, 0);
    while filled.rows < wanted && filled.next < last {
        let missing = wanted - filled.rows;
        // As many as are missing, and more if only some of them satisfy the constraints: rows that the limit cuts off are not
        // those with the highest numbers.
        let count = match (tried, inserted) {
            (0, _) => missing,
            (_, 0) => CHUNK,
            _ => (missing * tried / inserted).max(missing) + 10,
        };
        let to = filled.next + count.min(CHUNK);
        let sql = match names.is_empty() {
            true => format!("INSERT INTO {} DEFAULT VALUES", table.name),
            false => format!(
                "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE {} LIMIT {}{skip}",
                table.name,
                names.join(", "),
                generator.select(filled.next, to - 1),
                missing
            ),
        };
        let new = client.execute(sql.as_str(), &[])?;
        tried += to - filled.next;
        inserted += new;
        filled.rows += new;
        filled.next = to;
    }
    Ok(())
}

/// Returns the condition that some partition accepts a row of a partitioned table.
fn partitions(client: &mut Client, table: &Table) -> Result<String, postgres::Error> {
    if !matches!(table.kind, TableKind::Partitioned { .. }) {
        return Ok(String::new());
    }
    let sql = "SELECT pg_catalog.string_agg('(' || pg_catalog.pg_get_partition_constraintdef(relid) || ')', ' OR ') \
        FROM pg_catalog.pg_partition_tree($1::text::regclass) WHERE isleaf";
    let found: Option<String> = client.query_one(sql, &[&table.name.to_string()])?.try_get(0)?;
    Ok(found.unwrap_or_default())
}

/// Lets the sequences of a table's columns go on behind the generated values.
fn advance_sequences(client: &mut Client, table: &Table) -> Result<(), postgres::Error> {
    for column in &table.columns {
        let sequence = column.identity.as_ref().map(|own| &own.sequence);
        let Some(sequence) = sequence.or(column.sequence.as_ref().map(|own| &own.name)) else {
            continue;
        };
        let sql = format!(
            "SELECT pg_catalog.setval({}, GREATEST(pg_catalog.max({}), 1)) FROM {}",
            quote_literal(&sequence.to_string()),
            quote_ident(&column.name),
            table.name
        );
        // A sequence with a maximum that the values exceed stays as it is.
        let _ = client.query_one(sql.as_str(), &[]);
    }
    Ok(())
}
