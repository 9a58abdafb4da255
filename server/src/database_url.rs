//! Where the database is: what `DATABASE_URL` says, else the private Postgres of this checkout.

use crate::startup::StartupError;

/// A database to connect to. What holds its server up, if that is us, lives as long as this does.
pub struct Database {
    /// In the form `postgres://user@host/name`; may hold a password, so it is never logged.
    pub url: String,
}

/// The database that the environment (or `.env`, which is in the environment by now) names.
///
/// # Errors
/// [`StartupError::NoDatabase`] when it names none and there is no private one.
pub fn find() -> Result<Database, StartupError> {
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.trim().is_empty() => Ok(Database { url }),
        Err(std::env::VarError::NotUnicode(_)) => Err(StartupError::DatabaseUrl("it is not UTF-8".to_owned())),
        Ok(_) | Err(std::env::VarError::NotPresent) => Err(StartupError::NoDatabase),
    }
}
