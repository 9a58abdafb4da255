//! What was renamed: the decisions themselves, and how to see a thing of before under its name of after.
//!
//! Which renames there are is decided in [`decide`]; nothing here guesses.

mod assignment;
mod candidates;
pub mod decide;
pub mod evidence;
mod mapping;
mod odds;

use std::collections::BTreeMap;

use crate::model::{TableName, TypeName};

pub use candidates::pairs;
pub use evidence::{Evidence, Sureness};

/// Marks the name of something whose name another thing has after: Postgres has no such character in a name.
const VACATED: char = '\0';

/// Renames from before to after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables, before to after.
    pub tables: BTreeMap<TableName, TableName>,
    /// Columns by their table's name before, before to after.
    pub columns: BTreeMap<TableName, BTreeMap<String, String>>,
    /// Types, before to after.
    pub types: BTreeMap<TypeName, TypeName>,
    /// Enum labels by their type's name before, before to after.
    pub labels: BTreeMap<TypeName, BTreeMap<String, String>>,
}

impl Renames {
    /// The way back: after to before.
    #[must_use]
    pub fn flip(&self) -> Self {
        let turn = |map: &BTreeMap<String, String>| map.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
        Self {
            tables: self
                .tables
                .iter()
                .map(|(from, to)| (to.clone(), from.clone()))
                .collect(),
            columns: self
                .columns
                .iter()
                .map(|(table, map)| (self.table(table), turn(map)))
                .collect(),
            types: self.types.iter().map(|(from, to)| (to.clone(), from.clone())).collect(),
            labels: self
                .labels
                .iter()
                .map(|(name, map)| (self.type_name(name), turn(map)))
                .collect(),
        }
    }

    /// A table's name after. One whose name another table takes over has none: it gets a name that no table can have, of which the
    /// renames the other way make its own again.
    pub fn table(&self, before: &TableName) -> TableName {
        if let Some(after) = self.tables.get(before) {
            return after.clone();
        }
        if let Some(own) = before.name.strip_prefix(VACATED) {
            return before.sibling(own);
        }
        if self.tables.values().any(|after| after == before) {
            return before.sibling(format!("{VACATED}{}", before.name));
        }
        before.clone()
    }

    /// A table's name before: as [`Self::table`] of the flipped renames.
    pub fn table_before(&self, after: &TableName) -> TableName {
        if let Some((before, _)) = self.tables.iter().find(|(_, name)| *name == after) {
            return before.clone();
        }
        if let Some(own) = after.name.strip_prefix(VACATED) {
            return after.sibling(own);
        }
        if self.tables.contains_key(after) {
            return after.sibling(format!("{VACATED}{}", after.name));
        }
        after.clone()
    }

    /// A type's name after.
    pub fn type_name(&self, before: &TypeName) -> TypeName {
        self.types.get(before).unwrap_or(before).clone()
    }

    /// A column's name after; the table is named as before. As with tables, one whose name another column takes over has none.
    pub fn column(&self, table: &TableName, before: &str) -> String {
        if let Some(after) = self.new_column(table, before) {
            return after.to_owned();
        }
        if let Some(own) = before.strip_prefix(VACATED) {
            return own.to_owned();
        }
        let mut taken = self.columns.get(table).into_iter().flat_map(BTreeMap::values);
        if taken.any(|after| after == before) {
            return format!("{VACATED}{before}");
        }
        before.to_owned()
    }

    /// A column's new name, if it has one.
    pub fn new_column(&self, table: &TableName, before: &str) -> Option<&str> {
        self.columns.get(table)?.get(before).map(String::as_str)
    }

    /// An enum label's name after; the type is named as before.
    pub fn label(&self, name: &TypeName, before: &str) -> String {
        self.labels
            .get(name)
            .and_then(|map| map.get(before))
            .map_or_else(|| before.to_owned(), Clone::clone)
    }

    /// Whether nothing was renamed.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
            && self.columns.values().all(BTreeMap::is_empty)
            && self.types.is_empty()
            && self.labels.values().all(BTreeMap::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Renames;
    use crate::model::TableName;

    #[test]
    fn a_name_that_is_taken_over_is_two_things() {
        let name = |name: &str| TableName::new("public", name);
        let columns = BTreeMap::from([("x".to_owned(), "y".to_owned())]);
        let renames = Renames {
            tables: BTreeMap::from([(name("a"), name("b")), (name("b"), name("c"))]),
            columns: BTreeMap::from([(name("a"), columns)]),
            ..Renames::default()
        };
        let flipped = renames.flip();
        for own in ["a", "b", "c", "other"].map(name) {
            let after = renames.table(&own);
            assert_eq!(flipped.table(&after), own);
            assert_eq!(renames.table_before(&after), own);
            assert_eq!(flipped.table(&own), renames.table_before(&own));
        }
        let new = flipped.table(&name("a"));
        assert!(!["a", "b", "c"].map(name).contains(&new));
        assert_eq!(renames.table(&new), name("a"));
        let (new, old) = (flipped.column(&name("b"), "x"), renames.column(&name("a"), "y"));
        assert!(!["x", "y"].contains(&new.as_str()) && !["x", "y"].contains(&old.as_str()));
        assert_eq!(renames.column(&name("a"), &new), "x");
        assert_eq!(flipped.column(&name("b"), &old), "y");
    }
}
