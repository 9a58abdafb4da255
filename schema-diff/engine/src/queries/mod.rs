//! Which columns the queries of a program name, as its source says: what Diesel sends for structs and calls.
//!
//! A query names a column in two ways: the program names it (a path such as `users::fax`, a field of a struct that is `Selectable`, `Insertable`
//! or `AsChangeset`, a text of SQL), or Diesel selects every column, because nothing was selected explicitly: `users::table.load(..)`,
//! `insert_into(..).get_result(..)`. [`Queries::of`] collects both from the source of one version. It reads tokens, not types: whatever is not
//! understood (a table that is passed on, a macro, SQL that is built at run time) may name every column. Code that procedural macros and
//! build scripts write is not read, nor are other programs that use the database. Pure; `generate/code/` reads the files.

mod chain;
mod code;
mod deployed;
mod found;
mod mention;
mod origin;
mod scope;
mod sql;
mod statement;
mod structs;
mod tables;
mod walk;

use std::collections::BTreeMap;

use crate::{declared::DeclaredTable, model::TableName, parse::with_stack};

pub use found::TableQueries;
pub use origin::Origin;

use code::Code;
use found::Found;
use scope::Scopes;
use structs::Structs;
use tables::Tables;

/// A source file of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Its path, for messages.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether it declares the program's tables.
    pub is_schema: bool,
}

/// What the queries of a program name, table by table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    tables: BTreeMap<TableName, TableQueries>,
    /// The commit of the program; `None` for the working tree.
    pub commit: Option<String>,
}

impl Queries {
    /// Collects what the files of a program name of the wanted tables, which are those of `declared` with a name in `wanted`.
    pub fn of(files: &[SourceText], declared: &[DeclaredTable], wanted: &dyn Fn(&TableName) -> bool) -> Self {
        let tables = Tables::of(declared, wanted);
        let found = with_stack(|| {
            let named = files.iter().filter(|file| tables.may_occur(&file.text));
            let mut found = Found::of(&tables);
            let mut read = Vec::new();
            for file in named {
                match Code::of(file) {
                    Some(code) => read.push(code),
                    None => found.everything(&Origin::new(&file.path, 1, "", "is not read")),
                }
            }
            let scopes = Scopes::of(&read, &tables, &mut found);
            let mut structs = Structs::default();
            for code in &read {
                structs.read(code, &scopes, &mut found);
            }
            for (at, code) in read.iter().enumerate() {
                walk::walk(code, scopes.of_file(at), &structs, &mut found);
            }
            found.tables()
        });
        Self {
            tables: found,
            commit: None,
        }
    }

    /// Returns what is known of a table; `None` if it was not wanted, or if nothing uses it: then the program that does is not among these files.
    pub fn table(&self, name: &TableName) -> Option<&TableQueries> {
        self.tables.get(name).filter(|own| own.is_used())
    }

    /// Keeps only what is known of some tables.
    pub fn retain(&mut self, is_kept: impl Fn(&TableName) -> bool) {
        self.tables.retain(|name, _| is_kept(name));
    }
}

#[cfg(test)]
mod tests;
