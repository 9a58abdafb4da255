//! The clients that use the database as the running program does, at a fixed rate each.

use std::{
    collections::VecDeque,
    error::Error,
    thread,
    time::{Duration, Instant},
};

use postgres::{
    Client as Connection, Row, Statement,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{
    client::{Client, Outcome, Pace, Sent},
    program::{Operation, ProgramStatement},
};
use crate::{cluster::server_message, model::TableName};

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
    /// Returns the values for a statement about a row.
    fn parameters(&self, statement: &ProgramStatement, row: &[Raw]) -> Option<Vec<Raw>> {
        let columns = match statement.operation {
            Operation::Insert => &self.new_columns,
            _ => &self.columns,
        };
        let value = |name: &String| row.get(columns.iter().position(|column| column == name)?).cloned();
        statement.parameters.iter().map(value).collect()
    }
}

/// Tries a statement, after those of the table that work; it changes only what the transaction's end rolls back.
///
/// # Errors
/// The statement fails.
pub(super) fn attempt(
    transaction: &mut postgres::Transaction<'_>,
    load: &TableLoad,
    statement: &ProgramStatement,
) -> Result<(), postgres::Error> {
    let insert = load.statements.iter().find(|own| own.operation == Operation::Insert);
    let new = || load.new.first().cloned().unwrap_or_default();
    let row = match (statement.operation, insert) {
        (Operation::Insert, _) => new(),
        // Only rows that a client has inserted are deleted.
        (Operation::Delete, None) => return Ok(()),
        (Operation::Delete, Some(insert)) => {
            let inserted = execute(transaction, &insert.sql, load.parameters(insert, &new()))?;
            inserted.first().map(raw).transpose()?.unwrap_or_default()
        }
        _ => load.existing.first().cloned().unwrap_or_default(),
    };
    execute(transaction, &statement.sql, load.parameters(statement, &row)).map(drop)
}

fn execute(
    transaction: &mut postgres::Transaction<'_>,
    sql: &str,
    parameters: Option<Vec<Raw>>,
) -> Result<Vec<Row>, postgres::Error> {
    transaction.query(sql, &as_parameters(&parameters.unwrap_or_default()))
}

fn as_parameters(values: &[Raw]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|own| own as _).collect()
}

/// A client that sends short statements.
pub(super) struct ShortStatements<'a> {
    connection: Connection,
    tables: &'a [TableLoad],
    /// Its number among these clients, counted from 0, and how many they are.
    number: usize,
    clients: usize,
    /// The time between two statements.
    interval: Duration,
    /// The prepared statements, by table.
    prepared: Vec<Vec<Statement>>,
    /// The rows that this client has inserted, by table, the oldest first.
    inserted: Vec<VecDeque<Vec<Raw>>>,
    /// The number of rows that this client has inserted so far, by table.
    insertions: Vec<usize>,
}

impl<'a> ShortStatements<'a> {
    pub fn new(
        connection: Connection,
        tables: &'a [TableLoad],
        number: usize,
        clients: usize,
        interval: Duration,
    ) -> Self {
        Self {
            connection,
            tables,
            number,
            clients,
            interval,
            prepared: Vec::new(),
            inserted: vec![VecDeque::new(); tables.len()],
            insertions: vec![0; tables.len()],
        }
    }

    /// Sends the next statement; nothing if no row is left for it.
    fn send(&mut self, turn: usize, pace: &Pace<'_>) -> Option<Sent> {
        let at = turn % self.tables.len();
        let table = &self.tables[at];
        let wanted = self.operation(at);
        let which = table.statements.iter().position(|own| own.operation == wanted)?;
        let parameters = self.parameters(at, which)?;
        Some(pace.timed(&table.table, wanted, || {
            self.execute(at, which, &parameters)
                .map_err(|error| server_message(&error))
        }))
    }

    /// Chooses what to do next with a table: half of the statements read.
    fn operation(&self, table: usize) -> Operation {
        let has_inserted = !self.inserted[table].is_empty();
        // A row is inserted again only after it was deleted.
        let own = self.tables[table].new.len() / self.clients;
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
        let own = &self.tables[table];
        let statement = &own.statements[statement];
        let row = match statement.operation {
            Operation::Insert => {
                self.insertions[table] += 1;
                let count = own.new.len() / self.clients;
                let turn = self.insertions[table].checked_rem(count)?;
                &own.new[turn * self.clients + self.number]
            }
            Operation::Delete => &self.inserted[table].pop_front()?,
            Operation::Select | Operation::Update => mine(&own.existing, self.number, self.clients)?,
        };
        own.parameters(statement, row)
    }

    fn execute(&mut self, table: usize, which: usize, parameters: &[Raw]) -> Result<(), postgres::Error> {
        let statement = &self.prepared[table][which];
        let rows = self.connection.query(statement, &as_parameters(parameters))?;
        if self.tables[table].statements[which].operation == Operation::Insert {
            for row in &rows {
                self.inserted[table].push_back(raw(row)?);
            }
        }
        Ok(())
    }
}

impl Client for ShortStatements<'_> {
    fn prepare(&mut self) -> Result<i32, String> {
        let failed = |error: postgres::Error| server_message(&error);
        for table in self.tables {
            let all = table.statements.iter().map(|own| self.connection.prepare(&own.sql));
            self.prepared.push(all.collect::<Result<Vec<_>, _>>().map_err(failed)?);
        }
        process(&mut self.connection).map_err(failed)
    }

    fn work(&mut self, pace: &Pace<'_>) -> Vec<Sent> {
        let (mut sent, mut turn) = (Vec::new(), self.number);
        pace.each(self.interval, || {
            turn += 1;
            sent.extend(self.send(turn, pace));
        });
        sent
    }
}

/// A client that reads in long transactions.
pub struct LongReader {
    /// Its session.
    pub connection: Connection,
    /// What it reads.
    pub tables: Vec<TableName>,
    /// How long each transaction takes.
    pub long_read: Duration,
}

impl Client for LongReader {
    fn prepare(&mut self) -> Result<i32, String> {
        process(&mut self.connection).map_err(|error| server_message(&error))
    }

    fn work(&mut self, pace: &Pace<'_>) -> Vec<Sent> {
        let mut sent = Vec::new();
        while !pace.is_over() {
            let began = Instant::now();
            let Ok(mut transaction) = self.connection.transaction() else {
                return sent;
            };
            for table in &self.tables {
                let sql = format!("SELECT * FROM {} LIMIT 100", table.qualified());
                let read = pace.timed(table, Operation::Select, || {
                    let read = transaction.query(sql.as_str(), &[]);
                    read.map(drop).map_err(|error| server_message(&error))
                });
                let is_over = read.outcome != Outcome::Succeeded;
                sent.push(read);
                if is_over {
                    break;
                }
            }
            while began.elapsed() < self.long_read && !pace.is_over() {
                thread::sleep(Duration::from_millis(20));
            }
            let _ = transaction.commit();
            thread::sleep(BETWEEN_READS.min(self.long_read));
        }
        sent
    }
}

fn process(connection: &mut Connection) -> Result<i32, postgres::Error> {
    connection
        .query_one("SELECT pg_catalog.pg_backend_pid()", &[])?
        .try_get(0)
}

/// Returns one of a client's own rows: clients do not wait for each other.
fn mine(rows: &[Vec<Raw>], number: usize, clients: usize) -> Option<&Vec<Raw>> {
    let count = rows.len() / clients;
    (count > 0).then(|| &rows[fastrand::usize(0..count) * clients + number])
}
