//! Renders the facts of tables and columns as attributes of `schema_diff`, each without its path: `default("now()")`. What all attributes
//! have in common is here too: their place, the names of columns in them, and their expressions.
//!
//! A name is omitted if it is the default name.

use schema_diff_grammar::attribute::ColumnSetting;

use super::{
    expression::{self, Spelling, spelled, without_casts},
    literal::string,
    rust_name::is_identifier,
};
use crate::{
    declared::{Declared, DeclaredTable},
    model::{Column, Generated, Identity, QualifiedName, SequenceOptions, Table, TableName},
    resolve::qualified_type,
};

/// The spelling of an attribute's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `#[schema_diff::unique]`, which requires the crate of the attributes.
    Path,
    /// `#[cfg_attr(any(), schema_diff::unique)]`, which requires no crate.
    CfgAttr,
}

impl Form {
    /// Renders an attribute.
    pub fn attribute(self, text: &str) -> String {
        match self {
            Self::Path => format!("#[schema_diff::{text}]"),
            Self::CfgAttr => format!("#[cfg_attr(any(), schema_diff::{text})]"),
        }
    }
}

/// The item that an attribute is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The table.
    Table,
    /// A column, by its name in SQL.
    Column(String),
}

/// An attribute without its path, and the item that it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The item that it is on.
    pub place: Place,
    /// Its name and arguments.
    pub text: String,
}

/// Looks up the names of tables and columns for attributes.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The declared schema.
    pub declared: &'a Declared,
}

/// Words that are options in places where a column is possible too.
const OPTIONS: &[&str] = &[
    "asc",
    "collate",
    "deferrable",
    "desc",
    "include",
    "initially_deferred",
    "nulls",
    "nulls_first",
    "nulls_last",
    "nulls_not_distinct",
    "unique",
    "with",
];

impl<'a> Names<'a> {
    pub(super) fn table(self, name: &TableName) -> Option<&'a DeclaredTable> {
        self.declared.tables.iter().find(|table| table.name == *name)
    }

    /// Returns a column's Rust name, as a raw identifier if needed; `None` if it is not declared.
    pub fn column(self, table: &TableName, sql: &str) -> Option<String> {
        let columns = &self.table(table)?.columns;
        let name = &columns.iter().find(|column| column.name == sql)?.rust_name;
        let is_keyword = !is_identifier(name) || OPTIONS.contains(&name.as_str());
        Some(if is_keyword { format!("r#{name}") } else { name.clone() })
    }

    pub(super) fn columns(self, table: &TableName, sql: &[String]) -> Option<String> {
        let names: Option<Vec<String>> = sql.iter().map(|name| self.column(table, name)).collect();
        Some(names?.join(", "))
    }

    /// Renders a table and its columns as `references` expects them.
    pub(super) fn target(self, from: &TableName, to: &TableName, columns: &[String]) -> String {
        let declared = self.table(to);
        let own = declared.map_or(to.name.as_str(), |table| table.rust_name.as_str());
        let word = |text: &str| {
            if is_identifier(text) {
                text.to_owned()
            } else {
                string(text)
            }
        };
        let is_other = |table: &&DeclaredTable| table.name != *to && (table.rust_name == own || table.name.name == own);
        let is_near = to.schema == from.schema || to.schema == "public";
        let is_clear = is_near && declared.is_some() && !self.declared.tables.iter().any(|table| is_other(&table));
        let table = if is_clear || (declared.is_none() && to.schema == "public") {
            word(own)
        } else {
            format!("{}.{}", word(&to.schema), word(own))
        };
        let columns: Vec<String> = columns
            .iter()
            .map(|column| self.column(to, column).unwrap_or_else(|| word(column)))
            .collect();
        format!("{table}({})", columns.join(", "))
    }
}

