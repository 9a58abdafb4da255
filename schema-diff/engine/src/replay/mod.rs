//! Runs the migrations of a history on scratch databases, as Diesel runs them.

mod statements;
mod verify;

use std::path::PathBuf;

use postgres::{Client, error::ErrorPosition};

pub(crate) use statements::{SqlStatement, is_concurrent_index_statement, statements};
pub use verify::{Irreversible, IrreversibleKind, Verified, verify};

use crate::{
    cluster::{ScratchError, server_message},
    history::{HistoryError, MigrationDir, Undecided, Version},
};

/// Why the migrations of a history cannot be examined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// A migration cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A scratch database fails.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The catalogs of a scratch database cannot be read.
    #[error("the system catalogs of the scratch database cannot be read: {}", server_message(.0))]
    Catalogs(#[from] postgres::Error),
    /// A migration is undecided.
    #[error(
        "`{place}` contains an open question: {question}\n\nhint: `schema-diff review` asks it, and rewrites the migration with your answer"
    )]
    Undecided {
        /// The file, and the line of its guard.
        place: String,
        /// The question.
        question: String,
    },
}

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

    /// Returns the rejection of a text that begins on a line of the file, counted from 1.
    pub(crate) fn at(file: PathBuf, first: usize, sql: &str, error: &postgres::Error) -> Self {
        let mut rejected = Self::new(file, sql, error);
        rejected.line = Some(rejected.line.map_or(first, |line| first + line - 1));
        rejected
    }

    pub(crate) fn new(file: PathBuf, sql: &str, error: &postgres::Error) -> Self {
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

/// Refuses a migration with an open question, which would only raise its error.
pub(crate) fn refuse_undecided(migration: &MigrationDir) -> Result<(), ReplayError> {
    match Undecided::find(&migration.up_sql()?) {
        Some(guard) => Err(ReplayError::Undecided {
            place: format!("{}:{}", migration.up().display(), guard.line),
            question: guard.question,
        }),
        None => Ok(()),
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

pub(crate) fn run(client: &mut Client, sql: &str, in_transaction: bool) -> Result<(), postgres::Error> {
    if !in_transaction {
        return client.batch_execute(sql);
    }
    let mut transaction = client.transaction()?;
    transaction.batch_execute(sql)?;
    transaction.commit()
}

/// Creates Diesel's table and records a migration in it, as Diesel does: hand-written migrations may read it or write
/// to it. Errors are ignored, because a migration may drop the table.
pub(crate) fn record(client: &mut Client, version: Option<&Version>) {
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

/// Returns the reason in a comment that allows a finding: `-- schema-diff: allow(down-differs) the view stays`. Without a
/// reason, nothing is allowed.
pub(crate) fn allowed(sql: &str, code: &str) -> Option<String> {
    sql.lines().find_map(|line| {
        let comment = line.trim().strip_prefix("--")?.trim();
        let (codes, reason) = comment.strip_prefix("schema-diff: allow(")?.split_once(')')?;
        let mut codes = codes.split(',').map(str::trim);
        let reason = reason.trim();
        (codes.any(|own| own == code) && !reason.is_empty()).then(|| reason.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn a_comment_allows_what_it_names() {
        let sql = "DROP VIEW v;\n  -- schema-diff: allow(down-differs, down-fails) the view  \n";
        assert_eq!(allowed(sql, "down-fails").as_deref(), Some("the view"));
        assert_eq!(allowed(sql, "down-missing"), None);
        assert_eq!(allowed("-- schema-diff: allow(down-fails)", "down-fails"), None);
        assert_eq!(
            allowed("SELECT '-- schema-diff: allow(down-fails)'", "down-fails"),
            None
        );
    }
}
