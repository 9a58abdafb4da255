//! What a rehearsal has measured, per statement. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{
    Excluded, FilledTable, Operation,
    client::{Outcome, Sent},
    watch::{Blocked, Seen},
};
use crate::{
    history::Version,
    model::{TableName, TypeName},
    runner::StatementTime,
};

/// The result of a rehearsal. All times count from its beginning.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal {
    /// The server's version.
    pub server: String,
    /// The tables with generated rows, referenced ones first.
    pub tables: Vec<FilledTable>,
    /// The labels that the migrations drop, by their enum types: no generated row has one.
    pub dropped_labels: Vec<(TypeName, String)>,
    /// Statements of the program that fail even without a migration.
    pub excluded: Vec<Excluded>,
    /// The clients' latency before the migrations.
    pub control: Latencies,
    /// The clients' latency during the migrations, and for a second after them.
    pub during: Latencies,
    /// When the migrations began.
    pub began: Duration,
    /// When they ended.
    pub ended: Duration,
    /// The migrations, in the order in which they ran.
    pub migrations: Vec<RehearsedMigration>,
    /// Why the migrations stopped before the last one had succeeded.
    pub stopped: Option<String>,
    /// What the clients sent, in the order of the times.
    pub sent: Vec<Sent>,
    /// When clients waited for the migrations.
    pub blocked: Vec<Blocked>,
    /// The statements of clients that failed, even when they were tried once more.
    pub failures: Vec<FailedStatements>,
    /// The number of statements that succeeded only when they were tried once more.
    pub retried: usize,
}

/// A migration that was rehearsed.
#[derive(Clone, Debug)]
pub struct RehearsedMigration {
    /// Its version.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// Its `up.sql`.
    pub file: PathBuf,
    /// When its first attempt began.
    pub began: Duration,
    /// When it was committed.
    pub ended: Duration,
    /// How many times it was tried, because locks were not free in time.
    pub attempts: usize,
    /// The statements of the attempt that succeeded. A file that is not run in a transaction is one.
    pub statements: Vec<RehearsedStatement>,
    /// Whether it succeeded.
    pub is_complete: bool,
}

/// A statement that was rehearsed.
#[derive(Clone, Debug)]
pub struct RehearsedStatement {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// Its text.
    pub sql: String,
    /// When it began.
    pub began: Duration,
    /// How long it took.
    pub took: Duration,
    /// The longest time that a statement of a client took that was under way meanwhile.
    pub longest: Duration,
    /// The longest time that a client waited for the migration meanwhile, as far as the wait overlaps the statement.
    pub blocked: Duration,
    /// The statements of clients that failed meanwhile.
    pub failed: usize,
    /// The growth of the write-ahead log meanwhile, in bytes, including what the clients wrote; `None` for a statement
    /// that is shorter than two looks.
    pub wal_bytes: Option<u64>,
}

impl RehearsedStatement {
    pub(super) fn new(time: &StatementTime, origin: Instant) -> Self {
        Self {
            line: time.line,
            sql: time.sql.clone(),
            began: time.began - origin,
            took: time.ended - time.began,
            longest: Duration::ZERO,
            blocked: Duration::ZERO,
            failed: 0,
            wal_bytes: None,
        }
    }

    /// Returns when it ended.
    pub fn ended(&self) -> Duration {
        self.began + self.took
    }
}

/// How long statements of clients took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latencies {
    /// How many there were.
    pub count: usize,
    /// Half of them took at most this long.
    pub median: Duration,
    /// 99.9 % of them took at most this long.
    pub p999: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Latencies {
    fn of<'a>(sent: impl Iterator<Item = &'a Sent>) -> Self {
        let mut took: Vec<Duration> = sent.map(|own| own.took).collect();
        took.sort_unstable();
        let rank = |per_mille: usize| {
            took.get((took.len() * per_mille).div_ceil(1000).saturating_sub(1))
                .copied()
        };
        Self {
            count: took.len(),
            median: rank(500).unwrap_or_default(),
            p999: rank(999).unwrap_or_default(),
            longest: took.last().copied().unwrap_or_default(),
        }
    }
}

/// Statements of clients that failed for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedStatements {
    /// The table.
    pub table: TableName,
    /// What they do.
    pub operation: Operation,
    /// Postgres's message.
    pub message: String,
    /// How many.
    pub count: usize,
    /// When the first one failed.
    pub first: Duration,
}

/// What a rehearsal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A migration failed.
    Stopped,
    /// No client was at work: nothing is known about the running program.
    Untested,
    /// A client waited for too long, or statements of clients failed.
    Disturbed,
    /// The running program goes on working.
    Undisturbed,
}

/// A wait may be this much longer than `max_stall`: the runner and the server need a moment to give up.
const TOLERANCE: Duration = Duration::from_millis(100);

impl Rehearsal {
    /// Returns what the rehearsal shows. `max_stall` is the longest time that a client may wait for the migrations.
    pub fn status(&self, max_stall: Option<Duration>) -> Status {
        if self.stopped.is_some() {
            return Status::Stopped;
        }
        if !self.is_tested() {
            return Status::Untested;
        }
        let is_long = max_stall.is_some_and(|limit| self.longest_wait() > limit + TOLERANCE);
        match is_long || !self.failures.is_empty() {
            true => Status::Disturbed,
            false => Status::Undisturbed,
        }
    }

