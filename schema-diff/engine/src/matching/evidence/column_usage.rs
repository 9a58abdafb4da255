//! Compares how columns are used: in keys, foreign keys, indexes and checks.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ConstraintKind, Table, TableName};

/// A column's part in the primary key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyUsage {
    /// It is not in the key.
    #[default]
    None,
    /// It is one of several columns.
    Part,
    /// It is the whole key.
    Whole,
}

/// How a column is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnUsage {
    /// Its part in the primary key.
    pub key: KeyUsage,
    /// The tables that it refers to, by their names after.
    pub refers_to: BTreeSet<TableName>,
    /// The renamed tables among those, each with its name before.
    pub renamed: BTreeMap<TableName, TableName>,
    /// Whether a unique constraint, or a unique index without a predicate, has only this column.
    pub unique: bool,
    /// Whether an index contains it, or a unique constraint of several columns, or an exclusion constraint.
    pub indexed: bool,
    /// Whether a check reads it.
    pub checked: bool,
}

impl ColumnUsage {
    /// Collects the usage of a table's columns; unused columns are missing. `renamed` returns a table's name after.
    pub fn of_table(table: &Table, renamed: impl Fn(&TableName) -> TableName) -> BTreeMap<&str, Self> {
        let mut all: BTreeMap<&str, Self> = BTreeMap::new();
        for constraint in table.constraints.values() {
            let columns = constraint.columns();
            for column in &columns {
                let usage = all.entry(column).or_default();
                match &constraint.kind {
                    ConstraintKind::PrimaryKey { .. } if columns.len() == 1 => usage.key = KeyUsage::Whole,
                    ConstraintKind::PrimaryKey { .. } => usage.key = KeyUsage::Part,
                    ConstraintKind::Unique { .. } if columns.len() == 1 => usage.unique = true,
                    ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. } => usage.indexed = true,
                    ConstraintKind::Check { .. } => usage.checked = true,
                    ConstraintKind::ForeignKey(key) => {
                        let after = renamed(&key.references);
                        if after != key.references {
                            usage.renamed.insert(after.clone(), key.references.clone());
                        }
                        usage.refers_to.insert(after);
                    }
                }
            }
        }
        for index in table.indexes.values() {
            for column in &index.columns {
                let usage = all.entry(column).or_default();
                usage.indexed = true;
                usage.unique |= index.unique && index.columns.len() == 1 && index.predicate.is_none();
            }
        }
        all
    }

    /// Adds its reasons. What schema.rs does not declare of the new column is no evidence: it need not
    /// declare it.
    pub fn add_reasons(&self, after: &Self, reasons: &mut super::Reasons) {
        match (self.key, after.key) {
            (KeyUsage::Whole, KeyUsage::Whole) => reasons.add(2.5, "each is the primary key"),
            (KeyUsage::None, KeyUsage::None) => {}
            (a, b) if a == b => reasons.add(1.0, "each is in the primary key"),
            _ => reasons.add(-2.0, "only one of them is in the primary key"),
        }
        let common = self.refers_to.intersection(&after.refers_to).next();
        match (common, self.refers_to.is_empty(), after.refers_to.is_empty()) {
            (Some(table), ..) => reasons.add(1.0, format!("both columns refer to table {}", table.plain())),
            (None, false, false) => reasons.add(-4.0, "they refer to different tables"),
            (None, true, false) => reasons.add(-1.0, "only the new one refers to another table"),
            (None, false, true) => reasons.add(-0.5, "only the old one refers to another table"),
            (None, true, true) => {}
        }
        if self.unique && after.unique {
            reasons.add(1.0, "both are unique");
        } else if after.unique {
            reasons.add(-1.0, "only the new one is unique");
        } else if self.indexed && after.indexed {
            reasons.add(0.5, "both are indexed");
        } else if after.indexed && !self.unique {
            reasons.add_silently(-0.3);
        }
        if self.checked && after.checked {
            reasons.add(0.5, "both have a check");
        }
    }
}
