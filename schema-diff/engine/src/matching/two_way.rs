//! A map that is read in both directions.

use std::{borrow::Borrow, collections::BTreeMap};

/// Pairs names of before with names of after, one to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TwoWay<K> {
    after: BTreeMap<K, K>,
    before: BTreeMap<K, K>,
}

impl<K> Default for TwoWay<K> {
    fn default() -> Self {
        Self {
            after: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Clone> TwoWay<K> {
    /// Adds a pair. What either of the two was paired with is forgotten.
    pub fn insert(&mut self, before: K, after: K) {
        if let Some(old) = self.after.remove(&before) {
            self.before.remove(&old);
        }
        if let Some(old) = self.before.remove(&after) {
            self.after.remove(&old);
        }
        self.before.insert(after.clone(), before.clone());
        self.after.insert(before, after);
    }

    /// Forgets the pairs in which a name is that of before, or that of after.
    pub fn remove(&mut self, name: &K) {
        if let Some(after) = self.after.remove(name) {
            self.before.remove(&after);
        }
        if let Some(before) = self.before.remove(name) {
            self.after.remove(&before);
        }
    }

    /// Returns the name of after that a name of before is paired with.
    pub fn after<Q: Ord + ?Sized>(&self, before: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        self.after.get(before)
    }

    /// Returns the name of before that a name of after is paired with.
    pub fn before<Q: Ord + ?Sized>(&self, after: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        self.before.get(after)
    }

    /// Returns the pairs, in the order of the names of before.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &K)> {
        self.after.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.after.is_empty()
    }

    /// Exchanges before and after.
    pub fn flip(&self) -> Self {
        Self {
            after: self.before.clone(),
            before: self.after.clone(),
        }
    }
}
