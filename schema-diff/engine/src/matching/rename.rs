//! Renames, decided and undecided.

use super::{
    choice::{Candidate, Choice},
    decided_by::DecidedBy,
    evidence::Evidence,
};
use crate::model::ObjectId;

/// An existing object that is renamed.
#[derive(Clone, Debug, PartialEq)]
pub struct Rename {
    /// Its name before.
    pub before: ObjectId,
    /// Its name after.
    pub after: ObjectId,
    /// Who decided.
    pub by: DecidedBy,
    /// The reasons for and against it.
    pub evidence: Evidence,
}

/// An existing object that may be renamed, and about which nothing is decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    /// Its name before.
    pub before: ObjectId,
    /// Its possible new names, the likeliest first; never empty.
    pub candidates: Vec<Rename>,
}

/// The decision about an existing object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has this name after; the same name decides that it is not renamed.
    Renamed(ObjectId),
    /// It is dropped.
    Dropped,
}

impl<K> Choice<K> {
    /// Returns the decided and the undecided renames. `before` and `after` convert names to objects.
    pub(super) fn identified(
        self,
        before: impl Fn(&K) -> ObjectId,
        after: impl Fn(&K) -> ObjectId,
    ) -> (Vec<Rename>, Vec<Undecided>) {
        let rename = |found: Candidate<K>| Rename {
            before: before(&found.from),
            after: after(&found.to),
            by: found.by,
            evidence: found.evidence,
        };
        let undecided = self.undecided.into_iter().map(|(from, candidates)| Undecided {
            before: before(&from),
            candidates: candidates.into_iter().map(rename).collect(),
        });
        (self.renames.into_iter().map(rename).collect(), undecided.collect())
    }
}
