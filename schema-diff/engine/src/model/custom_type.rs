//! Types of the database's own: enums, domains, composites, ranges.

use serde::{Deserialize, Serialize};

use super::{data_type::DataType, name::QualifiedName};

/// A type that somebody created, not an extension's.
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
    /// Labels in their order.
    pub labels: Vec<String>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
    /// What other than tables' columns and views uses it, as Postgres identifies it: functions with such an argument, composite types,
    /// domains, operators, casts. Sorted.
    pub used_by: Vec<String>,
    /// Whether a view or a rule names it without reading a column of it.
    pub used_in_queries: bool,
}

impl EnumType {
    /// Returns an enum type that nothing uses yet.
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
    /// What it is made of; may be a domain again.
    pub base: DataType,
    /// A collation other than its base's own.
    pub collation: Option<QualifiedName>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// `DEFAULT`, in Postgres's words.
    pub default: Option<String>,
    /// Its checks, by name.
    pub checks: Vec<DomainCheck>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
    /// What other than tables' columns and views uses it, as Postgres identifies it. Sorted.
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

/// A composite type that is not a table's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composite {
    /// Names and types, in order.
    pub attributes: Vec<(String, DataType)>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
}

/// A range type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeType {
    /// What it ranges over.
    pub subtype: DataType,
    /// `multirange_type_name`, where the server has multiranges (Postgres 14).
    pub multirange: Option<String>,
    /// The other options that were given, as SQL: `subtype_diff = public.minus`.
    pub options: Vec<String>,
    /// `COMMENT ON TYPE`.
    pub comment: Option<String>,
}
