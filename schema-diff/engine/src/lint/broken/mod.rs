//! What programs that are running notice of a statement: they use the names and types of before.

mod access;
mod column;
mod object;
mod relation;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::{catalog::Catalog, message::Message, step::Step};
use crate::{model::QualifiedName, statement::LockMode, traffic::Sizes};

/// A statement, and what surrounds it.
pub(super) struct Broken<'a> {
    pub step: &'a Step,
    /// All statements of the migration.
    pub steps: &'a [Step],
    /// The locks of the transaction after the statement.
    pub held: &'a BTreeMap<QualifiedName, LockMode>,
    pub sizes: Sizes<'a>,
    /// What exists after the migration.
    pub after: &'a Catalog,
}

impl Broken<'_> {
    /// Returns the messages, by event.
    pub fn messages(&self) -> Vec<Message> {
        let events = self.step.events.iter();
        let found = events.flat_map(|event| {
            let kinds = [
                Self::relation,
                Self::sequence,
                Self::partition,
                Self::lost_range,
                Self::index,
                Self::key_name,
                Self::unreadable_index,
                Self::new_column,
                Self::column,
                Self::retyped,
                Self::restriction,
                Self::trigger,
                Self::refused_values,
                Self::object,
                Self::other,
                Self::successor_privileges,
                Self::privileges,
                Self::row_security,
            ];
            kinds.into_iter().filter_map(|kind| kind(self, event))
        });
        found.chain(self.truncated()).collect()
    }

    /// Returns whether the migration has added the column.
    fn is_new(&self, table: &QualifiedName, column: &str) -> bool {
        let mut events = self.steps.iter().flat_map(|step| &step.events);
        events.any(|event| event.is_addition_of(table, column))
    }

    /// Returns whether the migration empties a table.
    fn is_emptied(&self, table: &QualifiedName) -> bool {
        self.steps.iter().any(|step| step.observation.empties.contains(table))
    }
}

/// Returns names as a list.
fn listed<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: BTreeSet<&str> = names.into_iter().map(String::as_str).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
