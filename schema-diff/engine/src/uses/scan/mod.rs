//! Finds what the identifiers of a file name: columns, tables, types, variants.
//!
//! It reads tokens, not types: a field access names a column if only one struct has such a field, or if the value is
//! named after the table.

mod items;
mod names;
mod sql;

use std::collections::BTreeMap;

use super::{
    brackets::Brackets,
    structs::{self, Attributes, Structs},
    tokens::{Token, TokenKind},
    vocabulary::Vocabulary,
};
use crate::model::TableName;

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
}
