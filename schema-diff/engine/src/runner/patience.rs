//! Waiting for locks without making others wait.
//!
//! While a statement waits for a lock, every other statement that needs the table waits behind it. Therefore a migration
//! gives up after `max_stall`, is rolled back, and is tried again later. Only migrations that run in a transaction are
//! tried again: of others, a part may remain.

use std::{
    cell::OnceCell,
    error::Error,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use postgres::error::SqlState;

use super::{LOCK_KEY, NoticeSink, sql_file::SqlFileError};
use crate::{
    config::Environment,
    connection::{self, DatabaseUrl},
    history::escape,
};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Longer than the usual `deadlock_timeout`, after which Postgres cancels an autovacuum worker that is in the way.
const AUTOVACUUM: Duration = Duration::from_millis(1500);
/// The time between two looks at who blocks.
const LOOK: Duration = Duration::from_millis(25);
/// The most characters of a blocking statement that are shown.
const SHOWN: usize = 80;

/// The longest time that a migration lets others wait behind it, unless the user decides otherwise.
pub const DEFAULT_MAX_STALL: Duration = Duration::from_millis(250);

/// How long a migration may make others wait, and for how long it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The longest time that a statement waits for a lock, and others behind it; `None`: as long as it takes.
    pub max_stall: Option<Duration>,
    /// The time after which a migration that gets no lock fails.
    pub retry_for: Duration,
    /// The age from which a transaction is not expected to end soon, so that no concurrent index statement begins beside it;
    /// `None`: it begins beside any.
    pub old_transaction: Option<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            max_stall: Some(DEFAULT_MAX_STALL),
            retry_for: Duration::from_secs(600),
            old_transaction: Some(Duration::from_secs(60)),
        }
    }
}

/// A session that holds a lock for which the migration waits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Blocker {
    /// The number of its process.
    pub pid: i32,
    /// Its role, if it may be seen.
    pub role: Option<String>,
    /// The name of its application, if it has one and it may be seen.
    pub application: Option<String>,
    /// What it does: `active`, `idle in transaction` and so on, if it may be seen.
    pub state: Option<String>,
    /// The seconds since its transaction began, if that may be seen.
    pub seconds: Option<i64>,
    /// Its current or last statement, if it may be seen.
    pub query: Option<String>,
    /// Whether it is an autovacuum worker, which Postgres cancels if a lock is waited for longer than `deadlock_timeout`.
    pub is_autovacuum: bool,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == 0 {
            return f.write_str("a prepared transaction (see pg_prepared_xacts)");
        }
        write!(f, "process {}", self.pid)?;
        let facts = [
            self.role.as_ref().map(|role| format!("role {}", escape(role))),
            self.application.as_ref().map(|name| escape(name)),
            self.state.clone(),
            self.seconds
                .map(|seconds| format!("its transaction began {seconds} s ago")),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        if let Some(query) = &self.query {
            let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = line.chars().take(SHOWN).collect();
            let more = if short.len() < line.len() { " ..." } else { "" };
            write!(f, ": {}{more}", escape(short.trim()))?;
        }
        Ok(())
    }
}

/// An attempt that failed because a lock was not free in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stalled {
    /// How many attempts have failed.
    pub attempts: usize,
    /// The time since the first attempt.
    pub since: Duration,
    /// The time until the next one.
    pub pause: Duration,
    /// Who held the locks; empty for the first attempt, at which nobody looked.
    pub blockers: Vec<Blocker>,
}

/// The attempts to run one migration.
pub(super) struct Attempts<'a> {
    patience: Patience,
    source: &'a Source,
    began: Instant,
    failed: usize,
    /// Whether the last attempt failed because a lock was not free.
    is_stalled: bool,
    pause: Duration,
    watch: Option<Watch>,
    blockers: Vec<Blocker>,
}

/// How to connect a second time, and to whom.
pub(super) struct Source {
    pub url: DatabaseUrl,
    pub environment: Environment,
    /// The process of the session that runs migrations.
    pub pid: i32,
    /// The server's message for a lock that is not free in time, once it was needed; `None` if it is unknown.
    pub lock_timeout_message: OnceCell<Option<String>>,
    /// What receives the notices of the session.
    pub notices: NoticeSink,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(patience: Patience, source: &'a Source) -> Self {
        Self {
            patience,
            source,
            began: Instant::now(),
            failed: 0,
            is_stalled: false,
            pause: FIRST_PAUSE,
            watch: None,
            blockers: Vec::new(),
        }
    }

    /// Begins an attempt. From the second on, it is watched who blocks.
    pub(super) fn begin(&mut self) {
        if self.failed > 0 {
            self.watch = Some(Watch::start(self.source));
        }
    }

