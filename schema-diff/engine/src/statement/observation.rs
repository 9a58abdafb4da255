//! What the proof observed a statement to do.

use std::collections::{BTreeMap, BTreeSet};

use super::LockMode;
use crate::model::QualifiedName;

/// What a statement did to existing relations. They have the names that they had before the transaction, by which other
/// sessions know them until it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The locks that the statement took, each the strongest on its relation; without those that its transaction held already, in this mode
    /// or in a stronger one. They are held until the transaction ends.
    pub locks: BTreeMap<QualifiedName, LockMode>,
    /// Tables and materialized views of which the statement read all rows, and how many rows it read.
    pub scans: BTreeMap<QualifiedName, u64>,
    /// Those of the scans that check a foreign key in the referenced table: how much is read depends on the rows of the referencing table.
    pub lookups: BTreeSet<QualifiedName>,
    /// Tables and materialized views that the statement rewrote, with their indexes.
    pub rewrites: BTreeSet<QualifiedName>,
    /// Tables that the statement emptied without reading them: `TRUNCATE` gives a table a new file.
    pub empties: BTreeSet<QualifiedName>,
    /// Existing tables of which the statement built indexes without rewriting the table, and how many indexes.
    pub builds: BTreeMap<QualifiedName, u64>,
    /// Tables of which the statement inserted, updated or deleted rows, and how many.
    pub writes: BTreeMap<QualifiedName, u64>,
}

impl Observation {
    /// Adds what the same statement did another time, with other rows.
    pub fn merge(&mut self, other: Self) {
        for (name, lock) in other.locks {
            let own = self.locks.entry(name).or_insert(lock);
            *own = lock.max(*own);
        }
        let counts = [
            (&mut self.scans, other.scans),
            (&mut self.builds, other.builds),
            (&mut self.writes, other.writes),
        ];
        for (own, other) in counts {
            for (name, count) in other {
                let own = own.entry(name).or_default();
                *own = count.max(*own);
            }
        }
        self.lookups.extend(other.lookups);
        self.rewrites.extend(other.rewrites);
        self.empties.extend(other.empties);
    }

    /// Returns whether the statement affected no existing relation.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
