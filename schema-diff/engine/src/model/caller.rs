//! What calls a function.

use super::name::TableName;

/// Something that Postgres knows to call a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// A view or materialized view.
    View(TableName),
    /// Anything else, as Postgres describes it: `constraint c on table t`.
    Other(String),
}
