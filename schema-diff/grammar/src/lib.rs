//! The grammar of the `schema_diff` attributes. The macros check it at compile time, and the engine reads the
//! attributes with it.
//!
//! | on | attributes |
//! |---|---|
//! | a column | `default`, `unique`, `index`, `check`, `references`, `identity`, `generated`, `sql_type`, `collate`, `comment`, `renamed_from`, `backfill`, `using`, `using_down`, `statistics`, `n_distinct`, `storage`, `compression` |
//! | a table | `unique`, `index`, `check`, `foreign_key`, `exclude`, `comment`, `renamed_from`, `ignore`, `view`, `materialized_view`, `partition_by`, `with` |
//! | `joinable!` | `no_foreign_key` |
//!
//! Arguments are values (`"now()"`), keys (`email desc`), flags (`unique`) and options (`name = "..."`), separated by
//! commas. A string is SQL and is used literally; a bare identifier is a column. Errors are [`syn::Error`]s with the
//! span of the wrong token; [`split_hint`] splits their text into message and hint.

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

/// Parses an attribute on a column, such as `schema_diff::default("now()")`. The last segment of its path is its name.
///
/// # Errors
/// The first error, with the span of its token.
pub fn parse_column(meta: &Meta) -> syn::Result<ColumnAttribute> {
    ColumnAttribute::parse(&arguments::name(meta)?, arguments(meta)?)
}

/// Parses an attribute on a table.
///
/// # Errors
/// The first error, with the span of its token.
pub fn parse_table(meta: &Meta) -> syn::Result<TableAttribute> {
    TableAttribute::parse(&arguments::name(meta)?, arguments(meta)?)
}

/// Parses an attribute on `joinable!`.
///
/// # Errors
/// The first error, with the span of its token.
pub fn parse_joinable(meta: &Meta) -> syn::Result<JoinableAttribute> {
    JoinableAttribute::parse(&arguments::name(meta)?, arguments(meta)?)
}
