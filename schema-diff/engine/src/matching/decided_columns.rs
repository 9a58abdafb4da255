//! What attributes and options say of the columns of a table.

use std::collections::BTreeMap;

use super::{DecidedBy, Matcher, choice::Decided, columns::Columns};
use crate::{
    declared::{DeclaredTable, Location},
    model::{Table, TableName},
};
use schema_diff_grammar::attribute::ColumnAttribute;

impl Matcher<'_> {
    /// Returns what was decided of this table's columns: by attributes, and by options, which are the stronger.
    pub(super) fn decided_columns(
        &mut self,
        declared: &DeclaredTable,
        before: &Table,
        columns: &Columns<'_>,
    ) -> Decided<String> {
        let mut written = self.renamed_from(columns);
        for (table, from, to) in &self.input.decisions.columns {
            if from != to && self.is_about(table, from, declared, before) {
                written.retain(|_, new| new.to != *to);
                let new = NewName {
                    to: to.clone(),
                    at: None,
                };
                written.insert(from.clone(), new);
            }
        }
        // A name that is there on both sides is taken over only where its own column takes another one.
        loop {
            let misfit = written.iter().find(|(from, new)| {
                let leaves = written.contains_key(&new.to);
                !columns.is_old(from.as_str())
                    || !columns.is_new(new.to.as_str())
                    || (columns.is_old(new.to.as_str()) && !leaves)
                    || (new.at.is_some() && is_done(from, &written, columns))
            });
            let Some(from) = misfit.map(|(from, _)| from.clone()) else {
                break;
            };
            let Some(new) = written.remove(&from) else { break };
            if let Some(at) = new.at {
                self.stale_renamed_from(&at, "column", &from);
            } else {
                let to = new.to;
                self.conflict(Some(&declared.location),
                    format!("--rename {}.{from}:{to}: the database must have {from} and not {to}, schema.rs the other way round", declared.name.plain()),
                    "name the column as it is in the database, a colon, and its name in schema.rs; to exchange two names, or to pass one on, say all the renames");
            }
        }
        written
            .into_iter()
            .map(|(from, new)| {
                let by = if new.at.is_some() {
                    DecidedBy::Attribute
                } else {
                    DecidedBy::Person
                };
                (from, (new.to, by))
            })
            .collect()
    }

    /// Whether a decision that names a table and a column is about this table. Tables may have exchanged their names: the database's name
    /// counts first, where that table has the column.
    fn is_about(&self, named: &TableName, column: &str, declared: &DeclaredTable, before: &Table) -> bool {
        let has = |name: &TableName| {
            let table = self.input.before.tables.get(name);
            table.is_some_and(|table| table.column(column).is_some())
        };
        let by_new_name = self.out.matches.table_before(named);
        (*named == before.name && (has(named) || !has(&by_new_name))) || (*named == declared.name && !has(named))
    }

    /// The attributes `renamed_from` of this table's columns, by the former name.
    fn renamed_from(&mut self, columns: &Columns<'_>) -> BTreeMap<String, NewName> {
        let mut written = BTreeMap::new();
        for column in columns.new.values() {
            for (attribute, at) in &column.attributes {
                let ColumnAttribute::RenamedFrom(from) = attribute else {
                    continue;
                };
                if columns.is_old(from.as_str()) {
                    let new = NewName {
                        to: column.name.clone(),
                        at: Some(at.clone()),
                    };
                    written.insert(from.clone(), new);
                } else {
                    self.stale_renamed_from(at, "column", from);
                }
            }
        }
        written
    }
}

/// What a column is called from now on, as it was decided.
struct NewName {
    to: String,
    /// Where the attribute stands; `None` for an option.
    at: Option<Location>,
}

/// Whether names that were exchanged in a circle have been by now: the types fit as they are.
fn is_done(start: &str, written: &BTreeMap<String, NewName>, columns: &Columns<'_>) -> bool {
    let mut circle = vec![start];
    while let Some(to) = circle.last().and_then(|from| written.get(*from)).map(|new| &new.to) {
        if to == start {
            break;
        }
        if !columns.is_old(to.as_str()) || circle.contains(&to.as_str()) {
            return false;
        }
        circle.push(to);
    }
    let has_type = |name: &&str| match (columns.old.get(name), columns.new.get(name)) {
        (Some(old), Some(new)) => {
            old.data_type.name.name == new.data_type.name && old.data_type.array == new.data_type.array
        }
        _ => false,
    };
    circle.iter().all(has_type)
}
