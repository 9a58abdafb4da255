//! Weighs the evidence for renamed tables.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Name, Reasons,
    names::add_name_reasons,
    types::{TypeLikeness, type_likeness},
};
use crate::model::{Column, Table, TableName};

/// A table with the facts that serve as evidence.
#[derive(Clone, Debug)]
pub struct TableFacts {
    /// Its schema and name.
    pub table: TableName,
    /// Its name, split into words.
    pub name: Name,
    /// Its columns, each with its name split into words.
    pub columns: Vec<(Column, Name)>,
    /// Its primary key.
    pub key: Vec<String>,
    /// The columns of other tables that refer to it.
    pub referred_by: BTreeSet<(TableName, String)>,
}

/// Columns that many tables have: they hardly identify a table.
const EVERYWHERE: &[&str] = &["id", "uuid", "created", "updated", "deleted"];
const COMMON: &[&str] = &[
    "name",
    "title",
    "description",
    "status",
    "type",
    "kind",
    "user",
    "value",
    "code",
    "note",
    "position",
    "active",
];

const PRIOR: f64 = -3.0;

impl TableFacts {
    /// Collects the facts about a table.
    pub fn of(table: &Table, referred_by: BTreeSet<(TableName, String)>) -> Self {
        let name = Name::read(&table.name.name);
        Self {
            columns: table
                .columns
                .iter()
                .map(|column| (column.clone(), Name::of_column(&column.name, &name)))
                .collect(),
            table: table.name.clone(),
            key: table.primary_key_columns().to_vec(),
            name,
            referred_by,
        }
    }

    /// Returns the table's keys for `candidates::pairs`: tables that may be the same have one in common.
    pub fn keys(&self) -> BTreeSet<String> {
        let columns = self
            .columns
            .iter()
            .filter(|(column, _)| !EVERYWHERE.contains(&column.name.as_str()))
            .map(|(column, _)| format!("{} {}", column.name, column.data_type.name.name));
        let name = self.name.keys().map(|key| format!("table {key}"));
        columns.chain(name).collect()
    }

    /// Returns whether the other table has the same name and exactly the same columns, in whatever schema.
    pub fn is_same_table(&self, other: &Self) -> bool {
        let alike = |(a, b): (&(Column, Name), &(Column, Name))| {
            (&a.0.name, &a.0.data_type, a.0.nullable) == (&b.0.name, &b.0.data_type, b.0.nullable)
        };
        self.table.name == other.table.name
            && self.key == other.key
            && self.columns.len() == other.columns.len()
            && self.columns.iter().zip(&other.columns).all(alike)
    }
}

/// Weighs the evidence that a dropped table and an added one are the same.
pub fn table_reasons(old: &TableFacts, new: &TableFacts) -> Reasons {
    let mut reasons = Reasons::starting_at(PRIOR);
    let moves = old.table.name == new.table.name;
    if moves {
        reasons.add(4.0, format!("same name, previously in schema {}", old.table.schema));
    } else {
        if !add_name_reasons(&old.name, &new.name, &mut reasons) {
            reasons.add(-1.0, "the names have nothing in common");
        }
        if old.table.schema != new.table.schema {
            reasons.add(
                -1.0,
                format!("it moves from schema {} to {}", old.table.schema, new.table.schema),
            );
        }
    }
    let agreed = Agreement::of(old, new);
    // Few and common columns may agree by chance; many rarely do.
    let trust = 1.0 - (-agreed.known).exp();
    reasons.add(
        8.0 * agreed.share.powi(2) * trust,
        format!(
            "same name and compatible type: {} of {}",
            agreed.same,
            super::counted(old.columns.len().max(new.columns.len()), "column")
        ) + &(if agreed.renamed > 0 {
            format!(" and {} more differ only in the name", agreed.renamed)
        } else {
            String::new()
        }),
    );
    if agreed.share < 0.4 {
        reasons.add(-1.5, "most of the columns differ");
    }
    let referring = old.referred_by.intersection(&new.referred_by).count();
    if referring > 0 {
        reasons.add(
            2.0,
            format!(
                "{} of other tables referred to the old table, and now refer to the new one",
                super::counted(referring, "column")
            ),
        );
    }
    if old.key.len() > 1 && old.key == new.key {
        reasons.add(0.7, "same primary key");
    }
    reasons
}

/// Compares two tables' columns: returns the share that agrees, from 0 to 1, and the number of agreeing columns,
/// weighted by how well they identify a table.
pub fn agreement(old: &TableFacts, new: &TableFacts) -> (f64, f64) {
    let agreed = Agreement::of(old, new);
    (agreed.share, agreed.known)
}

/// How much of two tables' columns agrees.
struct Agreement {
    /// The number of columns with the same name and a compatible type.
    same: usize,
    /// The number of columns with a similar name and a compatible type.
    renamed: usize,
    /// The share of all columns that agrees, from 0 to 1; common columns count less.
    share: f64,
    /// The number of agreeing columns; common columns count less, a distinctive column is 1.
    known: f64,
}

impl Agreement {
    fn of(old: &TableFacts, new: &TableFacts) -> Self {
        let by_name: BTreeMap<&str, &(Column, Name)> =
            new.columns.iter().map(|entry| (entry.0.name.as_str(), entry)).collect();
        let mut found = Self {
            same: 0,
            renamed: 0,
            share: 0.0,
            known: 0.0,
        };
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let mut dropped = Vec::new();
        for entry in &old.columns {
            match by_name.get(entry.0.name.as_str()) {
                Some((other, _)) if fits(&entry.0, other) => {
                    found.same += 1;
                    found.known += distinctiveness(&entry.0);
                    taken.insert(&other.name);
                }
                _ => dropped.push(entry),
            }
        }
        for (column, name) in dropped {
            let alike = new
                .columns
                .iter()
                .filter(|(other, _)| !taken.contains(other.name.as_str()) && fits(column, other))
                .map(|(other, read)| (name.likeness(read), &other.name))
                .filter(|(likeness, _)| likeness.share >= 0.6 && likeness.contrast.is_none())
                .max_by(|a, b| a.0.share.total_cmp(&b.0.share).then(b.1.cmp(a.1)));
            if let Some((likeness, other)) = alike {
                taken.insert(other);
                found.renamed += 1;
                found.known += 0.9 * likeness.share * distinctiveness(column);
            }
        }
        let all: f64 = [&old.columns, &new.columns]
            .iter()
            .flat_map(|columns| columns.iter())
            .map(|(column, _)| distinctiveness(column))
            .sum();
        found.share = if all > 0.0 { 2.0 * found.known / all } else { 0.0 };
        found
    }
}

fn fits(old: &Column, new: &Column) -> bool {
    matches!(
        type_likeness(&old.data_type, &new.data_type),
        TypeLikeness::Same | TypeLikeness::Modifier | TypeLikeness::Family
    )
}

/// Returns how well a column identifies its table.
fn distinctiveness(column: &Column) -> f64 {
    let first = column.name.split('_').next().unwrap_or_default();
    if EVERYWHERE.contains(&first) {
        0.3
    } else if COMMON.contains(&first) {
        0.6
    } else {
        1.0
    }
}
