//! Starts and stops the server: the order of the steps.

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
use crate::migrate;
use crate::openapi;
use crate::routes;
pub use crate::startup_error::StartupError;

/// The longest pause between two tries to reach the database.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Loads `.env` into the environment, if it exists. Variables that are already set are kept.
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
/// [`StartupError`] if it cannot start or cannot continue.
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
            // Rocket handles signals only once it listens, and process 1 of a container has no default for them.
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

/// Tries to connect, with longer and longer pauses, until it succeeds or cannot succeed. Logs each reason to wait once.
async fn wait_for_database(target: &Target, limit: Duration) -> Result<AsyncPgConnection, StartupError> {
    let began = Instant::now();
    let mut pause = Duration::from_millis(100);
    let mut logged: Option<String> = None;
    loop {
        let reason = match target.connect().await {
            Ok(connection) => {
                if logged.is_some() {
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
        if logged.as_ref() != Some(&reason) {
            let (database, seconds) = (target.describe(), limit.as_secs());
            tracing::warn!(database, reason, "waiting for the database, for {seconds} s at most");
            logged = Some(reason);
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Serves requests until SIGTERM or Ctrl-C, then lets running ones end.
async fn listen(configuration: &Configuration, target: Target) -> Result<(), StartupError> {
    let database = Database::new(target, &configuration.settings)?;
    let (address, port) = (configuration.rocket.address, configuration.rocket.port);
    let rocket = rocket::custom(&configuration.figment)
        .manage(database)
        .attach(RequestLog)
        // Rocket's other headers are for pages, which set stricter ones (see `html`).
        .attach(Shield::new().enable(NoSniff::Enable))
        .attach(rocket::fairing::AdHoc::on_liftoff("announce", |rocket| {
            Box::pin(async move {
                let (address, port) = (rocket.config().address, rocket.config().port);
                tracing::info!("listening on http://{}/", std::net::SocketAddr::new(address, port));
            })
        }))
        .mount("/", routes::all())
        .mount("/", openapi::routes())
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
            // Requests that outlived the grace time were interrupted, as configured: the stop itself succeeded.
            rocket::error::ErrorKind::Shutdown(..) => {
                tracing::warn!("stopped with requests still running");
                return Ok(());
            }
            kind => StartupError::System(kind.to_string()),
        }),
    }
}

/// Returns a future that ends at the first SIGTERM or SIGINT.
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