    /// Returns whether clients were at work during the migrations: otherwise nothing is known of the running program.
    pub fn is_tested(&self) -> bool {
        self.during.count > 0
    }

    /// Returns the longest time that a client waited for the migrations.
    pub fn longest_wait(&self) -> Duration {
        self.blocked.iter().map(Blocked::took).max().unwrap_or_default()
    }

    /// Returns the migration and the statement that ran at a time, or the last one before it.
    pub fn statement_at(&self, at: Duration) -> Option<(&RehearsedMigration, &RehearsedStatement)> {
        let all = self
            .migrations
            .iter()
            .flat_map(|migration| migration.statements.iter().map(move |own| (migration, own)));
        all.take_while(|(_, own)| own.began <= at).last()
    }
}

/// What the runner did, and when.
#[derive(Default)]
pub(super) struct Measured {
    /// The beginning of the time without migrations.
    pub control_from: Duration,
    /// The beginning and the end of the migrations.
    pub began: Duration,
    pub ended: Duration,
    pub migrations: Vec<RehearsedMigration>,
    /// Why the migrations stopped.
    pub stopped: Option<String>,
}

/// Puts together what was measured.
pub(super) fn summarize(measured: Measured, mut sent: Vec<Sent>, seen: Seen, clients: &[i32]) -> Rehearsal {
    sent.sort_by_key(|own| (own.at, own.client));
    let Measured {
        control_from,
        began,
        ended,
        mut migrations,
        stopped,
    } = measured;
    let mut blocked = seen.blocked;
    blocked.retain(|own| clients.contains(&own.process));
    blocked.sort_by_key(|own| (own.from, own.process));
    // What fails before the migrations as well says nothing about them.
    let failed_before: BTreeSet<Failing<'_>> = sent.iter().filter(|own| own.at < began).filter_map(failing).collect();
    let is_new = |own: &&Sent| failing(own).is_some_and(|own| !failed_before.contains(&own));
    let failed: Vec<&Sent> = sent.iter().filter(|own| own.ended() >= began).filter(is_new).collect();
    for statement in migrations.iter_mut().flat_map(|own| &mut own.statements) {
        fill_in(statement, &sent, &failed, &blocked, &seen.wal);
    }
    let excluded = failed_before
        .iter()
        .map(|(table, operation, why)| ((*table).clone(), *operation, (*why).to_owned()));
    Rehearsal {
        excluded: excluded.collect(),
        control: Latencies::of(sent.iter().filter(|own| own.at >= control_from && own.ended() < began)),
        during: Latencies::of(sent.iter().filter(|own| own.ended() >= began)),
        failures: failures(failed.iter().copied()),
        retried: sent
            .iter()
            .filter(|own| own.at >= began && matches!(own.outcome, Outcome::Retried(_)))
            .count(),
        began,
        ended,
        migrations,
        stopped,
        sent,
        blocked,
        ..Rehearsal::default()
    }
}

/// Fills in what happened to the clients during a statement.
fn fill_in(
    statement: &mut RehearsedStatement,
    sent: &[Sent],
    failed: &[&Sent],
    blocked: &[Blocked],
    wal: &[(Duration, u64)],
) {
    let (from, to) = (statement.began, statement.ended());
    let overlapping = sent.iter().filter(|own| own.at <= to && own.ended() >= from);
    statement.longest = overlapping.map(|own| own.took).max().unwrap_or_default();
    statement.failed = failed.iter().filter(|own| (from..=to).contains(&own.ended())).count();
    let within = |own: &Blocked| (own.from + own.took()).min(to).saturating_sub(own.from.max(from));
    statement.blocked = blocked.iter().map(within).max().unwrap_or_default();
    let looks = wal
        .iter()
        .filter(|(at, _)| *at >= from && *at <= to)
        .map(|(_, bytes)| *bytes);
    let looks: Vec<u64> = looks.collect();
    statement.wal_bytes = match looks.as_slice() {
        [first, .., last] => Some(last.saturating_sub(*first)),
        _ => None,
    };
}

/// A table, what was done, and why it failed.
type Failing<'a> = (&'a TableName, Operation, &'a str);

fn failing(sent: &Sent) -> Option<Failing<'_>> {
    match &sent.outcome {
        Outcome::Failed(why) => Some((&sent.table, sent.operation, why)),
        _ => None,
    }
}

/// Counts failed statements by what they do and why they failed.
fn failures<'a>(failed: impl Iterator<Item = &'a Sent>) -> Vec<FailedStatements> {
    let mut found: BTreeMap<Failing<'_>, FailedStatements> = BTreeMap::new();
    for own in failed {
        let Some(key) = failing(own) else { continue };
        let (table, operation, message) = key;
        let entry = found.entry(key).or_insert_with(|| FailedStatements {
            table: table.clone(),
            operation,
            message: message.to_owned(),
            count: 0,
            first: own.ended(),
        });
        entry.count += 1;
    }
    found.into_values().collect()
}
