//! The names that the wanted tables have in Rust and in SQL.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    declared::DeclaredTable,
    model::{TableName, plain_words},
};

/// Words of code that may concern a table without naming it.
const MARKERS: [&str; 14] = [
    "HasTable",
    "base_query",
    "batch_execute",
    "belonging_to",
    "delete",
    "diesel_dynamic_schema",
    "include",
    "insert_into",
    "macro_rules",
    "save_changes",
    "sql",
    "sql_query",
    "update",
    "update_and_fetch",
];

/// The wanted tables of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// The columns of each: name in Rust to name in SQL.
    columns: BTreeMap<TableName, BTreeMap<String, String>>,
    /// The tables of each module.
    modules: BTreeMap<String, BTreeSet<TableName>>,
    /// The modules of the other tables of the program.
    others: BTreeSet<String>,
    /// The names of all tables of the program in SQL, in lower case.
    in_sql: BTreeSet<String>,
}

impl Tables {
    /// Collects the wanted ones of the declared tables.
    pub fn of(declared: &[DeclaredTable], wanted: &dyn Fn(&TableName) -> bool) -> Self {
        let mut found = Self::default();
        for table in declared {
            found.in_sql.insert(table.name.name.to_lowercase());
            if !wanted(&table.name) {
                found.others.insert(table.rust_name.clone());
                continue;
            }
            let columns = table.columns.iter();
            let columns = columns.map(|own| (own.rust_name.clone(), own.name.clone()));
            found.columns.insert(table.name.clone(), columns.collect());
            let tables = found.modules.entry(table.rust_name.clone()).or_default();
            tables.insert(table.name.clone());
        }
        found
    }

    /// Returns the tables.
    pub fn all(&self) -> impl Iterator<Item = &TableName> {
        self.columns.keys()
    }

    /// Returns the tables of a module by its name in Rust.
    pub fn of_module(&self, name: &str) -> Option<&BTreeSet<TableName>> {
        self.modules.get(name)
    }

    /// Returns the modules.
    pub fn modules(&self) -> impl Iterator<Item = (&String, &BTreeSet<TableName>)> {
        self.modules.iter()
    }

    /// Returns whether a name is only that of another table's module.
    pub fn is_other(&self, name: &str) -> bool {
        self.others.contains(name) && !self.modules.contains_key(name)
    }

    /// Returns a column's name in SQL.
    pub fn column(&self, table: &TableName, rust_name: &str) -> Option<&str> {
        self.columns.get(table)?.get(rust_name).map(String::as_str)
    }

    /// Returns the columns of a table: the names in Rust and in SQL.
    pub fn columns(&self, table: &TableName) -> impl Iterator<Item = (&String, &String)> {
        self.columns.get(table).into_iter().flatten()
    }

    /// Returns the columns of a table by their names in SQL.
    pub fn columns_in_sql(&self, table: &TableName) -> impl Iterator<Item = &str> {
        self.columns
            .get(table)
            .into_iter()
            .flatten()
            .map(|(_, own)| own.as_str())
    }

    /// Returns whether a word is the name of any table of the program in SQL.
    pub fn is_in_sql(&self, word: &str) -> bool {
        self.in_sql.contains(&word.to_lowercase())
    }

    /// Returns whether a text may concern one of the tables.
    pub fn may_occur(&self, text: &str) -> bool {
        let is_name = |word: &str| {
            let columns = self.columns.iter();
            let mut named = columns.filter(|(table, columns)| {
                table.name.eq_ignore_ascii_case(word)
                    || columns.contains_key(word)
                    || columns.values().any(|own| own.eq_ignore_ascii_case(word))
            });
            self.modules.contains_key(word) || MARKERS.contains(&word) || named.next().is_some()
        };
        let words: BTreeSet<&str> = plain_words(text).collect();
        words.into_iter().any(is_name)
    }
}
