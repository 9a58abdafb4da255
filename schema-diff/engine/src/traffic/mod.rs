//! What a migration does to sessions that use the database meanwhile: which statements they wait for, and how long that
//! may be, by the sizes of the tables concerned.
//!
//! A lock is held until its transaction ends. A short statement that takes one is therefore as long as everything after
//! it. Pure: locks and work are what the proof observed, sizes are given.

pub use crate::statement::{Size, Wait, Work, WorkKind};

use crate::{
    matching::Matches,
    model::{QualifiedName, TableName},
    plan::{Direction, Phase, Statement},
    statement::{Ddl, LockMode, RowChange},
    statistics::{Statistics, Threshold},
};

/// The sizes of the tables that a plan concerns.
#[derive(Clone, Copy)]
pub struct Sizes<'a> {
    /// The statistics of the database before `up.sql`, if there are any.
    pub statistics: Option<&'a Statistics>,
    /// The size from which work is worth mentioning.
    pub threshold: Threshold,
    /// The matches of the upgrade.
    pub matches: &'a Matches,
    /// The direction of the plan.
    pub direction: Direction,
}

impl Sizes<'_> {
    /// Returns a table's size by its name at a statement of some phase; `None` if it is unknown.
    pub fn size(&self, name: &QualifiedName, phase: Phase) -> Option<Size> {
        // Statements have the names before their plan up to the phase of renames, and the names after it from there on.
        let has_name_before_up = match self.direction {
            Direction::Up => phase < Phase::Rename,
            Direction::Down => phase >= Phase::Rename,
        };
        let before: TableName = if has_name_before_up {
            name.clone()
        } else {
            self.matches.table_before(name)
        };
        let found = self.statistics?.tables.get(&before)?;
        Some(Size {
            rows: found.rows,
            bytes: found.bytes,
        })
    }

    fn is_large(&self, size: Option<Size>) -> bool {
        let Some(size) = size else { return true };
        size.bytes >= self.threshold.bytes || size.rows.is_some_and(|rows| rows >= self.threshold.rows)
    }
}

/// Returns, for each statement of a transaction, the waits that it causes: those with work on large tables, and on
/// tables of unknown size.
pub fn waits(statements: &[Statement], sizes: Sizes<'_>) -> Vec<Vec<Wait>> {
    let work: Vec<Vec<Work>> = statements.iter().map(|own| work(own, sizes)).collect();
    let waits = statements.iter().enumerate().map(|(at, statement)| {
        let Some(observed) = &statement.observed else {
            return Vec::new();
        };
        let own = &work[at];
        let later = work[at + 1..].iter().flatten().filter(|own| own.size.is_some());
        let later = largest_first(later.cloned());
        if own.is_empty() && later.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Wait> = Vec::new();
        for (relation, lock) in observed.locks.iter().filter(|(_, lock)| lock.blocks_writes()) {
            match found.iter_mut().find(|wait| wait.lock == *lock) {
                Some(wait) => wait.relations.push(relation.clone()),
                None => found.push(Wait {
                    relations: vec![relation.clone()],
                    lock: *lock,
                    work: own.clone(),
                    later: later.clone(),
                }),
            }
        }
        found.sort_by_key(|wait| std::cmp::Reverse(wait.lock));
        if found.is_empty() {
            found.extend(changed_rows(own, &later));
        }
        found
    });
    waits.collect()
}

/// Returns the wait for changed rows: without a lock on the table, others can use it, but not change these rows.
fn changed_rows(work: &[Work], later: &[Work]) -> Option<Wait> {
    let writes: Vec<Work> = work.iter().filter(|own| own.kind == WorkKind::Write).cloned().collect();
    let relations: Vec<QualifiedName> = writes.iter().map(|own| own.relation.clone()).collect();
    (!writes.is_empty()).then_some(Wait {
        relations,
        lock: LockMode::RowExclusive,
        work: writes,
        later: later.to_vec(),
    })
}

/// Returns the work of a statement on large tables and on tables of unknown size, the largest first.
fn work(statement: &Statement, sizes: Sizes<'_>) -> Vec<Work> {
    let Some(observed) = &statement.observed else {
        return Vec::new();
    };
    // On a table without rows, no change of rows can be observed.
    let changed = match &statement.ddl {
        Ddl::Rows(RowChange::Fill { table, .. } | RowChange::Number { table, .. }) => Some(table),
        _ => None,
    };
    let changed = changed.filter(|table| observed.scans.contains_key(table));
    let rewrites = observed.rewrites.iter().map(|name| (WorkKind::Rewrite, name));
    let writes = observed.writes.keys().chain(changed);
    let writes = writes.map(|name| (WorkKind::Write, name));
    let builds = observed.builds.keys().map(|name| (WorkKind::Build, name));
    let scans = observed.scans.keys().map(|name| (WorkKind::Scan, name));
    let mut found: Vec<Work> = Vec::new();
    // A table that is rewritten is read for it: the greatest effort is named.
    for (kind, relation) in rewrites.chain(writes).chain(builds).chain(scans) {
        let size = sizes.size(relation, statement.phase);
        if sizes.is_large(size) && found.iter().all(|own| own.relation != *relation) {
            found.push(Work {
                kind,
                relation: relation.clone(),
                size,
            });
        }
    }
    largest_first(found.into_iter())
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
