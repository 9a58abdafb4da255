//! The errors before the first request, and the exit status of each.

use std::process::ExitCode;
use std::time::Duration;

use crate::migrate::MigrateError;

/// Why the server does not start. Every message is one line that names a way out.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// The command line has an unknown argument.
    #[error("unknown argument {0:?}; `server --help` lists the arguments")]
    Arguments(String),
    /// `.env` cannot be read.
    #[error("cannot read .env: {0}")]
    DotEnv(String),
    /// A key of `Rocket.toml` or `ROCKET_*` is wrong.
    #[error("configuration: {0}")]
    Configuration(String),
    /// `DATABASE_URL` is invalid.
    #[error("DATABASE_URL: {0} (it looks like postgres://user:password@host:5432/database)")]
    DatabaseUrl(String),
    /// No `DATABASE_URL`, and no private Postgres either.
    #[error("no database: set DATABASE_URL, or put it into .env (see .env.example)")]
    NoDatabase,
    /// The private Postgres cannot be started. The message names a way out.
    #[cfg(feature = "development")]
    #[error("no DATABASE_URL, and no private Postgres either: {0}")]
    Private(String),
    /// The database refuses the connection.
    #[error("the database {at} refuses the connection: {reason}; check DATABASE_URL")]
    Refused {
        /// Host, port and database.
        at: String,
        /// Postgres's message.
        reason: String,
    },
    /// The database did not answer for as long as `database_wait` allows.
    #[error("the database {at} did not answer within {} s: {reason}", waited.as_secs())]
    Unreachable {
        /// Host, port and database.
        at: String,
        /// The error of the last try.
        reason: String,
        /// The time waited.
        waited: Duration,
    },
    /// A migration failed.
    #[error("migrating {at}: {source}")]
    Migration {
        /// Host, port and database.
        at: String,
        /// The migration and Postgres's message.
        source: MigrateError,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}:{port}: {reason}; choose another port with ROCKET_PORT")]
    Bind {
        /// The address of the interface.
        address: String,
        /// The port.
        port: u16,
        /// The operating system's message.
        reason: String,
    },
    /// The operating system refuses a resource.
    #[error("cannot start: {0}")]
    System(String),
    /// `server healthcheck` found the server not ready.
    #[error("not ready: {0}")]
    NotReady(String),
}

impl StartupError {
    /// Returns 2 if the configuration has to be changed, 1 otherwise.
    pub fn exit_status(&self) -> ExitCode {
        match self {
            Self::Arguments(_)
            | Self::DotEnv(_)
            | Self::Configuration(_)
            | Self::DatabaseUrl(_)
            | Self::NoDatabase
            | Self::Refused { .. } => ExitCode::from(2),
            #[cfg(feature = "development")]
            Self::Private(_) => ExitCode::from(2),
            Self::Unreachable { .. }
            | Self::Migration { .. }
            | Self::Bind { .. }
            | Self::System(_)
            | Self::NotReady(_) => ExitCode::FAILURE,
        }
    }
}
