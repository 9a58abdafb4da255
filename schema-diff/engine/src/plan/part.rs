//! The part of two schemas that a change touches. A plan examines nothing else, so that its cost depends on the change.
//!
//! A table is left out if both schemas share it and the change cannot affect it, and if it has no child tables.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    matching::Matches,
    model::{Affected, Pair, Schema, TableName, Tables},
};

/// Returns both schemas with only the tables that a change touches or may concern.
///
/// If only tables change, the tables that `unaffected` names are left out without another look.
pub fn affected_part(
    schemas: Pair<&Schema>,
    matches: &Matches,
    unaffected: Option<&BTreeSet<TableName>>,
) -> Pair<Schema> {
    let changed: Vec<&str> = changed_names(schemas).collect();
    if let Some(unaffected) = unaffected.filter(|_| changed.is_empty()) {
        return schemas.map(|schema| without(schema, |name| unaffected.contains(name)));
    }
    let mut change = Affected::default();
    add_changed(&mut change, schemas.before, schemas.after, matches);
    add_changed(&mut change, schemas.after, schemas.before, matches);
    changed.into_iter().for_each(|name| change.add_name(name));
    let tables = schemas.before.tables.values();
    let unaffected = tables.filter(|table| !change.contains(table));
    let unaffected: HashSet<&TableName> = unaffected.map(|table| &table.name).collect();
    schemas.map(|schema| without(schema, |name| unaffected.contains(name)))
}

/// Returns a schema without some of its tables.
fn without(schema: &Schema, is_left_out: impl Fn(&TableName) -> bool) -> Schema {
    let mut part = Tables::default();
    for name in schema.tables.keys().filter(|name| !is_left_out(name)) {
        part.share(&schema.tables, name);
    }
    schema.with_tables(part)
}

/// Returns the names of the changed objects that are no tables and that a table may use.
fn changed_names(schemas: Pair<&Schema>) -> impl Iterator<Item = &str> {
    let Pair { before, after } = schemas;
    let types = different(&before.types, &after.types).map(|name| name.name.as_str());
    let sequences = different(&before.sequences, &after.sequences).map(|name| name.name.as_str());
    let functions = different(&before.functions, &after.functions).map(String::as_str);
    let extension_types = different(&before.extension_types, &after.extension_types).map(|name| name.name.as_str());
    types.chain(sequences).chain(functions).chain(extension_types)
}

fn add_changed<'a>(found: &mut Affected<'a>, schema: &'a Schema, other: &Schema, matches: &Matches) {
    for (name, table) in &schema.tables {
        found.add_tables(table.parents());
        if !schema.tables.shares(&other.tables, name) || matches.may_affect(table) {
            found.add_changed(table);
        }
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
