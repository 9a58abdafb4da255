//! Rehearses migrations: runs them on a scratch database with as many rows as the real one has, while clients use the
//! tables as the running program does, and measures how long each statement takes and how long the clients wait.
//!
//! The rows are generated from statistics (`rows`), so that no real data is needed. The clients send what Diesel sends
//! for the tables as they were before the migrations (`program`), with statements that they prepare once. The migrations
//! are run by the same [`Runner`](crate::runner::Runner) that runs them in production.

mod client;
pub mod format;
mod labels;
mod load;
mod picture;
mod program;
mod rows;
mod schedule;
mod summary;
mod touched;
mod watch;

use std::{collections::BTreeSet, path::Path, time::Duration};

pub use client::{Client, Outcome, Pace, Sent};
pub use load::LongReader;
pub use program::Operation;
pub use rows::{DEFAULT_ROWS, FilledTable, MOST_ROWS, RowCounts};
pub use schedule::{Measurement, measure};
pub use summary::{FailedStatements, Latencies, Rehearsal, RehearsedMigration, RehearsedStatement, Status};
pub use watch::{Blocked, EVERY};

use self::{
    load::{ShortStatements, TableLoad},
    touched::touched,
};
use crate::{
    cluster::{ScratchDatabase, ScratchError, ScratchServer, server_message},
    config::Environment,
    history::{HistoryError, MigrationDir, Version},
    introspect::{IntrospectError, introspect},
    model::{Schema, TableName, quote_ident},
    replay::{self, Rejected, ReplayError},
    runner::{Patience, RunnerError},
};

/// The number of rows that each client reads and inserts, per table.
const ROWS_PER_CLIENT: u64 = 200;

/// The clients that use the database during a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clients {
    /// How many send short statements; one more reads in long transactions.
    pub count: usize,
    /// How many statements each of them sends per second, if none waits.
    pub per_second: f64,
    /// How long the transactions of the long reader take; zero: there is none.
    pub long_read: Duration,
    /// How long they work before the migrations begin, for comparison.
    pub control: Duration,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            count: 8,
            per_second: 25.0,
            long_read: Duration::from_secs(2),
            control: Duration::from_secs(5),
        }
    }
}

/// What is rehearsed, and how.
pub struct Request<'a> {
    /// The directory of all migrations.
    pub directory: &'a Path,
    /// The migrations in it, in order.
    pub migrations: &'a [MigrationDir],
    /// The versions that are rehearsed; earlier ones run beforehand.
    pub rehearsed: &'a BTreeSet<Version>,
    /// How many rows the tables get.
    pub counts: RowCounts<'a>,
    /// The clients.
    pub clients: Clients,
    /// How the runner waits for locks.
    pub patience: Patience,
    /// The environment of connections.
    pub environment: &'a Environment,
}

/// Why migrations cannot be rehearsed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearseError {
    /// The history cannot be run.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A migration fails even without rows.
    #[error("`{}` fails when it is run after all earlier migrations on a temporary (scratch) database without rows\n\n{}", .0.place(), .0.message)]
    Rejected(Rejected),
    /// The scratch database cannot be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// The runner fails before the first migration.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// A client cannot work even without a migration.
    #[error("a client cannot prepare its statements, although no migration has run: {0}")]
    Client(String),
    /// The scratch database fails.
    #[error("the scratch database of the rehearsal fails: {}", server_message(.0))]
    Database(#[from] postgres::Error),
}

impl From<ScratchError> for RehearseError {
    fn from(error: ScratchError) -> Self {
        Self::Replay(error.into())
    }
}

impl From<HistoryError> for RehearseError {
    fn from(error: HistoryError) -> Self {
        Self::Replay(error.into())
    }
}

