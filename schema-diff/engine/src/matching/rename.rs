//! Renames, decided and open.

use super::{
    choice::{Candidate, Choice},
    decided_by::DecidedBy,
    evidence::Evidence,
};
use crate::model::ObjectId;

/// A thing of before that has another name after.
#[derive(Clone, Debug, PartialEq)]
pub struct Rename {
    /// What it is called before.
    pub before: ObjectId,
    /// What it is called after.
    pub after: ObjectId,
    /// Who decided.
    pub by: DecidedBy,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// A thing of before that may have another name after; nobody decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    /// What it is called before.
    pub before: ObjectId,
    /// What it may have become, the likeliest first; never empty.
    pub candidates: Vec<Rename>,
}

/// What became of something of before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is called so now; the same name says that it stays what it is.
    Renamed(ObjectId),
    /// It is gone.
    Dropped,
}

impl<K> Choice<K> {
    /// Returns the decided and the open renames, given what a name of before and one of after identify.
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
