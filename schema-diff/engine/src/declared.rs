//! What a person declared in `schema.rs` and the enums beside it.
//!
//! It is partial on purpose: what it does not say is left as the database has it. `resolve` completes it to a
//! [`Schema`](crate::model::Schema).

use std::path::PathBuf;

use schema_diff_grammar::attribute::{ColumnAttribute, ForeignKey, JoinableAttribute, TableAttribute};

use crate::model::QualifiedName;

/// A place in a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file, relative to the project's root where it lies within.
    pub file: PathBuf,
    /// First line is 1.
    pub line: usize,
    /// First column is 1, in characters.
    pub column: usize,
    /// Length in characters on that line; 0 when it is not known.
    pub length: usize,
}

/// Everything that was declared, in order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// `table!` and `view!`.
    pub tables: Vec<DeclaredTable>,
    /// `joinable!`.
    pub joinables: Vec<Joinable>,
    /// Rust enums whose labels are known.
    pub enums: Vec<DeclaredEnum>,
    /// What was passed over while reading, by place.
    pub warnings: Vec<Warning>,
}

impl Declared {
    /// Whether the tables of a schema are managed: one of them is declared, or it is `public` and nothing is.
    pub fn manages_schema(&self, schema: &str) -> bool {
        let tables = &self.tables;
        tables.iter().any(|table| table.name.schema == schema) || (tables.is_empty() && schema == "public")
    }

    /// Whether a column is declared with a type; a declaration without a schema names the type in any.
    pub fn has_type(&self, name: &QualifiedName) -> bool {
        self.tables.iter().flat_map(|table| &table.columns).any(|column| {
            let own = &column.data_type;
            own.name == name.name && own.schema.as_ref().is_none_or(|schema| *schema == name.schema)
        })
    }

    /// Returns the table that a declared foreign key refers to: a declared one, in the child's schema first, else one that exists.
    pub fn parent(
        &self,
        key: &ForeignKey,
        child: &QualifiedName,
        exists: impl Fn(&QualifiedName) -> bool,
    ) -> Option<QualifiedName> {
        let named = |table: &&DeclaredTable| {
            (table.rust_name == key.table || table.name.name == key.table)
                && key.schema.as_ref().is_none_or(|schema| *schema == table.name.schema)
        };
        let mut own = self.tables.iter().filter(named);
        let found = own.find(|table| table.name.schema == child.schema);
        let found = found.or_else(|| self.tables.iter().find(named));
        found.map(|table| table.name.clone()).or_else(|| {
            let name = QualifiedName::new(key.schema.clone().unwrap_or_else(|| "public".into()), &key.table);
            exists(&name).then_some(name)
        })
    }
}

/// Something that was passed over, which may be more than it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where.
    pub location: Location,
    /// What, and the way out.
    pub message: String,
}

/// A `table!` or `view!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTable {
    /// Its name in SQL (`sql_name`, schema prefix; `public` when none is written).
    pub name: QualifiedName,
    /// Its name in Rust.
    pub rust_name: String,
    /// Key columns by their names in SQL, in key order.
    pub primary_key: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<DeclaredColumn>,
    /// Our attributes.
    pub attributes: Vec<(TableAttribute, Location)>,
    /// Its doc comment without what Diesel generates, empty where there is none; `None` where doc comments are not the database's.
    pub doc: Option<String>,
    /// Written with `view!`.
    pub is_view: bool,
    /// Where its name stands.
    pub location: Location,
}

/// A column of a `table!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// Its name in SQL.
    pub name: String,
    /// Its name in Rust.
    pub rust_name: String,
    /// Its type, `Nullable` taken off.
    pub data_type: DeclaredType,
    /// `Nullable<...>`.
    pub nullable: bool,
    /// `#[max_length = n]`, on the element for arrays.
    pub max_length: Option<u32>,
    /// `#[auto_increment]` (Diesel 2.4) or `Serial`-like: takes its values from a sequence.
    pub auto_increment: bool,
    /// Our attributes.
    pub attributes: Vec<(ColumnAttribute, Location)>,
    /// Its doc comment, like the table's.
    pub doc: Option<String>,
    /// Where its name stands.
    pub location: Location,
    /// Where its type stands.
    pub type_location: Location,
}

/// A column's type as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredType {
    /// Schema of the element's type: `pg_catalog` for Diesel's own, what `postgres_type` says, `None` when nothing says it.
    pub schema: Option<String>,
    /// Name of the element's type in `pg_type`: `int4`, `varchar`, `order_status`.
    pub name: String,
    /// `Array<...>`, of any depth.
    pub array: bool,
    /// `Serial`, `BigSerial`, `SmallSerial`: an integer with a sequence that it owns.
    pub serial: bool,
    /// Its name in Rust, for messages and for finding the Rust enum behind it.
    pub rust_name: String,
}

/// A `joinable!(child -> parent (column))`, by names in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joinable {
    /// The referring table.
    pub child: QualifiedName,
    /// The table whose primary key is referred to.
    pub parent: QualifiedName,
    /// The referring column's name in SQL.
    pub column: String,
    /// Our attributes.
    pub attributes: Vec<(JoinableAttribute, Location)>,
    /// Where it stands.
    pub location: Location,
}

/// A Rust enum that stands for a Postgres enum type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredEnum {
    /// Schema of the Postgres type when something says it.
    pub schema: Option<String>,
    /// Name of the Postgres type.
    pub name: String,
    /// Labels in Postgres, in the order of the variants.
    pub labels: Vec<String>,
    /// Its name in Rust.
    pub rust_name: String,
    /// Where it stands.
    pub location: Location,
}
