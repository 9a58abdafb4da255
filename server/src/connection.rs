//! Turns a URL into connections that Diesel can use: TLS, session settings, and which failures are worth another try.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use rustls::ClientConfig;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::startup_error::StartupError;

/// Long enough for a server on the other side of the world, short enough for a user who waits.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How to reach the database.
#[derive(Clone)]
pub struct Target {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server is not there, not yet up, or full: it is worth another try.
    #[error("{0}")]
    NotNow(String),
    /// Another try will fail in the same way.
    #[error("{0}")]
    Refused(String),
}

impl Target {
    /// Reads a URL, or libpq's `key=value` form.
    ///
    /// TLS is used with `sslmode=require`, and then the certificate is verified against what this machine trusts
    /// (stricter than libpq, where `require` does not). Anything weaker does not protect against interception, so it
    /// is plain text.
    ///
    /// # Errors
    /// [`StartupError::DatabaseUrl`] for an invalid URL. The message never holds the password.
    pub fn parse(url: &str) -> Result<Self, StartupError> {
        // tokio-postgres does not know this mode; here `require` does the same.
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let mut config: Config = url
            .parse()
            .map_err(|error| StartupError::DatabaseUrl(sentence(&error)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StartupError::DatabaseUrl("it names no host".to_owned()));
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("country server");
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Require => Some(verified_tls()?),
            _ => {
                config.ssl_mode(SslMode::Disable);
                None
            }
        };
        Ok(Self { config, tls })
    }

    /// Returns host, port and database for messages: no user, no password.
    pub fn describe(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(directory)) => directory.display().to_string(),
            None => self
                .config
                .get_hostaddrs()
                .first()
                .map_or_else(String::new, ToString::to_string),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let database = self
            .config
            .get_dbname()
            .or(self.config.get_user())
            .unwrap_or("postgres");
        format!("{host}:{port}/{database}")
    }

    /// Connects, without any limit on how long a statement may take.
    ///
    /// # Errors
    /// [`ConnectError`] tells whether trying again may help.
    pub async fn connect(&self) -> Result<AsyncPgConnection, ConnectError> {
        let connection = match &self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await.map_err(|e| classify(&e))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(|e| classify(&e))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
        };
        connection.map_err(|error| ConnectError::NotNow(error.to_string()))
    }

    /// Connects for serving requests: Postgres itself ends a statement that takes longer than `statement_timeout`.
    ///
    /// # Errors
    /// [`ConnectError`] tells whether trying again may help.
    pub async fn connect_limited(&self, statement_timeout: Duration) -> Result<AsyncPgConnection, ConnectError> {
        let mut connection = self.connect().await?;
        let milliseconds = statement_timeout.as_millis();
        connection
            .batch_execute(&format!(
                "SET statement_timeout = {milliseconds}; SET idle_in_transaction_session_timeout = {milliseconds}"
            ))
            .await
            .map_err(|error| ConnectError::NotNow(error.to_string()))?;
        Ok(connection)
    }
}

/// Returns TLS settings that trust the certificates of this machine.
fn verified_tls() -> Result<MakeRustlsConnect, StartupError> {
    let wrong = |why: String| StartupError::DatabaseUrl(format!("sslmode=require: {why}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(error.to_string()))?;
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(wrong(
            "this machine has no trusted certificates (on Debian: apt install ca-certificates)".to_owned(),
        ));
    }
    Ok(MakeRustlsConnect::new(
        builder.with_root_certificates(roots).with_no_client_auth(),
    ))
}

/// Decides whether another try may help.
fn classify(error: &tokio_postgres::Error) -> ConnectError {
    let words = sentence(error);
    let again = match error.code() {
        Some(code) => {
            code.code().starts_with("08")
                || code.code().starts_with("53")
                || [
                    SqlState::CANNOT_CONNECT_NOW,
                    SqlState::ADMIN_SHUTDOWN,
                    SqlState::CRASH_SHUTDOWN,
                ]
                .contains(code)
        }
        None => match error.source().and_then(|source| source.downcast_ref::<io::Error>()) {
            // rustls reports a bad certificate as this kind.
            Some(io_error) => io_error.kind() != io::ErrorKind::InvalidData,
            // A server that is shutting down closes without a message; a timeout has no source either.
            None => error.is_closed() || error.source().is_none(),
        },
    };
    if again {
        ConnectError::NotNow(words)
    } else {
        ConnectError::Refused(words)
    }
}

/// Returns the error with its causes, on one line.
fn sentence(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_words = inner.to_string();
        if !words.contains(&inner_words) {
            words.push_str(": ");
            words.push_str(&inner_words);
        }
        cause = inner.source();
    }
    words.replace(['\n', '\r'], " ")
}
