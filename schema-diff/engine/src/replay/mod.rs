//! Runs the migrations of a history on scratch databases, as Diesel runs them.

mod verify;

use std::path::PathBuf;

use postgres::{Client, error::ErrorPosition};

pub use verify::{Irreversible, IrreversibleKind, Verified, VerifyError, verify};

use crate::history::{HistoryError, MigrationDir, Version};

/// A migration file that Postgres rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, if Postgres names one.
    pub line: Option<usize>,
    /// Postgres's message, with its hint.
    pub message: String,
}

impl Rejected {
    /// Returns the file, with the line if Postgres names one.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file.display()),
            None => self.file.display().to_string(),
        }
    }

    fn new(file: PathBuf, sql: &str, error: &postgres::Error) -> Self {
        let message = error.as_db_error().map_or_else(
            || error.to_string(),
            |error| {
                let hint = error.hint().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
                format!("{}: {}{hint}", error.severity(), error.message())
            },
        );
        let line = match error.as_db_error().and_then(|error| error.position()) {
            Some(ErrorPosition::Original(at)) => {
                let characters = usize::try_from(*at).unwrap_or(1).saturating_sub(1);
                Some(sql.chars().take(characters).filter(|c| *c == '\n').count() + 1)
            }
            _ => None,
        };
        Self { file, line, message }
    }
}

/// Runs `up.sql` of a migration and records it.
///
/// # Errors
/// The file cannot be read; the inner error is that of Postgres.
pub(crate) fn up(client: &mut Client, migration: &MigrationDir) -> Result<Result<(), Rejected>, HistoryError> {
    let sql = migration.up_sql()?;
    record(client, None);
    let ran = run(client, &sql, migration.run_in_transaction);
    if ran.is_ok() {
        record(client, Some(&migration.version));
    }
    Ok(ran.map_err(|error| Rejected::new(migration.up(), &sql, &error)))
}

/// Runs `down.sql` of a migration and removes its record.
fn down(client: &mut Client, migration: &MigrationDir, sql: &str) -> Result<(), Rejected> {
    let ran = run(client, sql, migration.run_in_transaction);
    if ran.is_ok() {
        let _ = client.execute(
            "DELETE FROM public.__diesel_schema_migrations WHERE version = $1",
            &[&migration.version.as_str()],
        );
    }
    ran.map_err(|error| Rejected::new(migration.down(), sql, &error))
}

fn run(client: &mut Client, sql: &str, in_transaction: bool) -> Result<(), postgres::Error> {
    if !in_transaction {
        return client.batch_execute(sql);
    }
    let mut transaction = client.transaction()?;
    transaction.batch_execute(sql)?;
    transaction.commit()
}

/// Creates Diesel's table and records a migration in it, as Diesel does: hand-written migrations may read it or write
/// to it. Errors are ignored, because a migration may drop the table.
fn record(client: &mut Client, version: Option<&Version>) {
    let _ = client.batch_execute(
        "CREATE TABLE IF NOT EXISTS public.__diesel_schema_migrations \
         (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    if let Some(version) = version {
        let _ = client.execute(
            "INSERT INTO public.__diesel_schema_migrations (version) VALUES ($1) ON CONFLICT DO NOTHING",
            &[&version.as_str()],
        );
    }
}
