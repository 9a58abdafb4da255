//! Compares Diesel's table with the migrations directory.

use std::collections::{BTreeMap, BTreeSet};

use diesel::RunQueryDsl;
use diesel::sql_types::{Bool, Text};
use jiff::civil::DateTime;

use super::{Connection, RunnerError};
use crate::history::{MigrationsDirectory, Version};

/// The state of a database and a directory, by version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// All versions that the directory or the table has, in order.
    pub entries: Vec<Entry>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The version.
    pub version: Version,
    /// The name of its directory, if it has one.
    pub name: Option<String>,
    /// Its status.
    pub status: Status,
    /// Whether it is pending and runs before a migration that is already applied.
    pub out_of_order: bool,
}

/// The status of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Applied, with the time in UTC.
    Applied(DateTime),
    /// In the directory, but not applied.
    Pending,
    /// Applied, but not in the directory.
    Unknown(DateTime),
}

/// A row of Diesel's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The version.
    pub version: Version,
    /// The time when it was run, in UTC as Diesel records it.
    pub run_on: DateTime,
}

impl State {
    /// Returns the last applied version.
    #[must_use]
    pub fn current(&self) -> Option<&Version> {
        self.entries
            .iter()
            .rev()
            .find(|entry| !matches!(entry.status, Status::Pending))
            .map(|entry| &entry.version)
    }

    /// Returns the migrations that a run would run, in order.
    pub fn pending(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.status == Status::Pending)
    }

    /// Returns whether no migration is pending.
    #[must_use]
    pub fn is_at_head(&self) -> bool {
        self.pending().next().is_none()
    }

    /// Returns the versions in Diesel's table that have no directory.
    pub fn unknown(&self) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(|entry| matches!(entry.status, Status::Unknown(_)))
    }
}

/// Reads the state without writing anything, so that it works on a replica, and for a user who can only read.
pub(super) fn read(connection: &mut Connection, directory: &MigrationsDirectory) -> Result<State, RunnerError> {
    let rows = applied(connection)?;
    let by_version: BTreeMap<&Version, DateTime> = rows.iter().map(|row| (&row.version, row.run_on)).collect();
    let last = by_version.keys().next_back();
    let versions: BTreeSet<&Version> = by_version
        .keys()
        .copied()
        .chain(directory.migrations().iter().map(|migration| &migration.version))
        .collect();
    let entries = versions
        .into_iter()
        .map(|version| {
            let migration = directory.get(version);
            let status = match (by_version.get(version), migration) {
                (Some(run_on), Some(_)) => Status::Applied(*run_on),
                (Some(run_on), None) => Status::Unknown(*run_on),
                (None, _) => Status::Pending,
            };
            Entry {
                version: version.clone(),
                name: migration.map(|migration| migration.name.clone()),
                status,
                out_of_order: status == Status::Pending && last.is_some_and(|last| version < *last),
            }
        })
        .collect();
    Ok(State { entries })
}

#[derive(diesel::QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    there: bool,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    run_on: String,
}

/// Returns the rows of Diesel's table, by version; none if the table does not exist yet.
pub(super) fn applied(connection: &mut Connection) -> Result<Vec<Applied>, RunnerError> {
    let exists: Exists = diesel::sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS there")
        .get_result(connection)?;
    if !exists.there {
        return Ok(Vec::new());
    }
    // Read as text, because the time is only shown.
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT version::text AS version, to_char(run_on, 'YYYY-MM-DD\"T\"HH24:MI:SS') AS run_on FROM __diesel_schema_migrations",
    )
    .load(connection)?;
    let mut rows = rows
        .into_iter()
        .map(|row| Applied {
            version: Version::recorded(row.version),
            run_on: row.run_on.parse().unwrap_or_default(),
        })
        .collect::<Vec<_>>();
    rows.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(rows)
}
