//! Constraints of tables: keys, checks, foreign keys, exclusions.

use serde::{Deserialize, Serialize};

use super::name::TableName;

/// A constraint of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name.
    pub name: String,
    /// Its kind and definition.
    pub kind: ConstraintKind,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// Whether it is validated: not `NOT VALID`.
    pub validated: bool,
    /// `COMMENT ON CONSTRAINT`.
    pub comment: Option<String>,
    /// Whether it comes from a parent table (inheritance, partition).
    pub inherited: bool,
}

/// The definition of a constraint. Texts are as deparsed by Postgres.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// `PRIMARY KEY (columns) INCLUDE (include)`.
    PrimaryKey {
        /// The key columns, in order.
        columns: Vec<String>,
        /// The included columns of the index.
        include: Vec<String>,
    },
    /// `UNIQUE (columns) INCLUDE (include)`.
    Unique {
        /// The key columns, in order.
        columns: Vec<String>,
        /// The included columns of the index.
        include: Vec<String>,
        /// `NULLS NOT DISTINCT` (Postgres 15).
        nulls_not_distinct: bool,
    },
    /// `CHECK (expression)`.
    Check {
        /// The expression without `CHECK` and its outer parentheses.
        expression: String,
        /// The columns that it reads, sorted.
        columns: Vec<String>,
        /// `NO INHERIT`.
        no_inherit: bool,
    },
    /// `FOREIGN KEY`.
    ForeignKey(ForeignKey),
    /// `EXCLUDE ...`, as `pg_get_constraintdef` prints it, without the deferrable clauses.
    Exclude {
        /// `EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (...)`.
        definition: String,
        /// The columns that it reads, sorted.
        columns: Vec<String>,
    },
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The referring columns.
    pub columns: Vec<String>,
    /// The referenced table.
    pub references: TableName,
    /// The referenced columns, in the same order.
    pub referenced_columns: Vec<String>,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// The columns of `ON DELETE SET NULL (...)`; empty for all columns.
    pub on_delete_columns: Vec<String>,
    /// `MATCH`.
    pub matching: Match,
}

/// The action of `ON UPDATE` or `ON DELETE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferentialAction {
    /// `NO ACTION`, Postgres's default.
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

impl ReferentialAction {
    /// Returns the action as SQL.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// `MATCH SIMPLE`, the default, or `MATCH FULL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Match {
    /// A NULL in any column satisfies the constraint.
    Simple,
    /// Either all columns are NULL or none.
    Full,
}

impl Constraint {
    /// Returns whether Postgres attaches it, as a partition's constraint, to a constraint of the partitioned table.
    ///
    /// A check is attached only to a check of the same name.
    pub fn is_part_of(&self, whole: &Self) -> bool {
        let is_check = matches!(whole.kind, ConstraintKind::Check { .. });
        let is_named_alike = !is_check || self.name == whole.name;
        let is_alike = Self {
            name: self.name.clone(),
            comment: self.comment.clone(),
            inherited: self.inherited,
            ..whole.clone()
        } == *self;
        is_named_alike && is_alike
    }

    /// Creates a validated constraint that is not deferrable.
    pub fn new(name: impl Into<String>, kind: ConstraintKind) -> Self {
        Self {
            name: name.into(),
            kind,
            deferrable: false,
            initially_deferred: false,
            validated: true,
            comment: None,
            inherited: false,
        }
    }

    /// Returns the foreign key, if the constraint is one.
    pub const fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        }
    }

    /// Returns whether the constraint has an index.
    pub const fn is_indexed(&self) -> bool {
        matches!(
            self.kind,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. }
        )
    }

    /// Returns the columns of its table that it covers.
    pub fn columns(&self) -> Vec<&str> {
        match &self.kind {
            ConstraintKind::PrimaryKey { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
                columns.iter().chain(include).map(String::as_str).collect()
            }
            ConstraintKind::Check { columns, .. } | ConstraintKind::Exclude { columns, .. } => {
                columns.iter().map(String::as_str).collect()
            }
            ConstraintKind::ForeignKey(key) => key.columns.iter().map(String::as_str).collect(),
        }
    }
}
