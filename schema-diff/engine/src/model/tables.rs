//! The tables of a schema, shared between schemas until one of them changes.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Index,
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{name::TableName, relation::Table};

/// Tables by name.
///
/// A copy costs one reference for each table. Two schemas with an equal table can share one value of it; a change
/// copies the value first. Memory therefore grows with the differences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables(BTreeMap<TableName, Arc<Table>>);

impl Tables {
    /// Returns the table with a name.
    pub fn get(&self, name: &TableName) -> Option<&Table> {
        self.0.get(name).map(Arc::as_ref)
    }

    /// Returns the table with a name, shared.
    pub fn shared(&self, name: &TableName) -> Option<Arc<Table>> {
        self.0.get(name).map(Arc::clone)
    }

    /// Returns whether two schemas share the value of the table with a name, which is then equal in both.
    pub fn shares(&self, others: &Self, name: &TableName) -> bool {
        let tables = self.0.get(name).zip(others.0.get(name));
        tables.is_some_and(|(own, other)| Arc::ptr_eq(own, other))
    }

    /// Returns the tables whose values the other schema does not share under the same name, in the order of the names.
    pub fn unshared<'a>(&'a self, others: &'a Self) -> impl Iterator<Item = &'a Table> {
        let mut others = others.0.iter().peekable();
        let unshared = self.0.iter().filter(move |(name, own)| {
            while others.next_if(|(other, _)| other < name).is_some() {}
            let same = others.next_if(|(other, _)| other == name);
            same.is_none_or(|(_, other)| !Arc::ptr_eq(own, other))
        });
        unshared.map(|(_, table)| table.as_ref())
    }

    /// Returns the table with a name, mutably; copies it if it is shared.
    pub fn get_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        self.0.get_mut(name).map(Arc::make_mut)
    }

    /// Returns whether a table with a name exists.
    pub fn contains_key(&self, name: &TableName) -> bool {
        self.0.contains_key(name)
    }

    /// Adds a table and replaces one of the same name.
    pub fn insert(&mut self, name: TableName, table: Table) {
        self.0.insert(name, Arc::new(table));
    }

    /// Adds a table as [`Self::insert`] does, but shares the other schema's table if it is equal.
    pub fn insert_like(&mut self, table: Table, others: &Self, name: &TableName) {
        let shared = others.0.get(name).filter(|other| ***other == table);
        let own = table.name.clone();
        self.0.insert(own, shared.map_or_else(|| Arc::new(table), Arc::clone));
    }

    /// Adds the table with a name of another schema, if it exists, and shares it.
    pub fn share(&mut self, others: &Self, name: &TableName) {
        if let Some(found) = others.0.get(name) {
            self.0.insert(name.clone(), Arc::clone(found));
        }
    }

    /// Removes and returns a table.
    pub fn remove(&mut self, name: &TableName) -> Option<Table> {
        self.0.remove(name).map(Arc::unwrap_or_clone)
    }

    /// Keeps the tables for which `keeps` returns true.
    pub fn retain(&mut self, mut keeps: impl FnMut(&TableName, &Table) -> bool) {
        self.0.retain(|name, table| keeps(name, table));
    }

    /// Returns the number of tables.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether it contains no table.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the names, sorted.
    pub fn keys(&self) -> btree_map::Keys<'_, TableName, Arc<Table>> {
        self.0.keys()
    }

    /// Returns the tables in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Table> + Clone {
        self.0.values().map(Arc::as_ref)
    }

    /// Returns the tables in the order of their names, mutably; copies all that are shared.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.0.values_mut().map(Arc::make_mut)
    }

    /// Returns names and tables in the order of the names.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.iter())
    }
}

/// Names and tables in the order of the names.
#[derive(Clone, Debug)]
pub struct Iter<'a>(btree_map::Iter<'a, TableName, Arc<Table>>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a TableName, &'a Table);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, table)| (name, table.as_ref()))
    }
}

impl<'a> IntoIterator for &'a Tables {
    type Item = (&'a TableName, &'a Table);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl Index<&TableName> for Tables {
    type Output = Table;

    /// Returns the table with a name; panics if none exists.
    fn index(&self, name: &TableName) -> &Table {
        &self.0[name]
    }
}

impl FromIterator<(TableName, Table)> for Tables {
    fn from_iter<I: IntoIterator<Item = (TableName, Table)>>(tables: I) -> Self {
        let tables = tables.into_iter();
        Self(tables.map(|(name, table)| (name, Arc::new(table))).collect())
    }
}

impl Serialize for Tables {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for Tables {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tables = BTreeMap::<TableName, Table>::deserialize(deserializer)?;
        Ok(tables.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, TableName, Tables};

    #[test]
    fn a_change_of_a_shared_table_is_seen_in_one_schema() {
        let name = TableName::public("t");
        let before: Tables = [(name.clone(), Table::new(name.clone()))].into_iter().collect();
        let mut after = before.clone();
        let is_shared = |after: &Tables| after.shares(&before, &name);
        assert!(is_shared(&after) && after.unshared(&before).next().is_none());
        if let Some(table) = after.get_mut(&name) {
            table.unlogged = true;
        }
        assert!(!is_shared(&after) && !before[&name].unlogged && after[&name].unlogged);
        let unshared =
            |own: &Tables, other: &Tables| own.unshared(other).map(|table| table.name.clone()).collect::<Vec<_>>();
        let [first, last] = ["a", "z"].map(TableName::public);
        after.insert(first.clone(), Table::new(first.clone()));
        after.insert(last.clone(), Table::new(last.clone()));
        assert_eq!(unshared(&after, &before), [first.clone(), name.clone(), last.clone()]);
        assert_eq!(unshared(&before, &after), std::slice::from_ref(&name));
        after.insert_like(Table::new(name.clone()), &before, &name);
        assert!(is_shared(&after));
        assert_eq!(unshared(&after, &before), [first, last]);
        assert!(unshared(&before, &after).is_empty());
    }
}
