//! Clients that use the database as the running program does, at a fixed rate each, and note how long every statement
//! takes.

use std::{
    error::Error,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use postgres::{
    Client, Row, Statement,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::program::{Operation, ProgramStatement};
use crate::{cluster::server_message, model::TableName};

/// The pause before a statement that failed is tried once more.
const RETRY: Duration = Duration::from_millis(20);
/// The most rows that a client has inserted and not deleted yet, per table.
const KEPT: usize = 20;

/// The pause of the long reader between its transactions.
const BETWEEN_READS: Duration = Duration::from_millis(500);

/// A value as Postgres sends and receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raw(Option<Vec<u8>>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw.to_vec())))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Raw {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Returns the values of a row.
pub(super) fn raw(row: &Row) -> Result<Vec<Raw>, postgres::Error> {
    (0..row.len()).map(|at| row.try_get(at)).collect()
}

/// What the clients do with one table.
#[derive(Clone, Debug)]
pub(super) struct TableLoad {
    pub table: TableName,
    pub statements: Vec<ProgramStatement>,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Existing rows.
    pub existing: Vec<Vec<Raw>>,
    /// The columns of the rows to be inserted.
    pub new_columns: Vec<String>,
    /// Rows to be inserted.
    pub new: Vec<Vec<Raw>>,
}

impl TableLoad {
    /// Returns the values for a statement about a row; an update takes the new ones from another row.
    fn parameters(&self, statement: &ProgramStatement, row: &[Raw], other: &[Raw]) -> Option<Vec<Raw>> {
        let columns = match statement.operation {
            Operation::Insert => &self.new_columns,
            _ => &self.columns,
        };
        let value = |(at, name): (usize, &String)| {
            let from = if at < statement.changes { other } else { row };
            from.get(columns.iter().position(|column| column == name)?).cloned()
        };
        statement.parameters.iter().enumerate().map(value).collect()
    }
}

/// Tries the last statement of a table's; it changes only what the transaction's end rolls back.
///
/// # Errors
/// The statement fails.
pub(super) fn try_last(transaction: &mut postgres::Transaction<'_>, load: &TableLoad) -> Result<(), postgres::Error> {
    let Some(last) = load.statements.last() else {
        return Ok(());
    };
    let rows = match last.operation {
        Operation::Insert => &load.new,
        _ => &load.existing,
    };
    let mut row = rows.first().cloned().unwrap_or_default();
    if last.operation == Operation::Delete {
        let insert = load.statements.iter().find(|own| own.operation == Operation::Insert);
        let Some(insert) = insert else { return Ok(()) };
        let new = load.new.first().cloned().unwrap_or_default();
        let inserted = execute(transaction, &insert.sql, load.parameters(insert, &new, &new))?;
        row = inserted.first().map(raw).transpose()?.unwrap_or_default();
    }
    let other = load.existing.get(1).unwrap_or(&row).clone();
    execute(transaction, &last.sql, load.parameters(last, &row, &other)).map(drop)
}

fn execute(
    transaction: &mut postgres::Transaction<'_>,
    sql: &str,
    parameters: Option<Vec<Raw>>,
) -> Result<Vec<Row>, postgres::Error> {
    let parameters = parameters.unwrap_or_default();
    let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|own| own as _).collect();
    transaction.query(sql, &parameters)
}

/// What all clients share.
pub(super) struct Load<'a> {
    pub tables: &'a [TableLoad],
    pub clients: usize,
    /// The time between the statements of one client.
    pub interval: Duration,
    /// How long the long reader keeps its transactions open.
    pub long_read: Duration,
    pub origin: Instant,
    pub stop: &'a AtomicBool,
    /// Reached when all clients have prepared their statements.
    pub ready: &'a Barrier,
}

/// A statement that a client has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The client's number, counted from 0; the last one is the long reader.
    pub client: usize,
    /// When, since the rehearsal began.
    pub at: Duration,
    /// How long it took.
    pub took: Duration,
    /// The table.
    pub table: TableName,
    /// What it does.
    pub operation: Operation,
    /// Whether it succeeded.
    pub outcome: Outcome,
}

/// Whether a statement of a client succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At once.
    Succeeded,
    /// When it was tried once more, after this error.
    Retried(String),
    /// Not even when it was tried once more: the error.
    Failed(String),
}

/// One client.
struct Session<'a> {
    load: &'a Load<'a>,
    number: usize,
    client: Client,
    /// The prepared statements, by table.
    prepared: Vec<Vec<Statement>>,
    /// The rows that this client has inserted, by table.
    inserted: Vec<Vec<Vec<Raw>>>,
    /// The number of rows that this client has inserted so far, by table.
    insertions: Vec<usize>,
    turn: usize,
    sent: Vec<Sent>,
}

/// Runs a client until it is stopped. Returns what it has sent.
///
/// # Errors
/// A statement cannot be prepared, although the migrations have not begun.
pub(super) fn run(load: &Load<'_>, number: usize, client: Client) -> Result<Vec<Sent>, postgres::Error> {
    let prepared = Session::prepare(load, number, client);
    load.ready.wait();
    let mut session = prepared?;
    let mut next = Instant::now() + load.interval.mul_f64(fastrand::f64());
    while !load.stop.load(Ordering::Relaxed) {
        thread::sleep(next.saturating_duration_since(Instant::now()));
        session.send();
        // After a long wait, the client does not make up for what it did not send.
        next = (next + load.interval).max(Instant::now());
    }
    Ok(session.sent)
}

