//! The events while migrations run.

use std::time::{Duration, Instant};

use super::{Blocker, ProgressSink, Stalled};
use crate::history::MigrationDir;

/// Whether a migration is run or reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
}

/// A statement of a migration that ran, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementTime {
    /// The line of its first word in the file, counted from 1.
    pub line: usize,
    /// Its text, without comments around it.
    pub sql: String,
    /// When it was sent.
    pub began: Instant,
    /// When its result arrived.
    pub ended: Instant,
}

/// Receives the events. Every method does nothing by default.
pub trait Observer {
    /// Handles waiting for another run, which holds the lock. Reported once.
    fn waiting(&mut self) {}
    /// Handles the start of a migration.
    fn started(&mut self, _migration: &MigrationDir, _direction: Direction) {}
    /// Handles an attempt that failed because a lock was not free in time. The migration was rolled back, and is tried again.
    fn stalled(&mut self, _migration: &MigrationDir, _stalled: &Stalled) {}
    /// Handles an invalid index that an earlier attempt has left: it was dropped, and is built again.
    fn dropped_invalid(&mut self, _migration: &MigrationDir, _index: &str) {}
    /// Handles an index that an earlier run has built, but not recorded.
    fn already_built(&mut self, _migration: &MigrationDir, _index: &str) {}
    /// Handles old transactions that have to end before a concurrent index statement begins. Reported whenever they change.
    fn waiting_for_transactions(&mut self, _migration: &MigrationDir, _blockers: &[Blocker]) {}
    /// Returns what receives the progress of migrations that take long.
    fn progress_sink(&self) -> Option<ProgressSink> {
        None
    }
    /// Returns whether the statements of a migration that runs in a transaction are sent one by one, and timed.
    fn times_statements(&self) -> bool {
        false
    }
    /// Handles the times of the statements of the last attempt, as far as it came.
    fn timed(&mut self, _migration: &MigrationDir, _direction: Direction, _statements: &[StatementTime]) {}
    /// Handles the success of a migration, with the time that it took.
    fn finished(&mut self, _migration: &MigrationDir, _direction: Direction, _took: Duration) {}
}

/// Ignores all events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
