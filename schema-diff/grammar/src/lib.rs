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
mod comment;
mod constraint;
mod foreign_key;
mod index;
mod place;
mod setting;
mod sql;
mod storage;
mod table;

pub use arguments::{arguments, split_hint};
use attribute::{ColumnAttribute, JoinableAttribute, TableAttribute};
pub use place::{COLUMN_ATTRIBUTES, JOINABLE_ATTRIBUTES, TABLE_ATTRIBUTES, is_attribute, place_of};
use syn::Meta;

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
