//! From nothing to a server that answers, and back: what happens in which order, and what may go wrong before the first
//! request.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use rocket::shield::{NoSniff, Shield};
use tokio::signal::unix::{SignalKind, signal};

use crate::catchers;
use crate::config::{self, Configuration};
use crate::connection::{ConnectError, Target};
use crate::database::Database;
use crate::database_url;
use crate::logging::{self, RequestLog};
use crate::migrate::{self, MigrateError};
use crate::routes;

/// The longest pause between two tries to reach the database.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Why the server does not serve. Every message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// The command line is not one that [`crate`] knows.
    #[error("unknown argument {0:?}; `server --help` lists what there is")]
    Arguments(String),
    /// `.env` cannot be read.
    #[error("cannot read .env: {0}")]
    DotEnv(String),
    /// A key of `Rocket.toml` or `ROCKET_*` is wrong.
    #[error("configuration: {0}")]
    Configuration(String),
    /// `DATABASE_URL` is there and wrong.
    #[error("DATABASE_URL: {0} (it looks like postgres://user:password@host:5432/database)")]
    DatabaseUrl(String),
    /// No `DATABASE_URL`, and no private Postgres either.
    #[error("no database: set DATABASE_URL, or put it into .env (see .env.example)")]
    NoDatabase,
    /// The private Postgres cannot be started. The message says what to do about it.
    #[cfg(feature = "development")]
    #[error("no DATABASE_URL, and no private Postgres either: {0}")]
    Private(String),
    /// The database answers, and will not have us.
    #[error("the database {at} refuses: {reason}; check DATABASE_URL")]
    Refused {
        /// Host, port and database.
        at: String,
        /// What Postgres says.
        reason: String,
    },
    /// The database did not answer for as long as `database_wait` allows.
    #[error("the database {at} did not answer within {} s: {reason}", waited.as_secs())]
    Unreachable {
        /// Host, port and database.
        at: String,
        /// What the last try said.
        reason: String,
        /// How long we waited.
        waited: Duration,
    },
    /// A migration failed.
    #[error("migrating {at}: {source}")]
    Migration {
        /// Host, port and database.
        at: String,
        /// Which one, and what Postgres says.
        source: MigrateError,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}:{port}: {reason}; another one is chosen with ROCKET_PORT")]
    Bind {
        /// The address of the interface.
        address: String,
        /// The port.
        port: u16,
        /// What the system says.
        reason: String,
    },
    /// The operating system refuses something that a server needs.
    #[error("cannot start: {0}")]
    System(String),
    /// The server that is asked for its health is not well.
    #[error("not ready: {0}")]
    NotReady(String),
}

impl StartupError {
    /// 2 when somebody has to change the configuration, 1 for the rest.
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

/// Takes `.env` into the environment, if there is one. What the environment has already is kept.
///
/// # Errors
/// [`StartupError::DotEnv`] for a file that cannot be read or has a line that is no assignment.
pub fn load_dot_env() -> Result<(), StartupError> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        // The line itself may hold a password.
        Err(dotenvy::Error::LineParse(_, position)) => Err(StartupError::DotEnv(format!(
            "a line is not of the form KEY=value (at its character {position})"
        ))),
        Err(error) => Err(StartupError::DotEnv(error.to_string())),
    }
}

/// Serves until it is asked to stop.
///
/// # Errors
/// Whatever kept it from starting, or from going on.
pub fn serve() -> Result<(), StartupError> {
    load_dot_env()?;
    let configuration = config::read()?;
    logging::start(&configuration);
    let database = database_url::find()?;
    let target = Target::parse(&database.url)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(configuration.rocket.workers.max(1))
        .enable_all()
        .build()
        .map_err(|error| StartupError::System(error.to_string()))?;
    let outcome = runtime.block_on(async {
        let stop = stop_signal()?;
        tokio::select! {
            // Before Rocket listens nobody handles signals, and process 1 of a container has no default for them.
            () = stop => Ok(None),
            prepared = prepare(&configuration, &target) => prepared.map(Some),
        }
    });
    let outcome = match outcome {
        Ok(Some(())) => runtime.block_on(listen(&configuration, target)),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    // A connection attempt that hangs must not keep a server that was asked to stop.
    runtime.shutdown_timeout(Duration::from_millis(500));
    outcome
}

/// Waits for the database and brings it to the newest migration.
async fn prepare(configuration: &Configuration, target: &Target) -> Result<(), StartupError> {
    let connection = wait_for_database(target, configuration.settings.database_wait()).await?;
    migrate::run(connection)
        .await
        .map_err(|source| StartupError::Migration {
            at: target.describe(),
            source,
        })
}

/// Tries to connect, with longer and longer pauses, until it works or can never work. Says once what it waits for, and
/// again when there is another reason.
async fn wait_for_database(target: &Target, limit: Duration) -> Result<AsyncPgConnection, StartupError> {
    let began = Instant::now();
    let mut pause = Duration::from_millis(100);
    let mut said: Option<String> = None;
    loop {
        let reason = match target.connect().await {
            Ok(connection) => {
                if said.is_some() {
                    tracing::info!(waited_ms = began.elapsed().as_millis(), "the database answers");
                }
                return Ok(connection);
            }
            Err(ConnectError::Refused(reason)) => {
                return Err(StartupError::Refused {
                    at: target.describe(),
                    reason,
                });
            }
            Err(ConnectError::NotNow(reason)) => reason,
        };
        let waited = began.elapsed();
        let Some(left) = limit.checked_sub(waited).filter(|left| !left.is_zero()) else {
            return Err(StartupError::Unreachable {
                at: target.describe(),
                reason,
                waited,
            });
        };
        if said.as_ref() != Some(&reason) {
            let (database, seconds) = (target.describe(), limit.as_secs());
            tracing::warn!(database, reason, "waiting for the database, for {seconds} s at most");
            said = Some(reason);
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Answers requests until SIGTERM or Ctrl-C, then lets those under way end.
async fn listen(configuration: &Configuration, target: Target) -> Result<(), StartupError> {
    let database = Database::new(target, &configuration.settings)?;
    let (address, port) = (configuration.rocket.address, configuration.rocket.port);
    let rocket = rocket::custom(&configuration.figment)
        .manage(database)
        .attach(RequestLog)
        // What else Rocket would add is for pages, which have more than that (see `html`).
        .attach(Shield::new().enable(NoSniff::Enable))
        .attach(rocket::fairing::AdHoc::on_liftoff("announce", |rocket| {
            Box::pin(async move {
                let (address, port) = (rocket.config().address, rocket.config().port);
                tracing::info!("listening on http://{}/", std::net::SocketAddr::new(address, port));
            })
        }))
        .mount("/", routes::all())
        .register("/", catchers::all());
    match rocket.launch().await {
        Ok(_) => {
            tracing::info!("stopped");
            Ok(())
        }
        Err(error) => Err(match error.kind() {
            rocket::error::ErrorKind::Bind(reason) => StartupError::Bind {
                address: address.to_string(),
                port,
                reason: reason.to_string(),
            },
            // Requests that outlived the grace time were cut off, as configured: the stop itself went well.
            rocket::error::ErrorKind::Shutdown(..) => {
                tracing::warn!("stopped with requests still under way");
                return Ok(());
            }
            kind => StartupError::System(kind.to_string()),
        }),
    }
}

/// Ends at the first SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = ()>, StartupError> {
    let system = |error: std::io::Error| StartupError::System(error.to_string());
    let mut terminate = signal(SignalKind::terminate()).map_err(system)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
