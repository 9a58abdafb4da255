//! The clients of a rehearsal: what they have to do, and what they note.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::Operation;
use crate::model::TableName;

/// The pause before a statement that failed is tried once more.
const RETRY: Duration = Duration::from_millis(20);

/// A program that uses the database during a rehearsal, on a session of its own.
pub trait Client: Send {
    /// Gets ready before anything is measured, and returns the server process of its session.
    ///
    /// # Errors
    /// The client cannot work even without a migration; the text says why.
    fn prepare(&mut self) -> Result<i32, String>;

    /// Works until [`Pace::is_over`]; returns what it has sent.
    fn work(&mut self, pace: &Pace<'_>) -> Vec<Sent>;
}

/// When a client sends statements, and until when.
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// The client's number, counted from 0.
    pub number: usize,
    /// When the rehearsal began.
    pub(super) origin: Instant,
    pub(super) stop: &'a AtomicBool,
}

impl Pace<'_> {
    /// Returns whether the client has to end.
    pub fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits for the next turn of a client that sends a statement every `interval`, until the rehearsal is over. After a long
    /// wait, a client does not make up for what it did not send.
    pub fn each(&self, interval: Duration, mut turn: impl FnMut()) {
        let mut next = Instant::now() + interval.mul_f64(fastrand::f64());
        while !self.is_over() {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            turn();
            next = (next + interval).max(Instant::now());
        }
    }

    /// Sends a statement, and sends it once more if it fails; returns how long the first attempt took.
    pub fn timed(&self, table: &TableName, operation: Operation, mut send: impl FnMut() -> Result<(), String>) -> Sent {
        let at = self.origin.elapsed();
        let first = send();
        let took = self.origin.elapsed() - at;
        let outcome = match first {
            Ok(()) => Outcome::Succeeded,
            Err(error) => {
                thread::sleep(RETRY);
                match send() {
                    Ok(()) => Outcome::Retried(error),
                    Err(_) => Outcome::Failed(error),
                }
            }
        };
        Sent {
            client: self.number,
            at,
            took,
            table: table.clone(),
            operation,
            outcome,
        }
    }
}

/// A statement that a client has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The client's number, counted from 0.
    pub client: usize,
    /// When, since the rehearsal began.
    pub at: Duration,
    /// How long it took.
    pub took: Duration,
    /// The table.
    pub table: TableName,
    /// What it does.
    pub operation: Operation,
    /// Whether it succeeded.
    pub outcome: Outcome,
}

impl Sent {
    /// Returns when its first attempt ended.
    pub fn ended(&self) -> Duration {
        self.at + self.took
    }
}

/// Whether a statement of a client succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At once.
    Succeeded,
    /// When it was tried once more, after this error.
    Retried(String),
    /// Not even when it was tried once more: the error.
    Failed(String),
}
