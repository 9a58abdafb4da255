//! Finds what an identifier in an expression, a path or a pattern names.

use super::{COMPOUND, Known, LOCAL, Named, OTHER_FIELD, Scanner, Scope, UNCLEAR_ACCESS};
use crate::{
    model::{TableName, singular},
    uses::wildcards::key,
};

impl Scanner<'_> {
    /// Returns what an identifier with a name in question names.
    pub(super) fn named(&self, at: usize) -> Named {
        let text = &self.tokens[at].text;
        let before = self.text_before(at, 1);
        let loose = |weight| Named::Loose(self.names[at].clone(), weight);
        if let Some(of) = self.members.get(&at) {
            return self.field(of, text).unwrap_or_else(|| loose(OTHER_FIELD));
        }
        if before == "." {
            return if self.is(at + 1, "(") {
                loose(COMPOUND)
            } else {
                self.access(at)
            };
        }
        if before == "::" {
            return self.qualified(at);
        }
        if let Some(table) = self.table_named(text).filter(|_| self.is(at + 1, "::")) {
            return Named::Table(table);
        }
        if let Some(column) = self.column_in_scope(text) {
            return Named::Columns(vec![column], 1.0);
        }
        if text.starts_with(char::is_uppercase) {
            return Named::Type(text.clone());
        }
        match self.table_in_scope(text) {
            Some(table) => Named::Table(table),
            None if self.names[at] == [key(text)] => loose(LOCAL),
            None => loose(COMPOUND),
        }
    }

    /// Returns the column of a field in a struct literal or pattern.
    fn field(&self, of: &str, name: &str) -> Option<Named> {
        let Known { vocabulary, structs } = self.known;
        let Some((table, column)) = structs.column(of, name) else {
            // A struct of a table has no such field: it is another one.
            return structs.table(of).map(|_| Named::Columns(Vec::new(), 1.0));
        };
        let column = vocabulary.column(table, column)?;
        Some(Named::Columns(vec![(table.clone(), column.to_owned())], 1.0))
    }

    /// Returns what a name after `::` names.
    fn qualified(&self, at: usize) -> Named {
        let text = &self.tokens[at].text;
        let mut qualifier = self.text_before(at, 2);
        let mut distance = 2;
        while ["dsl", "columns"].contains(&qualifier) && self.text_before(at, distance + 1) == "::" {
            distance += 2;
            qualifier = self.text_before(at, distance);
        }
        if let Some(table) = self.table_named(qualifier) {
            return match self.known.vocabulary.column(&table, text) {
                Some(column) => Named::Columns(vec![(table, column.to_owned())], 1.0),
                None => Named::Loose(self.names[at].clone(), COMPOUND),
            };
        }
        if let Some(table) = self
            .known
            .vocabulary
            .table(text)
            .filter(|_| qualifier == "schema" || self.is(at + 1, "::"))
        {
            return Named::Table(table.clone());
        }
        let is_upper = |name: &str| name.starts_with(char::is_uppercase);
        if is_upper(qualifier) && is_upper(text) {
            return Named::Variant(self.own_type(qualifier).to_owned(), text.clone());
        }
        if is_upper(text) {
            return Named::Type(text.clone());
        }
        Named::Loose(self.names[at].clone(), COMPOUND)
    }

    /// Returns the column of a field access, as far as it is known.
    fn access(&self, at: usize) -> Named {
        let Known { vocabulary, structs } = self.known;
        let text = &self.tokens[at].text;
        let receiver = self.text_before(at, 2);
        let receiver = if receiver == "self" {
            self.own_type("Self")
        } else {
            receiver
        };
        if let Some(found) = structs.table(receiver).and_then(|_| self.field(receiver, text)) {
            return found;
        }
        let in_sql = |(table, column): &(Option<TableName>, String)| {
            let table = table.as_ref()?;
            Some((table.clone(), vocabulary.column(table, column)?.to_owned()))
        };
        let fields = structs.columns_of_field(text);
        let mut columns: Vec<(TableName, String)> = fields.iter().filter_map(in_sql).collect();
        columns.sort();
        columns.dedup();
        let of_receiver = columns.iter().find(|(table, _)| is_named_after(receiver, &table.name));
        if let Some(own) = of_receiver {
            return Named::Columns(vec![own.clone()], 1.0);
        }
        if fields.is_empty() {
            let weight = if vocabulary.is_shared(text) {
                UNCLEAR_ACCESS
            } else {
                0.8
            };
            return Named::Loose(self.names[at].clone(), weight);
        }
        if columns.is_empty() {
            return Named::Loose(self.names[at].clone(), OTHER_FIELD);
        }
        let is_clear = columns.len() == 1 && fields.iter().all(|(table, _)| table.is_some());
        Named::Columns(columns, if is_clear { 1.0 } else { UNCLEAR_ACCESS })
    }

    fn table_in_scope(&self, name: &str) -> Option<TableName> {
        let scopes = self.scopes.iter().rev();
        let imported = |scope: &Scope| {
            let by_glob = scope
                .globs
                .iter()
                .find(|table| self.known.vocabulary.table(name) == Some(table));
            scope.tables.get(name).or(by_glob).cloned()
        };
        scopes.into_iter().find_map(imported)
    }

    /// Returns the table that a segment of a path names.
    pub(super) fn table_named(&self, name: &str) -> Option<TableName> {
        let in_scope = self.table_in_scope(name);
        in_scope.or_else(|| self.known.vocabulary.table(name).cloned())
    }

    fn column_in_scope(&self, name: &str) -> Option<(TableName, String)> {
        let in_scope = |scope: &Scope| {
            let by_glob = || {
                scope.globs.iter().find_map(|table| {
                    let column = self.known.vocabulary.column(table, name)?;
                    Some((table.clone(), column.to_owned()))
                })
            };
            scope.columns.get(name).cloned().or_else(by_glob)
        };
        self.scopes.iter().rev().find_map(in_scope)
    }
}

/// Returns whether a value is named after a table: `user` after `users`.
fn is_named_after(value: &str, table: &str) -> bool {
    let last = |name: &str| {
        let key = key(name);
        singular(&key).to_owned()
    };
    let (value, table) = (last(value), last(table));
    value == table
        || value.ends_with(&format!("_{table}"))
        || (table.ends_with(&format!("_{value}")) && value.len() > 2)
}
