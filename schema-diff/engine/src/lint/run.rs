//! Runs a migration's statements on the scratch database, as Diesel runs the file, and observes each.

use postgres::{Client, Transaction, error::SqlState};

use super::{State, catalog::Catalog, step::Step, watch};
use crate::{
    cluster::ScratchDatabase,
    history::MigrationDir,
    observe::Observer,
    replay::{Rejected, ReplayError, SqlStatement},
};

/// A migration that runs.
pub(super) struct Run<'a> {
    pub database: &'a ScratchDatabase,
    pub migration: &'a MigrationDir,
    pub sql: &'a str,
    pub statements: &'a [SqlStatement],
}

/// Why a statement failed, and with which code.
type Failure = (Rejected, SqlState);

impl Run<'_> {
    /// Runs the statements. A file is one transaction, whether Diesel begins it or Postgres (for several statements that
    /// are sent together), until a statement ends it. The inner error is that of a statement.
    pub fn steps(&self, state: &mut State, client: &mut Client) -> Result<Result<Vec<Step>, Rejected>, ReplayError> {
        let mut steps = Vec::new();
        for range in transactions(self.statements) {
            match self.transaction(&mut state.catalog, client, &self.statements[range])? {
                Ok(own) => steps.extend(own),
                Err((_, code)) if self.needs_none(&code) => return self.alone(&mut state.catalog, client, &code),
                Err((rejected, _)) => return Ok(Err(rejected)),
            }
        }
        Ok(Ok(steps))
    }

    /// Returns whether a statement cannot run in a transaction, and Diesel does not run it in one.
    fn needs_none(&self, code: &SqlState) -> bool {
        let codes = [
            SqlState::ACTIVE_SQL_TRANSACTION,
            SqlState::INVALID_TRANSACTION_TERMINATION,
        ];
        !self.migration.run_in_transaction && self.statements.len() == 1 && codes.contains(code)
    }

    fn transaction(
        &self,
        catalog: &mut Catalog,
        client: &mut Client,
        statements: &[SqlStatement],
    ) -> Result<Result<Vec<Step>, Failure>, ReplayError> {
        let before = catalog.clone();
        let mut transaction = client.transaction()?;
        let mut observer = Observer::begin(&mut transaction)?;
        let mut steps: Vec<Step> = Vec::new();
        for statement in statements {
            let mut step = Step::of(statement);
            step.begins_transaction = steps.is_empty();
            step.has_lock_timeout = has_lock_timeout(&mut transaction)?;
            if !is_executed(statement) {
                steps.push(step);
                continue;
            }
            if let Err(error) = transaction.batch_execute(&statement.text) {
                let rejected = Rejected::at(self.migration.up(), statement.line, &statement.text, &error);
                *catalog = before;
                return Ok(Err((rejected, code(&error))));
            }
            step.observation = observer.observe(&mut transaction)?;
            step.events = catalog.after_statement(&mut transaction)?;
            steps.push(step);
        }
        if statements.last().is_some_and(is_rollback) {
            transaction.rollback()?;
            *catalog = before;
            steps.iter_mut().for_each(|step| step.events.clear());
            return Ok(Ok(steps));
        }
        // Constraints that are deferred are checked now.
        match transaction.commit() {
            Ok(()) => Ok(Ok(steps)),
            Err(error) => Ok(Err((Rejected::new(self.migration.up(), "", &error), code(&error)))),
        }
    }

    /// Runs the only statement of a file outside of a transaction.
    fn alone(
        &self,
        catalog: &mut Catalog,
        client: &mut Client,
        code: &SqlState,
    ) -> Result<Result<Vec<Step>, Rejected>, ReplayError> {
        let mut transaction = client.transaction()?;
        let mut observer = Observer::begin(&mut transaction)?;
        let mut step = self.statements.first().map(Step::of).unwrap_or_default();
        step.has_lock_timeout = has_lock_timeout(&mut transaction)?;
        transaction.rollback()?;
        let locks = match watch::run(client, self.database, self.sql)? {
            Ok(locks) => locks,
            Err(error) => return Ok(Err(Rejected::new(self.migration.up(), self.sql, &error))),
        };
        step.observation = observer.observe_alone(client, &locks)?;
        step.events = catalog.after_transaction(client)?;
        step.is_alone = true;
        step.is_unobserved = *code == SqlState::INVALID_TRANSACTION_TERMINATION;
        Ok(Ok(vec![step]))
    }
}

/// Returns the statements of each transaction: one that ends a transaction is its last.
fn transactions(statements: &[SqlStatement]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, statement) in statements.iter().enumerate() {
        if statement.controls_transaction() && !statement.begins_transaction() {
            found.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < statements.len() {
        found.push(start..statements.len());
    }
    found
}

fn has_lock_timeout(transaction: &mut Transaction<'_>) -> Result<bool, postgres::Error> {
    let sql = "SELECT pg_catalog.current_setting('lock_timeout') <> '0'";
    transaction.query_one(sql, &[])?.try_get(0)
}

/// Returns whether a statement is executed: transactions begin and end here, and `SET TRANSACTION` would have to be the
/// first statement, before those of the observer.
fn is_executed(statement: &SqlStatement) -> bool {
    let sets = matches!(statement.words.as_slice(), [set, of, ..] if set == "SET" && of == "TRANSACTION");
    !sets && !statement.controls_transaction()
}

fn is_rollback(statement: &SqlStatement) -> bool {
    statement.controls_transaction() && matches!(statement.verb(), "ROLLBACK" | "ABORT")
}

fn code(error: &postgres::Error) -> SqlState {
    error.code().cloned().unwrap_or(SqlState::INTERNAL_ERROR)
}
