//! What can happen to an object that running programs use.

use std::collections::BTreeSet;

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

/// Where the values of a column come from if an `INSERT` gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueSource {
    /// A default, or nothing.
    Default,
    Identity,
    /// An expression over other columns.
    Generated,
}

/// The kind of an object that is no relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ObjectKind {
    /// A type that belongs to no table.
    Type,
    Schema,
    /// A function, procedure or aggregate that programs can call.
    Routine,
    Extension,
}

/// A change of an object that existed before the migration. Tables have the names that they had before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A table was dropped.
    TableDropped(QualifiedName),
    /// A view or materialized view was dropped.
    ViewDropped(QualifiedName),
    /// A sequence was dropped, and not with its column.
    SequenceDropped(QualifiedName),
    /// A relation got another name in its schema.
    RelationRenamed(QualifiedName, QualifiedName),
    /// A relation moved to another schema.
    RelationMoved(QualifiedName, QualifiedName),
    /// A sequence got another name, or moved.
    SequenceRenamed(QualifiedName, QualifiedName),
    /// A sequence was restarted.
    SequenceRestarted {
        sequence: QualifiedName,
        /// The table of the column that owns it.
        table: Option<QualifiedName>,
    },
    /// A column was added.
    ColumnAdded {
        table: QualifiedName,
        column: String,
        /// Whether an `INSERT` has to give it a value.
        is_required: bool,
        source: ValueSource,
    },
    /// An attribute was added to a composite type.
    AttributeAdded(QualifiedName, String),
    /// A column was dropped.
    ColumnDropped(QualifiedName, String),
    /// A column got another name.
    ColumnRenamed(QualifiedName, String, String),
    /// A column got another type, length, precision or collation.
    ColumnRetyped {
        table: QualifiedName,
        column: String,
        from: ColumnType,
        to: ColumnType,
    },
    /// A column became an identity that refuses given values.
    IdentityAlways(QualifiedName, String),
    /// A column became NOT NULL.
    NotNullSet {
        table: QualifiedName,
        column: String,
        /// Whether an `INSERT` now has to give it a value.
        is_required: bool,
        /// Whether writes fail that succeeded before the migration.
        restricts: bool,
    },
    /// A column lost its default, its identity or its generation.
    DefaultDropped(QualifiedName, String),
    /// A column may be NULL.
    NotNullDropped(QualifiedName, String),
    /// A constraint was added.
    ConstraintAdded {
        table: QualifiedName,
        kind: ConstraintKind,
        is_valid: bool,
        /// The definition, if writes fail that succeeded before the migration.
        restricts: Option<String>,
    },
    /// A constraint that was not valid became valid; whether this migration has added it.
    ConstraintValidated { is_new: bool },
    /// A unique, primary or exclusion constraint was renamed or dropped.
    KeyNameLost {
        table: QualifiedName,
        constraint: String,
        /// The new name, if it was renamed.
        to: Option<String>,
    },
    /// A unique index was added that refuses rows that no index refused before the migration.
    UniqueAdded { table: QualifiedName, index: String },
    /// An index was dropped, and not with its table.
    IndexDropped {
        table: QualifiedName,
        index: String,
        /// What makes it unique: its table and columns.
        unique_key: Option<String>,
        backs_constraint: bool,
    },
    /// A partition was detached.
    PartitionDetached {
        partition: QualifiedName,
        parent: QualifiedName,
        bound: String,
    },
    /// A trigger that can give columns of new rows values was dropped or disabled.
    TriggerLost {
        table: QualifiedName,
        trigger: String,
        function: u32,
        /// The columns that the function names.
        columns: BTreeSet<String>,
        is_dropped: bool,
    },
    /// Row security was enabled; whether also for the owner.
    RowSecurityEnabled(QualifiedName, bool),
    /// A permissive policy was dropped or changed.
    PolicyLost {
        table: QualifiedName,
        policy: String,
        definition: String,
    },
    /// A restrictive policy was added or changed.
    PolicyAdded(QualifiedName, String),
    /// Roles lost privileges on a relation.
    PrivilegesLost(QualifiedName, BTreeSet<Privilege>),
    /// A table publishes updates, and has no replica identity any longer.
    UpdatesRefused(QualifiedName),
    /// A valid constraint was added to a domain.
    DomainConstraintAdded(String),
    /// A constraint was added to a domain, or NOT NULL.
    DomainRestricted(String, String),
    /// A label of an enum type was renamed.
    LabelRenamed(String, String, String),
    /// An object got another name, or moved to another schema.
    ObjectRenamed { kind: ObjectKind, from: String, to: String },
    /// An object was dropped.
    ObjectDropped(ObjectKind, String),
    /// Roles can no longer use an object.
    UseRevoked(ObjectKind, String),
}

impl Event {
    /// Returns the names of a renamed relation, before and after.
    pub const fn renamed(&self) -> Option<(&QualifiedName, &QualifiedName)> {
        match self {
            Self::RelationRenamed(from, to) | Self::RelationMoved(from, to) => Some((from, to)),
            _ => None,
        }
    }

    /// Returns the table and name of a column that was added.
    pub fn is_addition_of(&self, table: &QualifiedName, column: &str) -> bool {
        matches!(self, Self::ColumnAdded { table: own, column: name, .. } if own == table && name == column)
    }
}

/// The type of a column, with everything that a prepared statement remembers of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct ColumnType {
    /// The name without length or precision.
    #[serde(rename = "type")]
    pub name: String,
    /// The name with length or precision.
    #[serde(rename = "shown_type")]
    pub shown: String,
    /// The collation, if it is not the type's own.
    pub collation: Option<String>,
    #[serde(rename = "type_oid")]
    pub oid: u32,
    /// The type itself, or that under a domain.
    #[serde(rename = "base_type")]
    pub base: u32,
    /// Length or precision as Postgres stores them.
    pub modifier: i32,
}

impl ColumnType {
    /// Returns whether a prepared statement that returns the one can also return the other.
    pub fn is_same(&self, other: &Self) -> bool {
        let parts = |own: &Self| (own.oid, own.modifier, own.collation.clone());
        parts(self) == parts(other)
    }
}

/// What a role may do: with a table, or with one column of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Privilege {
    pub role: String,
    pub privilege: String,
    pub column: Option<String>,
}
