//! Names that are free on both sides.

use crate::model::{MAX_IDENTIFIER_BYTES, Pair, Schema, Table, TableName};

/// Returns a name with an ending for a relation (an index, the index of a key) of a schema (namespace).
pub(super) fn relation(schemas: Pair<&Schema>, namespace: &str, name: &str, ending: &str) -> String {
    let has = |schema: &Schema, name: &str| {
        let id = TableName::new(namespace, name);
        let is_part = |table: &Table| {
            table.name.schema == namespace && (table.indexes.contains_key(name) || table.constraints.contains_key(name))
        };
        schema.tables.contains_key(&id)
            || schema.views.contains_key(&id)
            || schema.sequences.contains_key(&id)
            || schema.tables.values().any(is_part)
    };
    free(name, ending, |name| {
        has(schemas.before, name) || has(schemas.after, name)
    })
}

/// Returns a name with an ending that is not taken.
pub(super) fn free(name: &str, ending: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (0_u32..).map(|number| {
        let ending = match number {
            0 => ending.to_owned(),
            number => format!("{ending}{number}"),
        };
        let length = name.floor_char_boundary(name.len().min(MAX_IDENTIFIER_BYTES - ending.len()));
        format!("{}{ending}", &name[..length])
    });
    let mut free = numbered.filter(|name| !is_taken(name));
    free.next().unwrap_or_default()
}
