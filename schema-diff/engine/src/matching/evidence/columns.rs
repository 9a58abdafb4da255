//! Weighs the evidence for renamed columns.

use super::{Balance, Name, Place, Roles, place::PlaceLikeness, types};
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
    pub roles: Roles,
    /// Whether a backfill is declared for it, which a renamed column does not need.
    pub is_backfilled: bool,
}

/// The log-odds that a dropped and an added column of one table are the same, without other evidence: about one in
/// twelve.
const PRIOR: f64 = -2.5;

/// Weighs the evidence that a dropped column and an added one are the same.
pub fn column_balance(old: &ColumnFacts, new: &ColumnFacts) -> Balance {
    let mut balance = Balance::starting_at(PRIOR);
    match followed(old, new) {
        Some(table) => balance.add(
            4.5,
            format!("both are named after {}, by its old and its new name", table.plain()),
        ),
        None => old.name.likeness(&new.name).weigh(&mut balance),
    }
    types::weigh(&old.column.data_type, &new.column.data_type, &mut balance);
    old.place.weigh(&new.place, &mut balance);
    old.roles.weigh(&new.roles, &mut balance);
    nulls_and_defaults(old, new, &mut balance);
    balance
}

/// Returns the renamed table that both columns refer to, if each is named after the table's name at its time.
fn followed<'a>(old: &'a ColumnFacts, new: &ColumnFacts) -> Option<&'a TableName> {
    let mut renamed = old.roles.renamed.iter();
    let found = renamed.find(|(after, before)| {
        let tables = (&Name::read(&before.name), &Name::read(&after.name));
        new.roles.refers_to.contains(*after) && old.name.follows(&new.name, tables)
    });
    found.map(|(after, _)| after)
}

/// Weighs the evidence that a column whose type changes entirely is still the same column, against the alternative that
/// another column took its name.
pub fn staying_balance(old: &ColumnFacts, new: &ColumnFacts) -> Balance {
    let mut balance = Balance::starting_at(0.0);
    balance.add(3.0, "same name");
    // Values rarely survive such a change of type, so it is rare.
    types::weigh(&old.column.data_type, &new.column.data_type, &mut balance);
    types::weigh(&old.column.data_type, &new.column.data_type, &mut balance);
    old.place.weigh(&new.place, &mut balance);
    balance
}

impl ColumnFacts {
    /// Returns the column's keys for `candidates::pairs`: columns that may be the same have one in common.
    pub fn keys(&self) -> Vec<String> {
        let place = &self.place;
        let from_previous = format!("after {:?} {}", place.previous, place.from_previous);
        let to_next = format!("before {:?} {}", place.next, place.to_next);
        let references = self.roles.refers_to.iter().map(|table| format!("to {}", table.plain()));
        self.name
            .keys()
            .chain([from_previous, to_next])
            .chain(references)
            .collect()
    }
}

fn nulls_and_defaults(old: &ColumnFacts, new: &ColumnFacts, balance: &mut Balance) {
    let (before, after) = (&old.column, &new.column);
    if new.is_backfilled {
        balance.doubt();
        balance.add(-2.0, "it has a backfill for existing rows, as a new column does");
    } else if after.default.is_some() && before.default.is_none() {
        balance.doubt();
        balance.add(-1.5, "it comes with a default, as a new one does");
    } else if before.default.is_some() && before.default == after.default {
        balance.add(0.7, "same default");
    }
    if before.generated.is_some() != after.generated.is_some() {
        balance.add(-2.0, "only one of them is generated");
    }
    match (before.nullable, after.nullable) {
        // Postgres rejects such a column in a table with rows.
        (false, false) if !after.fills_itself() && !new.is_backfilled => {
            let same_place = old.place.likeness(&new.place) == PlaceLikeness::Same;
            balance.add(
                if same_place { 1.5 } else { 1.0 },
                "NOT NULL without a default: rarely newly added",
            );
        }
        (true, false) if !after.fills_itself() => balance.add_silently(0.0),
        (true, false) => balance.add(-0.5, "NULL is no longer allowed"),
        (false, true) => balance.add(-0.7, "NULL is allowed from now on"),
        _ => {}
    }
}
