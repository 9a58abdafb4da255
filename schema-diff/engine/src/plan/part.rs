//! The part of two schemas that a change touches. A plan examines nothing else, so that its cost depends on the change.
//!
//! A table is left out if both schemas share it and it cannot matter: it has no code, no row security, no parents,
//! child tables or deferred constraints, does not depend on a changed object, and no changed object refers to it.
//! Tables are kept when in doubt.

use std::collections::{BTreeMap, HashSet};

use crate::{
    matching::Matches,
    model::{
        Constraint, Pair, Schema, Table, TableName, Tables,
        dependencies::{self, Dependency},
        plain_words,
    },
};

/// Returns both schemas with only the tables that a change touches or may concern.
pub fn affected_part(schemas: Pair<&Schema>, matches: &Matches) -> Pair<Schema> {
    let change = Touched::new(schemas, matches);
    let tables = schemas.before.tables.iter();
    let unaffected = tables.filter(|(name, table)| !change.tables.contains(name) && !change.may_affect(table));
    let unaffected: HashSet<&TableName> = unaffected.map(|(name, _)| name).collect();
    schemas.map(|schema| {
        let mut part = Tables::default();
        for name in schema.tables.keys().filter(|name| !unaffected.contains(name)) {
            part.share(&schema.tables, name);
        }
        schema.with_tables(part)
    })
}

/// The differences between two schemas.
struct Touched<'a> {
    /// Tables that differ between the sides, the tables to which they refer, and tables with children or partitions.
    tables: HashSet<&'a TableName>,
    /// Tables that differ between the sides.
    changed: HashSet<&'a TableName>,
    /// The words in the names of the differing objects that a text may name.
    words: HashSet<&'a str>,
}

impl<'a> Touched<'a> {
    fn new(schemas: Pair<&'a Schema>, matches: &Matches) -> Self {
        let mut found = Self {
            tables: HashSet::new(),
            changed: HashSet::new(),
            words: HashSet::new(),
        };
        found.changed_tables(schemas.before, schemas.after, matches);
        found.changed_tables(schemas.after, schemas.before, matches);
        let Pair { before, after } = schemas;
        let names = different(&before.types, &after.types).map(|name| name.name.as_str());
        let sequences = different(&before.sequences, &after.sequences).map(|name| name.name.as_str());
        let functions = different(&before.functions, &after.functions).map(String::as_str);
        let extension_types = different(&before.extension_types, &after.extension_types).map(|name| name.name.as_str());
        let all = names.chain(sequences).chain(functions).chain(extension_types);
        found.words.extend(all.flat_map(plain_words));
        found
    }

    fn changed_tables(&mut self, schema: &'a Schema, other: &Schema, matches: &Matches) {
        for (name, table) in &schema.tables {
            self.tables.extend(table.parents());
            if schema.tables.shares(&other.tables, name) && !matches.may_affect(table) {
                continue;
            }
            self.changed.insert(name);
            self.tables.insert(name);
            let keys = table.foreign_keys().filter_map(Constraint::foreign_key);
            self.tables.extend(keys.map(|key| &key.references));
            let sequences = table.sequences().map(|name| name.name.as_str());
            self.words
                .extend(sequences.chain([name.name.as_str()]).flat_map(plain_words));
        }
    }

    /// Returns whether the change may concern a table that is the same on both sides.
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

/// Returns the names of the objects that only one of two maps has, or that differ between them.
fn different<'a, K: Ord, V: PartialEq>(
    before: &'a BTreeMap<K, V>,
    after: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = &'a K> {
    let changed = before.iter().filter(|(name, of)| after.get(name) != Some(of));
    let new = after.keys().filter(|name| !before.contains_key(name));
    changed.map(|(name, _)| name).chain(new)
}
