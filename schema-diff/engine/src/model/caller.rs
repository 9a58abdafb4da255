//! The callers of a function.

use super::name::TableName;

/// An object that calls a function, as Postgres records it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// A view or materialized view.
    View(TableName),
    /// Another object, as Postgres describes it: `constraint c on table t`.
    Other(String),
}