/// Runs the client that reads in long transactions, until it is stopped.
pub(super) fn read_long(load: &Load<'_>, mut client: Client) -> Vec<Sent> {
    load.ready.wait();
    let mut sent = Vec::new();
    'transactions: while !load.stop.load(Ordering::Relaxed) {
        let Ok(mut transaction) = client.transaction() else {
            return sent;
        };
        let began = Instant::now();
        for table in load.tables {
            let sql = format!("SELECT * FROM {} LIMIT 100", table.table.qualified());
            let at = load.origin.elapsed();
            let result = transaction.query(sql.as_str(), &[]);
            let failed = result.err().map(|error| server_message(&error));
            let is_failed = failed.is_some();
            sent.push(Sent {
                client: load.clients,
                at,
                took: load.origin.elapsed() - at,
                table: table.table.clone(),
                operation: Operation::Select,
                outcome: failed.map_or(Outcome::Succeeded, Outcome::Failed),
            });
            if is_failed {
                drop(transaction);
                thread::sleep(BETWEEN_READS);
                continue 'transactions;
            }
        }
        while began.elapsed() < load.long_read && !load.stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = transaction.commit();
        thread::sleep(BETWEEN_READS.min(load.long_read));
    }
    sent
}

impl<'a> Session<'a> {
    fn prepare(load: &'a Load<'a>, number: usize, mut client: Client) -> Result<Self, postgres::Error> {
        let mut prepared = Vec::new();
        for table in load.tables {
            let all = table.statements.iter().map(|own| client.prepare(&own.sql));
            prepared.push(all.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Self {
            load,
            number,
            client,
            prepared,
            inserted: vec![Vec::new(); load.tables.len()],
            insertions: vec![0; load.tables.len()],
            turn: number,
            sent: Vec::new(),
        })
    }

    /// Sends the next statement.
    fn send(&mut self) {
        self.turn += 1;
        let load = self.load;
        let at = self.turn % load.tables.len();
        let table = &load.tables[at];
        let wanted = self.operation(at);
        let statement = table.statements.iter().position(|own| own.operation == wanted);
        let Some((which, parameters)) = statement.and_then(|which| Some((which, self.parameters(at, which)?))) else {
            return;
        };
        let began = load.origin.elapsed();
        let first = self.execute(at, which, &parameters);
        let took = load.origin.elapsed() - began;
        let outcome = match first {
            Ok(()) => Outcome::Succeeded,
            Err(error) => {
                thread::sleep(RETRY);
                match self.execute(at, which, &parameters) {
                    Ok(()) => Outcome::Retried(server_message(&error)),
                    Err(_) => Outcome::Failed(server_message(&error)),
                }
            }
        };
        self.sent.push(Sent {
            client: self.number,
            at: began,
            took,
            table: table.table.clone(),
            operation: wanted,
            outcome,
        });
    }

    /// Chooses what to do next with a table: half of the statements read.
    fn operation(&self, table: usize) -> Operation {
        let has_inserted = !self.inserted[table].is_empty();
        // A row is inserted again only after it was deleted.
        let own = self.load.tables[table].new.len() / self.load.clients;
        let is_full = self.inserted[table].len() >= KEPT.min(own / 2);
        match fastrand::u8(0..10) {
            0..5 => Operation::Select,
            5..8 => Operation::Update,
            8 if !is_full => Operation::Insert,
            _ if has_inserted => Operation::Delete,
            _ if is_full => Operation::Select,
            _ => Operation::Insert,
        }
    }

    /// Returns the values for a statement; `None` if there is no row for it.
    fn parameters(&mut self, table: usize, statement: usize) -> Option<Vec<Raw>> {
        let own = &self.load.tables[table];
        let statement = &own.statements[statement];
        let row = match statement.operation {
            Operation::Insert => {
                self.insertions[table] += 1;
                let count = own.new.len() / self.load.clients;
                let turn = self.insertions[table].checked_rem(count)?;
                &own.new[turn * self.load.clients + self.number]
            }
            Operation::Delete => &self.inserted[table].pop()?,
            Operation::Select | Operation::Update => mine(&own.existing, self.number, self.load.clients)?,
        };
        let other = mine(&own.existing, self.number, self.load.clients).unwrap_or(row);
        own.parameters(statement, row, other)
    }

    fn execute(&mut self, table: usize, which: usize, parameters: &[Raw]) -> Result<(), postgres::Error> {
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|own| own as _).collect();
        let rows = self.client.query(&self.prepared[table][which], &parameters)?;
        if self.load.tables[table].statements[which].operation == Operation::Insert {
            for row in &rows {
                self.inserted[table].push(raw(row)?);
            }
        }
        Ok(())
    }
}

/// Returns one of a client's own rows: clients do not wait for each other.
fn mine(rows: &[Vec<Raw>], number: usize, clients: usize) -> Option<&Vec<Raw>> {
    let count = rows.len() / clients;
    (count > 0).then(|| &rows[fastrand::usize(0..count) * clients + number])
}
