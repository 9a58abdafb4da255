//! Connects to a database URL: libpq's URLs, environment variables, password and service files, and TLS, without libpq.
//!
//! A parameter of libpq that is not supported is an error that names it; none is silently ignored. Where databases come
//! from is not decided here.

mod error;
mod parameter;
mod password_file;
mod plan;
mod service_file;
mod tls;
mod url;

use std::{future::poll_fn, sync::Arc};

use diesel_async::AsyncPgConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{AsyncMessage, Connection, NoTls, error::DbError};

pub use error::{ConnectionError, ConnectionErrorKind};
pub use url::DatabaseUrl;

use crate::config::Environment;
use plan::Plan;

/// Connects to a database, with defaults from the process environment as libpq takes them.
///
/// # Errors
/// The URL is invalid, or the server does not accept the connection. The error says which, and what to do.
pub fn connect(url: &str) -> Result<postgres::Client, ConnectionError> {
    connect_to(&DatabaseUrl::parse(url)?, &Environment::process())
}

/// Connects to a database, with defaults from the given environment.
///
/// # Errors
/// As for [`connect`].
pub fn connect_to(url: &DatabaseUrl, environment: &Environment) -> Result<postgres::Client, ConnectionError> {
    let plan = Plan::new(url, environment)?;
    let config = postgres::Config::from(plan.config.clone());
    match plan.tls.clone() {
        Some(tls) => config.connect(tls),
        None => config.connect(NoTls),
    }
    .map_err(|error| plan.failed(error))
}

/// Receives the server's notices: what `RAISE NOTICE` says, for example.
pub type Notices = Arc<dyn Fn(&DbError) + Send + Sync>;

/// Connects for Diesel, with defaults from the given environment. A task of the current Tokio runtime drives the
/// connection, and passes on the server's notices.
///
/// # Errors
/// As for [`connect`].
pub async fn connect_async_to(
    url: &DatabaseUrl,
    environment: &Environment,
    notices: Notices,
) -> Result<AsyncPgConnection, ConnectionError> {
    let plan = Plan::new(url, environment)?;
    let client = match plan.tls.clone() {
        Some(tls) => {
            let (client, connection) = plan.config.connect(tls).await.map_err(|error| plan.failed(error))?;
            tokio::spawn(drive(connection, notices));
            client
        }
        None => {
            let (client, connection) = plan.config.connect(NoTls).await.map_err(|error| plan.failed(error))?;
            tokio::spawn(drive(connection, notices));
            client
        }
    };
    let connected = AsyncPgConnection::try_from(client).await;
    connected.map_err(|error| plan.not_set_up(error))
}

/// Drives a connection until it is closed. An error ends it: the statement that waits for an answer fails then.
async fn drive<S, T>(mut connection: Connection<S, T>, notices: Notices)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notice(notice) = message {
            notices(&notice);
        }
    }
}
