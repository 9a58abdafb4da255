//! A request's access to the database: the request guard and Rocket's managed state behind it.
//!
//! The guard [`Db`] costs nothing: a connection is taken only when a handler asks for a [`Lease`], which is after
//! the request's body has been read and validated. A client that sends slowly holds no connection.

use rocket::State;
use rocket::request::{FromRequest, Outcome, Request};

use crate::config::Settings;
use crate::connection::Target;
use crate::lookup::Lookup;
use crate::pool::{Connections, DatabaseError, Lease};
use crate::startup_error::StartupError;

/// The connections, and the lookup that requests share; Rocket's managed state.
pub struct Database {
    connections: Connections,
    lookup: Option<Lookup>,
}

impl Database {
    /// Creates the pool. Connects to nothing yet.
    ///
    /// # Errors
    /// [`StartupError::System`] when the pool refuses its settings.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn new(target: Target, settings: &Settings) -> Result<Self, StartupError> {
        let connections = Connections::new(target, settings)?;
        // More of them than there are connections would only wait for each other.
        let workers = settings.lookups.min(settings.pool_size);
        let lookup = (workers > 0).then(|| Lookup::start(&connections, workers));
        Ok(Self { connections, lookup })
    }

    /// Returns the lookup that requests share; `None` if each request runs its own statement.
    pub fn lookup(&self) -> Option<&Lookup> {
        self.lookup.as_ref()
    }
}

/// The request guard: access to the database, without a connection yet.
#[derive(Clone, Copy)]
pub struct Db<'r>(&'r Database);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Db<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        request
            .guard::<&State<Database>>()
            .await
            .map(|database| Db(database.inner()))
    }
}

impl<'r> Db<'r> {
    /// Takes a connection out of the pool, or waits for one.
    ///
    /// # Errors
    /// [`DatabaseError::Busy`] or [`DatabaseError::Unreachable`].
    pub async fn lease(self) -> Result<Lease, DatabaseError> {
        self.0.connections.lease().await
    }

    /// Returns the lookup that requests share; `None` if each request runs its own statement.
    pub fn lookup(self) -> Option<&'r Lookup> {
        self.0.lookup()
    }
}
