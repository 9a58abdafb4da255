//! The server's configuration: this server's own keys beside Rocket's, from the same sources.
//!
//! The URL of the database is not part of it; see `database_url`.

use std::time::Duration;

use rocket::config::LogLevel;
use rocket::data::{Limits, ToByteUnit};
use rocket::figment::providers::{Env, Format, Serialized, Toml};
use rocket::figment::{Figment, Profile};
use serde::{Deserialize, Serialize};

use crate::startup_error::StartupError;

/// The keys that Rocket does not have, with their defaults.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settings {
    /// Connections to Postgres, at most.
    pub pool_size: usize,
    /// Statements at a time that look up countries for several requests; with 0 each request runs its own.
    pub lookups: usize,
    /// Milliseconds that a request waits for a connection.
    acquire_timeout: u64,
    /// Milliseconds that a statement may take.
    statement_timeout: u64,
    /// Seconds that the start waits for a database that does not answer.
    database_wait: u64,
    /// How log lines are written.
    pub log_format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pool_size: 16,
            lookups: 2,
            acquire_timeout: 2_000,
            statement_timeout: 5_000,
            database_wait: 60,
            log_format: LogFormat::Text,
        }
    }
}

impl Settings {
    /// Returns how long a request waits for a connection.
    pub fn acquire_timeout(&self) -> Duration {
        Duration::from_millis(self.acquire_timeout)
    }

    /// Returns how long a statement may take.
    pub fn statement_timeout(&self) -> Duration {
        Duration::from_millis(self.statement_timeout)
    }

    /// Returns how long the start waits for a database that does not answer.
    pub fn database_wait(&self) -> Duration {
        Duration::from_secs(self.database_wait)
    }
}

/// The whole configuration, read and validated.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// For Rocket, as it was read.
    pub figment: Figment,
    /// Rocket's part of it.
    pub rocket: rocket::Config,
    /// This server's part of it.
    pub settings: Settings,
}

/// Reads the defaults, `Rocket.toml` (or what `ROCKET_CONFIG` names) and `ROCKET_*`, the later over the earlier.
///
/// # Errors
/// [`StartupError::Configuration`] names which key of which source is wrong.
pub fn read() -> Result<Configuration, StartupError> {
    let limits = Limits::default()
        .limit("json", 16.kibibytes())
        .limit("form", 16.kibibytes());
    let figment = Figment::from(rocket::Config::default())
        .merge(("address", "127.0.0.1"))
        .merge(("port", 8765))
        .merge(("limits", limits))
        // Rocket's default for a release does not even log the address.
        .merge(("log_level", LogLevel::Normal))
        // No `Server` header.
        .merge(("ident", false))
        // A statement that is under way when SIGTERM arrives has the time to end.
        .merge(("shutdown.grace", 6))
        .merge(("shutdown.mercy", 2))
        .merge(Serialized::defaults(Settings::default()))
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE", "CONFIG"]).global())
        .select(Profile::from_env_or("ROCKET_PROFILE", rocket::Config::DEFAULT_PROFILE));
    let wrong = |error: rocket::figment::Error| {
        // An error carries the ones before it; the first is enough to fix.
        StartupError::Configuration(
            error
                .into_iter()
                .next()
                .map_or_else(String::new, |first| first.to_string()),
        )
    };
    let rocket = rocket::Config::try_from(&figment).map_err(wrong)?;
    let settings: Settings = figment.extract().map_err(wrong)?;
    for (key, value) in [
        ("pool_size", settings.pool_size as u64),
        ("acquire_timeout", settings.acquire_timeout),
        ("statement_timeout", settings.statement_timeout),
    ] {
        // A day is long enough, and keeps the arithmetic of timers far from its limits.
        if value == 0 || value > 86_400_000 {
            return Err(StartupError::Configuration(format!(
                "`{key}` must be from 1 to 86400000, not {value}"
            )));
        }
    }
    // Rocket's own lines are for development; this server writes its own (see `logging`).
    let figment = figment.merge(("log_level", LogLevel::Off));
    Ok(Configuration {
        figment,
        rocket,
        settings,
    })
}
