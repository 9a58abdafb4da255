//! Weighs the evidence for renamed columns.

use super::{ColumnUsage, Name, Place, Reasons, place::PlaceLikeness, types};
use crate::model::{Column, TableName};

/// A column with the facts that serve as evidence.
#[derive(Clone, Debug)]
pub struct ColumnFacts {
    /// The column; for a column before, with types under their names after.
    pub column: Column,
    /// Its name, split into words.
    pub name: Name,
    /// Its position among the columns that keep their names.
    pub place: Place,
    /// How it is used: the keys, indexes and checks that contain it.
    pub usage: ColumnUsage,
    /// Whether a backfill is declared for it, which a renamed column does not need.
    pub is_backfilled: bool,
}

/// The log-odds that a dropped and an added column of one table are the same, without other evidence: about one in
/// twelve.
const PRIOR: f64 = -2.5;

/// Weighs the evidence that a dropped column and an added one are the same.
pub fn column_reasons(old: &ColumnFacts, new: &ColumnFacts) -> Reasons {
    let mut reasons = Reasons::starting_at(PRIOR);
    match followed(old, new) {
        Some(table) => reasons.add(
            4.5,
            format!(
                "both columns are named after the table that they refer to, which is renamed to {}",
                table.plain()
            ),
        ),
        None => old.name.likeness(&new.name).add_reasons(&mut reasons),
    }
    types::add_reasons(&old.column.data_type, &new.column.data_type, &mut reasons);
    old.place.add_reasons(&new.place, &mut reasons);
    old.usage.add_reasons(&new.usage, &mut reasons);
    nulls_and_defaults(old, new, &mut reasons);
    reasons
}

/// Returns the renamed table that both columns refer to, if each is named after the table's name at its time.
fn followed<'a>(old: &'a ColumnFacts, new: &ColumnFacts) -> Option<&'a TableName> {
    let mut renamed = old.usage.renamed.iter();
    let found = renamed.find(|(after, before)| {
        let tables = (&Name::read(&before.name), &Name::read(&after.name));
        new.usage.refers_to.contains(*after) && old.name.follows(&new.name, tables)
    });
    found.map(|(after, _)| after)
}

/// Weighs the evidence that a column whose type changes entirely is still the same column, against the alternative that
/// another column took its name.
pub fn kept_reasons(old: &ColumnFacts, new: &ColumnFacts) -> Reasons {
    let mut reasons = Reasons::starting_at(0.0);
    reasons.add(3.0, "same name");
    // Values rarely survive such a change of type, so it is rare.
    types::add_reasons(&old.column.data_type, &new.column.data_type, &mut reasons);
    types::add_reasons(&old.column.data_type, &new.column.data_type, &mut reasons);
    old.place.add_reasons(&new.place, &mut reasons);
    reasons
}

impl ColumnFacts {
    /// Returns the column's keys for `candidates::pairs`: columns that may be the same have one in common.
    pub fn keys(&self) -> Vec<String> {
        let place = &self.place;
        let from_previous = format!("after {:?} {}", place.previous, place.from_previous);
        let to_next = format!("before {:?} {}", place.next, place.to_next);
        let references = self.usage.refers_to.iter().map(|table| format!("to {}", table.plain()));
        self.name
            .keys()
            .chain([from_previous, to_next])
            .chain(references)
            .collect()
    }
}

fn nulls_and_defaults(old: &ColumnFacts, new: &ColumnFacts, reasons: &mut Reasons) {
    let (before, after) = (&old.column, &new.column);
    if new.is_backfilled {
        reasons.doubt();
        reasons.add(-2.0, "it has a backfill, as a new column does");
    } else if after.default.is_some() && before.default.is_none() {
        reasons.doubt();
        reasons.add(-1.5, "it has a default, as a new column does");
    } else if before.default.is_some() && before.default == after.default {
        reasons.add(0.7, "same default");
    }
    if before.generated.is_some() != after.generated.is_some() {
        reasons.add(-2.0, "only one of them is generated");
    }
    match (before.nullable, after.nullable) {
        // Postgres rejects such a column in a table with rows.
        (false, false) if !after.can_be_omitted() && !new.is_backfilled => {
            let same_place = old.place.likeness(&new.place) == PlaceLikeness::Same;
            reasons.add(
                if same_place { 1.5 } else { 1.0 },
                "the column in schema.rs is NOT NULL without a default, which is rare for a new column",
            );
        }
        (true, false) if !after.can_be_omitted() => reasons.add_silently(0.0),
        (true, false) => reasons.add(-0.5, "NULL is no longer allowed"),
        (false, true) => reasons.add(-0.7, "NULL is allowed from now on"),
        _ => {}
    }
}
