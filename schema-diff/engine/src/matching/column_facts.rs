//! Collects the facts about a table's columns that serve as evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Matcher,
    evidence::{ColumnFacts, ColumnUsage, Name, Reasons, TypeLikeness, places, type_likeness},
};
use crate::{
    casts::base,
    declared::{DeclaredColumn, DeclaredTable},
    model::{Column, DataType, Table},
};
use schema_diff_grammar::attribute::ColumnAttribute;

/// The columns of a table that may be renamed, by name.
pub(super) struct Columns<'t> {
    pub old: BTreeMap<&'t str, &'t Column>,
    pub new: BTreeMap<&'t str, &'t DeclaredColumn>,
}

impl Columns<'_> {
    pub fn is_old(&self, name: &str) -> bool {
        self.old.contains_key(name)
    }

    pub fn is_new(&self, name: &str) -> bool {
        self.new.contains_key(name)
    }
}

impl Matcher<'_> {
    /// Collects the facts about the columns before that do not keep their names.
    pub(super) fn facts_of_old(
        &self,
        before: &Table,
        columns: &Columns<'_>,
        kept: &BTreeSet<&str>,
    ) -> Vec<ColumnFacts> {
        let names: Vec<&str> = before.columns.iter().map(|column| column.name.as_str()).collect();
        let table_name = Name::read(&before.name.name);
        let mut usage = ColumnUsage::of_table(before, |table| self.out.matches.table(table));
        let placed = before.columns.iter().zip(places(&names, kept));
        placed
            .filter(|(column, _)| columns.is_old(&column.name) && !kept.contains(column.name.as_str()))
            .map(|(column, place)| {
                let data_type = base(self.input.before, &column.data_type);
                ColumnFacts {
                    name: Name::of_column(&column.name, &table_name),
                    place,
                    usage: usage.remove(column.name.as_str()).unwrap_or_default(),
                    is_backfilled: false,
                    column: Column {
                        data_type: self.out.matches.data_type(&data_type),
                        ..column.clone()
                    },
                }
            })
            .collect()
    }

    /// Collects the facts about the declared columns that are new.
    pub(super) fn facts_of_new(
        &self,
        declared: &DeclaredTable,
        columns: &Columns<'_>,
        kept: &BTreeSet<&str>,
    ) -> Vec<ColumnFacts> {
        let names: Vec<&str> = declared.columns.iter().map(|column| column.name.as_str()).collect();
        let table_name = Name::read(&declared.name.name);
        let mut usage = self.declared_usage(declared);
        let placed = declared.columns.iter().zip(places(&names, kept));
        placed
            .filter(|(column, _)| columns.is_new(&column.name) && !kept.contains(column.name.as_str()))
            .filter_map(|(written, place)| {
                let data_type = self.column_type(written)?.data_type;
                let mut column = Column::new(&written.name, base(&self.types, &data_type), written.nullable);
                column.default = declared_default(written);
                let place_of_backfill = (declared.name.clone(), written.name.clone());
                Some(ColumnFacts {
                    name: Name::of_column(&written.name, &table_name),
                    place,
                    usage: usage.remove(&written.name).unwrap_or_default(),
                    is_backfilled: has_backfill(written)
                        || self.input.decisions.backfills.contains_key(&place_of_backfill),
                    column,
                })
            })
            .collect()
    }
}

fn declared_default(column: &DeclaredColumn) -> Option<String> {
    column.attributes.iter().find_map(|(attribute, _)| match attribute {
        ColumnAttribute::Default(text) => text.clone(),
        _ => None,
    })
}

fn has_backfill(column: &DeclaredColumn) -> bool {
    let mut attributes = column.attributes.iter();
    attributes.any(|(attribute, _)| matches!(attribute, ColumnAttribute::Backfill(_)))
}

/// Whether one column may have been split into several, or several merged into one: there is one on one side and more
/// than one on the other, and their types convert.
pub(super) struct SplitOrMerge {
    split: bool,
    merged: bool,
}

impl SplitOrMerge {
    pub fn of(dropped: &[ColumnFacts], added: &[ColumnFacts]) -> Self {
        let parts = |whole: &ColumnFacts, others: &[ColumnFacts]| {
            let part = |other: &&ColumnFacts| may_be_part(&whole.column, &other.column);
            others.iter().filter(part).count()
        };
        Self {
            split: matches!(dropped, [whole] if parts(whole, added) > 1),
            merged: matches!(added, [whole] if parts(whole, dropped) > 1),
        }
    }

    /// Adds the reason that a pair may be part of it: another part is beside its own.
    pub fn add_reasons(
        &self,
        old: &ColumnFacts,
        new: &ColumnFacts,
        (dropped, added): (&[ColumnFacts], &[ColumnFacts]),
        reasons: &mut Reasons,
    ) {
        let is_beside = |one: &ColumnFacts, others: &[ColumnFacts]| {
            let mut others = others.iter().filter(|other| other.column.name != one.column.name);
            others.any(|other| other.place.is_beside(&one.place))
        };
        let is_part = (self.split && is_beside(new, added)) || (self.merged && is_beside(old, dropped));
        if is_part && old.name.likeness(&new.name).share < 0.95 {
            let text = if self.split {
                "it may have been split: more than one column is new"
            } else {
                "it may have been merged: more than one column is dropped"
            };
            reasons.add(-1.0, text);
            // Each part has the code of the whole, which tells nothing.
            reasons.doubt();
        }
    }
}

/// Returns whether the values of one column may be part of those of the other: their types convert, or the whole is
/// text or JSON, which may contain any type.
fn may_be_part(whole: &Column, part: &Column) -> bool {
    let is_text = has_text(&whole.data_type);
    match type_likeness(&whole.data_type, &part.data_type) {
        TypeLikeness::Same | TypeLikeness::Modifier | TypeLikeness::Family => true,
        TypeLikeness::Convertible => is_text || !has_text(&part.data_type),
        TypeLikeness::ThroughText | TypeLikeness::Unrelated => is_text,
    }
}

fn has_text(data_type: &DataType) -> bool {
    matches!(
        data_type.name.name.as_str(),
        "text" | "varchar" | "bpchar" | "json" | "jsonb"
    )
}
