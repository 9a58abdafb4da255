//! Errors of running migrations.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::sql_file::SqlFileError;
use super::{Direction, Done};
use crate::connection::ConnectionError;
use crate::history::{HistoryError, MigrationDir, Version};

/// Why a command did not complete.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// The connection fails.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The migrations directory cannot be used.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Another run held the lock for longer than this run waits.
    #[error("another run holds the migration lock of this database; gave up after {:.1} s\n\nhint: `SELECT * FROM pg_locks WHERE locktype = 'advisory'` shows which session holds it", waited.as_secs_f64())]
    LockTimeout {
        /// The time that it waited.
        waited: Duration,
    },
    /// The URL leads to a pooler in which sessions change from transaction to transaction.
    #[error(
        "the database URL leads to a connection pooler in transaction mode; a migration needs a database session of its own, for its lock and its settings\n\nhint: use the URL of the Postgres server itself, or of a pool in session mode (pool_mode = session in PgBouncer)"
    )]
    Pooler,
    /// No migration matches the target.
    #[error("no migration in `{}` has a version that begins with `{wanted}`\n\nhint: `schema-diff migration list` shows them", directory.display())]
    UnknownTarget {
        /// The target as given.
        wanted: String,
        /// The migrations directory.
        directory: PathBuf,
    },
    /// Several migrations match the target.
    #[error("`{wanted}` is the beginning of several versions: {}", list(candidates))]
    AmbiguousTarget {
        /// The target as given.
        wanted: String,
        /// The matching versions.
        candidates: Vec<Version>,
    },
    /// A migration to be reverted is not in the directory.
    #[error(
        "version {version} is applied but has no directory in `{}`, so it cannot be reverted\n\n\
         hint: it may be on another branch: copy its directory here, or revert it there", directory.display()
    )]
    NoDirectory {
        /// The version.
        version: Version,
        /// The migrations directory.
        directory: PathBuf,
    },
    /// A migration to be reverted has no `down.sql`.
    #[error("{name} has no down.sql, so it cannot be reverted\n\nhint: write `{}`", path.display())]
    NoDown {
        /// The name of its directory.
        name: String,
        /// The missing file.
        path: PathBuf,
    },
    /// The SQL of a migration failed.
    #[error(transparent)]
    Failed(Box<Failure>),
    /// Diesel's table, or the lock, could not be read or written.
    #[error("the migration lock or the table __diesel_schema_migrations could not be used: {0}")]
    Database(#[from] diesel::result::Error),
    /// The system has no threads or file descriptors left.
    #[error("cannot start the async runtime for the database connection: {0}")]
    Runtime(std::io::Error),
    /// Another error of Diesel.
    #[error("{0}")]
    Other(Box<dyn Error + Send + Sync>),
}

/// A migration whose SQL failed, with everything that Postgres reports.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Failure {
    /// The version.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// Whether `up.sql` or `down.sql` ran.
    pub direction: Direction,
    /// The file.
    pub file: PathBuf,
    /// The line of the file, counted from 1, if Postgres reports a position.
    pub line: Option<usize>,
    /// Postgres's message.
    pub message: String,
    /// Postgres's detail.
    pub detail: Option<String>,
    /// Postgres's hint.
    pub hint: Option<String>,
    /// Whether the file itself raises the message: a guard that requires a decision of the user.
    pub guard: bool,
    /// Whether the migration ran in a transaction, so that it had no effect.
    pub in_transaction: bool,
    /// The migrations that completed before, and are not rolled back.
    pub done: Done,
}

