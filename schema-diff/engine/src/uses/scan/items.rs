//! Reads imports, attributes and the headers of items.

use super::{Named, OTHER_FIELD, Place, Scanner, body};
use crate::uses::{imports, structs, tokens::Token};

impl Scanner<'_> {
    /// Reads an attribute. Only Diesel's name columns and tables.
    pub(super) fn attribute(&mut self, at: usize) -> usize {
        let open = if self.is(at + 1, "!") { at + 2 } else { at + 1 };
        if !self.is(open, "[") {
            return at + 1;
        }
        let end = self.brackets.end(open);
        self.attributes.read(&self.tokens[open + 1..end]);
        for at in (open + 1..end).filter(|at| !self.names[*at].is_empty()) {
            self.found[at] = self.in_attribute(open, at).map(|named| named.at(Place::Code));
        }
        end + 1
    }

    fn in_attribute(&self, open: usize, at: usize) -> Option<Named> {
        let tokens = &self.tokens[open + 1..at];
        let is_diesel = tokens.first().is_some_and(|token| {
            ["diesel", "ExistingTypePath", "DieselType", "table_name"].contains(&token.text.as_str())
        });
        let text = &self.tokens[at].text;
        let key = tokens.iter().rev().find(|token| {
            [
                "table_name",
                "column_name",
                "foreign_key",
                "sql_type",
                "ExistingTypePath",
                "belongs_to",
            ]
            .contains(&token.text.as_str())
        });
        let vocabulary = self.known.vocabulary;
        match key?.text.as_str() {
            _ if !is_diesel => None,
            "table_name" => vocabulary.table(text).cloned().map(Named::Table),
            "sql_type" | "ExistingTypePath" => Some(Named::Type(text.clone())),
            // Columns: those of fields are known with their structs.
            "foreign_key" => Some(Named::Loose(self.names[at].clone(), 1.0)),
            _ => None,
        }
    }

    pub(super) fn import(&mut self, at: usize) -> usize {
        let (imports, end) = imports::read(self.tokens, at + 1);
        for import in imports {
            self.bring_in(&import);
        }
        end.max(at + 1)
    }

    fn bring_in(&mut self, import: &imports::Import) {
        let vocabulary = self.known.vocabulary;
        let text = &self.tokens[import.at].text;
        let mut within = import
            .path
            .iter()
            .rev()
            .skip_while(|part| *part == "dsl" || *part == "columns");
        let table = within.next().and_then(|part| self.table_named(part));
        let own = if text == "self" {
            import.name.as_ref()
        } else {
            Some(text)
        };
        let as_table = own.and_then(|name| vocabulary.table(name)).cloned();
        let is_question = !self.names[import.at].is_empty();
        let Some(scope) = self.scopes.last_mut() else { return };
        match (table, &import.name) {
            (Some(table), None) => scope.globs.push(table),
            (Some(table), Some(name)) => {
                if let Some(column) = vocabulary.column(&table, text) {
                    let column = (table, column.to_owned());
                    if is_question {
                        self.found[import.at] = Some(Named::Columns(vec![column.clone()], 1.0).at(Place::Code));
                    }
                    scope.columns.insert(name.clone(), column);
                } else if *text == "dsl" || *text == "table" {
                    scope.tables.insert(name.clone(), table);
                }
            }
            (None, Some(name)) => {
                if let Some(table) = as_table {
                    if is_question {
                        self.found[import.at] = Some(Named::Table(table.clone()).at(Place::Code));
                    }
                    scope.tables.insert(name.clone(), table);
                } else if is_question {
                    self.found[import.at] = Some(Named::Type(text.clone()).at(Place::Code));
                }
            }
            (None, None) => {}
        }
        self.path_tables(import.at);
    }

    /// Notes the tables among the segments before an imported name.
    fn path_tables(&mut self, end: usize) {
        let mut at = end;
        while at >= 2 && self.is(at - 1, "::") {
            at -= 2;
            if !self.names[at].is_empty()
                && let Some(table) = self.known.vocabulary.table(&self.tokens[at].text)
            {
                self.found[at] = Some(Named::Table(table.clone()).at(Place::Code));
            }
        }
    }

    pub(super) fn structure(&mut self, at: usize) -> usize {
        let attributes = std::mem::take(&mut self.attributes);
        let Some((name, open)) = body(at, self.tokens) else {
            self.is_header = true;
            return at + 1;
        };
        let own = structs::read(
            name,
            &attributes,
            open,
            (self.tokens, &self.brackets),
            self.known.vocabulary,
        );
        for field in &own.fields {
            let column = own.table.as_ref().and_then(|table| {
                let column = self.known.vocabulary.column(table, &field.column)?;
                Some((table.clone(), column.to_owned()))
            });
            let named = match (column, &own.table) {
                (Some(column), _) => Some(Named::Columns(vec![column], 1.0)),
                // A field that is no column: its name says nothing about one.
                (None, Some(_)) => None,
                (None, None) if self.names[field.at].is_empty() => None,
                (None, None) => Some(Named::Loose(self.names[field.at].clone(), OTHER_FIELD)),
            };
            self.found[field.at] = named.map(|named| named.at(Place::Declaration));
        }
        self.is_header = true;
        if self.names[at + 1].is_empty() {
            return at + 1;
        }
        self.found[at + 1] = Some(Named::Type(name.to_owned()).at(Place::Code));
        at + 2
    }

    /// Reads the variants of an enum of the database, which declare its labels.
    pub(super) fn enumeration(&mut self, at: usize) -> usize {
        let attributes = std::mem::take(&mut self.attributes);
        self.is_header = true;
        match body(at, self.tokens) {
            Some((name, open)) if attributes.is_enum => {
                self.variants(name, open);
                self.brackets.end(open)
            }
            _ => at + 1,
        }
    }

    fn variants(&mut self, of: &str, open: usize) {
        let close = self.brackets.end(open);
        let mut at = open + 1;
        while at < close {
            let token = &self.tokens[at];
            if token.is_ident() && !self.names[at].is_empty() {
                let variant = Named::Variant(of.to_owned(), token.text.clone());
                self.found[at] = Some(variant.at(Place::Declaration));
            }
            at = self.brackets.skip(at);
        }
    }

    /// Reads the header of an `impl`, for `Self`.
    pub(super) fn implementation(&mut self, at: usize) -> usize {
        let rest = self.tokens.iter().skip(at);
        let header: Vec<&Token> = rest.take_while(|token| !token.is("{") && !token.is(";")).collect();
        let of = header.iter().position(|token| token.is("for")).map_or(1, |at| at + 1);
        let names = header.iter().skip(of).filter(|token| token.is_ident());
        let mut types = names.filter(|token| token.text.starts_with(char::is_uppercase) && token.text.len() > 1);
        let name = types.next().map(|token| token.text.clone());
        if let Some(scope) = self.scopes.last_mut().filter(|_| name.is_some()) {
            scope.own_type = name;
        }
        self.is_header = true;
        at + 1
    }
}
