//! A migration of the directory, for Diesel's migration harness.
//!
//! Name, version and metadata are those of `diesel_migrations`. Only the file is sent by this module, because the error
//! type of `diesel_migrations` does not expose Postgres's detail, hint and position.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, Result};
use diesel::pg::Pg;

use super::left_over::has_concurrently;
use crate::history::MigrationDir;

pub(super) struct SqlFileMigration {
    up: PathBuf,
    down: PathBuf,
    inner: Box<dyn Migration<Pg>>,
    run_in_transaction: bool,
    /// How long a statement waits for a lock, in a migration that runs in a transaction.
    max_stall: Option<Duration>,
}

/// An error of sending a file.
#[derive(Debug, thiserror::Error)]
pub(super) enum SqlFileError {
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("the file is empty, which Diesel rejects: add a comment")]
    Empty,
    /// Postgres rejects the SQL. All other errors come from Diesel's bookkeeping, or from the commit.
    #[error(transparent)]
    Refused(diesel::result::Error),
}

impl SqlFileMigration {
    pub(super) fn new(directory: &MigrationDir, inner: Box<dyn Migration<Pg>>, max_stall: Option<Duration>) -> Self {
        Self {
            up: directory.up(),
            down: directory.down(),
            inner,
            run_in_transaction: directory.run_in_transaction,
            max_stall,
        }
    }

    fn send(&self, connection: &mut dyn BoxableConnection<Pg>, path: &Path) -> Result<()> {
        let sql = fs::read_to_string(path).map_err(SqlFileError::Read)?;
        if sql.is_empty() {
            return Err(SqlFileError::Empty.into());
        }
        if self.run_in_transaction {
            if let Some(max_stall) = self.max_stall {
                connection.batch_execute(&format!("SET LOCAL lock_timeout = {}", max_stall.as_millis()))?;
            }
            connection.batch_execute(&sql).map_err(SqlFileError::Refused)?;
            return Ok(());
        }
        if !has_concurrently(&sql) {
            connection.batch_execute(&sql).map_err(SqlFileError::Refused)?;
            return Ok(());
        }
        // It waits for old transactions without blocking anybody; a limit would leave an invalid index.
        connection.batch_execute("SET lock_timeout = 0")?;
        let result = connection.batch_execute(&sql).map_err(SqlFileError::Refused);
        connection.batch_execute("RESET lock_timeout")?;
        Ok(result?)
    }
}

impl Migration<Pg> for SqlFileMigration {
    fn run(&self, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        self.send(connection, &self.up)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<Pg>) -> Result<()> {
        self.send(connection, &self.down)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self.inner.metadata()
    }

    fn name(&self) -> &dyn MigrationName {
        self.inner.name()
    }
}
