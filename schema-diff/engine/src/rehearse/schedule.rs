//! The course of a rehearsal: the clients begin, the migrations run, and the clients end.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    RehearseError, Request,
    load::{self, Load, Sent, TableLoad},
    summary::{Rehearsal, RehearsedMigration, RehearsedStatement, summarize},
    watch::{Seen, watch},
};
use crate::{
    cluster::ScratchDatabase,
    connection::DatabaseUrl,
    history::{MigrationDir, Version},
    runner::{Count, Direction, Observer, Runner, RunnerError, Stalled, StatementTime, Target},
};

/// How long the clients work before anything is measured, so that caches are warm.
const WARM_UP: Duration = Duration::from_millis(500);
/// How long they go on after the migrations: prepared statements may fail only then.
const AFTER: Duration = Duration::from_secs(1);

/// What runs when.
pub(super) struct Schedule<'a> {
    pub request: &'a Request<'a>,
    pub database: &'a ScratchDatabase,
    pub loads: &'a [TableLoad],
    /// The last migration that is rehearsed.
    pub last: &'a Version,
}

impl Schedule<'_> {
    /// Runs everything; returns what was measured.
    pub(super) fn run(&self, progress: &mut dyn FnMut(&str)) -> Result<Rehearsal, RehearseError> {
        let clients = self.request.clients;
        let url = DatabaseUrl::parse(&self.database.url()).map_err(RunnerError::from)?;
        let mut runner = Runner::open_in(&url, self.request.directory, self.request.environment)?
            .with_patience(self.request.patience);
        let has_load = !self.loads.is_empty();
        let count = if has_load { clients.count } else { 0 };
        let has_long_reader = has_load && !clients.long_read.is_zero();
        let mut sessions = Vec::new();
        for _ in 0..=count + usize::from(has_long_reader) {
            sessions.push(self.database.connect()?);
        }
        let processes: Result<Vec<i32>, postgres::Error> = sessions.iter_mut().map(process).collect();
        let (stop, ready) = (AtomicBool::new(false), Barrier::new(sessions.len()));
        let origin = Instant::now();
        let load = Load {
            tables: self.loads,
            clients: clients.count,
            interval: Duration::from_secs_f64(1.0 / clients.per_second.max(0.01)),
            long_read: clients.long_read,
            origin,
            stop: &stop,
            ready: &ready,
        };
        let process = runner.process();
        let measured = thread::scope(|scope| {
            let load = &load;
            let mut sessions = sessions.into_iter();
            let watched = sessions
                .next()
                .map(|client| scope.spawn(move || watch(client, process, origin, load.stop)));
            let mut working = Vec::new();
            for (number, client) in sessions.by_ref().take(count).enumerate() {
                working.push(scope.spawn(move || load::run(load, number, client)));
            }
            let reading = sessions
                .next()
                .map(|client| scope.spawn(move || load::read_long(load, client)));
            ready.wait();
            let stopping = StopWhenDropped(&stop);
            let measured = self.measure(&mut runner, origin, has_load, progress);
            drop(stopping);
            let mut sent: Vec<Sent> = Vec::new();
            for client in working {
                sent.extend(join(client)?);
            }
            sent.extend(reading.map(join).into_iter().flatten());
            let seen: Seen = watched.map(join).unwrap_or_default();
            Ok::<_, RehearseError>((measured, sent, seen))
        });
        let (measured, sent, seen) = measured?;
        Ok(summarize(measured, sent, seen, &processes?))
    }

    /// Lets the clients work alone, then runs the migrations, then lets the clients go on.
    fn measure(
        &self,
        runner: &mut Runner,
        origin: Instant,
        has_load: bool,
        progress: &mut dyn FnMut(&str),
    ) -> Measured {
        let mut measured = Measured::default();
        if has_load {
            progress("measuring the clients without a migration");
            thread::sleep(WARM_UP);
            measured.control_from = origin.elapsed();
            thread::sleep(self.request.clients.control);
        }
        let mut recorder = Recorder {
            origin,
            progress,
            migrations: Vec::new(),
        };
        measured.began = origin.elapsed();
        let target = Target::Version(self.last.as_str().to_owned());
        let done = runner.run(Count::All, Some(&target), &mut recorder);
        measured.ended = origin.elapsed();
        measured.migrations = recorder.migrations;
        measured.stopped = done.err().map(|error| error.to_string());
        if has_load {
            thread::sleep(AFTER);
        }
        measured
    }
}

/// Stops the clients, even if this thread panics.
struct StopWhenDropped<'a>(&'a AtomicBool);

impl Drop for StopWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Waits for a thread; what it panics with goes on in this one.
fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn process(client: &mut postgres::Client) -> Result<i32, postgres::Error> {
    client.query_one("SELECT pg_catalog.pg_backend_pid()", &[])?.try_get(0)
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

/// Notes what the runner does.
struct Recorder<'a> {
    origin: Instant,
    progress: &'a mut dyn FnMut(&str),
    migrations: Vec<RehearsedMigration>,
}

impl Observer for Recorder<'_> {
    fn times_statements(&self) -> bool {
        true
    }

    fn started(&mut self, migration: &MigrationDir, _: Direction) {
        (self.progress)(&format!("running {}", migration.name));
        let now = self.origin.elapsed();
        self.migrations.push(RehearsedMigration {
            version: migration.version.clone(),
            name: migration.name.clone(),
            file: migration.up(),
            began: now,
            ended: now,
            attempts: 1,
            statements: Vec::new(),
            is_complete: false,
        });
    }

    fn stalled(&mut self, _: &MigrationDir, _: &Stalled) {
        if let Some(last) = self.migrations.last_mut() {
            last.attempts += 1;
        }
    }

    fn timed(&mut self, _: &MigrationDir, _: Direction, statements: &[StatementTime]) {
        if let Some(last) = self.migrations.last_mut() {
            last.statements = statements
                .iter()
                .map(|own| RehearsedStatement::new(own, self.origin))
                .collect();
        }
    }

    fn finished(&mut self, _: &MigrationDir, _: Direction, _: Duration) {
        if let Some(last) = self.migrations.last_mut() {
            last.ended = self.origin.elapsed();
            last.is_complete = true;
        }
    }
}
