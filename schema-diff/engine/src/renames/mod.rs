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

    /// A table's name after.
    pub fn table(&self, before: &TableName) -> TableName {
        self.tables.get(before).unwrap_or(before).clone()
    }

    /// A type's name after.
    pub fn type_name(&self, before: &TypeName) -> TypeName {
        self.types.get(before).unwrap_or(before).clone()
    }

    /// A column's name after; the table is named as before.
    pub fn column(&self, table: &TableName, before: &str) -> String {
        self.new_column(table, before).unwrap_or(before).to_owned()
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
