//! Shows what a migration that takes long is doing, by the server's progress views and notices.
//!
//! It looks on a connection of its own, which is opened only if a migration takes longer than a moment.

use std::{
    fmt,
    sync::{
        Arc, PoisonError,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use postgres::Client;

use super::{
    NoticeSink,
    patience::{Blocker, Source, blockers},
};
use crate::connection;

/// The time after which a migration takes long.
const MOMENT: Duration = Duration::from_millis(500);
/// The time between two looks.
const LOOK: Duration = Duration::from_millis(250);

/// What a migration is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It builds an index.
    Build {
        /// The phase, in Postgres's words: `building index: scanning table`.
        phase: String,
        /// How much of the phase is done: blocks of the table, rows, or transactions that have ended.
        done: u64,
        /// How much the phase has.
        total: u64,
    },
    /// It waits for other sessions.
    Waiting(Vec<Blocker>),
    /// The migration itself says what it does, with `RAISE NOTICE`.
    Notice(String),
}

/// Receives progress, on another thread than the one that runs the migration.
pub type ProgressSink = Arc<dyn Fn(&Progress) + Send + Sync>;

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build { phase, done, total } if *total > 0 => write!(f, "{phase} ({} %)", done * 100 / total),
            Self::Build { phase, .. } => f.write_str(phase),
            Self::Waiting(blockers) => {
                let who: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
                write!(f, "waiting for {}", who.join("; "))
            }
            Self::Notice(text) => f.write_str(text),
        }
    }
}

/// Watches a migration, and passes on its notices, until it is dropped.
pub(super) struct Watch {
    notices: NoticeSink,
    stop: Option<Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Watch {
    pub fn start(source: &Source, sink: ProgressSink) -> Self {
        let notices = Arc::clone(&source.notices);
        *notices.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&sink));
        let (stop, stopped) = mpsc::channel();
        let (url, environment, process) = (source.url.clone(), source.environment.clone(), source.pid);
        let is_over = move |time| stopped.recv_timeout(time) != Err(RecvTimeoutError::Timeout);
        let thread = thread::Builder::new().name("progress".into()).spawn(move || {
            if is_over(MOMENT) {
                return;
            }
            let Ok(mut client) = connection::connect_to(&url, &environment) else {
                return;
            };
            let mut last = None;
            while let Ok(now) = look(&mut client, process) {
                if let Some(now) = now.filter(|now| last.as_ref() != Some(now)) {
                    sink(&now);
                    last = Some(now);
                }
                if is_over(LOOK) {
                    return;
                }
            }
        });
        Self {
            notices,
            stop: Some(stop),
            thread: thread.ok(),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *self.notices.lock().unwrap_or_else(PoisonError::into_inner) = None;
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns what the process of a migration does, if the server says it.
fn look(client: &mut Client, process: i32) -> Result<Option<Progress>, postgres::Error> {
    let blocked_by = blockers(client, process)?;
    if !blocked_by.is_empty() {
        return Ok(Some(Progress::Waiting(blocked_by)));
    }
    let row = client.query_opt(include_str!("progress.sql"), &[&process])?;
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    row.map(|row| {
        Ok(Progress::Build {
            phase: row.try_get(0)?,
            done: number(row.try_get(1)?),
            total: number(row.try_get(2)?),
        })
    })
    .transpose()
}
