//! User-defined types: enums, domains, composites, ranges.

use serde::{Deserialize, Serialize};

use super::{data_type::DataType, name::QualifiedName};

/// A type that a user created, not an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomType {
    /// `CREATE TYPE ... AS ENUM`.
    Enum(EnumType),
    /// `CREATE DOMAIN`.
    Domain(Domain),
    /// `CREATE TYPE ... AS (...)`.
    Composite(Composite),
    /// `CREATE TYPE ... AS RANGE`.
    Range(RangeType),
}

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
    /// The objects that use it, except columns of tables and views, as Postgres identifies them: functions with such an
    /// argument, composite types, domains, operators, casts. Sorted.
    pub used_by: Vec<String>,
    /// Whether a view or a rule names it without reading a column of this type.
    pub used_in_queries: bool,
}

impl EnumType {
    /// Returns an enum type that is not used.
    pub const fn new(labels: Vec<String>) -> Self {
        Self {
            labels,
            comment: None,
            used_by: Vec::new(),
            used_in_queries: false,
        }
    }
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// Its base type, which can be a domain.
    pub base: DataType,
    /// A collation that differs from its base type's.
    pub collation: Option<QualifiedName>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// `DEFAULT`, as deparsed by Postgres.
    pub default: Option<String>,
    /// Its checks, by name.
    pub checks: Vec<DomainCheck>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
    /// The objects that use it, except columns of tables and views, as Postgres identifies them. Sorted.
    pub used_by: Vec<String>,
}

/// A check of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCheck {
    /// Its name.
    pub name: String,
    /// `CHECK (...)`, as `pg_get_constraintdef` prints it.
    pub definition: String,
    /// `COMMENT ON CONSTRAINT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A composite type that is not the row type of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composite {
    /// The names and types of its attributes, in order.
    pub attributes: Vec<(String, DataType)>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
}

/// A range type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeType {
    /// Its subtype.
    pub subtype: DataType,
    /// `multirange_type_name`, if the server has multiranges (Postgres 14).
    pub multirange: Option<String>,
    /// The other options, as SQL: `subtype_diff = public.minus`.
    pub options: Vec<String>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
}
