//! The errors of generating a migration.

use crate::{
    cluster::{ClusterError, ScratchError, server_message},
    config::{ConfigError, Origin},
    connection::ConnectionError,
    diagnostic::ResolveErrors,
    history::{HistoryError, Version},
    introspect::IntrospectError,
    normalize::NormalizeError,
    parse::ParseErrors,
    prove::ProofError,
    statistics::StatisticsError,
};
use postgres::error::SqlState;

/// Why no migration was generated. Every message ends with what the user can do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// A question is open, and what the running program needs depends on the answer.
    #[error(
        "with --rolling, open questions have to be answered first, because what the running program needs depends on them\n\nhint: run this on a terminal, or pass the options that the messages above name (such as --rename or --drop)"
    )]
    RollingUndecided,
    /// A change would break what is kept.
    #[error(
        "{what}, because {name} keeps it for an older program, and this change would break that\n\nhint: when no such program runs any more, write the migration that removes it with `schema-diff migration release`, and run it; then make this change"
    )]
    Kept {
        /// The name of the migration's directory.
        name: String,
        /// What it keeps.
        what: String,
    },
    /// Questions are open, and `--no-questions` was given.
    #[error("{} not answered:\n\n{}\n\nhint: pass one of the options that each names; --accept-renames takes possible renames that are likely", counted(questions.len()), questions.join("\n"))]
    OpenQuestions {
        /// Each question, with the options that answer it.
        questions: Vec<String>,
    },
    /// The revision with which the code is compared does not exist.
    #[error(
        "git has no commit `{revision}`, with which the code would be compared\n\nhint: pass another revision with --since, or leave it out: then the newest commit whose schema.rs agrees with the existing schema is used; a shallow clone does not have all commits (`git fetch --unshallow`)"
    )]
    NoCommit {
        /// The revision.
        revision: String,
    },
    /// The schema file of another program does not exist.
    #[error(
        "there is no file `{file}`, which should declare the tables of another running program\n\nhint: `--old` and `deploy.old` in schema-diff.toml name the schema.rs of that program"
    )]
    NoOldProgram {
        /// The file.
        file: String,
    },
    /// The commit that has the migrations which are not new does not exist.
    #[error(
        "git has no commit `{revision}` that would say which migrations are new\n\nhint: pass the branch into which the change is merged with --base, or set deploy.base in schema-diff.toml; a shallow clone does not have all commits (in GitHub's workflows: `fetch-depth: 0` for actions/checkout)"
    )]
    NoBase {
        /// The revision.
        revision: String,
    },
    /// The programs cannot be tried.
    #[error("the programs could not be tried on a scratch database\n\n{0}")]
    Programs(Box<ProofError>),
    /// The catalogs of a scratch database cannot be read.
    #[error("the system catalogs of the scratch database cannot be read: {}", server_message(.0))]
    Catalogs(postgres::Error),
    /// There is nothing to release.
    #[error(
        "no migration keeps anything for a program that is still running\n\nhint: `schema-diff autogenerate --rolling` writes such migrations; `-- keeps:` lines in the header of up.sql list what they keep"
    )]
    NothingKept,
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `schema.rs` or a Rust enum is invalid.
    #[error(transparent)]
    Parse(#[from] ParseErrors),
    /// The declarations do not match the database.
    #[error("{0}")]
    Resolve(#[from] ResolveErrors),
    /// The compared database is not reachable.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The catalog of the compared database cannot be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// The migrations directory cannot be used.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// There is no Postgres for scratch databases.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A scratch database fails.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// Postgres rejects a declared expression.
    #[error(transparent)]
    Normalize(Box<NormalizeError>),
    /// The proof failed: nothing is written.
    #[error("the migration was not written, because its test on a temporary (scratch) database failed:\n\n{0}")]
    Proof(Box<ProofError>),
    /// Postgres refuses a change, whatever the rows: nothing is written.
    #[error("Postgres does not allow this change; no migration was written\n\n{0}")]
    Refused(Box<ProofError>),
    /// A second run would still find changes: nothing is written.
    #[error("after the migration, a second run would still find changes; no migration was written\n\n{}\n\nhint: this is a bug in schema-diff: please report it with schema.rs and this message; --no-prove writes the migration without the check", remaining.join("\n"))]
    Remaining {
        /// The statements that the second run would write, or what it would refuse.
        remaining: Vec<String>,
    },
    /// The database is behind its migrations.
    #[error("the database is not up to date: {} migration{} pending\n\n{}\n\nhint: run `schema-diff migration run` (or `diesel migration run`) first; or pass --from migrations, so that schema.rs is compared with the migrations and not with the database", pending.len(), if pending.len() == 1 { " is" } else { "s are" }, pending.iter().map(|name| format!("  {name}")).collect::<Vec<_>>().join("\n"))]
    Pending {
        /// Names of the migrations.
        pending: Vec<String>,
    },
    /// A migration is undecided: the schema that it leads to is not known.
    #[error(
        "`{place}` contains an open question: {question}\n\nhint: `schema-diff review` asks it, and rewrites the migration with your answer"
    )]
    Undecided {
        /// The file, and the line of its guard.
        place: String,
        /// The question.
        question: String,
    },
    /// The migration to be rewritten is already applied.
    #[error(
        "{version} is applied in the database {database}, so rewriting it would change nothing there\n\nhint: revert it first, with `schema-diff migration revert`, or write the next migration with `schema-diff autogenerate`"
    )]
    Applied {
        /// The migration.
        version: Version,
        /// The database.
        database: String,
    },
    /// A decision matches no change.
    #[error("an option refers to a change that was not found between schema.rs and the existing schema\n\n{}\n\nhint: run `schema-diff diff` without options to see the detected changes", unused.iter().map(|text| format!("  {text}")).collect::<Vec<_>>().join("\n"))]
    ConflictingDecisions {
        /// Each option, with the reason.
        unused: Vec<String>,
    },
    /// `DATABASE_URL` is set, but is not a URL.
    #[error("DATABASE_URL (from {origin}): {source}")]
    DatabaseUrl {
        /// Its origin.
        origin: Origin,
        /// The error.
        source: Box<ConnectionError>,
    },
    /// A migration of the history does not run on an empty database.
    #[error(
        "`{}` fails when it is run after all earlier migrations on a temporary (scratch) database\n\n{message}\n\nhint: fix the migration; or set DATABASE_URL, so that schema.rs is compared with that database and not with the migrations",
        place
    )]
    Replay {
        /// The file, and the line if Postgres names one.
        place: String,
        /// Postgres's message.
        message: String,
    },
    /// The comparison with a database was requested, but none is configured.
    #[error(
        "--from database needs DATABASE_URL, in the environment or in .env\n\nhint: omit --from to compare with the migrations, which are then run on a scratch database"
    )]
    NoDatabase,
    /// The sizes of tables were requested, but no database is configured.
    #[error("cannot read the sizes of tables: DATABASE_URL is set neither in the environment nor in .env")]
    NoDatabaseForSizes,
    /// The file with the sizes of tables cannot be used.
    #[error(transparent)]
    StatisticsFile(#[from] StatisticsError),
    /// The sizes of tables cannot be read from the database.
    #[error(
        "cannot read the sizes of tables in the database {database}: {}{}",
        server_message(source),
        hint_of_sizes(source)
    )]
    Statistics {
        /// The database.
        database: String,
        /// The error.
        source: postgres::Error,
    },
}

/// Returns what can be done if another session has locked a table.
fn hint_of_sizes(error: &postgres::Error) -> &'static str {
    if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) {
        "\n\nhint: another session has locked a table, as ALTER TABLE does; try again when it is done"
    } else {
        ""
    }
}

impl From<ProofError> for GenerateError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Refused { .. } => Self::Refused(Box::new(error)),
            other => Self::Proof(Box::new(other)),
        }
    }
}

impl From<NormalizeError> for GenerateError {
    fn from(error: NormalizeError) -> Self {
        Self::Normalize(Box::new(error))
    }
}

/// Returns `1 question is`, `2 questions are`.
fn counted(questions: usize) -> String {
    match questions {
        1 => "1 question is".to_owned(),
        many => format!("{many} questions are"),
    }
}
