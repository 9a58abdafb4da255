//! The grammar of the `schema_diff` attributes: the macros check it at compile time, the engine reads it.
//!
//! | on | attributes |
//! |---|---|
//! | a column | `default`, `unique`, `index`, `check`, `references`, `identity`, `generated`, `sql_type`, `collate`, `comment`, `renamed_from`, `backfill`, `using`, `using_down`, `statistics`, `n_distinct`, `storage`, `compression` |
//! | a table | `unique`, `index`, `check`, `foreign_key`, `exclude`, `comment`, `renamed_from`, `ignore`, `view`, `materialized_view`, `partition_by`, `with` |
//! | `joinable!` | `no_foreign_key` |
//!
//! Arguments are values (`"now()"`), keys (`email desc`), flags (`unique`) and options (`name = "..."`), separated by
//! commas. A string is SQL, word for word; a bare identifier is a column. Errors are [`syn::Error`]s at the token that
//! is wrong; [`split_hint`] parts their message from the way out.

pub mod attribute;
pub mod nearest;

mod arguments;
mod column;
mod constraint;
mod foreign_key;
mod index;
mod setting;
mod sql;
mod storage;
mod table;

pub use arguments::{arguments, split_hint};
use attribute::{ColumnAttribute, JoinableAttribute, TableAttribute};
use syn::Meta;

/// Names of the attributes on columns.
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
/// Names of the attributes on tables.
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
/// Names of the attributes on `joinable!`.
pub const JOINABLE_ATTRIBUTES: &[&str] = &["no_foreign_key"];

/// Whether an attribute of that name is one of these.
pub fn is_attribute(name: &str) -> bool {
    [COLUMN_ATTRIBUTES, TABLE_ATTRIBUTES, JOINABLE_ATTRIBUTES]
        .iter()
        .any(|names| names.contains(&name))
}

/// Where an attribute of that name belongs, for people: "on a column", "on a table"; `None` if there is none.
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

/// Reads an attribute that stands on a column, such as `schema_diff::default("now()")`; the last segment of its path
/// is its name.
///
/// # Errors
/// What is wrong with it, at the token.
pub fn parse_column(meta: &Meta) -> syn::Result<ColumnAttribute> {
    ColumnAttribute::parse(&arguments::name(meta)?, arguments(meta)?)
}

/// Reads an attribute that stands on a table.
///
/// # Errors
/// What is wrong with it, at the token.
pub fn parse_table(meta: &Meta) -> syn::Result<TableAttribute> {
    TableAttribute::parse(&arguments::name(meta)?, arguments(meta)?)
}

/// Reads an attribute that stands on `joinable!`.
///
/// # Errors
/// What is wrong with it, at the token.
pub fn parse_joinable(meta: &Meta) -> syn::Result<JoinableAttribute> {
    JoinableAttribute::parse(&arguments::name(meta)?, arguments(meta)?)
}
