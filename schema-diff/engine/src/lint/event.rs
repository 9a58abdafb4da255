//! What can happen to an object that running programs use.

use serde::Deserialize;

use crate::model::QualifiedName;

/// The kind of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum ConstraintKind {
    #[serde(rename = "c")]
    Check,
    #[serde(rename = "f")]
    ForeignKey,
    #[serde(rename = "p")]
    PrimaryKey,
    #[serde(rename = "u")]
    Unique,
    #[serde(rename = "x")]
    Exclusion,
}

/// A change of an object that existed before the migration. Tables have the names that they had before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A table was dropped.
    TableDropped(QualifiedName),
    /// A view or materialized view was dropped.
    ViewDropped(QualifiedName),
    /// A relation got another name in its schema.
    RelationRenamed(QualifiedName, QualifiedName),
    /// A relation moved to another schema.
    RelationMoved(QualifiedName, QualifiedName),
    /// A column was added.
    ColumnAdded {
        table: QualifiedName,
        column: String,
        /// Whether an `INSERT` has to give it a value.
        is_required: bool,
    },
    /// A column was dropped.
    ColumnDropped(QualifiedName, String),
    /// A column got another name.
    ColumnRenamed(QualifiedName, String, String),
    /// A column got another type, without regard to its length or precision.
    ColumnRetyped(QualifiedName, String, String, String),
    /// A column became NOT NULL; whether an `INSERT` now has to give it a value.
    NotNullSet(QualifiedName, String, bool),
    /// A column lost its default, its identity or its generation.
    DefaultDropped(QualifiedName, String),
    /// A column may be NULL.
    NotNullDropped(QualifiedName, String),
    /// A constraint was added.
    ConstraintAdded { kind: ConstraintKind, is_valid: bool },
    /// A constraint that was not valid became valid; whether this migration has added it.
    ConstraintValidated { is_new: bool },
    /// An index was dropped, and not with its table.
    IndexDropped {
        table: QualifiedName,
        index: String,
        /// What makes it unique: its table and columns.
        unique_key: Option<String>,
    },
    /// A partition was detached.
    PartitionDetached(QualifiedName),
    /// A valid constraint was added to a domain.
    DomainConstraintAdded(String),
    /// A label of an enum type was renamed.
    LabelRenamed(String, String, String),
    /// A type was renamed.
    TypeRenamed(String, String),
    /// A type was dropped.
    TypeDropped(String),
    /// A schema was renamed.
    SchemaRenamed(String, String),
    /// A schema was dropped.
    SchemaDropped(String),
}

impl Event {
    /// Returns the names of a renamed relation, before and after.
    pub const fn renamed(&self) -> Option<(&QualifiedName, &QualifiedName)> {
        match self {
            Self::RelationRenamed(from, to) | Self::RelationMoved(from, to) => Some((from, to)),
            _ => None,
        }
    }
}
