//! The names that differ between the existing schema and the declarations, and may have become each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{chains::Substitutions, vocabulary::Vocabulary, wildcards::Wildcards};
use crate::{
    declared::{Declared, DeclaredColumn, DeclaredTable},
    model::{Column, Schema, Table, TableName, singular},
};

/// The names that differ, in groups within which a name may have become another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    /// Columns of tables that both sides have: the table, dropped and added columns.
    columns: BTreeMap<TableName, Names>,
    /// Columns that both sides have, and that may have exchanged their names: schema.rs lists them in each other's place.
    exchanged: BTreeMap<TableName, BTreeSet<String>>,
    /// Tables.
    tables: (BTreeSet<TableName>, BTreeSet<TableName>),
    /// Enum types, by name.
    types: Names,
    /// Labels of types that both sides have.
    labels: BTreeMap<String, Names>,
}

/// The dropped and the added names.
type Names = (BTreeSet<String>, BTreeSet<String>);

impl Differing {
    /// Compares the names of an existing schema with the declared ones. `is_managed` says which existing tables may be
    /// dropped.
    pub fn of(before: &Schema, declared: &Declared, is_managed: impl Fn(&TableName) -> bool) -> Self {
        let mut found = Self::default();
        let names: BTreeSet<&TableName> = declared.tables.iter().map(|table| &table.name).collect();
        for table in &declared.tables {
            let Some(existing) = before.tables.get(&table.name) else {
                found.tables.1.insert(table.name.clone());
                continue;
            };
            let old = existing.columns.iter().map(|column| column.name.clone()).collect();
            let new = table.columns.iter().map(|column| column.name.clone()).collect();
            if let Some(pair) = one_sided(&old, &new) {
                found.columns.insert(table.name.clone(), pair);
            } else if let Some(names) = exchanged(existing, table) {
                found.exchanged.insert(table.name.clone(), names);
            }
        }
        let dropped = before
            .tables
            .keys()
            .filter(|name| !names.contains(name) && is_managed(name));
        found.tables.0 = dropped.cloned().collect();
        if found.tables.0.is_empty() || found.tables.1.is_empty() {
            found.tables = Default::default();
        }
        found.columns_of_tables(before, declared);
        found.enums(before, declared);
        found
    }

    /// Adds the columns of tables that may be renamed.
    fn columns_of_tables(&mut self, before: &Schema, declared: &Declared) {
        let of_old = |name: &TableName| -> BTreeSet<String> {
            let columns = before.tables.get(name).into_iter().flat_map(|table| &table.columns);
            columns.map(|column| column.name.clone()).collect()
        };
        for old in &self.tables.0 {
            let old_columns = of_old(old);
            for new in declared
                .tables
                .iter()
                .filter(|table| self.tables.1.contains(&table.name))
            {
                let columns = new.columns.iter().map(|column| column.name.clone()).collect();
                if old_columns.is_disjoint(&columns) {
                    continue;
                }
                if let Some((dropped, added)) = one_sided(&old_columns, &columns) {
                    let own = self.columns.entry(new.name.clone()).or_default();
                    own.0.extend(dropped);
                    own.1.extend(added);
                }
            }
        }
    }

    fn enums(&mut self, before: &Schema, declared: &Declared) {
        let old: BTreeSet<String> = before.enums().map(|(name, _)| name.name.clone()).collect();
        let new: BTreeSet<String> = declared.enums.iter().map(|own| own.name.clone()).collect();
        self.types = one_sided(&old, &new).unwrap_or_default();
        for (name, labels) in before.enums() {
            let of_this =
                |own: &&crate::declared::DeclaredEnum| own.name == name.name || self.types.1.contains(&own.name);
            for own in declared.enums.iter().filter(of_this) {
                let (old, new) = (
                    labels.labels.iter().cloned().collect(),
                    own.labels.iter().cloned().collect(),
                );
                if let Some(pair) = one_sided(&old, &new).filter(|_| !old.is_disjoint(&new)) {
                    self.labels.insert(own.name.clone(), pair);
                }
            }
        }
    }

    /// Returns whether no name may have become another one.
    pub fn is_empty(&self) -> bool {
        self.is_order_only() && self.exchanged.is_empty()
    }

    /// Returns whether nothing but the order of columns differs.
    pub fn is_order_only(&self) -> bool {
        self.columns.is_empty() && self.tables.0.is_empty() && self.types.0.is_empty() && self.labels.is_empty()
    }

    /// Returns the existing tables whose columns or names differ.
    pub fn tables(&self) -> impl Iterator<Item = &TableName> {
        self.columns.keys().chain(self.exchanged.keys()).chain(&self.tables.0)
    }

    /// Returns whether columns of an existing table may have exchanged their names.
    pub fn is_exchanged(&self, table: &TableName) -> bool {
        self.exchanged.contains_key(table)
    }

    /// Returns the columns that may have exchanged their names, by table.
    pub(super) const fn exchanged(&self) -> &BTreeMap<TableName, BTreeSet<String>> {
        &self.exchanged
    }

    /// Returns the declared tables that do not exist, if existing ones may have become them.
    pub fn new_tables(&self) -> impl Iterator<Item = &TableName> {
        self.tables.1.iter()
    }

