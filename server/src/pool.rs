//! The connection pool, with the limits on how long anything may take.

use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{PoolError, TimeoutType};
use diesel::result::DatabaseErrorKind;
use diesel_async::pooled_connection::deadpool as diesel_pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;

use crate::config::Settings;
use crate::connection::{ConnectError, Target};
use crate::startup_error::StartupError;

/// How much later than this server Postgres cancels a statement: the request has its response by then.
const SERVER_SIDE_MARGIN: Duration = Duration::from_millis(500);

/// How long a connection may take to answer `SELECT 1`.
const PING: Duration = Duration::from_secs(1);

/// The pool with the limits that belong to it.
#[derive(Clone)]
pub struct Connections {
    pool: diesel_pool::Pool<AsyncPgConnection>,
    acquire_timeout: Duration,
    statement_timeout: Duration,
}

/// Why a query gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DatabaseError {
    /// Every connection was busy for as long as a request may wait.
    #[error("no free connection")]
    Busy,
    /// Postgres is not there, or the connection broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The statement took longer than it may.
    #[error("a statement took too long")]
    TooSlow,
    /// Postgres, or Diesel, reports an error.
    #[error(transparent)]
    Query(Arc<diesel::result::Error>),
}

impl Connections {
    /// Creates the pool. Connects to nothing yet.
    ///
    /// # Errors
    /// [`StartupError::System`] when deadpool refuses its settings.
    pub fn new(target: Target, settings: &Settings) -> Result<Self, StartupError> {
        let statement_timeout = settings.statement_timeout();
        let mut manager = ManagerConfig::default();
        // Only looks whether the connection is closed, with no query of its own: see `Lease` for what else may be wrong.
        manager.recycling_method = RecyclingMethod::Fast;
        manager.custom_setup = Box::new(move |_| {
            let target = target.clone();
            async move {
                target
                    .connect_limited(statement_timeout + SERVER_SIDE_MARGIN)
                    .await
                    .map_err(|error| {
                        let (ConnectError::NotNow(reason) | ConnectError::Refused(reason)) = error;
                        diesel::ConnectionError::BadConnection(reason)
                    })
            }
            .boxed()
        });
        let pool = diesel_pool::Pool::builder(AsyncDieselConnectionManager::new_with_config(String::new(), manager))
            .max_size(settings.pool_size)
            .wait_timeout(Some(settings.acquire_timeout()))
            .create_timeout(Some(settings.acquire_timeout()))
            .recycle_timeout(Some(settings.acquire_timeout()))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StartupError::System(error.to_string()))?;
        Ok(Self {
            pool,
            acquire_timeout: settings.acquire_timeout(),
            statement_timeout,
        })
    }

    /// Takes a connection out of the pool, or waits for one.
    ///
    /// # Errors
    /// [`DatabaseError::Busy`] or [`DatabaseError::Unreachable`].
    pub async fn lease(&self) -> Result<Lease, DatabaseError> {
        match self.pool.get().await {
            Ok(object) => Ok(Lease {
                object: Some(object),
                under_way: false,
                statement_timeout: self.statement_timeout,
            }),
            Err(PoolError::Timeout(TimeoutType::Wait)) => Err(DatabaseError::Busy),
            Err(error) => Err(DatabaseError::Unreachable(error.to_string())),
        }
    }

    /// Returns how long a request may wait for a connection.
    pub fn acquire_timeout(&self) -> Duration {
        self.acquire_timeout
    }
}

/// A connection that returns to the pool, unless a statement was interrupted.
///
/// A request that is cut off, by its client or by a timeout, leaves a statement running. The next request on that
/// connection would wait behind it, so such a connection is closed instead.
pub struct Lease {
    object: Option<diesel_pool::Object<AsyncPgConnection>>,
    under_way: bool,
    statement_timeout: Duration,
}

impl Lease {
    /// Runs one statement, for no longer than the statement timeout.
    ///
    /// # Errors
    /// [`DatabaseError::Query`] with Postgres's error, unless the connection or the time was the reason.
    pub async fn run<T>(
        &mut self,
        query: impl AsyncFnOnce(&mut AsyncPgConnection) -> diesel::QueryResult<T>,
    ) -> Result<T, DatabaseError> {
        let Some(connection) = &mut self.object else {
            return Err(DatabaseError::Unreachable("the connection is closed".to_owned()));
        };
        self.under_way = true;
        let Ok(answer) = tokio::time::timeout(self.statement_timeout, query(connection)).await else {
            give_up_others(connection, self.statement_timeout);
            return Err(DatabaseError::TooSlow);
        };
        match answer {
            Err(error) if is_fatal(connection, &error).await => Err(DatabaseError::Unreachable(error.to_string())),
            answer => {
                self.under_way = false;
                answer.map_err(|error| DatabaseError::Query(Arc::new(error)))
            }
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(mut object) = self.object.take()
            && (self.under_way || object.is_broken())
        {
            drop(diesel_pool::Object::take(object));
        }
    }
}

/// Closes the idle connections that have not been used since this one stopped answering: when a database is lost silently, they
/// are as dead as this one, and each would make a request wait.
fn give_up_others(silent: &diesel_pool::Object<AsyncPgConnection>, since: Duration) {
    if let Some(pool) = diesel_pool::Object::pool(silent) {
        pool.retain(|_, metrics| metrics.last_used() < since);
    }
}

/// Returns whether the connection is to blame, not the query.
async fn is_fatal(connection: &mut AsyncPgConnection, error: &diesel::result::Error) -> bool {
    use diesel::result::Error;
    match error {
        Error::BrokenTransactionManager
        | Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection, _) => true,
        // Diesel has one word for "no such column" and for "the server is going down": only another question tells.
        Error::DatabaseError(DatabaseErrorKind::Unknown, _) => !matches!(
            tokio::time::timeout(PING, diesel::sql_query("SELECT 1").execute(connection)).await,
            Ok(Ok(_))
        ),
        _ => false,
    }
}