/// Renders an expression over a table's columns.
pub(super) fn over_columns(table: &Table, stored: &str, spelling: Spelling) -> String {
    let text = spelled(stored, spelling);
    match spelling {
        Spelling::Exact => text.into_owned(),
        Spelling::Short => without_casts(&text, &|name| {
            let column = table.column(name);
            column.is_some_and(|column| column.data_type.builtin_name() == Some("varchar"))
        }),
    }
}

/// Renders storage parameters: `with(fillfactor = 70, fastupdate = off)`.
pub(super) fn storage(options: &[String]) -> Option<String> {
    let shown = options.iter().map(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, "true"));
        let is_number = value.parse::<f64>().is_ok() && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let is_word = is_number || matches!(value, "true" | "false") || is_identifier(value);
        let value = if is_word { value.to_owned() } else { string(value) };
        format!("{name} = {value}")
    });
    let shown: Vec<String> = shown.collect();
    (!shown.is_empty()).then(|| format!("with({})", shown.join(", ")))
}

/// Renders a column's default.
pub fn default(column: &Column, stored: &str, spelling: Spelling) -> String {
    let text = default_text(column, stored, spelling);
    let is_plain = text == "true" || text == "false" || text.parse::<i64>().is_ok();
    call("default", [Some(if is_plain { text } else { string(&text) })])
}

/// Returns the expression with which a column's default is declared.
pub fn default_text(column: &Column, stored: &str, spelling: Spelling) -> String {
    let mut own_type = column.data_type.clone();
    if own_type.is_builtin() {
        own_type.modifier = None;
    }
    expression::default(stored, &qualified_type(&own_type), spelling)
}

/// Renders a column's identity.
pub fn identity(column: &Column, found: &Identity) -> String {
    let (options, default) = (&found.options, SequenceOptions::default_for(&column.data_type));
    let descends = options.increment < 0;
    let lowest = match default.data_type.builtin_name() {
        Some("int2") => i64::from(i16::MIN),
        Some("int4") => i64::from(i32::MIN),
        _ => i64::MIN,
    };
    let (min, max) = if descends { (lowest, -1) } else { (1, default.max) };
    let start = if descends { options.max } else { options.min };
    let option = |word: &str, value: i64, default: i64| (value != default).then(|| format!("{word} = {value}"));
    call(
        "identity",
        [
            found.always.then(|| "always".to_owned()),
            option("start", options.start, start),
            option("increment", options.increment, 1),
            option("min", options.min, min),
            option("max", options.max, max),
            option("cache", options.cache, 1),
            options.cycle.then(|| "cycle".to_owned()),
        ],
    )
}

/// Renders a generated column's expression.
pub fn generated(table: &Table, found: &Generated, spelling: Spelling) -> String {
    let value = string(&over_columns(table, &found.expression, spelling));
    call(
        "generated",
        [Some(value), (!found.stored).then(|| "virtual".to_owned())],
    )
}

/// Renders a column's collation.
pub fn collate(name: &QualifiedName) -> String {
    let shown = if name.schema == "pg_catalog" && !name.name.contains('.') {
        name.name.clone()
    } else {
        format!("{}.{}", name.schema, name.name)
    };
    call("collate", [Some(string(&shown))])
}

/// Renders a setting of a column: `storage(external)`; without a value `storage(default)`.
pub fn setting(of: ColumnSetting, value: Option<&str>) -> String {
    call(of.name(), [Some(value.unwrap_or("default").to_owned())])
}

/// Renders a table's storage parameters: `with(fillfactor = 70)`; `with(none)` if there are none.
pub fn with(options: &[String]) -> String {
    storage(options).unwrap_or_else(|| call("with", [Some("none".to_owned())]))
}

/// Renders a name with arguments, or without parentheses if it has none.
pub(super) fn call(name: &str, arguments: impl IntoIterator<Item = Option<String>>) -> String {
    let arguments: Vec<String> = arguments.into_iter().flatten().collect();
    if arguments.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", arguments.join(", "))
    }
}
