//! A map with lookups in both directions.

use std::{borrow::Borrow, collections::BTreeMap};

/// Pairs names before with names after, one to one.
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
    /// Adds a pair, and removes the earlier pairs of both names.
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

    /// Removes the pairs that have a name before or after.
    pub fn remove(&mut self, name: &K) {
        if let Some(after) = self.after.remove(name) {
            self.before.remove(&after);
        }
        if let Some(before) = self.before.remove(name) {
            self.after.remove(&before);
        }
    }

    /// Returns the name after that is paired with a name before.
    pub fn after<Q: Ord + ?Sized>(&self, before: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        self.after.get(before)
    }

    /// Returns the name before that is paired with a name after.
    pub fn before<Q: Ord + ?Sized>(&self, after: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        self.before.get(after)
    }

    /// Returns the pairs, in the order of the names before.
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
