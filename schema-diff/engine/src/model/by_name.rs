//! The objects of a table by name, in little memory.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Index,
    slice, vec,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The constraints or the indexes of a table by name, in the order of the names.
///
/// A table has few of them, and a schema has many tables: a [`BTreeMap`] reserves memory for eleven entries with the
/// first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<T>(Vec<(String, T)>);

impl<T> ByName<T> {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_str().cmp(name))
    }

    /// Returns the object with a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    /// Returns the object with a name, mutably.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.find(name).ok().map(|at| &mut self.0[at].1)
    }

    /// Returns whether an object with a name exists.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Adds an object and replaces one of the same name.
    pub fn insert(&mut self, name: String, object: T) {
        match self.find(&name) {
            Ok(at) => self.0[at].1 = object,
            Err(at) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (name, object));
            }
        }
    }

    /// Adds an object unless one of its name exists.
    pub fn insert_if_missing(&mut self, name: &str, object: impl FnOnce() -> T) {
        if !self.contains_key(name) {
            self.insert(name.to_owned(), object());
        }
    }

    /// Removes and returns an object.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        self.find(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Keeps the objects for which `keeps` returns true.
    pub fn retain(&mut self, mut keeps: impl FnMut(&String, &mut T) -> bool) {
        self.0.retain_mut(|(name, object)| keeps(name, object));
    }

    /// Returns whether it contains no object.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of objects.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the names, sorted.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + Clone {
        self.0.iter().map(|(name, _)| name)
    }

    /// Returns the objects in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.0.iter().map(|(_, object)| object)
    }

    /// Returns the objects in the order of their names, mutably.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, object)| object)
    }

    /// Returns names and mutable objects in the order of the names.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut T)> {
        self.0.iter_mut().map(|(name, object)| (&*name, object))
    }

    /// Returns names and objects in the order of the names.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.0.iter())
    }
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Names and objects in the order of the names.
#[derive(Clone, Debug)]
pub struct Iter<'a, T>(slice::Iter<'a, (String, T)>);

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (&'a String, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, object)| (name, object))
    }
}

impl<'a, T> IntoIterator for &'a ByName<T> {
    type Item = (&'a String, &'a T);
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for ByName<T> {
    type Item = (String, T);
    type IntoIter = vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> Index<&str> for ByName<T> {
    type Output = T;

    /// Returns the object with a name; panics if none exists.
    fn index(&self, name: &str) -> &T {
        match self.find(name) {
            Ok(at) => &self.0[at].1,
            Err(_) => panic!("there is no {name}"),
        }
    }
}

impl<T> FromIterator<(String, T)> for ByName<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(objects: I) -> Self {
        let sorted: BTreeMap<String, T> = objects.into_iter().collect();
        Self(sorted.into_iter().collect())
    }
}

impl<T> Extend<(String, T)> for ByName<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, objects: I) {
        objects.into_iter().for_each(|(name, object)| self.insert(name, object));
    }
}

impl<T: Serialize> Serialize for ByName<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let objects: btree_map::IntoIter<String, T> = BTreeMap::deserialize(deserializer)?.into_iter();
        Ok(Self(objects.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::ByName;

    #[test]
    fn objects_come_in_the_order_of_their_names_and_once_each() {
        let mut found: ByName<u8> = [("b", 1), ("a", 2), ("b", 3)]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect();
        found.insert("c".to_owned(), 4);
        found.insert("a".to_owned(), 5);
        found.insert_if_missing("c", || 6);
        assert!(found.keys().eq(["a", "b", "c"]) && found.values().eq(&[5, 3, 4]));
        assert_eq!((found.get("b"), found.get("d")), (Some(&3), None));
        assert_eq!(found.remove("b"), Some(3));
        found.retain(|name, _| name == "c");
        assert_eq!((found.len(), found.contains_key("c")), (1, true));
    }
}
