//! The events while migrations run.

use std::time::Duration;

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

/// Receives the events. Every method does nothing by default.
pub trait Observer {
    /// Handles waiting for another run, which holds the lock. Reported once.
    fn waiting(&mut self) {}
    /// Handles the start of a migration.
    fn started(&mut self, _migration: &MigrationDir, _direction: Direction) {}
    /// Handles the success of a migration, with the time that it took.
    fn finished(&mut self, _migration: &MigrationDir, _direction: Direction, _took: Duration) {}
}

/// Ignores all events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
