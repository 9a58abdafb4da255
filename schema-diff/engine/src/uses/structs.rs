//! The structs that represent rows, with the columns of their fields.

use std::collections::BTreeMap;

use super::{brackets::Brackets, tokens::Token, vocabulary::Vocabulary};
use crate::model::TableName;

/// A field of a struct.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The index of its name's token.
    pub at: usize,
    /// Its name.
    pub name: String,
    /// The name of its column in Rust: `column_name`, or its own.
    pub column: String,
}

/// A struct with named fields.
#[derive(Clone, Debug)]
pub(super) struct Struct {
    /// Its name.
    pub name: String,
    /// The table whose rows it represents.
    pub table: Option<TableName>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// The structs of a version, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Structs {
    by_name: BTreeMap<String, Vec<Struct>>,
    /// The columns of the fields of each name, by struct.
    fields: BTreeMap<String, Vec<(Option<TableName>, String)>>,
}

impl Structs {
    /// Adds a struct.
    pub fn add(&mut self, own: Struct) {
        for field in &own.fields {
            let column = (own.table.clone(), field.column.clone());
            self.fields.entry(field.name.clone()).or_default().push(column);
        }
        self.by_name.entry(own.name.clone()).or_default().push(own);
    }

    /// Returns the table that a struct of this name represents; `None` if the struct is unknown or represents none.
    pub fn table(&self, name: &str) -> Option<&TableName> {
        let named = self.by_name.get(name)?;
        named.iter().find_map(|own| own.table.as_ref())
    }

    /// Returns a field's column in Rust, of a struct that represents a table.
    pub fn column(&self, name: &str, field: &str) -> Option<(&TableName, &str)> {
        let mut named = self.by_name.get(name)?.iter().filter(|own| own.table.is_some());
        let own = named.next()?;
        let column = own
            .fields
            .iter()
            .find(|own| own.name == field)
            .map(|own| own.column.as_str());
        Some((own.table.as_ref()?, column?))
    }

    /// Returns the columns of the fields of this name: the table, and the column's name in Rust. A struct that
    /// represents no table has none.
    pub fn columns_of_field(&self, field: &str) -> &[(Option<TableName>, String)] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }
}

/// The attributes before an item or field.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    /// The last segment of `table_name`.
    pub table: Option<String>,
    /// `column_name`.
    pub column: Option<String>,
    /// Whether it derives a trait that reads or writes rows.
    pub has_rows: bool,
    /// Whether it derives an enum of the database.
    pub is_enum: bool,
}

const ROWS: [&str; 6] = [
    "Queryable",
    "QueryableByName",
    "Selectable",
    "Insertable",
    "AsChangeset",
    "Identifiable",
];

impl Attributes {
    /// Reads the tokens within the brackets of an attribute.
    pub fn read(&mut self, tokens: &[Token]) {
        let value = |at: usize| {
            let mut rest = tokens[at + 1..].iter();
            rest.next().filter(|token| token.is("="))?;
            let path = rest.take_while(|token| !token.is(",") && !token.is(")"));
            path.filter(|token| !token.is("::"))
                .last()
                .map(|token| token.text.clone())
        };
        let is_derive = tokens.first().is_some_and(|token| token.is("derive"));
        for (at, token) in tokens.iter().enumerate() {
            match token.text.as_str() {
                "table_name" => self.table = value(at),
                "column_name" => self.column = value(at),
                "DbEnum" | "Enum" if is_derive => self.is_enum = true,
                name if is_derive && ROWS.contains(&name) => self.has_rows = true,
                _ => {}
            }
        }
    }
}

/// Reads the fields between the braces at `open`, and the struct's table.
pub(super) fn read(
    name: &str,
    attributes: &Attributes,
    open: usize,
    (tokens, brackets): (&[Token], &Brackets),
    vocabulary: &Vocabulary,
) -> Struct {
    let fields = fields(open, tokens, brackets);
    let named = attributes.table.as_deref().and_then(|table| vocabulary.table(table));
    let columns: Vec<&str> = fields.iter().map(|field| field.column.as_str()).collect();
    let by_fields = || vocabulary.table_of_fields(&columns).filter(|_| attributes.has_rows);
    Struct {
        name: name.to_owned(),
        table: named.or_else(by_fields).cloned(),
        fields,
    }
}

fn fields(open: usize, tokens: &[Token], brackets: &Brackets) -> Vec<Field> {
    let close = brackets.end(open);
    let mut found = Vec::new();
    let mut attributes = Attributes::default();
    let mut at = open + 1;
    while at < close {
        if tokens[at].is("#") && tokens.get(at + 1).is_some_and(|next| next.is("[")) {
            let end = brackets.end(at + 1);
            attributes.read(&tokens[at + 2..end]);
            at = end + 1;
        } else if tokens[at].is_ident() && tokens.get(at + 1).is_some_and(|next| next.is(":")) {
            let own = std::mem::take(&mut attributes);
            found.push(Field {
                at,
                name: tokens[at].text.clone(),
                column: own.column.unwrap_or_else(|| tokens[at].text.clone()),
            });
            at = brackets.after_comma(at, close, tokens);
        } else {
            at = brackets.skip(at);
        }
    }
    found
}
