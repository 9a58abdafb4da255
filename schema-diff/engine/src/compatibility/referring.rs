//! Foreign keys that refuse to let a program delete rows, at a state and not for the schema for which it was written. Pure.

use super::program::Program;
use crate::model::{ForeignKey, ReferentialAction, Schema, TableName};

/// Returns the tables of a program from which it may not delete rows, each with the reason as the end of a sentence. The referring table may be
/// one that the program does not know.
pub(super) fn referring(program: &Program, home: &Schema, now: &Schema) -> Vec<(TableName, String)> {
    let (here, there): (Vec<_>, Vec<_>) = (restricting(now).collect(), restricting(home).collect());
    let known = here.iter().filter(|own| program.names.contains(&own.key.references));
    let new = known.filter(|own| !there.iter().any(|other| other.is_same(own)));
    // A key that exists only at home is this one if its table is renamed.
    let gone = there.iter().filter(|own| !here.iter().any(|other| other.is_same(own)));
    let new = new.filter(|own| !gone.clone().any(|other| other.may_become(own)));
    let reason = |own: &Referring<'_>| {
        let text = format!("may violate the foreign key {} of {}", own.name, own.table.plain());
        (own.key.references.clone(), text)
    };
    new.map(reason).collect()
}

/// A foreign key that refuses to delete rows.
struct Referring<'a> {
    table: &'a TableName,
    name: &'a str,
    key: &'a ForeignKey,
}

impl Referring<'_> {
    /// Returns whether the same table refers to the same one: its rows may keep others from being deleted already.
    fn is_same(&self, other: &Self) -> bool {
        let is_there = self.name == other.name || self.table == other.table;
        self.key.references == other.key.references && is_there
    }

    fn may_become(&self, other: &Self) -> bool {
        self.key.references == other.key.references && self.key.columns == other.key.columns
    }
}

fn restricting(schema: &Schema) -> impl Iterator<Item = Referring<'_>> {
    let constraints = schema
        .tables
        .values()
        .flat_map(|table| table.constraints.iter().map(move |(name, own)| (table, name, own)));
    constraints.filter_map(|(table, name, own)| {
        let key = own.foreign_key()?;
        let is_restricting = matches!(key.on_delete, ReferentialAction::NoAction | ReferentialAction::Restrict);
        is_restricting.then_some(Referring {
            table: &table.name,
            name,
            key,
        })
    })
}
