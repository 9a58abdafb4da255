//! What an identifier names: a table as a value, a column, all columns.

use std::collections::BTreeSet;

use super::{code::Code, scope::Names, tables::Tables};
use crate::model::TableName;

/// What an identifier names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A table as a value. `start` and `end` are the first and the last token of its path.
    Table {
        tables: BTreeSet<TableName>,
        start: usize,
        end: usize,
    },
    /// A column of these tables, by its name in SQL.
    Column(BTreeSet<(TableName, String)>),
    /// All columns of these tables, in a list.
    AllColumns(BTreeSet<TableName>),
    /// The module of these tables, by itself.
    Module(BTreeSet<TableName>),
}

/// Resolves the names of a file.
#[derive(Clone, Copy)]
pub(super) struct Resolver<'a> {
    pub code: &'a Code,
    pub names: Names<'a>,
    pub tables: &'a Tables,
}

impl Resolver<'_> {
    /// Returns what the identifier at `at` names; `None` if it is none of these, or the beginning of a path that is resolved later.
    pub fn named(self, at: usize) -> Option<Named> {
        let code = self.code;
        if !code.is_ident(at) || code.follows(at, ".") {
            return None;
        }
        let is_path = code.is(at + 1, "::");
        match code.follows(at, "::") {
            _ if is_path && !self.is_last(at) => None,
            true => self.qualified(at),
            false => self.bare(at),
        }
    }

    /// Returns whether a path ends at a segment although `::` follows: generic arguments, or the functions of a table.
    fn is_last(self, at: usize) -> bool {
        let name = self.code.text(at);
        let is_table = name == "table" || self.names.own.values(name).is_some();
        self.code.is(at + 2, "<") || is_table && self.names.own.modules(name).is_none()
    }

    fn bare(self, at: usize) -> Option<Named> {
        let code = self.code;
        let name = code.text(at);
        let is_defined = ["fn", "mod", "struct", "let", "mut"]
            .iter()
            .any(|own| code.follows(at, own));
        if is_defined || code.is(at + 1, ":") {
            return None;
        }
        if let Some(tables) = self.names.own.values(name) {
            return Some(Named::Table {
                tables: tables.clone(),
                start: at,
                end: at,
            });
        }
        if let Some(columns) = self.names.own.columns(name) {
            return Some(Named::Column(columns.clone()));
        }
        let tables = self.tables.of_module(name).cloned();
        tables.map(Named::Module)
    }

    /// Resolves the last segment of a path.
    fn qualified(self, at: usize) -> Option<Named> {
        let code = self.code;
        let name = code.text(at);
        let start = code.path_start(at);
        let mut before = at.checked_sub(2)?;
        while ["dsl", "columns"].contains(&code.text(before)) && code.follows(before, "::") && before >= 2 {
            before -= 2;
        }
        let qualifier = code.text(before);
        let modules = self.names.own.modules(qualifier);
        if let Some(tables) = modules.or_else(|| self.names.all.modules(qualifier)) {
            return self.of_modules(tables, name, (start, at));
        }
        if self.tables.is_other(qualifier) || qualifier.starts_with(char::is_uppercase) {
            return None;
        }
        self.reached(name, (start, at))
    }

    fn of_modules(self, tables: &BTreeSet<TableName>, name: &str, (start, end): (usize, usize)) -> Option<Named> {
        let is_own = |table: &TableName| self.tables.of_module(name).is_some_and(|own| own.contains(table));
        if name == "table" || tables.iter().any(is_own) {
            let tables = tables.clone();
            return Some(Named::Table { tables, start, end });
        }
        if ["all_columns", "star"].contains(&name) {
            return Some(Named::AllColumns(tables.clone()));
        }
        let columns = tables.iter();
        let columns = columns.filter_map(|table| Some((table.clone(), self.tables.column(table, name)?.to_owned())));
        let columns: BTreeSet<_> = columns.collect();
        (!columns.is_empty()).then_some(Named::Column(columns))
    }

    /// Resolves a name that a path reaches through another module, which imports it.
    fn reached(self, name: &str, (start, end): (usize, usize)) -> Option<Named> {
        let all = self.names.all;
        if let Some(tables) = all.values(name).filter(|_| !self.code.is(end + 1, "(")) {
            let tables = tables.clone();
            return Some(Named::Table { tables, start, end });
        }
        let columns = all.columns(name).filter(|_| !self.code.is(end + 1, "("));
        if let Some(columns) = columns {
            return Some(Named::Column(columns.clone()));
        }
        self.tables.of_module(name).cloned().map(Named::Module)
    }
}
