//! Collects how declared columns are used, as evidence for renames.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Matcher,
    evidence::{ColumnUsage, KeyUsage},
};
use crate::{
    declared::{DeclaredTable, TablesByName},
    model::TableName,
};
use schema_diff_grammar::attribute::{ColumnAttribute, ForeignKey, JoinableAttribute, TableAttribute};

impl Matcher<'_> {
    /// Collects how the columns of a declared table are used.
    pub(super) fn declared_usage(&self, table: &DeclaredTable) -> BTreeMap<String, ColumnUsage> {
        let mut all: BTreeMap<String, ColumnUsage> = BTreeMap::new();
        for column in &table.primary_key {
            all.entry(column.clone()).or_default().key = if table.primary_key.len() == 1 {
                KeyUsage::Whole
            } else {
                KeyUsage::Part
            };
        }
        for column in &table.columns {
            let usage = all.entry(column.name.clone()).or_default();
            for (attribute, _) in &column.attributes {
                match attribute {
                    ColumnAttribute::Unique(_) => usage.unique = true,
                    ColumnAttribute::Index(spec) => {
                        usage.indexed = true;
                        // A partial unique index is weak evidence; an existing one does not count either.
                        usage.unique |= spec.unique && spec.predicate.is_none();
                    }
                    ColumnAttribute::Check(_) => usage.checked = true,
                    _ => {}
                }
            }
        }
        let mut mark = |written: &str, set: &dyn Fn(&mut ColumnUsage)| {
            let named = table
                .columns
                .iter()
                .find(|column| column.rust_name == written || column.name == written);
            if let Some(column) = named {
                set(all.entry(column.name.clone()).or_default());
            }
        };
        for (attribute, _) in &table.attributes {
            match attribute {
                TableAttribute::Unique(spec) => {
                    for column in &spec.columns {
                        mark(column, &|usage| {
                            usage.unique |= spec.columns.len() == 1;
                            usage.indexed = true;
                        });
                    }
                }
                TableAttribute::Index(spec) => {
                    for key in spec.keys.iter().filter(|key| !key.is_expression) {
                        mark(&key.text, &|usage| {
                            usage.indexed = true;
                            usage.unique |= spec.unique && spec.keys.len() == 1 && spec.predicate.is_none();
                        });
                    }
                }
                _ => {}
            }
        }
        for (child, column, parent) in self.declared_references() {
            if child == table.name {
                all.entry(column).or_default().refers_to.insert(parent);
            }
        }
        all
    }

    /// Returns the columns that are declared to refer to each table.
    pub(super) fn declared_referring(&self) -> BTreeMap<TableName, BTreeSet<(TableName, String)>> {
        let mut found: BTreeMap<TableName, BTreeSet<(TableName, String)>> = BTreeMap::new();
        for (child, column, parent) in self.declared_references() {
            found.entry(parent).or_default().insert((child, column));
        }
        found
    }

    /// Lists every declared reference: the referring table and column, and the referenced table.
    fn declared_references(&self) -> Vec<(TableName, String, TableName)> {
        let (before, declared) = (self.input.before, self.input.declared);
        let by_name = TablesByName::of(declared);
        let parent =
            |key: &ForeignKey, child: &TableName| by_name.parent(key, child, |name| before.tables.contains_key(name));
        let mut found = Vec::new();
        for table in &declared.tables {
            for column in &table.columns {
                for (attribute, _) in &column.attributes {
                    if let ColumnAttribute::References(spec) = attribute
                        && let Some(parent) = parent(spec, &table.name)
                    {
                        found.push((table.name.clone(), column.name.clone(), parent));
                    }
                }
            }
            for (attribute, _) in &table.attributes {
                if let TableAttribute::ForeignKey(spec) = attribute
                    && let Some(parent) = parent(spec, &table.name)
                {
                    let columns = table
                        .columns
                        .iter()
                        .filter(|column| spec.columns.contains(&column.rust_name));
                    found.extend(columns.map(|column| (table.name.clone(), column.name.clone(), parent.clone())));
                }
            }
        }
        for join in &declared.joinables {
            if !join
                .attributes
                .iter()
                .any(|(spec, _)| *spec == JoinableAttribute::NoForeignKey)
            {
                found.push((join.child.clone(), join.column.clone(), join.parent.clone()));
            }
        }
        found
    }
}
