//! From a database URL to a connection: libpq's URLs, environment variables, password and service files, and TLS, without libpq.
//!
//! What libpq knows and this does not is refused by name; nothing is silently ignored. Where databases come from is not decided here.

mod error;
mod parameter;
mod password_file;
mod plan;
mod service_file;
mod tls;
mod url;

use diesel_async::AsyncPgConnection;
use tokio_postgres::NoTls;

pub use error::{ConnectionError, ConnectionErrorKind};
pub use url::DatabaseUrl;

use crate::config::Environment;
use plan::Plan;

/// Connects to a database, with defaults from the process environment as libpq takes them.
///
/// # Errors
/// The URL is not understood, or the server does not let us in: the error says which, and what to do.
pub fn connect(url: &str) -> Result<postgres::Client, ConnectionError> {
    connect_to(&DatabaseUrl::parse(url)?, &Environment::process())
}

/// Connects to a database, with defaults from an environment that is given.
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

/// Connects for Diesel, with defaults from an environment that is given. The connection is driven by a task of the current Tokio runtime.
///
/// # Errors
/// As for [`connect`].
pub async fn connect_async_to(
    url: &DatabaseUrl,
    environment: &Environment,
) -> Result<AsyncPgConnection, ConnectionError> {
    let plan = Plan::new(url, environment)?;
    let connected = match plan.tls.clone() {
        Some(tls) => {
            let (client, connection) = plan.config.connect(tls).await.map_err(|error| plan.failed(error))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await
        }
        None => {
            let (client, connection) = plan.config.connect(NoTls).await.map_err(|error| plan.failed(error))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await
        }
    };
    connected.map_err(|error| plan.not_set_up(error))
}
