//! The attributes that are allowed on columns, tables and `joinable!`.

use syn::{Error, Ident, ext::IdentExt};

use crate::{
    arguments::error,
    nearest::{alternatives, nearest},
};

/// The names of the attributes on columns.
pub const COLUMN_ATTRIBUTES: &[&str] = &[
    "default",
    "unique",
    "index",
    "check",
    "references",
    "identity",
    "generated",
    "sql_type",
    "collate",
    "comment",
    "renamed_from",
    "backfill",
    "using",
    "using_down",
    "statistics",
    "n_distinct",
    "storage",
    "compression",
];
/// The names of the attributes on tables.
pub const TABLE_ATTRIBUTES: &[&str] = &[
    "unique",
    "index",
    "check",
    "foreign_key",
    "exclude",
    "comment",
    "renamed_from",
    "ignore",
    "view",
    "materialized_view",
    "partition_by",
    "with",
];
/// The names of the attributes on `joinable!`.
pub const JOINABLE_ATTRIBUTES: &[&str] = &["no_foreign_key"];

/// Returns whether there is an attribute of that name.
pub fn is_attribute(name: &str) -> bool {
    [COLUMN_ATTRIBUTES, TABLE_ATTRIBUTES, JOINABLE_ATTRIBUTES]
        .iter()
        .any(|names| names.contains(&name))
}

/// Returns the place of an attribute of that name for messages: "on a column", "on a table"; `None` if there is no such
/// attribute.
pub fn place_of(name: &str) -> Option<&'static str> {
    match (
        COLUMN_ATTRIBUTES.contains(&name),
        TABLE_ATTRIBUTES.contains(&name),
        JOINABLE_ATTRIBUTES.contains(&name),
    ) {
        (true, true, _) => Some("on a column or a table"),
        (true, false, _) => Some("on a column"),
        (false, true, _) => Some("on a table"),
        (false, false, true) => Some("on `joinable!`"),
        (false, false, false) => None,
    }
}

/// Returns the error for an attribute that is not allowed on the kind of item that it is on.
pub(crate) fn misplaced(name: &Ident, what: &str, known: &[&str]) -> Error {
    match place_of(&name.unraw().to_string()) {
        Some(place) => error(
            name.span(),
            format!("the attribute `{name}` is not allowed on {what}"),
            format!("it belongs {place}"),
        ),
        None => {
            let near = nearest(&name.unraw().to_string(), known.iter().copied(), 1);
            let hint = if near.is_empty() {
                format!("known on {what}: {}", alternatives(known))
            } else {
                format!("did you mean {}?", alternatives(&near))
            };
            error(
                name.span(),
                format!("there is no attribute `schema_diff::{name}`"),
                hint,
            )
        }
    }
}
