//! The names that one version of the schema files declares, by their names in Rust.

use std::collections::{BTreeMap, BTreeSet};

use crate::{declared::Declared, model::TableName};

/// The declared names of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vocabulary {
    /// The tables of each name in Rust.
    tables: BTreeMap<String, Vec<TableName>>,
    /// The columns of each table: name in Rust to name in SQL.
    columns: BTreeMap<TableName, BTreeMap<String, String>>,
    /// The number of tables that have a column of this name in Rust.
    holders: BTreeMap<String, usize>,
    /// The tables' names in SQL, in lower case.
    in_sql: BTreeMap<String, Vec<TableName>>,
    /// The enum types, by name.
    enums: BTreeMap<String, Enum>,
}

/// The name of an enum in Rust, and its variants, by label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Enum {
    rust_name: String,
    variants: BTreeMap<String, String>,
}

impl Vocabulary {
    /// Declares nothing.
    pub const EMPTY: Self = Self {
        tables: BTreeMap::new(),
        columns: BTreeMap::new(),
        holders: BTreeMap::new(),
        in_sql: BTreeMap::new(),
        enums: BTreeMap::new(),
    };

    /// Collects the names of a version.
    pub fn of(declared: &Declared) -> Self {
        let mut found = Self::default();
        for table in &declared.tables {
            let name = &table.name;
            found
                .tables
                .entry(table.rust_name.clone())
                .or_default()
                .push(name.clone());
            let in_sql = found.in_sql.entry(name.name.to_lowercase()).or_default();
            in_sql.push(name.clone());
            for column in &table.columns {
                *found.holders.entry(column.rust_name.clone()).or_default() += 1;
                found
                    .columns
                    .entry(name.clone())
                    .or_default()
                    .insert(column.rust_name.clone(), column.name.clone());
            }
        }
        for own in &declared.enums {
            let known = Enum {
                rust_name: own.rust_name.clone(),
                variants: own.variants.clone(),
            };
            found.enums.entry(own.name.clone()).or_insert(known);
        }
        found
    }

    /// Returns the name in Rust of an enum type.
    pub fn enum_name(&self, of: &str) -> Option<&str> {
        self.enums.get(of).map(|own| own.rust_name.as_str())
    }

    /// Returns the variant of a label.
    pub fn variant(&self, of: &str, label: &str) -> Option<&str> {
        self.enums.get(of)?.variants.get(label).map(String::as_str)
    }

    /// Returns the variants that have a label, in any enum.
    pub fn variants(&self, label: &str) -> impl Iterator<Item = &str> {
        let all = self.enums.values();
        all.filter_map(move |own| own.variants.get(label).map(String::as_str))
    }

    /// Returns the table of a module's name, if only one has it.
    pub fn table(&self, rust_name: &str) -> Option<&TableName> {
        match self.tables.get(rust_name)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Returns a table's name in Rust.
    pub fn module(&self, table: &TableName) -> Option<&str> {
        let mut tables = self.tables.iter();
        let found = tables.find(|(_, named)| named.contains(table));
        found.map(|(name, _)| name.as_str())
    }

    /// Returns the tables that a text in SQL names.
    pub fn tables_in_sql(&self, word: &str) -> &[TableName] {
        self.in_sql.get(&word.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// Returns a column's name in SQL.
    pub fn column(&self, table: &TableName, rust_name: &str) -> Option<&str> {
        self.columns.get(table)?.get(rust_name).map(String::as_str)
    }

    /// Returns a column's name in Rust.
    pub fn rust_name(&self, table: &TableName, column: &str) -> Option<&str> {
        let mut columns = self.columns.get(table)?.iter();
        columns.find(|(_, own)| *own == column).map(|(name, _)| name.as_str())
    }

    /// Returns the names in Rust of a table's columns.
    pub fn rust_names(&self, table: &TableName) -> BTreeSet<&str> {
        let columns = self.columns.get(table).into_iter().flatten();
        columns.map(|(name, _)| name.as_str()).collect()
    }

    /// Returns whether more than one table has a column of this name in Rust.
    pub fn is_shared(&self, rust_name: &str) -> bool {
        self.holders.get(rust_name).is_some_and(|holders| *holders > 1)
    }

    /// Returns the only table that has all of these columns (by their names in Rust) as most of its own.
    pub fn table_of_fields(&self, fields: &[&str]) -> Option<&TableName> {
        let fits = |columns: &BTreeMap<String, String>| {
            let known = fields.iter().filter(|field| columns.contains_key(**field)).count();
            fields.len() > 1 && known * 10 >= fields.len() * 8 && known * 2 > columns.len()
        };
        let mut fitting = self.columns.iter().filter(|(_, columns)| fits(columns));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first.0)
    }
}
