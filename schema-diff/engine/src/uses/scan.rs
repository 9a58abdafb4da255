//! Finds what the identifiers of a file name: columns, tables, types, variants.
//!
//! It reads tokens, not types: a field access names a column if only one struct has such a field, or if the value is
//! named after the table.

use std::collections::BTreeMap;

use super::{
    brackets::Brackets,
    imports,
    structs::{self, Attributes, Structs},
    tokens::{Token, TokenKind},
    vocabulary::Vocabulary,
    wildcards::key,
};
use crate::model::{TableName, singular};

/// A use of a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Use {
    /// What it names.
    pub named: Named,
    /// Where it is.
    pub place: Place,
}

/// The place of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The declaration of a struct's field.
    Declaration,
    /// A field in a struct literal or pattern.
    Literal,
    /// Anywhere else.
    Code,
}

impl Named {
    const fn at(self, place: Place) -> Use {
        Use { named: self, place }
    }
}

/// What a token names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Named {
    /// One of these columns, by their names in SQL. The weight is how likely it is a column at all.
    Columns(Vec<(TableName, String)>, f64),
    /// A table.
    Table(TableName),
    /// A type.
    Type(String),
    /// A variant of an enum, with the enum's name.
    Variant(String, String),
    /// A word of a query in a string, with the tables that the string names.
    Sql(String, Vec<TableName>),
    /// Some other thing with these names in its name.
    Loose(Vec<String>, f64),
}

/// A version of the project, as far as it is read.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub vocabulary: &'a Vocabulary,
    pub structs: &'a Structs,
}

/// The weight of a field of a struct that represents no table.
const OTHER_FIELD: f64 = 0.45;
/// The weight of a field access that may concern several structs.
const UNCLEAR_ACCESS: f64 = 0.4;
/// The weight of a local name.
const LOCAL: f64 = 0.25;
/// The weight of a name that contains the name.
const COMPOUND: f64 = 0.15;

/// Returns what each token names; `None` for tokens without a name in question. `names` has the names in question that
/// each token contains.
pub(super) fn scan(tokens: &[Token], names: &[Vec<String>], known: Known<'_>) -> Vec<Option<Use>> {
    let mut scanner = Scanner {
        tokens,
        names,
        brackets: Brackets::of(tokens),
        known,
        found: vec![None; tokens.len()],
        members: BTreeMap::new(),
        scopes: vec![Scope::default()],
        attributes: Attributes::default(),
        is_header: false,
    };
    let mut at = 0;
    while at < tokens.len() {
        at = scanner.step(at);
    }
    scanner.sql();
    scanner.found
}

/// Collects the structs of a file.
pub(super) fn structs_of(tokens: &[Token], vocabulary: &Vocabulary, into: &mut Structs) {
    let brackets = Brackets::of(tokens);
    let mut attributes = Attributes::default();
    for (at, token) in tokens.iter().enumerate() {
        if token.is("[") && at > 0 && tokens[at - 1].is("#") {
            attributes.read(&tokens[at + 1..brackets.end(at)]);
        } else if token.is("struct") {
            if let Some((name, open)) = body(at, tokens) {
                into.add(structs::read(name, &attributes, open, (tokens, &brackets), vocabulary));
            }
            attributes = Attributes::default();
        } else if token.is(";") || token.is("}") {
            attributes = Attributes::default();
        }
    }
}

/// Returns the name of the struct or enum whose keyword is at `at`, and the index of its opening brace.
fn body(at: usize, tokens: &[Token]) -> Option<(&str, usize)> {
    let name = tokens.get(at + 1).filter(|token| token.is_ident())?;
    let rest = tokens.iter().enumerate().skip(at + 2);
    let mut ends = rest.filter(|(_, token)| token.is("{") || token.is(";") || token.is("("));
    let (open, token) = ends.next()?;
    token.is("{").then_some((name.text.as_str(), open))
}

/// The names in scope in a block.
#[derive(Clone, Debug, Default)]
struct Scope {
    /// Tables by the names under which they are imported.
    tables: BTreeMap<String, TableName>,
    /// Columns by the names under which they are imported.
    columns: BTreeMap<String, (TableName, String)>,
    /// Tables whose columns are all imported.
    globs: Vec<TableName>,
    /// The type that `Self` names.
    own_type: Option<String>,
}

struct Scanner<'a> {
    tokens: &'a [Token],
    names: &'a [Vec<String>],
    brackets: Brackets,
    known: Known<'a>,
    found: Vec<Option<Use>>,
    /// The struct literals' and patterns' field names, each with its type.
    members: BTreeMap<usize, String>,
    scopes: Vec<Scope>,
    attributes: Attributes,
    /// Whether the next brace opens the body of an item.
    is_header: bool,
}

