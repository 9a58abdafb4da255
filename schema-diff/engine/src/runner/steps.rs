//! The commands that run SQL: they select migrations and their order, and run one at a time.

use std::collections::BTreeMap;
use std::error::Error;
use std::thread;
use std::time::Instant;

use diesel::Connection as _;
use diesel_migrations::MigrationHarness;

use super::concurrent_index::ConcurrentIndex;
use super::patience::{Attempts, Patience, Source};
use super::sql_file::SqlFileMigration;
use super::{
    Connection, Count, Direction, Done, Failure, Observer, RunnerError, Session, Target, old_transactions, progress,
};
use crate::history::{MigrationDir, Version};

impl Session<'_> {
    pub(super) fn run(
        &mut self,
        count: Count,
        to: Option<&Target>,
        observer: &mut dyn Observer,
    ) -> Result<Done, RunnerError> {
        let to = to.map(|to| to.resolve(&self.directory)).transpose()?;
        let applied = self.applied()?;
        let wanted = |version: &Version| match &to {
            None => true,
            Some(to) => to.as_ref().is_some_and(|to| version <= to),
        };
        let pending = self
            .pending(&applied)
            .filter(|migration| wanted(&migration.version))
            .take(count.limit())
            .cloned()
            .collect::<Vec<_>>();
        self.walk(&[], &pending, observer)
    }

    pub(super) fn revert(&mut self, count: Count, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        let back = self.last(count)?;
        self.walk(&back, &[], observer)
    }

    pub(super) fn redo(&mut self, count: Count, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        let back = self.last(count)?;
        let forth = back.iter().rev().cloned().collect::<Vec<_>>();
        if back.iter().all(|migration| migration.run_in_transaction) {
            return self.redo_together(&back, &forth, observer);
        }
        self.walk(&back, &forth, observer)
    }

    pub(super) fn goto(&mut self, target: &Target, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        let target = target.resolve(&self.directory)?;
        let applied = self.applied()?;
        let beyond = |version: &Version| target.as_ref().is_none_or(|target| version > target);
        let back = self.revertible(applied.iter().rev().filter(|version| beyond(version)))?;
        let forth = self
            .pending(&applied)
            .filter(|migration| !beyond(&migration.version))
            .cloned()
            .collect::<Vec<_>>();
        self.walk(&back, &forth, observer)
    }

    /// Returns the applied versions, in order. Creates Diesel's table if it does not exist.
    fn applied(&mut self) -> Result<Vec<Version>, RunnerError> {
        let versions = self.connection.applied_migrations().map_err(RunnerError::Other)?;
        let mut versions = versions
            .iter()
            .map(|version| Version::recorded(version.to_string()))
            .collect::<Vec<_>>();
        versions.sort();
        Ok(versions)
    }

    fn pending(&self, applied: &[Version]) -> impl Iterator<Item = &MigrationDir> {
        self.directory
            .migrations()
            .iter()
            .filter(|migration| applied.binary_search(&migration.version).is_err())
    }

    /// Returns the last `count` applied migrations, the last one first.
    fn last(&mut self, count: Count) -> Result<Vec<MigrationDir>, RunnerError> {
        let applied = self.applied()?;
        self.revertible(applied.iter().rev().take(count.limit()))
    }

    /// Returns the migrations of these versions, if all of them can be reverted: reverting only some of them helps
    /// nobody.
    fn revertible<'v>(&self, versions: impl Iterator<Item = &'v Version>) -> Result<Vec<MigrationDir>, RunnerError> {
        versions
            .map(|version| {
                let Some(migration) = self.directory.get(version) else {
                    return Err(RunnerError::NoDirectory {
                        version: version.clone(),
                        directory: self.directory.path.clone(),
                    });
                };
                match migration.has_down {
                    true => Ok(migration.clone()),
                    false => Err(RunnerError::NoDown {
                        name: migration.name.clone(),
                        path: migration.down(),
                    }),
                }
            })
            .collect()
    }

    /// Reverts and runs migrations in one transaction, which is tried again if a lock is not free.
    fn redo_together(
        &mut self,
        back: &[MigrationDir],
        forth: &[MigrationDir],
        observer: &mut dyn Observer,
    ) -> Result<Done, RunnerError> {
        let Self {
            connection,
            runnable,
            patience,
            source,
            ..
        } = self;
        let is_retried = |migration: &&MigrationDir, direction| {
            let runs = runnable.get(&migration.version);
            runs.is_none_or(|runs| runs.is_retried(direction))
        };
        let all = back.iter().all(|own| is_retried(&own, Direction::Down))
            && forth.iter().all(|own| is_retried(&own, Direction::Up));
        let mut attempts = Attempts::new(*patience, source);
        loop {
            attempts.begin();
            let limit = attempts.max_stall().filter(|_| all);
            runnable.values().for_each(|runs| runs.limit(limit));
            let mut cause = None;
            let result = connection.transaction(|connection| {
                let mut walk = Walk {
                    connection,
                    runnable,
                    retries: None,
                };
                walk.run(back, forth, observer).map_err(|failed| {
                    cause = Some(failed);
                    diesel::result::Error::RollbackTransaction
                })
            });
            let mut failed = match (result, cause) {
                (Ok(done), _) => return Ok(done),
                (Err(_), Some(failed)) => failed,
                (Err(error), None) => return Err(error.into()),
            };
            match attempts.failed(&*failed.error).filter(|_| all) {
                Some(stalled) => {
                    observer.stalled(&failed.migration, &stalled);
                    thread::sleep(stalled.pause);
                }
                None => {
                    failed.failure.hint = attempts.hint().or(failed.failure.hint);
                    return Err(RunnerError::Failed(Box::new(failed.failure)).undone());
                }
            }
        }
    }

    fn walk(
        &mut self,
        back: &[MigrationDir],
        forth: &[MigrationDir],
        observer: &mut dyn Observer,
    ) -> Result<Done, RunnerError> {
        let mut walk = Walk {
            connection: self.connection,
            runnable: &self.runnable,
            retries: Some((self.patience, self.source)),
        };
        walk.run(back, forth, observer)
            .map_err(|failed| RunnerError::Failed(Box::new(failed.failure)))
    }
}

