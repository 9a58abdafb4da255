//! Migrates the database to the newest embedded migration: one server does, however many start together.

use std::time::{Duration, Instant};

use demo::MIGRATIONS;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use diesel_migrations::MigrationHarness;

/// The advisory lock of migrations, the same as that of `schema-diff migration run`. Repeated here because a deployed server
/// is built without that command's library.
const LOCK: i64 = -9_138_995_019_811_961_023;

/// How long to wait between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(100);

/// Why the database is not at the newest migration.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The connection failed.
    #[error("{0}")]
    Connection(#[from] diesel::result::Error),
    /// A migration failed and was rolled back.
    #[error("{0}")]
    Migration(String),
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Runs pending migrations under the advisory lock. Closes the connection, which releases the lock.
///
/// # Errors
/// [`MigrateError`], with the migration's name and Postgres's message.
pub async fn run(mut connection: AsyncPgConnection) -> Result<(), MigrateError> {
    let began = Instant::now();
    let mut announced = false;
    // Polled rather than waited for inside Postgres: a waiting statement holds a snapshot, and the CREATE INDEX
    // CONCURRENTLY of another server's migration would wait for that in turn.
    while !take_lock(&mut connection).await? {
        if !announced && began.elapsed() > Duration::from_secs(1) {
            tracing::info!("waiting for another server's migrations");
            announced = true;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let migrated = tokio::task::spawn_blocking(move || {
        let mut connection = AsyncConnectionWrapper::<AsyncPgConnection>::from(connection);
        let names = connection
            .run_pending_migrations(MIGRATIONS)
            .map(|versions| versions.iter().map(ToString::to_string).collect::<Vec<_>>());
        names.map_err(|error| MigrateError::Migration(error.to_string().replace(['\n', '\r'], " ")))
    });
    let versions = migrated
        .await
        .map_err(|error| MigrateError::Migration(error.to_string()))??;
    for version in versions {
        tracing::info!(version, "migrated");
    }
    Ok(())
}

async fn take_lock(connection: &mut AsyncPgConnection) -> Result<bool, diesel::result::Error> {
    let answer: Taken = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS taken")
        .bind::<BigInt, _>(LOCK)
        .get_result(connection)
        .await?;
    Ok(answer.taken)
}

#[cfg(all(test, feature = "development"))]
mod tests {
    #[test]
    fn the_lock_is_that_of_the_command() {
        assert_eq!(super::LOCK, schema_diff_engine::runner::LOCK_KEY);
    }
}
