//! The type of a column: a named type, its modifier, and whether it is an array.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::builtin_type::is_builtin_type;
use super::name::{TypeName, quote_ident};

/// The type of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DataType {
    /// The element type's name in `pg_type`: `pg_catalog.int4`, `pg_catalog.varchar`, `app.mood`, ... never with a
    /// leading `_`.
    pub name: TypeName,
    /// The text in parentheses: `50`, `10,2`, `Point,4326`; for intervals also the fields (`day to second(3)`).
    pub modifier: Option<String>,
    /// Whether it is an array. Dimensions are not distinguished, as in Postgres.
    pub array: bool,
}

impl DataType {
    /// Creates a built-in type from its name in `pg_type` (`int4`, `text`, ...).
    pub fn builtin(name: &str) -> Self {
        Self {
            name: TypeName::builtin(name),
            modifier: None,
            array: false,
        }
    }

    /// Creates a type that a user or an extension defines.
    pub const fn named(name: TypeName) -> Self {
        Self {
            name,
            modifier: None,
            array: false,
        }
    }

    /// Sets the modifier.
    #[cfg(test)]
    #[must_use]
    pub fn with_modifier(mut self, modifier: impl Into<String>) -> Self {
        self.modifier = Some(modifier.into());
        self
    }

    /// Returns the array type of this element type.
    #[cfg(test)]
    #[must_use]
    pub const fn array_of(mut self) -> Self {
        self.array = true;
        self
    }

    /// Returns the name in `pg_type` if the type is built in and not an array.
    pub fn builtin_name(&self) -> Option<&str> {
        (self.is_builtin() && !self.array).then_some(self.name.name.as_str())
    }

    /// Returns whether the (element) type is built in.
    pub fn is_builtin(&self) -> bool {
        self.name.schema == "pg_catalog"
    }

    /// Returns whether it is `smallint`, `integer` or `bigint`.
    pub fn is_integer(&self) -> bool {
        matches!(self.builtin_name(), Some("int2" | "int4" | "int8"))
    }
}

/// The SQL names of the built-in types whose names in `pg_type` differ from them.
const SQL_NAMES: &[(&str, &str)] = &[
    ("bit", "bit"),
    ("bool", "boolean"),
    ("bpchar", "character"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("interval", "interval"),
    ("numeric", "numeric"),
    ("varbit", "bit varying"),
    ("varchar", "character varying"),
    ("json", "json"),
];

/// Types whose modifier is in the middle: `timestamp(3) with time zone`.
const ZONED: &[(&str, &str, &str)] = &[
    ("time", "time", " without time zone"),
    ("timetz", "time", " with time zone"),
    ("timestamp", "timestamp", " without time zone"),
    ("timestamptz", "timestamp", " with time zone"),
];

/// Formats like Postgres's `format_type` with an empty `search_path`. `public` is omitted unless the name is also that
/// of a built-in type.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifier = match self.modifier.as_deref() {
            Some(text)
                if self.name.name == "interval"
                    && self.is_builtin()
                    && !text.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                format!(" {text}")
            }
            Some(text) => format!("({text})"),
            None => String::new(),
        };
        let name = self.name.name.as_str();
        if !self.is_builtin() {
            if self.name.schema == "public" && is_builtin_type(name) {
                write!(f, "public.{}", quote_ident(name))?;
            } else {
                write!(f, "{}", self.name)?;
            }
            f.write_str(&modifier)?;
        } else if let Some((_, head, tail)) = ZONED.iter().find(|(own, ..)| *own == name) {
            write!(f, "{head}{modifier}{tail}")?;
        } else if name == "bpchar" && self.modifier.is_none() {
            f.write_str("bpchar")?;
        } else if name == "bit" && self.modifier.is_none() {
            f.write_str("\"bit\"")?;
        } else if let Some((_, sql)) = SQL_NAMES.iter().find(|(own, _)| *own == name) {
            write!(f, "{sql}{modifier}")?;
        } else {
            write!(f, "{}{modifier}", quote_ident(name))?;
        }
        if self.array { f.write_str("[]") } else { Ok(()) }
    }
}
