//! Collects the decisions about a table's columns, from attributes and options.

use std::collections::{BTreeMap, BTreeSet};

use super::{DecidedBy, Matcher, choice::Decided, column_facts::Columns};
use crate::{
    declared::{DeclaredTable, Location},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Table, TableName, plain_part},
};
use schema_diff_grammar::attribute::ColumnAttribute;

impl Matcher<'_> {
    /// Returns the decided renames of a table's columns. Options take precedence over attributes.
    pub(super) fn decided_columns(
        &mut self,
        declared: &DeclaredTable,
        before: &Table,
        columns: &Columns<'_>,
    ) -> Decided<String> {
        let mut written = self.renamed_from(columns);
        for (table, from, to) in &self.input.decisions.columns {
            if from != to && self.concerns(table, from, declared, before) {
                written.retain(|_, new| new.to != *to);
                let new = NewName {
                    to: to.clone(),
                    at: None,
                };
                written.insert(from.clone(), new);
            }
        }
        let dropped = self.not_renamed(declared, before);
        // A name that exists on both sides is free only if its own column is renamed or dropped.
        loop {
            let conflicting = written.iter().find(|(from, new)| {
                let is_freed = written.contains_key(&new.to) || dropped.contains(&new.to);
                !columns.is_old(from.as_str())
                    || !columns.is_new(new.to.as_str())
                    || (columns.is_old(new.to.as_str()) && !is_freed)
                    || (new.at.is_some() && is_applied(from, &written, columns))
            });
            let Some(from) = conflicting.map(|(from, _)| from.clone()) else {
                break;
            };
            let Some(new) = written.remove(&from) else { break };
            let both = columns.is_old(from.as_str()) && columns.is_old(new.to.as_str());
            match new.at {
                Some(at) if both => self.report_taken_name(&at, &before.name, &from, &new.to),
                Some(at) => self.report_stale_renamed_from(&at, "column", &from),
                None => self.report_conflict(
                    Some(&declared.location),
                    format!(
                        "--rename {}.{from}:{to}: the database must have {from} but not {to}, and schema.rs {to} but not {from}",
                        declared.name.plain(),
                        to = new.to
                    ),
                    "write the column's name in the database, a colon, and its name in schema.rs; to exchange names or to reuse the name of a renamed column, pass all the renames; to reuse the name of a dropped column, also pass --drop TABLE.COLUMN",
                ),
            }
        }
        written
            .into_iter()
            .map(|(from, new)| {
                let by = if new.at.is_some() {
                    DecidedBy::Attribute
                } else {
                    DecidedBy::User
                };
                (from, (new.to, by))
            })
            .collect()
    }

    /// Returns the columns of a table that the user decided to drop.
    pub(super) fn not_renamed(&self, declared: &DeclaredTable, before: &Table) -> BTreeSet<String> {
        let dropped = self.input.decisions.dropped_columns.iter();
        let of_table = dropped.filter(|(table, _)| *table == declared.name || *table == before.name);
        of_table.map(|(_, column)| column.clone()).collect()
    }

    /// Reports that a `renamed_from` renames nothing, because another column of the table has the new name.
    fn report_taken_name(&mut self, at: &Location, table: &TableName, from: &str, to: &str) {
        let name = table.plain();
        let found = Diagnostic::new(
            DiagnosticCode::StaleRenamedFrom,
            format!("renamed_from({from:?}): {name} has both {from} and {to}, so nothing is renamed"),
        );
        let hint = format!(
            "remove the attribute; or, to drop {to} and rename {from} to it, pass --drop {name}.{}",
            plain_part(to)
        );
        self.out.diagnostics.push(found.hint(hint).at(at));
    }

    /// Returns whether a decision that names a table and a column concerns this table. Tables may have exchanged their
    /// names: the name in the database takes precedence if that table has the column.
    fn concerns(&self, named: &TableName, column: &str, declared: &DeclaredTable, before: &Table) -> bool {
        let has = |name: &TableName| {
            let table = self.input.before.tables.get(name);
            table.is_some_and(|table| table.column(column).is_some())
        };
        let by_new_name = self.out.matches.table_before(named);
        (*named == before.name && (has(named) || !has(&by_new_name))) || (*named == declared.name && !has(named))
    }

    /// Returns the `renamed_from` attributes of a table's columns, by the former name. Reports those that name no
    /// existing column.
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
                    self.report_stale_renamed_from(at, "column", from);
                }
            }
        }
        written
    }
}

/// A column's new name, as decided.
struct NewName {
    to: String,
    /// Where the attribute appears; `None` for an option.
    at: Option<Location>,
}

/// Returns whether the renames that start at a column have already been made: every name of the chain or cycle exists
/// with its declared type.
fn is_applied(start: &str, written: &BTreeMap<String, NewName>, columns: &Columns<'_>) -> bool {
    let mut chain = vec![start];
    while let Some(to) = chain.last().and_then(|from| written.get(*from)).map(|new| &new.to) {
        if to == start {
            break;
        }
        if !columns.is_old(to.as_str()) || chain.contains(&to.as_str()) {
            return false;
        }
        chain.push(to);
    }
    let has_type = |name: &&str| match (columns.old.get(name), columns.new.get(name)) {
        (Some(old), Some(new)) => {
            old.data_type.name.name == new.data_type.name && old.data_type.array == new.data_type.array
        }
        _ => false,
    };
    chain.iter().all(has_type)
}
