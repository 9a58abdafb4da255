//! Columns of tables.

use serde::{Deserialize, Serialize};

use super::{
    data_type::DataType,
    name::QualifiedName,
    privilege::Grant,
    sequence::{OwnedSequence, SequenceOptions},
};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type; a domain is a type of its own here.
    pub data_type: DataType,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// Its default in Postgres's words; `None` for generated and identity columns.
    pub default: Option<String>,
    /// `GENERATED ... AS IDENTITY`.
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (...)`.
    pub generated: Option<Generated>,
    /// The sequence that this column owns (`serial`), when its default takes from one.
    pub sequence: Option<OwnedSequence>,
    /// A collation other than its type's own.
    pub collation: Option<QualifiedName>,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
    /// Rights on this column alone.
    pub grants: Vec<Grant>,
    /// Comes from a parent table (inheritance, partition), not from this one's own definition.
    pub inherited: bool,
}

impl Column {
    /// A bare column.
    pub fn new(name: impl Into<String>, data_type: DataType, nullable: bool) -> Self {
        Self {
            name: name.into(),
            data_type,
            nullable,
            default: None,
            identity: None,
            generated: None,
            sequence: None,
            collation: None,
            comment: None,
            grants: Vec::new(),
            inherited: false,
        }
    }

    /// Whether a row that does not name this column gets a value that is not NULL, or may go without one.
    pub const fn fills_itself(&self) -> bool {
        self.nullable || self.default.is_some() || self.identity.is_some() || self.generated.is_some()
    }
}

/// `GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The sequence's name, as Postgres gave it.
    pub sequence: QualifiedName,
    /// The sequence's options.
    pub options: SequenceOptions,
}

/// `GENERATED ALWAYS AS (expression)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression in Postgres's words, without the outer parentheses that `GENERATED ALWAYS AS` adds.
    pub expression: String,
    /// `STORED` rather than `VIRTUAL` (Postgres 18).
    pub stored: bool,
    /// Columns of the same table that it reads, sorted.
    pub columns: Vec<String>,
}