/// Runs migrations one after the other.
struct Walk<'a> {
    connection: &'a mut Connection,
    runnable: &'a BTreeMap<Version, SqlFileMigration>,
    /// How a migration is tried again; `None` inside a transaction, which has to be tried again as a whole.
    retries: Option<(Patience, &'a Source)>,
}

/// A migration that failed.
struct Failed {
    migration: MigrationDir,
    failure: Failure,
    error: Cause,
}

type Cause = Box<dyn Error + Send + Sync>;

impl Walk<'_> {
    fn run(
        &mut self,
        back: &[MigrationDir],
        forth: &[MigrationDir],
        observer: &mut dyn Observer,
    ) -> Result<Done, Box<Failed>> {
        let mut done = Done::default();
        let steps = back
            .iter()
            .map(|migration| (Direction::Down, migration))
            .chain(forth.iter().map(|migration| (Direction::Up, migration)));
        for (direction, migration) in steps {
            let Some(runs) = self.runnable.get(&migration.version) else {
                continue;
            };
            observer.started(migration, direction);
            runs.times_statements(observer.times_statements());
            let began = Instant::now();
            let attempt = self.attempt(migration, runs, direction, observer);
            if observer.times_statements() {
                observer.timed(migration, direction, &runs.take_times());
            }
            if let Err((error, hint)) = attempt {
                let mut failure = Failure::new(migration, direction, done, &*error);
                failure.hint = hint.or(failure.hint);
                return Err(Box::new(Failed {
                    migration: migration.clone(),
                    failure,
                    error,
                }));
            }
            match direction {
                Direction::Up => done.ran.push(migration.version.clone()),
                Direction::Down => done.reverted.push(migration.version.clone()),
            }
            observer.finished(migration, direction, began.elapsed());
        }
        Ok(done)
    }

    /// Runs a migration until it gets its locks, or has been tried for long enough. The error has a hint if it did not.
    fn attempt(
        &mut self,
        migration: &MigrationDir,
        runs: &SqlFileMigration,
        direction: Direction,
        observer: &mut dyn Observer,
    ) -> Result<(), (Cause, Option<String>)> {
        runs.only_record(false);
        let index = runs.concurrent_index(direction);
        if let Some((patience, source)) = self.retries
            && let Some(age) = patience.old_transaction
            && runs.waits_for_transactions(direction)
        {
            let table = index.as_ref().map(ConcurrentIndex::table);
            old_transactions::wait(source, table, age, patience, migration, observer).map_err(|error| {
                let hint = error.hint();
                (error.into(), Some(hint))
            })?;
        }
        if let Some(index) = index {
            if index.is_built(self.connection) {
                runs.only_record(true);
                observer.already_built(migration, index.name());
            }
            match index.drop_invalid(self.connection) {
                Ok(None) => {}
                Ok(Some(name)) => observer.dropped_invalid(migration, &name),
                Err(error) => {
                    let hint =
                        "An invalid index of this name is left from a build that failed, and could not be dropped"
                            .to_owned();
                    return Err((error.into(), Some(hint)));
                }
            }
        }
        let retries = self.retries.filter(|_| runs.is_retried(direction));
        let mut attempts = retries.map(|(patience, source)| Attempts::new(patience, source));
        loop {
            attempts.iter_mut().for_each(Attempts::begin);
            if self.retries.is_some() {
                runs.limit(attempts.as_ref().and_then(Attempts::max_stall));
            }
            let watched = self.retries.zip(observer.progress_sink());
            let watched = watched.map(|((_, source), sink)| progress::Watch::start(source, sink));
            let result = match direction {
                Direction::Up => self.connection.run_migration(runs),
                Direction::Down => self.connection.revert_migration(runs),
            };
            drop(watched);
            let Err(error) = result else { return Ok(()) };
            match attempts.as_mut().and_then(|own| own.failed(&*error)) {
                Some(stalled) => {
                    observer.stalled(migration, &stalled);
                    thread::sleep(stalled.pause);
                }
                None => return Err((error, attempts.as_ref().and_then(Attempts::hint))),
            }
        }
    }
}
