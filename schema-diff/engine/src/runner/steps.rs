//! The commands that run SQL: they select migrations and their order, and run one at a time.

use std::collections::BTreeMap;
use std::time::Instant;

use diesel::Connection as _;
use diesel_migrations::MigrationHarness;

use super::sql_file::SqlFileMigration;
use super::{Connection, Count, Direction, Done, Failure, Observer, RunnerError, Session, Target};
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
            let Self {
                connection, runnable, ..
            } = self;
            return connection.transaction(|connection| {
                walk(connection, runnable, &back, &forth, observer).map_err(|error| error.undone())
            });
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

    fn walk(
        &mut self,
        back: &[MigrationDir],
        forth: &[MigrationDir],
        observer: &mut dyn Observer,
    ) -> Result<Done, RunnerError> {
        walk(self.connection, &self.runnable, back, forth, observer)
    }
}

type Runnable = BTreeMap<Version, SqlFileMigration>;

fn walk(
    connection: &mut Connection,
    runnable: &Runnable,
    back: &[MigrationDir],
    forth: &[MigrationDir],
    observer: &mut dyn Observer,
) -> Result<Done, RunnerError> {
    let mut done = Done::default();
    let steps = back
        .iter()
        .map(|migration| (Direction::Down, migration))
        .chain(forth.iter().map(|migration| (Direction::Up, migration)));
    for (direction, migration) in steps {
        let Some(runs) = runnable.get(&migration.version) else {
            continue;
        };
        observer.started(migration, direction);
        let began = Instant::now();
        let result = match direction {
            Direction::Up => connection
                .run_migration(runs)
                .map(|_| done.ran.push(migration.version.clone())),
            Direction::Down => connection
                .revert_migration(runs)
                .map(|_| done.reverted.push(migration.version.clone())),
        };
        if let Err(error) = result {
            return Err(RunnerError::Failed(Box::new(Failure::new(
                migration, direction, done, &*error,
            ))));
        }
        observer.finished(migration, direction, began.elapsed());
    }
    Ok(done)
}
