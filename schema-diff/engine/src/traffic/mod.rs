//! What a migration does to sessions that use the database meanwhile: which statements they wait for, and how long that
//! may be, by the sizes of the tables concerned.
//!
//! A lock is held until its transaction ends. A short statement that takes one is therefore as long as everything after
//! it. Pure: locks and work are what the proof observed, sizes are given.

use std::collections::{BTreeMap, BTreeSet};

pub use crate::statement::{Size, Transaction, Wait, Work, WorkKind};

use crate::{
    model::{QualifiedName, TableName},
    plan::Statement,
    statement::{Ddl, LockMode, Observation, RowChange},
    statistics::{Statistics, Threshold},
};

/// The sizes of the tables that a plan concerns.
#[derive(Clone, Copy)]
pub struct Sizes<'a> {
    /// The statistics of the database before `up.sql`, if there are any.
    pub statistics: Option<&'a Statistics>,
    /// The size from which work is worth mentioning.
    pub threshold: Threshold,
    /// Returns the name in the statistics of a table, by its name before the transaction.
    pub known_as: &'a dyn Fn(&TableName) -> TableName,
}

impl Sizes<'_> {
    /// Returns a table's size by its name before the transaction; `None` if it is unknown.
    pub fn size(&self, name: &QualifiedName) -> Option<Size> {
        let found = self.statistics?.tables.get(&(self.known_as)(name))?;
        Some(Size {
            rows: found.rows,
            bytes: found.bytes,
        })
    }

    /// Returns whether a table is large, or its size is unknown.
    pub(crate) fn is_large_table(&self, name: &QualifiedName) -> bool {
        self.is_large(self.size(name))
    }

    /// Returns the work of a statement on large tables and on tables of unknown size, the largest first. `written` are
    /// the tables whose rows it changes although nothing was observed, because they had no rows.
    pub(crate) fn work(&self, observed: &Observation, written: &BTreeSet<TableName>) -> Vec<Work> {
        let rewrites = observed.rewrites.iter().map(|name| (WorkKind::Rewrite, name));
        // What is written without reading the table (a trigger's rows in a log) is not as much as the table has.
        let writes = observed.writes.keys().chain(written);
        let writes = writes.filter(|name| observed.scans.contains_key(*name));
        let writes = writes.map(|name| (WorkKind::Write, name));
        let builds = observed.builds.keys().map(|name| (WorkKind::Build, name));
        let scans = observed.scans.keys().filter(|name| !observed.lookups.contains(*name));
        let scans = scans.map(|name| (WorkKind::Scan, name));
        let mut found: Vec<Work> = Vec::new();
        // A table that is rewritten is read for it: the greatest effort is named.
        for (kind, relation) in rewrites.chain(writes).chain(builds).chain(scans) {
            let size = self.size(relation);
            if self.is_large(size) && found.iter().all(|own| own.relation != *relation) {
                found.push(Work {
                    kind,
                    relation: relation.clone(),
                    size,
                });
            }
        }
        largest_first(found.into_iter())
    }

    fn is_large(&self, size: Option<Size>) -> bool {
        let Some(size) = size else { return true };
        size.bytes >= self.threshold.bytes || size.rows.is_some_and(|rows| rows >= self.threshold.rows)
    }
}

/// Returns, for each statement of a transaction, the waits that it causes: those with work on large tables, and on
/// tables of unknown size.
pub fn waits(statements: &[Statement], sizes: Sizes<'_>) -> Vec<Vec<Wait>> {
    let work = statements.iter().map(|own| match &own.observed {
        Some(observed) => sizes.work(observed, &filled(own).into_iter().cloned().collect()),
        None => Vec::new(),
    });
    let work: Vec<Vec<Work>> = work.collect();
    let mut held: BTreeMap<&QualifiedName, LockMode> = BTreeMap::new();
    let waits = statements.iter().enumerate().map(|(at, statement)| {
        let Some(observed) = &statement.observed else {
            return Vec::new();
        };
        let own = &work[at];
        let mut locks: BTreeMap<&QualifiedName, LockMode> =
            observed.locks.iter().map(|(of, lock)| (of, *lock)).collect();
        // A lock that an earlier statement has taken is said there, if the size of the table is known.
        let is_said = !locks.values().any(|lock| lock.blocks_writes());
        for work in own.iter().filter(|work| work.size.is_none() || !is_said) {
            if let Some(lock) = held.get(&work.relation).filter(|lock| lock.blocks_writes()) {
                locks.entry(&work.relation).or_insert(*lock);
            }
        }
        held.extend(observed.locks.iter().map(|(of, lock)| (of, *lock)));
        let later = work[at + 1..].iter().flatten().filter(|own| own.size.is_some());
        let later = largest_first(later.cloned());
        if own.is_empty() && later.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Wait> = Vec::new();
        for (relation, lock) in locks.into_iter().filter(|(_, lock)| lock.blocks_writes()) {
            match found.iter_mut().find(|wait| wait.lock == lock) {
                Some(wait) => wait.relations.push(relation.clone()),
                None => found.push(Wait {
                    relations: vec![relation.clone()],
                    lock,
                    work: own.clone(),
                    later: later.clone(),
                }),
            }
        }
        found.sort_by_key(|wait| std::cmp::Reverse(wait.lock));
        if found.is_empty() {
            found.extend(changed_rows(statement, observed, own, &later));
        }
        found
    });
    waits.collect()
}

/// Returns the wait for changed rows: without a lock on the table, others can use it, but not change these rows.
fn changed_rows(statement: &Statement, observed: &Observation, work: &[Work], later: &[Work]) -> Option<Wait> {
    let written: BTreeSet<&QualifiedName> = observed.writes.keys().chain(filled(statement)).collect();
    (!written.is_empty()).then(|| Wait {
        relations: written.into_iter().cloned().collect(),
        lock: LockMode::RowExclusive,
        work: work.to_vec(),
        later: later.to_vec(),
    })
}

/// Returns the table that a statement fills: on a table without rows, no change of rows can be observed.
fn filled(statement: &Statement) -> Option<&TableName> {
    match &statement.ddl {
        Ddl::Rows(RowChange::Fill { table, .. } | RowChange::Number { table, .. }) => {
            let observed = statement.observed.as_ref()?;
            // Its name may differ from the one before the migration.
            Some(table).filter(|table| observed.scans.contains_key(*table))
        }
        _ => None,
    }
}

/// Sorts work: the largest table first, unknown sizes last, and names the greatest effort on each table.
fn largest_first(work: impl Iterator<Item = Work>) -> Vec<Work> {
    let mut work: Vec<Work> = work.collect();
    work.sort_by(|a, b| {
        let by_size = b.size.cmp(&a.size);
        by_size.then(a.relation.cmp(&b.relation)).then(b.kind.cmp(&a.kind))
    });
    work.dedup_by(|next, own| next.relation == own.relation);
    work
}