/// Rehearses migrations on a new database of a scratch server.
///
/// # Errors
/// The migrations before them do not run, or they fail even without rows, or the scratch server fails. A migration that
/// fails because of the rows or the clients is a result, not an error.
pub fn rehearse(
    request: &Request<'_>,
    server: &ScratchServer,
    progress: &mut dyn FnMut(&str),
) -> Result<Rehearsal, RehearseError> {
    let Some(last) = request.rehearsed.last() else {
        return Ok(Rehearsal::default());
    };
    let database = server.create_database("rehearsal")?;
    let (rehearsed, earlier): (Vec<MigrationDir>, Vec<MigrationDir>) = request
        .migrations
        .iter()
        .filter(|own| own.version <= *last)
        .cloned()
        .partition(|own| request.rehearsed.contains(&own.version));
    progress("running the earlier migrations");
    let schema = run_earlier(&database, &earlier)?;
    progress("looking which tables the migrations concern");
    let copy = server.create_database_from(&database)?;
    let mut on_copy = copy.connect()?;
    let tables = touched(&mut on_copy, &schema, &rehearsed)?.map_err(RehearseError::Rejected)?;
    let (schema, dropped_labels) = labels::without_dropped(&schema, &introspect(&mut on_copy)?);
    drop(on_copy);
    drop(copy);
    let mut client = database.connect()?;
    let mut filled = rows::fill(&mut client, &schema, &tables, request.counts, progress)?;
    let mut loads = Vec::new();
    for table in filled.iter_mut().filter(|_| request.clients.count > 0) {
        match table_load(&mut client, &schema, table, request.clients) {
            Ok(load) => loads.extend(load),
            // A type without a binary form, for example.
            Err(error) if error.as_db_error().is_some() => {
                table.problem = Some(format!("no client uses it: {}", server_message(&error)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let mut excluded = Vec::new();
    for load in &mut loads {
        excluded.extend(exclude_failing(&mut client, load)?);
    }
    loads.retain(|load| !load.statements.is_empty());
    drop(client);
    let measurement = Measurement {
        database: &database,
        directory: request.directory,
        last,
        patience: request.patience,
        control: request.clients.control,
        environment: request.environment,
    };
    let clients = clients(&database, &loads, request.clients)?;
    let mut rehearsal = measure(&measurement, clients, progress)?;
    rehearsal.server = server.version().split(' ').next().unwrap_or_default().to_owned();
    rehearsal.tables = filled;
    rehearsal.dropped_labels = dropped_labels;
    rehearsal.excluded.splice(0..0, excluded);
    Ok(rehearsal)
}

/// Returns the clients of a program; none if no table has rows.
fn clients<'a>(
    database: &ScratchDatabase,
    loads: &'a [TableLoad],
    clients: Clients,
) -> Result<Vec<Box<dyn Client + 'a>>, ScratchError> {
    let mut all: Vec<Box<dyn Client + 'a>> = Vec::new();
    if loads.is_empty() {
        return Ok(all);
    }
    let interval = Duration::from_secs_f64(1.0 / clients.per_second.max(0.01));
    for number in 0..clients.count {
        let connection = database.connect()?;
        all.push(Box::new(ShortStatements::new(
            connection,
            loads,
            number,
            clients.count,
            interval,
        )));
    }
    if !clients.long_read.is_zero() {
        all.push(Box::new(LongReader {
            connection: database.connect()?,
            tables: loads.iter().map(|load| load.table.clone()).collect(),
            long_read: clients.long_read,
        }));
    }
    Ok(all)
}

fn run_earlier(database: &ScratchDatabase, migrations: &[MigrationDir]) -> Result<Schema, RehearseError> {
    let mut client = database.connect()?;
    for migration in migrations {
        replay::refuse_undecided(migration)?;
        replay::up(&mut client, migration)?.map_err(RehearseError::Rejected)?;
    }
    replay::record(&mut client, None);
    Ok(introspect(&mut client)?)
}

/// Returns what the clients do with a table; `None` if it has no rows.
fn table_load(
    client: &mut postgres::Client,
    schema: &Schema,
    filled: &FilledTable,
    clients: Clients,
) -> Result<Option<TableLoad>, postgres::Error> {
    let Some(table) = schema.tables.get(&filled.name).filter(|_| filled.rows > 0) else {
        return Ok(None);
    };
    let wanted = clients.count as u64 * ROWS_PER_CLIENT;
    let read = |client: &mut postgres::Client, sql: String| -> Result<Vec<_>, postgres::Error> {
        client.query(sql.as_str(), &[])?.iter().map(load::raw).collect()
    };
    let existing = read(client, program::sample(table, filled.rows, wanted))?;
    let (mut new, mut new_columns) = (Vec::new(), Vec::new());
    if let Some(generator) = &filled.generator {
        // Few of the numbers may give a row that satisfies the constraints.
        let sql = format!(
            "{} LIMIT {wanted}",
            generator.select(filled.next, filled.next + wanted * 10)
        );
        new_columns = generator.columns();
        let own = new_columns.iter().filter_map(|name| table.column(name));
        let typed = own.map(|own| format!("{}::{}", quote_ident(&own.name), own.data_type));
        let typed: Vec<String> = typed.collect();
        let typed = format!("SELECT {} FROM ({sql}) AS made", typed.join(", "));
        new = read(client, typed)?;
    }
    let mut statements = program::statements(table, &|column| new_columns.iter().any(|own| own == column));
    // Only rows that a client has inserted are deleted.
    let needs_new = |operation| matches!(operation, Operation::Insert | Operation::Delete);
    let clients = clients.count;
    statements.retain(|own| match needs_new(own.operation) {
        true => new.len() >= clients * 2,
        false => existing.len() >= clients,
    });
    Ok(Some(TableLoad {
        table: table.name.clone(),
        statements,
        columns: table.columns.iter().map(|own| own.name.clone()).collect(),
        existing,
        new_columns,
        new,
    }))
}

/// A statement of the program that fails even without a migration, and its error.
pub type Excluded = (TableName, Operation, String);

/// Removes the statements of the program that fail before any migration has begun: triggers may refuse them.
fn exclude_failing(client: &mut postgres::Client, load: &mut TableLoad) -> Result<Vec<Excluded>, postgres::Error> {
    let mut excluded = Vec::new();
    let (table, statements) = (load.table.clone(), std::mem::take(&mut load.statements));
    for statement in statements {
        let mut transaction = client.transaction()?;
        let attempt = load::attempt(&mut transaction, load, &statement);
        transaction.rollback()?;
        match attempt {
            Ok(()) => load.statements.push(statement),
            Err(error) => excluded.push((table.clone(), statement.operation, server_message(&error))),
        }
    }
    // Only rows that a client has inserted are deleted.
    if !load.statements.iter().any(|own| own.operation == Operation::Insert) {
        load.statements.retain(|own| own.operation != Operation::Delete);
    }
    Ok(excluded)
}
