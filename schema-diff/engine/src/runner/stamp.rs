//! Writes Diesel's table without running any migration.

use diesel::sql_types::Text;
use diesel::{Connection as _, RunQueryDsl};
use diesel_migrations::MigrationHarness;

use super::{RunnerError, Session, Target, state};
use crate::history::Version;

/// The versions that were marked.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stamped {
    /// Versions that are now applied, in order.
    pub marked: Vec<Version>,
    /// Versions that are now pending, in order.
    pub unmarked: Vec<Version>,
    /// Versions in the table without a directory, which were not changed.
    pub unknown: Vec<Version>,
}

pub(super) fn stamp(session: &mut Session<'_>, target: &Target) -> Result<Stamped, RunnerError> {
    let target = target.resolve(&session.directory)?;
    // This creates the table if it does not exist.
    session.connection.applied_migrations().map_err(RunnerError::Other)?;
    let directory = &session.directory;
    session.connection.transaction(|connection| {
        let applied = state::applied(connection)?;
        let is_applied = |version: &Version| applied.iter().any(|row| row.version == *version);
        let mut stamped = Stamped::default();
        for migration in directory.migrations() {
            let version = &migration.version;
            let wanted = target.as_ref().is_some_and(|target| version <= target);
            match (wanted, is_applied(version)) {
                (true, false) => {
                    diesel::sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)")
                        .bind::<Text, _>(version.as_str())
                        .execute(connection)?;
                    stamped.marked.push(version.clone());
                }
                (false, true) => {
                    diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version = $1")
                        .bind::<Text, _>(version.as_str())
                        .execute(connection)?;
                    stamped.unmarked.push(version.clone());
                }
                _ => {}
            }
        }
        stamped.unknown = applied
            .into_iter()
            .map(|row| row.version)
            .filter(|version| directory.get(version).is_none())
            .collect();
        Ok(stamped)
    })
}
