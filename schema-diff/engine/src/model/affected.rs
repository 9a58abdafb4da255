//! What a change affects: the changed tables, and the tables that may depend on them or on another changed object.

use std::collections::HashSet;

use super::{
    constraint::Constraint,
    dependencies::{self, Dependency},
    mention::plain_words,
    name::TableName,
    relation::Table,
};

/// The objects that a change concerns.
///
/// A table may be affected unless all of this holds: it has no code, no row security, no parents and no deferred
/// constraints, depends on no changed object, and no changed table refers to it. Tables count as affected when in doubt.
#[derive(Debug, Default)]
pub struct Affected<'a> {
    /// The changed tables, those to which they refer, and others that a caller adds.
    tables: HashSet<&'a TableName>,
    changed: HashSet<&'a TableName>,
    /// The words in the names of the changed objects that a text may name.
    words: HashSet<&'a str>,
}

impl<'a> Affected<'a> {
    /// Adds a changed table, the tables to which it refers, and its sequences.
    pub fn add_changed(&mut self, table: &'a Table) {
        self.changed.insert(&table.name);
        self.tables.insert(&table.name);
        let keys = table.foreign_keys().filter_map(Constraint::foreign_key);
        self.tables.extend(keys.map(|key| &key.references));
        let sequences = table.sequences().map(|name| name.name.as_str());
        let words = sequences.chain([table.name.name.as_str()]).flat_map(plain_words);
        self.words.extend(words);
    }

    /// Adds tables that are affected although they are not changed.
    pub fn add_tables(&mut self, names: impl IntoIterator<Item = &'a TableName>) {
        self.tables.extend(names);
    }

    /// Adds the name of a changed object that is not a table.
    pub fn add_name(&mut self, name: &'a str) {
        self.words.extend(plain_words(name));
    }

    /// Returns whether a table is changed.
    pub fn is_changed(&self, name: &TableName) -> bool {
        self.changed.contains(name)
    }

    /// Returns whether a table is affected, or may be.
    pub fn contains(&self, table: &Table) -> bool {
        self.tables.contains(&table.name) || self.may_affect(table)
    }

    /// Returns whether the change may concern a table that is not changed.
    fn may_affect(&self, table: &Table) -> bool {
        let has_code = !table.rules.is_empty() || !table.triggers.is_empty() || !table.policies.is_empty();
        let mut keys = table.foreign_keys().filter_map(Constraint::foreign_key);
        let depends_on_it = |dependency: &Dependency<'_>| match dependency {
            Dependency::Relation(name) | Dependency::Column(name, _) => self.changed.contains(name),
            Dependency::Type(name) => plain_words(&name.name).any(|word| self.words.contains(word)),
            Dependency::Function(text) | Dependency::Text(text) | Dependency::Body(text) => {
                plain_words(text).any(|word| self.words.contains(word))
            }
        };
        has_code
            || table.row_security
            || table.parents().next().is_some()
            || table.constraints.values().any(|own| own.initially_deferred)
            || keys.any(|key| self.changed.contains(&key.references))
            || dependencies::of_table(table).iter().any(depends_on_it)
            || dependencies::of_later_parts(table).iter().any(depends_on_it)
    }
}