impl Failure {
    pub(super) fn new(
        migration: &MigrationDir,
        direction: Direction,
        done: Done,
        error: &(dyn Error + Send + Sync + 'static),
    ) -> Self {
        let file = match direction {
            Direction::Up => migration.up(),
            Direction::Down => migration.down(),
        };
        let sql = std::fs::read_to_string(&file).unwrap_or_default();
        let mut failure = Self {
            version: migration.version.clone(),
            name: migration.name.clone(),
            direction,
            line: None,
            message: String::new(),
            detail: None,
            hint: None,
            guard: false,
            in_transaction: migration.run_in_transaction,
            done,
            file,
        };
        failure.explain(error, &sql);
        failure
    }

    fn explain(&mut self, error: &(dyn Error + Send + Sync + 'static), sql: &str) {
        use diesel::result::Error as Diesel;
        let (refusal, by_file) = match error.downcast_ref::<SqlFileError>() {
            Some(SqlFileError::Refused(error)) => (Some(error), true),
            _ => (error.downcast_ref::<Diesel>(), false),
        };
        let refusal = match refusal {
            Some(Diesel::RollbackErrorOnCommit { commit_error, .. }) => Some(commit_error.as_ref()),
            other => other,
        };
        let Some(Diesel::DatabaseError(_, facts)) = refusal else {
            self.message = error.to_string();
            return;
        };
        self.message = facts.message().to_owned();
        self.detail = facts.details().map(str::to_owned);
        self.hint = facts.hint().map(str::to_owned);
        if by_file {
            self.line = facts
                .statement_position()
                .and_then(|position| line(sql, position, facts.message()));
            self.guard = facts.statement_position().is_none() && raises(sql, facts.message());
        } else if self.message.contains("\"__diesel_schema_migrations\" does not exist") {
            self.hint = Some(
                "the SQL changes search_path for the whole session, so Diesel's table is not found: \
                 use SET LOCAL, or qualify names with their schemas"
                    .to_owned(),
            );
        }
    }
}

impl RunnerError {
    /// Returns the error after all migrations were rolled back together.
    pub(super) fn undone(self) -> Self {
        match self {
            Self::Failed(mut failure) => {
                failure.done = Done::default();
                failure.in_transaction = true;
                Self::Failed(failure)
            }
            other => other,
        }
    }
}

impl Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.line {
            Some(line) => format!("{}:{line}", self.file.display()),
            None => self.file.display().to_string(),
        };
        match self.guard {
            true => writeln!(f, "{place} raises an error:\n\n    {}", indent(&self.message))?,
            false => writeln!(f, "{place} fails:\n\n    {}", indent(&self.message))?,
        }
        for (label, text) in [("detail", &self.detail), ("hint", &self.hint)] {
            if let Some(text) = text {
                writeln!(f, "    {label}: {}", indent(text))?;
            }
        }
        let before = self.done.reverted.len() + self.done.ran.len();
        match self.in_transaction {
            true => write!(f, "\n{} was rolled back", self.name)?,
            false => write!(
                f,
                "\n{} does not run in a transaction: its statements before the error remain in effect",
                self.name
            )?,
        }
        match before {
            0 => f.write_str("."),
            1 => f.write_str("; the migration before it was completed."),
            many => write!(f, "; the {many} migrations before it were completed."),
        }
    }
}

fn indent(text: &str) -> String {
    text.replace('\n', "\n    ")
}

fn list(versions: &[Version]) -> String {
    versions.iter().map(Version::as_str).collect::<Vec<_>>().join(", ")
}

/// Returns the line of a position that Postgres reports in characters, counted from 1.
///
/// Diesel does not distinguish a position in the file from one in the text of a function that the file calls, which
/// would point at an unrelated line. A position counts only if the message mentions the word there, if it is the end of
/// the file, or if the file calls no functions.
fn line(sql: &str, position: i32, message: &str) -> Option<usize> {
    let characters = usize::try_from(position).ok()?.checked_sub(1)?;
    let offset = sql
        .char_indices()
        .nth(characters)
        .map_or(sql.len(), |(offset, _)| offset);
    let (before, after) = sql.split_at(offset);
    let word: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let word = if word.is_empty() {
        after.chars().take(1).collect()
    } else {
        word
    };
    let is_mentioned = !word.trim().is_empty() && message.to_lowercase().contains(&word.to_lowercase());
    let calls_functions = sql.contains("$$") || sql.to_lowercase().contains("select ");
    let at_end = after.trim().is_empty() && message.contains("end of input");
    (at_end || is_mentioned || !calls_functions).then(|| before.matches('\n').count() + 1)
}

/// Checks whether a `RAISE EXCEPTION` of the file has this message. Its placeholders match anything.
fn raises(sql: &str, message: &str) -> bool {
    // Only ASCII letters change case, so that positions are the same in both.
    let folded = sql.to_ascii_lowercase();
    folded.match_indices("raise exception").any(|(at, raise)| {
        let Some((_, literal)) = sql.get(at + raise.len()..).and_then(|after| after.split_once('\'')) else {
            return false;
        };
        let literal = literal.replace("\'\'", "\0");
        let format = literal.split('\'').next().unwrap_or_default().replace('\0', "'");
        let mut rest = Some(message);
        for part in format.split('%') {
            rest = rest.and_then(|text| text.split_once(part)).map(|(_, after)| after);
        }
        rest.is_some() && !format.trim_matches(['%', ' ']).is_empty()
    })
}