    /// Ends a failed attempt. Returns the stall, if the attempt failed because a lock was not free and there is time for
    /// another one.
    pub(super) fn failed(&mut self, error: &(dyn Error + Send + Sync + 'static)) -> Option<Stalled> {
        if let Some(watch) = self.watch.take() {
            let seen = watch.stop();
            if !seen.is_empty() {
                self.blockers = seen;
            }
        }
        self.is_stalled = self.patience.max_stall.is_some() && is_lock_timeout(error, self.source);
        if !self.is_stalled {
            return None;
        }
        self.failed += 1;
        // Runs that began together should not try again together.
        let jittered = self.pause.mul_f64(fastrand::f64().mul_add(0.5, 0.75));
        // The time of an attempt is mostly work: however long it was, one more is made.
        if self.failed > 1 && self.began.elapsed() + jittered > self.patience.retry_for {
            return None;
        }
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Some(Stalled {
            attempts: self.failed,
            since: self.began.elapsed(),
            pause: jittered,
            blockers: self.blockers.clone(),
        })
    }

    /// Returns how long the next attempt waits for a lock: longer if only an autovacuum worker is in the way.
    pub(super) fn max_stall(&self) -> Option<Duration> {
        let is_autovacuum = self.blockers.iter().any(|blocker| blocker.is_autovacuum);
        self.patience
            .max_stall
            .map(|limit| if is_autovacuum { limit.max(AUTOVACUUM) } else { limit })
    }

    /// Returns what to do after the last attempt, if it failed because a lock was not free.
    pub(super) fn hint(&self) -> Option<String> {
        if !self.is_stalled {
            return None;
        }
        let who: Vec<String> = self.blockers.iter().map(Blocker::to_string).collect();
        let who = match who.is_empty() {
            true => "Another transaction holds a lock on the table".to_owned(),
            false => format!("The lock is held by {}", who.join("; ")),
        };
        let tried = match self.failed {
            1 => "once".to_owned(),
            many => format!("{many} times"),
        };
        Some(format!(
            "{who}. The migration was tried {tried}. End that transaction or wait for its end; --retry-for SECONDS tries for longer, \
             --max-stall MILLISECONDS waits for longer each time, with other sessions waiting behind the migration"
        ))
    }
}

/// Returns whether Postgres gave up waiting for a lock. Diesel passes on no error code: the message is compared with the
/// one that this server, in its language, has for that code.
fn is_lock_timeout(error: &(dyn Error + Send + Sync + 'static), source: &Source) -> bool {
    let refused = match error.downcast_ref::<SqlFileError>() {
        Some(SqlFileError::Refused(error)) => Some(error),
        _ => error.downcast_ref::<DieselError>(),
    };
    let Some(DieselError::DatabaseError(DatabaseErrorKind::Unknown, facts)) = refused else {
        return false;
    };
    let message = source.lock_timeout_message.get_or_init(|| lock_timeout_message(source));
    let english = "canceling statement due to lock timeout";
    message.as_deref().unwrap_or(english) == facts.message()
}

/// Returns the server's message for a lock that is not free in time. The runner holds the advisory lock meanwhile.
fn lock_timeout_message(source: &Source) -> Option<String> {
    let mut client = connection::connect_to(&source.url, &source.environment).ok()?;
    client.batch_execute("SET lock_timeout = '1ms'").ok()?;
    let error = client
        .execute("SELECT pg_catalog.pg_advisory_lock($1)", &[&LOCK_KEY])
        .err()?;
    let facts = error.as_db_error()?;
    (*facts.code() == SqlState::LOCK_NOT_AVAILABLE).then(|| facts.message().to_owned())
}

/// Looks who blocks, on a connection of its own, until it is stopped.
struct Watch {
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<Blocker>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Watch {
    fn start(source: &Source) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (url, environment, pid) = (source.url.clone(), source.environment.clone(), source.pid);
        let (stopped, found) = (Arc::clone(&stop), Arc::clone(&seen));
        let thread = thread::Builder::new().name("blockers".into()).spawn(move || {
            let Ok(mut client) = connection::connect_to(&url, &environment) else {
                return;
            };
            while !stopped.load(Ordering::Relaxed) {
                match blockers(&mut client, pid) {
                    Ok(now) if !now.is_empty() => *found.lock().unwrap_or_else(PoisonError::into_inner) = now,
                    Ok(_) => {}
                    Err(_) => return,
                }
                thread::sleep(LOOK);
            }
        });
        Self {
            stop,
            seen,
            thread: thread.ok(),
        }
    }

    fn stop(self) -> Vec<Blocker> {
        let seen = Arc::clone(&self.seen);
        drop(self);
        std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(super) fn blockers(client: &mut postgres::Client, pid: i32) -> Result<Vec<Blocker>, postgres::Error> {
    let rows = client.query(
        "SELECT a.pid, a.usename::text, NULLIF(a.application_name, ''), a.state, \
                EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint, \
                NULLIF(NULLIF(a.query, ''), '<insufficient privilege>'), \
                COALESCE(a.backend_type = 'autovacuum worker', false) \
         FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS b (pid) \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid \
         WHERE b.pid = 0 OR a.pid IS NOT NULL ORDER BY a.xact_start, a.pid",
        &[&pid],
    )?;
    as_blockers(&rows)
}

/// Reads sessions: process, role, application, state, age, statement, and whether it is an autovacuum worker.
pub(super) fn as_blockers(rows: &[postgres::Row]) -> Result<Vec<Blocker>, postgres::Error> {
    rows.iter()
        .map(|row| {
            Ok(Blocker {
                pid: row.try_get::<_, Option<i32>>(0)?.unwrap_or(0),
                role: row.try_get(1)?,
                application: row.try_get(2)?,
                state: row.try_get(3)?,
                seconds: row.try_get(4)?,
                query: row.try_get(5)?,
                is_autovacuum: row.try_get(6)?,
            })
        })
        .collect()
}
