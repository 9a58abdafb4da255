//! What the user declared in `schema.rs` and the enums beside it.
//!
//! It is partial on purpose: whatever it does not declare stays as the database has it. `resolve` completes it to a
//! [`Schema`](crate::model::Schema).

use std::collections::{BTreeMap, HashMap};

use schema_diff_grammar::attribute::{ColumnAttribute, ForeignKey, JoinableAttribute, TableAttribute};

pub use crate::location::Location;
use crate::{diagnostic::Diagnostic, model::QualifiedName};

/// Everything that was declared, in the order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// `table!` and `view!`.
    pub tables: Vec<DeclaredTable>,
    /// `joinable!`.
    pub joinables: Vec<Joinable>,
    /// Rust enums whose labels are known.
    pub enums: Vec<DeclaredEnum>,
    /// Warnings about skipped parts of the source, by location.
    pub warnings: Vec<Diagnostic>,
}

impl Declared {
    /// Returns whether the tables of a schema are managed: one of them is declared, or the schema is `public` and no
    /// table is declared.
    pub fn manages_schema(&self, schema: &str) -> bool {
        let tables = &self.tables;
        tables.iter().any(|table| table.name.schema == schema) || (tables.is_empty() && schema == "public")
    }

    /// Returns whether a column is declared with a type. A type without a schema matches the name in every schema.
    pub fn has_type(&self, name: &QualifiedName) -> bool {
        self.tables.iter().flat_map(|table| &table.columns).any(|column| {
            let own = &column.data_type;
            own.name == name.name && own.schema.as_ref().is_none_or(|schema| *schema == name.schema)
        })
    }
}

/// The declared tables by the names that an attribute may use for them, in SQL or in Rust.
pub struct TablesByName<'a>(HashMap<&'a str, Vec<&'a DeclaredTable>>);

impl<'a> TablesByName<'a> {
    /// Collects the declared tables.
    pub fn of(declared: &'a Declared) -> Self {
        let mut found: HashMap<&str, Vec<&DeclaredTable>> = HashMap::new();
        for table in &declared.tables {
            found.entry(&table.name.name).or_default().push(table);
            if table.rust_name != table.name.name {
                found.entry(&table.rust_name).or_default().push(table);
            }
        }
        Self(found)
    }

    /// Returns the table that a declared foreign key refers to: a declared table, in the child's schema first, or else
    /// an existing one.
    pub fn parent(
        &self,
        key: &ForeignKey,
        child: &QualifiedName,
        exists: impl Fn(&QualifiedName) -> bool,
    ) -> Option<QualifiedName> {
        let named = self.0.get(key.table.as_str()).into_iter().flatten();
        let is_in_schema =
            |table: &&&DeclaredTable| key.schema.as_ref().is_none_or(|schema| *schema == table.name.schema);
        let mut named = named.filter(is_in_schema);
        let first = named.next();
        let in_schema_of_child = first
            .into_iter()
            .chain(named)
            .find(|table| table.name.schema == child.schema);
        in_schema_of_child
            .or(first)
            .map(|table| table.name.clone())
            .or_else(|| {
                let name = QualifiedName::new(key.schema.clone().unwrap_or_else(|| "public".into()), &key.table);
                exists(&name).then_some(name)
            })
    }

    /// Returns the declaration of a table.
    pub fn get(&self, name: &QualifiedName) -> Option<&'a DeclaredTable> {
        let named = self.0.get(name.name.as_str())?;
        named.iter().copied().find(|table| table.name == *name)
    }
}

/// A `table!` or `view!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTable {
    /// Its name in SQL (from `sql_name` and the schema prefix; schema `public` without one).
    pub name: QualifiedName,
    /// Its name in Rust.
    pub rust_name: String,
    /// Key columns by their names in SQL, in key order.
    pub primary_key: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<DeclaredColumn>,
    /// Its `schema_diff` attributes.
    pub attributes: Vec<(TableAttribute, Location)>,
    /// Its doc comment without the text that Diesel generates; empty if it has none. `None` if the configuration does
    /// not treat doc comments as comments of the database.
    pub doc: Option<String>,
    /// Whether it is written with `view!`.
    pub is_view: bool,
    /// Where its name appears.
    pub location: Location,
}

/// A column of a `table!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// Its name in SQL.
    pub name: String,
    /// Its name in Rust.
    pub rust_name: String,
    /// Its type without `Nullable`.
    pub data_type: DeclaredType,
    /// Whether its type is `Nullable<...>`.
    pub nullable: bool,
    /// `#[max_length = n]`; for arrays, that of the element.
    pub max_length: Option<u32>,
    /// Whether it takes its values from a sequence: `#[auto_increment]` (Diesel 2.4) or a `Serial`-like type.
    pub auto_increment: bool,
    /// Its `schema_diff` attributes.
    pub attributes: Vec<(ColumnAttribute, Location)>,
    /// Its doc comment, like the table's.
    pub doc: Option<String>,
    /// Where its name appears.
    pub location: Location,
    /// Where its type appears.
    pub type_location: Location,
}

/// A column's type as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredType {
    /// The schema of the element's type: `pg_catalog` for Diesel's own types, otherwise that of `postgres_type`; `None`
    /// if none is declared.
    pub schema: Option<String>,
    /// The name of the element's type in `pg_type`: `int4`, `varchar`, `order_status`.
    pub name: String,
    /// Whether it is `Array<...>`, of any depth.
    pub array: bool,
    /// Whether it is `Serial`, `BigSerial` or `SmallSerial`: an integer with a sequence that it owns.
    pub serial: bool,
    /// Its name in Rust, for messages and to find the Rust enum.
    pub rust_name: String,
}

/// A `joinable!(child -> parent (column))`, by the names in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joinable {
    /// The referring table.
    pub child: QualifiedName,
    /// The table whose primary key is referred to.
    pub parent: QualifiedName,
    /// The referring column's name in SQL.
    pub column: String,
    /// Its `schema_diff` attributes.
    pub attributes: Vec<(JoinableAttribute, Location)>,
    /// Where it appears.
    pub location: Location,
}

/// A Rust enum that represents a Postgres enum type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredEnum {
    /// The schema of the Postgres type, if declared.
    pub schema: Option<String>,
    /// The name of the Postgres type.
    pub name: String,
    /// The labels in Postgres, in the order of the variants.
    pub labels: Vec<String>,
    /// The variant of each label.
    pub variants: BTreeMap<String, String>,
    /// Its name in Rust.
    pub rust_name: String,
    /// Where it appears.
    pub location: Location,
}