    /// Returns the names before that may have become another one.
    pub fn old_names(&self) -> BTreeSet<&str> {
        let columns = self.columns.values().flat_map(|(dropped, _)| dropped);
        let labels = self.labels.values().flat_map(|(dropped, _)| dropped);
        let tables = self.tables.0.iter().map(|table| table.name.as_str());
        let exchanged = self.exchanged.values().flatten();
        let names = columns
            .chain(exchanged)
            .chain(labels)
            .chain(&self.types.0)
            .map(String::as_str);
        names.chain(tables).collect()
    }

    /// Returns the names in Rust of all columns of the tables of which columns differ.
    pub(super) fn columns_in_rust<'v>(&self, before: &'v Vocabulary, after: &'v Vocabulary) -> BTreeSet<&'v str> {
        let tables = self.columns.keys().chain(self.exchanged.keys());
        tables
            .flat_map(|table| before.rust_names(table).into_iter().chain(after.rust_names(table)))
            .collect()
    }

    /// Returns the columns that keep their names, and whose names other columns may have taken.
    pub(super) fn taken(
        &self,
        substitutions: &Substitutions,
        before: &Vocabulary,
        after: &Vocabulary,
    ) -> BTreeMap<TableName, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for table in self.columns.keys().chain(self.exchanged.keys()) {
            let taken = substitutions.taken(&before.rust_names(table), &after.rust_names(table));
            let in_sql = taken.into_iter().filter_map(|name| after.column(table, name));
            let may_be = |name: &str| self.exchanged.get(table).is_none_or(|names| names.contains(name));
            let taken: BTreeSet<String> = in_sql.filter(|name| may_be(name)).map(str::to_owned).collect();
            if !taken.is_empty() {
                found.insert(table.clone(), taken);
            }
        }
        found
    }

    /// Returns the names as wildcards. `taken` are columns that both sides have, whose names others may have taken.
    pub(super) fn wildcards(
        &self,
        taken: &BTreeMap<TableName, BTreeSet<String>>,
        before: &Vocabulary,
        after: &Vocabulary,
    ) -> Wildcards {
        let mut groups: Vec<BTreeSet<String>> = Vec::new();
        let none = Names::default();
        let tables: BTreeSet<&TableName> = self.columns.keys().chain(taken.keys()).collect();
        for table in tables {
            let (dropped, added) = self.columns.get(table).unwrap_or(&none);
            let kept = taken.get(table).into_iter().flatten();
            let dropped = dropped.iter().chain(kept.clone());
            let added = added.iter().chain(kept);
            let old = dropped.flat_map(|name| [Some(name.as_str()), before.rust_name(table, name)]);
            let new = added.flat_map(|name| [Some(name.as_str()), after.rust_name(table, name)]);
            groups.push(old.chain(new).flatten().map(str::to_owned).collect());
        }
        groups.push(self.names_of_tables(before, after));
        groups.push(self.types.0.union(&self.types.1).cloned().collect());
        for (dropped, added) in self.labels.values() {
            let old = dropped.iter().flat_map(|label| before.variants(label));
            let new = added.iter().flat_map(|label| after.variants(label));
            let labels = dropped.union(added).map(String::as_str);
            groups.push(labels.chain(old).chain(new).map(str::to_owned).collect());
        }
        groups.retain(|group| !group.is_empty());
        Wildcards::of(groups)
    }
}

impl Differing {
    /// Returns the names of the tables in SQL and in Rust, singular and plural.
    fn names_of_tables(&self, before: &Vocabulary, after: &Vocabulary) -> BTreeSet<String> {
        let in_rust = |vocabulary: &Vocabulary, tables: &BTreeSet<TableName>| -> Vec<String> {
            let named = tables.iter().filter_map(|table| vocabulary.module(table));
            named.map(str::to_owned).collect()
        };
        let in_sql = self
            .tables
            .0
            .iter()
            .chain(&self.tables.1)
            .map(|table| table.name.clone());
        let names = in_sql
            .chain(in_rust(before, &self.tables.0))
            .chain(in_rust(after, &self.tables.1));
        names.flat_map(|name| [singular_of(&name), name]).collect()
    }
}

/// Returns the singular of a table's name.
fn singular_of(name: &str) -> String {
    match name.rsplit_once('_') {
        Some((head, last)) => format!("{head}_{}", singular(last)),
        None => singular(name).to_owned(),
    }
}

/// Returns the columns that schema.rs lists in another place, if the columns in these places have the same types: their
/// names may have been exchanged.
fn exchanged(existing: &Table, declared: &DeclaredTable) -> Option<BTreeSet<String>> {
    let pairs = || existing.columns.iter().zip(&declared.columns);
    let moved = || pairs().filter(|(old, new)| old.name != new.name);
    let names = |side: fn((&Column, &DeclaredColumn)) -> String| -> BTreeSet<String> { moved().map(side).collect() };
    let (old, new) = (names(|pair| pair.0.name.clone()), names(|pair| pair.1.name.clone()));
    let has_all = existing.columns.len() == declared.columns.len() && old == new && !old.is_empty();
    let is_like = |(old, new): (&Column, &DeclaredColumn)| {
        (&old.data_type.name.name, old.data_type.array, old.nullable)
            == (&new.data_type.name, new.data_type.array, new.nullable)
    };
    (has_all && moved().all(is_like)).then_some(old)
}

/// Returns the names on one side only, if both sides have some.
fn one_sided(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<Names> {
    let dropped: BTreeSet<String> = old.difference(new).cloned().collect();
    let added: BTreeSet<String> = new.difference(old).cloned().collect();
    (!dropped.is_empty() && !added.is_empty()).then_some((dropped, added))
}
