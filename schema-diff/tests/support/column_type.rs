//! Types of an application's columns, with values.

use super::Enum;

/// A column's type. The same values, as text, fit every type that [`Type::conversions`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Int4,
    Int8,
    Numeric,
    /// A `numeric(precision,scale)`.
    Decimal(u8, u8),
    Float8,
    Varchar(u32),
    Char(u32),
    Text,
    Texts,
    Bool,
    Date,
    Timestamp,
    Timestamptz,
    Jsonb,
    Json,
    Uuid,
    Interval,
    Int4Range,
    /// An array of an enum type.
    Enums(usize),
    /// An enum type, by its index.
    Enum(usize),
    /// `amount`, a domain over `numeric(12,2)`.
    Amount,
}

impl Type {
    pub fn sql(&self, enums: &[Enum]) -> String {
        match self {
            Self::Int4 => "integer".into(),
            Self::Int8 => "bigint".into(),
            Self::Numeric => "numeric".into(),
            Self::Decimal(precision, scale) => format!("numeric({precision},{scale})"),
            Self::Float8 => "double precision".into(),
            Self::Json => "json".into(),
            Self::Uuid => "uuid".into(),
            Self::Interval => "interval".into(),
            Self::Int4Range => "int4range".into(),
            Self::Enums(of) => format!("{}[]", enums[*of].name),
            Self::Char(length) => format!("character({length})"),
            Self::Varchar(length) => format!("character varying({length})"),
            Self::Text => "text".into(),
            Self::Texts => "text[]".into(),
            Self::Bool => "boolean".into(),
            Self::Date => "date".into(),
            Self::Timestamp => "timestamp without time zone".into(),
            Self::Timestamptz => "timestamp with time zone".into(),
            Self::Jsonb => "jsonb".into(),
            Self::Enum(of) => enums[*of].name.clone(),
            Self::Amount => "amount".into(),
        }
    }

    pub fn rust(&self, enums: &[Enum]) -> String {
        match self {
            Self::Int4 => "Int4".into(),
            Self::Int8 => "Int8".into(),
            Self::Numeric | Self::Decimal(..) | Self::Amount => "Numeric".into(),
            Self::Float8 => "Float8".into(),
            Self::Json => "Json".into(),
            Self::Uuid => "Uuid".into(),
            Self::Interval => "Interval".into(),
            Self::Int4Range => "Int4range".into(),
            Self::Enums(of) => format!("Array<Nullable<crate::schema::sql_types::{}>>", enums[*of].rust),
            Self::Char(_) => "Bpchar".into(),
            Self::Varchar(_) => "Varchar".into(),
            Self::Text => "Text".into(),
            Self::Texts => "Array<Nullable<Text>>".into(),
            Self::Bool => "Bool".into(),
            Self::Date => "Date".into(),
            Self::Timestamp => "Timestamp".into(),
            Self::Timestamptz => "Timestamptz".into(),
            Self::Jsonb => "Jsonb".into(),
            Self::Enum(of) => format!("crate::schema::sql_types::{}", enums[*of].rust),
        }
    }

    /// Types to which every value converts, and from which it comes back.
    pub fn conversions(&self) -> Vec<Self> {
        match self {
            Self::Int4 => vec![Self::Int8, Self::Numeric, Self::Text],
            Self::Int8 => vec![Self::Numeric, Self::Int4],
            Self::Numeric => vec![Self::Decimal(14, 4)],
            Self::Decimal(..) => vec![Self::Decimal(16, 5)],
            Self::Uuid => vec![Self::Text],
            Self::Json => vec![Self::Text],
            Self::Jsonb => vec![Self::Json],
            Self::Enum(_) => vec![Self::Text],
            Self::Bool => vec![Self::Text],
            Self::Char(length) => vec![Self::Char(length + 5), Self::Text],
            Self::Varchar(length) => vec![Self::Varchar(length + 24), Self::Text],
            Self::Text => vec![Self::Varchar(200), Self::Texts],
            Self::Date => vec![Self::Timestamp],
            Self::Timestamp => vec![Self::Timestamptz],
            Self::Timestamptz => vec![Self::Timestamp],
            _ => Vec::new(),
        }
    }

    /// A constant of the type, with its type.
    pub fn typed_value(&self, row: usize, enums: &[Enum]) -> String {
        format!("{}::{}", self.value(row, enums), self.sql(enums))
    }

    /// A constant of the type; another one for each row.
    pub fn value(&self, row: usize, enums: &[Enum]) -> String {
        match self {
            Self::Int4 | Self::Int8 => format!("{}", row * 7),
            Self::Numeric | Self::Decimal(..) | Self::Amount | Self::Float8 => format!("{row}.25"),
            Self::Uuid => format!("'00000000-0000-4000-8000-{row:012}'"),
            Self::Interval => format!("'{row} days'"),
            Self::Int4Range => format!("'[{},{})'", row * 10, row * 10 + 5),
            Self::Enums(of) => format!("'{{{}}}'", enums[*of].labels[row % enums[*of].labels.len()]),
            Self::Char(length) => format!("'{}'", "abc"[..2.min(*length as usize)].to_owned()),
            Self::Varchar(_) | Self::Text => format!("'text {row}'"),
            Self::Texts => format!("'{{text,\"{row} {{\"}}'"),
            Self::Bool => format!("{}", row.is_multiple_of(2)),
            Self::Date => format!("'2026-03-{:02}'", row % 28 + 1),
            Self::Timestamp => format!("'2026-03-{:02} 10:00:00'", row % 28 + 1),
            Self::Timestamptz => format!("'2026-03-{:02} 10:00:00+00'", row % 28 + 1),
            Self::Jsonb | Self::Json => format!("'{{\"row\": {row}}}'"),
            Self::Enum(of) => format!("'{}'", enums[*of].labels[row % enums[*of].labels.len()]),
        }
    }
}