impl Scanner<'_> {
    /// Reads the token at `at`. Returns the index of the next one to read.
    fn step(&mut self, at: usize) -> usize {
        let token = &self.tokens[at];
        match token.kind {
            TokenKind::Punct if token.is("#") => return self.attribute(at),
            TokenKind::Punct if token.is(";") => self.is_header = false,
            TokenKind::Open if token.is("{") => self.open(at),
            TokenKind::Close if token.is("}") && self.scopes.len() > 1 => {
                self.scopes.pop();
            }
            TokenKind::Ident => return self.ident(at),
            _ => {}
        }
        at + 1
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(text))
    }

    fn text_before(&self, at: usize, distance: usize) -> &str {
        let before = at.checked_sub(distance).and_then(|at| self.tokens.get(at));
        before.map_or("", |token| token.text.as_str())
    }

    /// Reads an attribute. Only Diesel's name columns and tables.
    fn attribute(&mut self, at: usize) -> usize {
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

    /// Enters a block; notes the names of the fields if it is a struct literal or a pattern.
    fn open(&mut self, at: usize) {
        if !self.is_header && at > 0 {
            let before = &self.tokens[at - 1];
            let is_type = before.is_ident()
                && before.text.starts_with(char::is_uppercase)
                && before.text.chars().any(char::is_lowercase)
                && self.text_before(at, 2) != "->";
            if is_type {
                let name = self.own_type(&before.text).to_owned();
                self.literal(at, &name);
            }
        }
        self.is_header = false;
        let own_type = self.scopes.last().and_then(|scope| scope.own_type.clone());
        self.scopes.push(Scope {
            own_type,
            ..Scope::default()
        });
    }

    fn own_type<'n>(&'n self, name: &'n str) -> &'n str {
        let own = self.scopes.last().and_then(|scope| scope.own_type.as_deref());
        own.filter(|_| name == "Self").unwrap_or(name)
    }

    fn literal(&mut self, open: usize, name: &str) {
        let end = self.brackets.end(open);
        let mut at = open + 1;
        while at < end {
            while self.is(at, "#") && self.is(at + 1, "[") {
                at = self.brackets.end(at + 1) + 1;
            }
            while ["ref", "mut"].iter().any(|word| self.is(at, word)) {
                at += 1;
            }
            let is_field = self.tokens[at].is_ident() && [":", ",", "}"].iter().any(|next| self.is(at + 1, next));
            if is_field {
                self.members.insert(at, name.to_owned());
            }
            while at < end && !self.is(at, ",") {
                at = self.brackets.skip(at);
            }
            at += 1;
        }
    }

    fn ident(&mut self, at: usize) -> usize {
        match self.tokens[at].text.as_str() {
            "use" if self.text_before(at, 1) != "." => return self.import(at),
            "struct" => return self.structure(at),
            "enum" => return self.enumeration(at),
            "impl" => return self.implementation(at),
            "fn" | "trait" | "mod" | "union" => {
                self.attributes = Attributes::default();
                self.is_header = true;
            }
            _ if !self.names[at].is_empty() && self.found[at].is_none() => {
                let is_member = self.members.contains_key(&at);
                let place = if is_member { Place::Literal } else { Place::Code };
                self.found[at] = Some(self.named(at).at(place));
            }
            _ => {}
        }
        at + 1
    }

    fn import(&mut self, at: usize) -> usize {
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

    fn structure(&mut self, at: usize) -> usize {
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

    /// Skips an enum of the database, which is a declaration.
    fn enumeration(&mut self, at: usize) -> usize {
        let attributes = std::mem::take(&mut self.attributes);
        self.is_header = true;
        match body(at, self.tokens) {
            Some((_, open)) if attributes.is_enum => self.brackets.end(open),
            _ => at + 1,
        }
    }

    /// Reads the header of an `impl`, for `Self`.
    fn implementation(&mut self, at: usize) -> usize {
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

    /// Returns what an identifier with a name in question names.
    fn named(&self, at: usize) -> Named {
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
    fn table_named(&self, name: &str) -> Option<TableName> {
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

    /// Notes the words of strings that contain a query.
    fn sql(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            let TokenKind::Word(string) = self.tokens[at].kind else {
                at += 1;
                continue;
            };
            let rest = self.tokens[at..].iter();
            let end = at + rest.take_while(|token| token.kind == TokenKind::Word(string)).count();
            if self.is_query(at, end) {
                self.query(at, end);
            }
            at = end;
        }
    }

    /// Returns whether a string is a query, or a part of one: it has the words of one, or a call makes it one.
    fn is_query(&self, start: usize, end: usize) -> bool {
        const CALLS: [&str; 4] = ["sql", "sql_query", "batch_execute", "execute"];
        let called = (1..=12).map(|distance| self.text_before(start, distance));
        let is_called = called.take_while(|text| *text != ";").any(|text| CALLS.contains(&text));
        let has = |wanted: &[&str]| {
            let mut words = self.tokens[start..end].iter();
            words.any(|word| wanted.iter().any(|own| word.text.eq_ignore_ascii_case(own)))
        };
        is_called || (has(&["select", "insert", "update", "delete"]) && has(&["from", "into", "set", "where"]))
    }

    fn query(&mut self, start: usize, end: usize) {
        let vocabulary = self.known.vocabulary;
        let words = self.tokens[start..end].iter();
        let mut tables: Vec<TableName> = words
            .flat_map(|word| vocabulary.tables_in_sql(&word.text))
            .cloned()
            .collect();
        tables.sort();
        tables.dedup();
        for at in (start..end).filter(|at| !self.names[*at].is_empty()) {
            self.found[at] = Some(Named::Sql(self.tokens[at].text.clone(), tables.clone()).at(Place::Code));
        }
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
