//! A migration of the directory, for Diesel's migration harness.
//!
//! Name, version and metadata are those of `diesel_migrations`. Only the file is sent by this module, because the error
//! type of `diesel_migrations` does not expose Postgres's detail, hint and position.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, Result};
use diesel::pg::Pg;

use super::concurrent_index::ConcurrentIndex;
use super::{Direction, StatementTime, timeouts};
use crate::history::MigrationDir;
use crate::replay::{SqlStatement, is_concurrent_index_statement, statements};

pub(super) struct SqlFileMigration {
    up: PathBuf,
    down: PathBuf,
    inner: Box<dyn Migration<Pg>>,
    run_in_transaction: bool,
    /// How long each statement waits for a lock, in a migration that runs in a transaction.
    limit: Cell<Option<Duration>>,
    /// Whether the next run only records the migration.
    is_done: Cell<bool>,
    times_statements: Cell<bool>,
    /// The statements of the last run, if they are timed.
    times: RefCell<Vec<StatementTime>>,
}

/// An error of sending a file.
#[derive(Debug, thiserror::Error)]
pub(super) enum SqlFileError {
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("the file is empty, which Diesel rejects: add a comment")]
    Empty,
    /// Postgres rejects the SQL. All other errors come from Diesel's bookkeeping, or from the commit.
    #[error(transparent)]
    Refused(diesel::result::Error),
}

impl SqlFileMigration {
    pub(super) fn new(directory: &MigrationDir, inner: Box<dyn Migration<Pg>>) -> Self {
        Self {
            up: directory.up(),
            down: directory.down(),
            inner,
            run_in_transaction: directory.run_in_transaction,
            limit: Cell::new(None),
            is_done: Cell::new(false),
            times_statements: Cell::new(false),
            times: RefCell::default(),
        }
    }

    fn send(&self, connection: &mut dyn BoxableConnection<Pg>, path: &Path) -> Result<()> {
        if self.is_done.get() {
            return Ok(());
        }
        self.times.take();
        let sql = fs::read_to_string(path).map_err(SqlFileError::Read)?;
        if sql.is_empty() {
            return Err(SqlFileError::Empty.into());
        }
        if self.run_in_transaction {
            if let Some(limit) = self.limit.get() {
                connection.batch_execute(&at_most(limit))?;
            }
            return self.send_statements(connection, &sql);
        }
        // A limit for locks would leave an invalid index: the statement waits for old transactions without making anybody wait.
        let limits = match is_concurrent_index_statement(&sql) {
            true => timeouts::ALL,
            false if statements(&sql).len() == 1 => timeouts::OF_STATEMENTS,
            false => return self.timed(|| whole(&sql), || connection.batch_execute(&sql)),
        };
        let send = || timeouts::without(limits, connection, |connection| connection.batch_execute(&sql));
        self.timed(|| whole(&sql), send)?;
        if let Some(index) = ConcurrentIndex::of(&sql) {
            connection
                .batch_execute(&index.check())
                .map_err(SqlFileError::Refused)?;
        }
        Ok(())
    }

    /// Sends a file that runs in a transaction: as a whole, or one statement after the other if they are timed.
    fn send_statements(&self, connection: &mut dyn BoxableConnection<Pg>, sql: &str) -> Result<()> {
        let parts = match self.times_statements.get() {
            true => statements(sql),
            false => Vec::new(),
        };
        if parts.is_empty() || parts.iter().any(SqlStatement::controls_transaction) {
            return self.timed(|| whole(sql), || connection.batch_execute(sql));
        }
        parts
            .iter()
            .try_for_each(|own| self.timed(|| own.clone(), || connection.batch_execute(&own.text)))
    }

    /// Runs a statement, and keeps its time if times are kept.
    fn timed(
        &self,
        statement: impl FnOnce() -> SqlStatement,
        run: impl FnOnce() -> diesel::QueryResult<()>,
    ) -> Result<()> {
        let began = Instant::now();
        let result = run();
        let ended = Instant::now();
        if self.times_statements.get() {
            let SqlStatement { line, text, .. } = statement();
            self.times.borrow_mut().push(StatementTime {
                line,
                sql: text,
                began,
                ended,
            });
        }
        Ok(result.map_err(SqlFileError::Refused)?)
    }

    /// Sets whether the statements of a file that runs in a transaction are sent one by one, and their times kept.
    pub(super) fn times_statements(&self, is_timed: bool) {
        self.times_statements.set(is_timed);
    }

    /// Returns the statements of the last run with their times.
    pub(super) fn take_times(&self) -> Vec<StatementTime> {
        self.times.take()
    }

    /// Sets how long each statement of the next run waits for a lock; `None`: as the session is set.
    pub(super) fn limit(&self, limit: Option<Duration>) {
        self.limit.set(limit);
    }

    /// Sets whether the next run only records the migration, because an earlier one has done what it does.
    pub(super) fn only_record(&self, is_done: bool) {
        self.is_done.set(is_done);
    }

    /// Returns whether a run that gets no lock can be tried again. It cannot if a part of it is committed, and is not
    /// limited at all if the file handles errors itself: it would take the end of the waiting for another error.
    pub(super) fn is_retried(&self, direction: Direction) -> bool {
        let sql = fs::read_to_string(self.path(direction)).unwrap_or_default();
        let words: Vec<String> = sql.split_whitespace().map(str::to_ascii_uppercase).collect();
        let handles_errors = words.windows(2).any(|pair| pair == ["EXCEPTION", "WHEN"]);
        self.run_in_transaction && !handles_errors && !statements(&sql).iter().any(SqlStatement::controls_transaction)
    }

    /// Returns whether the file is a statement that waits for the transactions of other sessions to end.
    pub(super) fn waits_for_transactions(&self, direction: Direction) -> bool {
        let sql = fs::read_to_string(self.path(direction)).unwrap_or_default();
        !self.run_in_transaction && is_concurrent_index_statement(&sql)
    }

    /// Returns the index that the file creates concurrently, if it is one such statement.
    pub(super) fn concurrent_index(&self, direction: Direction) -> Option<ConcurrentIndex> {
        let sql = fs::read_to_string(self.path(direction)).ok()?;
        ConcurrentIndex::of(&sql).filter(|_| !self.run_in_transaction)
    }

    fn path(&self, direction: Direction) -> &Path {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }
}

/// Returns a file as one statement, on the line of its first.
fn whole(sql: &str) -> SqlStatement {
    let mut found = statements(sql);
    match found.len() {
        1 => found.remove(0),
        _ => SqlStatement::whole(sql, found.first().map_or(1, |own| own.line)),
    }
}

/// Returns a statement that limits the wait for a lock, until the transaction ends, unless it is shorter already.
fn at_most(limit: Duration) -> String {
    let limit = limit.as_millis().min(i32::MAX.unsigned_abs().into());
    format!(
        "SELECT pg_catalog.set_config('lock_timeout', '{limit}', true) FROM pg_catalog.pg_settings \
         WHERE name = 'lock_timeout' AND setting::bigint NOT BETWEEN 1 AND {limit}"
    )
}

impl Migration<Pg> for SqlFileMigration {
    fn run(&self, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        self.send(connection, &self.up)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        self.send(connection, &self.down)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self.inner.metadata()
    }

    fn name(&self) -> &dyn MigrationName {
        self.inner.name()
    }
}
