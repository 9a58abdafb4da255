//! The course of a rehearsal: the clients begin, the migrations run, and the clients end.

use std::{
    path::Path,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    RehearseError,
    client::{Client, Pace},
    summary::{Measured, Rehearsal, RehearsedMigration, RehearsedStatement, summarize},
    watch::watch,
};
use crate::{
    cluster::ScratchDatabase,
    config::Environment,
    connection::DatabaseUrl,
    history::{MigrationDir, Version},
    runner::{Count, Direction, Observer, Patience, Runner, RunnerError, Stalled, StatementTime, Target},
};

/// How long the clients work before anything is measured, so that caches are warm.
const WARM_UP: Duration = Duration::from_millis(500);
/// How long they go on after the migrations: prepared statements may fail only then.
const AFTER: Duration = Duration::from_secs(1);

/// What runs beside the clients.
pub struct Measurement<'a> {
    /// The database, with rows.
    pub database: &'a ScratchDatabase,
    /// The directory of the migrations; those that the database has not recorded are run.
    pub directory: &'a Path,
    /// The last migration that is run.
    pub last: &'a Version,
    /// How the runner waits for locks.
    pub patience: Patience,
    /// How long the clients work before the migrations begin, for comparison.
    pub control: Duration,
    /// The environment of connections.
    pub environment: &'a Environment,
}

/// Runs migrations while clients work; returns what was measured.
///
/// # Errors
/// The database does not answer, or a client cannot work even without a migration. A migration that fails is a result, not
/// an error.
pub fn measure(
    measurement: &Measurement<'_>,
    mut clients: Vec<Box<dyn Client + '_>>,
    progress: &mut dyn FnMut(&str),
) -> Result<Rehearsal, RehearseError> {
    let url = DatabaseUrl::parse(&measurement.database.url()).map_err(RunnerError::from)?;
    let mut runner =
        Runner::open_in(&url, measurement.directory, measurement.environment)?.with_patience(measurement.patience);
    let processes: Result<Vec<i32>, String> = clients.iter_mut().map(|own| own.prepare()).collect();
    let processes = processes.map_err(RehearseError::Client)?;
    let watching = measurement.database.connect()?;
    let (stop, ready) = (AtomicBool::new(false), Barrier::new(clients.len() + 1));
    let origin = Instant::now();
    let has_clients = !clients.is_empty();
    let process = runner.process();
    let (measured, sent, seen) = thread::scope(|scope| {
        let (stop, ready) = (&stop, &ready);
        let watched = scope.spawn(move || watch(watching, process, origin, stop));
        let working = clients.iter_mut().enumerate().map(|(number, client)| {
            let pace = Pace { number, origin, stop };
            scope.spawn(move || {
                ready.wait();
                client.work(&pace)
            })
        });
        let working: Vec<_> = working.collect();
        ready.wait();
        let stopping = StopWhenDropped(stop);
        let measured = run(measurement, &mut runner, origin, has_clients, progress);
        drop(stopping);
        let sent = working.into_iter().flat_map(join).collect();
        (measured, sent, join(watched))
    });
    Ok(summarize(measured, sent, seen, &processes))
}

/// Lets the clients work alone, then runs the migrations, then lets the clients go on.
fn run(
    measurement: &Measurement<'_>,
    runner: &mut Runner,
    origin: Instant,
    has_clients: bool,
    progress: &mut dyn FnMut(&str),
) -> Measured {
    let mut measured = Measured::default();
    if has_clients {
        progress("measuring the clients without a migration");
        thread::sleep(WARM_UP);
        measured.control_from = origin.elapsed();
        thread::sleep(measurement.control);
    }
    let mut recorder = Recorder {
        origin,
        progress,
        migrations: Vec::new(),
    };
    measured.began = origin.elapsed();
    let target = Target::Version(measurement.last.as_str().to_owned());
    let done = runner.run(Count::All, Some(&target), &mut recorder);
    measured.ended = origin.elapsed();
    measured.migrations = recorder.migrations;
    measured.stopped = done.err().map(|error| error.to_string());
    if has_clients {
        thread::sleep(AFTER);
    }
    measured
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
            last.ended = self.origin.elapsed();
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
