//! Evidence for columns.

use super::{Balance, Name, Place, Roles, place::PlaceLikeness, types};
use crate::model::{Column, TableName};

/// A column with what evidence looks at.
#[derive(Clone, Debug)]
pub struct ColumnFacts {
    /// The column; of before under the names of types of after.
    pub column: Column,
    /// Its name, read.
    pub name: Name,
    /// Where it stands among the columns that stay.
    pub place: Place,
    /// The keys and the like that it takes part in.
    pub roles: Roles,
    /// The declaration says what fills its rows: nobody needs that for a column that was there.
    pub is_backfilled: bool,
}

/// How likely a dropped and an added column of one table are the same, when nothing else is known: about one in twelve.
const PRIOR: f64 = -2.5;

/// Evidence that a dropped column and an added one are the same.
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

/// The renamed table that both refer to, if each has the name of it that was or is the table's.
fn followed<'a>(old: &'a ColumnFacts, new: &ColumnFacts) -> Option<&'a TableName> {
    let mut renamed = old.roles.renamed.iter();
    let found = renamed.find(|(after, before)| {
        let tables = (&Name::read(&before.name), &Name::read(&after.name));
        new.roles.refers_to.contains(*after) && old.name.follows(&new.name, tables)
    });
    found.map(|(after, _)| after)
}

/// Evidence that a column whose type is quite another stays what it was, beside the reading that its name was passed on.
pub fn staying_balance(old: &ColumnFacts, new: &ColumnFacts) -> Balance {
    let mut balance = Balance::starting_at(0.0);
    balance.add(3.0, "same name");
    // Values hardly ever survive such a change of type, so that few people make it.
    types::weigh(&old.column.data_type, &new.column.data_type, &mut balance);
    types::weigh(&old.column.data_type, &new.column.data_type, &mut balance);
    old.place.weigh(&new.place, &mut balance);
    balance
}

impl ColumnFacts {
    /// Keys that columns which may be the same have in common.
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
        // Postgres refuses to add such a column to a table with rows.
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
