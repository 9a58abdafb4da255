//! The part of the declarations and of the existing schema that a change may affect.
//!
//! Resolving a change again, with other decisions, examines nothing else, so that it costs as much as the change.

use std::collections::{BTreeSet, HashSet};

use super::Resolution;
use crate::{
    declared::{Declared, DeclaredTable, TablesByName},
    matching,
    model::{Affected, Constraint, Schema, Table, TableName, Tables},
};
use schema_diff_grammar::attribute::{ColumnAttribute, ForeignKey, TableAttribute};

/// The declarations and the existing schema, without the tables that a change cannot affect.
pub(super) struct Part<'a> {
    before: Schema,
    declared: Declared,
    /// The tables that are left out.
    unaffected: &'a BTreeSet<TableName>,
}

impl<'a> Part<'a> {
    /// Leaves out tables.
    pub fn without(unaffected: &'a BTreeSet<TableName>, known: matching::Input<'_>) -> Self {
        let mut tables = Tables::default();
        let existing = &known.before.tables;
        for name in existing.keys().filter(|name| !unaffected.contains(*name)) {
            tables.share(existing, name);
        }
        let Declared {
            tables: declared,
            joinables,
            enums,
            warnings: _,
        } = known.declared;
        let declared = declared.iter().filter(|table| !unaffected.contains(&table.name));
        let joinables = joinables.iter().filter(|join| !unaffected.contains(&join.child));
        Self {
            before: known.before.with_tables(tables),
            declared: Declared {
                tables: declared.cloned().collect(),
                joinables: joinables.cloned().collect(),
                enums: enums.clone(),
                warnings: Vec::new(),
            },
            unaffected,
        }
    }

    /// Returns the input of matching for this part.
    pub const fn input<'b>(&'b self, known: matching::Input<'b>) -> matching::Input<'b> {
        matching::Input {
            before: &self.before,
            declared: &self.declared,
            ..known
        }
    }

    /// Returns the tables that are left out.
    pub const fn unaffected(&self) -> &BTreeSet<TableName> {
        self.unaffected
    }

    /// Adds the tables that were left out to a resolution of this part.
    pub fn complete(&self, resolution: &mut Resolution, before: &Schema) {
        for name in self.unaffected {
            resolution.after.tables.share(&before.tables, name);
        }
    }
}

/// Finds the tables that the change of all other tables cannot affect, among the unchanged ones.
///
/// At least one table of each schema is kept, because a schema without declared tables is unmanaged.
pub(super) fn unaffected(unchanged: &BTreeSet<TableName>, before: &Schema, declared: &Declared) -> BTreeSet<TableName> {
    let is_changed = |name: &TableName| !unchanged.contains(name);
    let mut change = Affected::default();
    let existing = before.tables.values().filter(|table| is_changed(&table.name));
    existing.for_each(|table| change.add_changed(table));
    // A reference names its table in SQL or in Rust.
    let mut names: HashSet<&str> = before
        .tables
        .keys()
        .filter(|name| is_changed(name))
        .map(|name| name.name.as_str())
        .collect();
    for table in declared.tables.iter().filter(|table| is_changed(&table.name)) {
        change.add_name(&table.name.name);
        names.extend([table.name.name.as_str(), table.rust_name.as_str()]);
    }
    let joined = declared.joinables.iter().filter(|join| is_changed(&join.parent));
    let joined: HashSet<&TableName> = joined.map(|join| &join.child).collect();
    let mut schemas: HashSet<&str> = HashSet::new();
    let is_affected = |table: &DeclaredTable| {
        let existing = before.tables.get(&table.name);
        is_changed(&table.name)
            || joined.contains(&table.name)
            || existing.is_none_or(|existing| has_custom_type(existing) || change.contains(existing))
            || references(table).any(|key| names.contains(key.table.as_str()))
    };
    let (affected, others): (Vec<_>, Vec<_>) = declared
        .tables
        .iter()
        .partition(|table| schemas.insert(&table.name.schema) || is_affected(table));
    let by_name = TablesByName::of(declared);
    let exists = |name: &TableName| before.tables.contains_key(name);
    let mut kept: HashSet<TableName> = HashSet::new();
    for table in affected {
        kept.extend(references(table).filter_map(|key| by_name.parent(key, &table.name, exists)));
        let existing = before.tables.get(&table.name).into_iter().flat_map(Table::foreign_keys);
        let keys = existing.filter_map(Constraint::foreign_key);
        kept.extend(keys.map(|key| key.references.clone()));
        kept.insert(table.name.clone());
    }
    let joinables = declared.joinables.iter().filter(|join| kept.contains(&join.child));
    let parents: Vec<TableName> = joinables.map(|join| join.parent.clone()).collect();
    kept.extend(parents);
    let others = others.into_iter().map(|table| &table.name);
    others.filter(|name| !kept.contains(name)).cloned().collect()
}

/// Returns whether a column has a type that is not built in: another table may decide whether that is kept.
fn has_custom_type(table: &Table) -> bool {
    table.columns.iter().any(|column| !column.data_type.is_builtin())
}

/// Returns the foreign keys that a table's attributes declare.
fn references(table: &DeclaredTable) -> impl Iterator<Item = &ForeignKey> {
    let of_columns = table.columns.iter().flat_map(|column| &column.attributes);
    let of_columns = of_columns.filter_map(|(attribute, _)| match attribute {
        ColumnAttribute::References(key) => Some(key),
        _ => None,
    });
    let of_table = table.attributes.iter().filter_map(|(attribute, _)| match attribute {
        TableAttribute::ForeignKey(key) => Some(key),
        _ => None,
    });
    of_columns.chain(of_table)
}
