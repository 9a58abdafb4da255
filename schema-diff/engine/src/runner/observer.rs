//! What happens while migrations run, for whoever shows it.

use std::time::Duration;

use crate::history::MigrationDir;

/// Which way a migration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
}

/// Is told what happens. Every method does nothing unless it is written.
pub trait Observer {
    /// Another run holds the lock; this one waits. Told once.
    fn waiting(&mut self) {}
    /// A migration begins.
    fn started(&mut self, _migration: &MigrationDir, _direction: Direction) {}
    /// A migration has ended well, after this time.
    fn finished(&mut self, _migration: &MigrationDir, _direction: Direction, _took: Duration) {}
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
