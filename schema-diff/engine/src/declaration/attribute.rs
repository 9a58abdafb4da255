//! Renders the facts of a table as attributes of `schema_diff`, each without its path: `default("now()")`,
//! `index(lower(email))`.
//!
//! A name is omitted if it is the default name.

use proc_macro2::Span;
use schema_diff_grammar::attribute::{self, ColumnAttribute, ColumnSetting, TableAttribute};
use syn::{Ident, Meta};

use super::{
    expression::{self, Spelling, spelled, without_casts},
    literal::string,
    rust_name::is_identifier,
};
use crate::{
    declared::{Declared, DeclaredTable},
    model::{
        Column, Constraint, ConstraintKind, ForeignKey, Generated, Identity, Index, IndexKey, Match, QualifiedName,
        ReferentialAction, SequenceOptions, Table, TableName, default_name,
    },
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
    fn table(self, name: &TableName) -> Option<&'a DeclaredTable> {
        self.declared.tables.iter().find(|table| table.name == *name)
    }

    /// Returns a column's Rust name, as a raw identifier if needed; `None` if it is not declared.
    pub fn column(self, table: &TableName, sql: &str) -> Option<String> {
        let columns = &self.table(table)?.columns;
        let name = &columns.iter().find(|column| column.name == sql)?.rust_name;
        let is_keyword = !is_identifier(name) || OPTIONS.contains(&name.as_str());
        Some(if is_keyword { format!("r#{name}") } else { name.clone() })
    }

    fn columns(self, table: &TableName, sql: &[String]) -> Option<String> {
        let names: Option<Vec<String>> = sql.iter().map(|name| self.column(table, name)).collect();
        Some(names?.join(", "))
    }

    /// Renders a table and its columns as `references` expects them.
    fn target(self, from: &TableName, to: &TableName, columns: &[String]) -> String {
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
fn over_columns(table: &Table, stored: &str, spelling: Spelling) -> String {
    let text = spelled(stored, spelling);
    match spelling {
        Spelling::Exact => text.into_owned(),
        Spelling::Short => without_casts(&text, &|name| {
            let column = table.column(name);
            column.is_some_and(|column| column.data_type.builtin_name() == Some("varchar"))
        }),
    }
}

/// Renders a constraint; `None` for a primary key, and for a constraint that attributes cannot express.
pub fn constraint(names: Names<'_>, table: &Table, found: &Constraint, spelling: Spelling) -> Option<Written> {
    let (name, sql) = (table.name.name.as_str(), &table.name);
    let timing = [
        (found.deferrable && !found.initially_deferred).then(|| "deferrable".to_owned()),
        found.initially_deferred.then(|| "initially_deferred".to_owned()),
    ];
    let not_valid = (!found.validated).then(|| "not_valid".to_owned());
    let named = |default: String| (found.name != default).then(|| format!("name = {}", string(&found.name)));
    match &found.kind {
        ConstraintKind::PrimaryKey { .. } => None,
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
        } => {
            let own = names.columns(sql, columns)?;
            let mut options = vec![nulls_not_distinct.then(|| "nulls_not_distinct".to_owned())];
            if !include.is_empty() {
                options.push(Some(format!("include({})", names.columns(sql, include)?)));
            }
            options.extend(timing);
            options.push(named(default_name::unique(name, columns.iter().map(String::as_str))));
            Some(over("unique", "unique", columns, &own, None, options))
        }
        ConstraintKind::Check {
            expression,
            columns,
            no_inherit,
        } => {
            let default = default_name::check(name, columns);
            let options = [no_inherit.then(|| "no_inherit".to_owned()), not_valid, named(default)];
            let value = string(&over_columns(table, expression, spelling));
            let place = match columns.as_slice() {
                [column] if names.column(sql, column).is_some() => Place::Column(column.clone()),
                _ => Place::Table,
            };
            Some(Written {
                place,
                text: call("check", [Some(value)].into_iter().chain(options)),
            })
        }
        ConstraintKind::ForeignKey(key) => {
            // The referenced table must be declared. Tables without a primary key and partitions are not.
            names.table(&key.references)?;
            let own = names.columns(sql, &key.columns)?;
            let target = names.target(sql, &key.references, &key.referenced_columns);
            let set = if key.on_delete_columns.is_empty() {
                String::new()
            } else {
                format!("({})", names.columns(sql, &key.on_delete_columns)?)
            };
            let mut options = actions(key, &set);
            options.extend(timing);
            options.push(not_valid);
            options.push(named(default_name::foreign_key(
                name,
                key.columns.iter().map(String::as_str),
            )));
            Some(over(
                "references",
                "foreign_key",
                &key.columns,
                &own,
                Some(target),
                options,
            ))
        }
        ConstraintKind::Exclude { definition, columns } => {
            let (method, elements, predicate) = exclusion(definition)?;
            let default = default_name::exclusion(name, columns.iter().map(String::as_str));
            let mut options = vec![
                (method != "gist").then(|| format!("method = {}", string(method))),
                predicate.map(|text| format!("where = {}", string(&over_columns(table, text, spelling)))),
            ];
            options.extend(timing);
            options.push(named(default));
            Some(Written {
                place: Place::Table,
                text: call("exclude", [Some(string(elements))].into_iter().chain(options)),
            })
        }
    }
}

/// Places an attribute on the column, if it is over one, or else on the table with its columns first.
fn over(
    on_column: &str,
    on_table: &str,
    columns: &[String],
    shown: &str,
    target: Option<String>,
    options: impl IntoIterator<Item = Option<String>>,
) -> Written {
    let (place, text) = match (columns, target) {
        ([column], target) => (
            Place::Column(column.clone()),
            call(on_column, [target].into_iter().chain(options)),
        ),
        (_, Some(target)) => {
            let first = Some(format!("{shown} -> {target}"));
            (Place::Table, call(on_table, [first].into_iter().chain(options)))
        }
        (_, None) => {
            let first = Some(shown.to_owned());
            (Place::Table, call(on_table, [first].into_iter().chain(options)))
        }
    };
    Written { place, text }
}

/// Renders the actions and the match type. `set` lists the columns that a deletion sets, if not all of them.
fn actions(key: &ForeignKey, set: &str) -> Vec<Option<String>> {
    let action = |word: &str, action: ReferentialAction, set: &str| {
        (action != ReferentialAction::NoAction)
            .then(|| format!("{word} = {}{set}", action.sql().to_lowercase().replace(' ', "_")))
    };
    vec![
        action("on_delete", key.on_delete, set),
        action("on_update", key.on_update, ""),
        (key.matching == Match::Full).then(|| "match_full".to_owned()),
    ]
}

/// Splits `EXCLUDE USING gist (...) WHERE (...)` into method, elements and condition; `None` if it has other parts.
fn exclusion(definition: &str) -> Option<(&str, &str, Option<&str>)> {
    let (method, rest) = definition.strip_prefix("EXCLUDE USING ")?.split_once(" (")?;
    let (elements, rest) = match rest.split_once(") WHERE (") {
        Some((elements, rest)) => (elements, Some(rest.strip_suffix(')')?)),
        None => (rest.strip_suffix(')')?, None),
    };
    let has_other_parts =
        elements.contains(") INCLUDE (") || elements.contains(") WITH (") || elements.contains(") USING ");
    (!has_other_parts).then_some((method, elements, rest))
}

/// Renders an index; `None` if attributes cannot express it.
pub fn index(names: Names<'_>, table: &Table, found: &Index, spelling: Spelling) -> Option<Written> {
    if !found.valid {
        return None;
    }
    let mut options = vec![
        found.unique.then(|| "unique".to_owned()),
        (found.method != "btree").then(|| format!("method = {}", string(&found.method))),
        found
            .predicate
            .as_ref()
            .map(|text| format!("where = {}", string(&over_columns(table, text, spelling)))),
        found.nulls_not_distinct.then(|| "nulls_not_distinct".to_owned()),
    ];
    if !found.include.is_empty() {
        options.push(Some(format!(
            "include({})",
            names.columns(&table.name, &found.include)?
        )));
    }
    options.push(storage(&found.options));
    if found.name != default_name::index(&table.name.name, found) {
        options.push(Some(format!("name = {}", string(&found.name))));
    }
    if let [key] = found.keys.as_slice()
        && !key.is_expression
    {
        let text = call("index", column_key(key).into_iter().chain(options.clone()));
        let is_reparsed = parsed(&text)
            .and_then(|(name, arguments)| ColumnAttribute::parse(&name, arguments).ok())
            .is_some_and(|read| matches!(&read, ColumnAttribute::Index(read) if same_keys(read, &found.keys) && read.options == found.options));
        if is_reparsed && names.column(&table.name, &key.text).is_some() {
            return Some(Written {
                place: Place::Column(key.text.clone()),
                text,
            });
        }
    }
    let keys: Option<Vec<Option<String>>> = found
        .keys
        .iter()
        .map(|key| table_key(names, table, key, spelling).map(Some))
        .collect();
    let text = call("index", keys?.into_iter().chain(options));
    let is_reparsed = parsed(&text)
        .and_then(|(name, arguments)| TableAttribute::parse(&name, arguments).ok())
        .is_some_and(|read| matches!(&read, TableAttribute::Index(read) if same_keys(read, &found.keys) && read.options == found.options));
    is_reparsed.then_some(Written {
        place: Place::Table,
        text,
    })
}

/// Renders storage parameters: `with(fillfactor = 70, fastupdate = off)`.
fn storage(options: &[String]) -> Option<String> {
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

/// Checks whether parsed keys equal the index's keys, apart from column names and expressions.
fn same_keys(read: &attribute::Index, keys: &[IndexKey]) -> bool {
    let bare = [IndexKey::column(String::new())];
    let read: Vec<IndexKey> = read
        .keys
        .iter()
        .map(|key| IndexKey {
            text: String::new(),
            is_expression: key.is_expression,
            collation: key.collation.clone(),
            operator_class: key.operator_class.clone(),
            descending: key.descending,
            nulls_first: key.nulls_first.unwrap_or(key.descending),
        })
        .collect();
    let expected = keys.iter().map(|key| IndexKey {
        text: String::new(),
        ..key.clone()
    });
    expected.eq(if read.is_empty() { bare.to_vec() } else { read })
}

/// Renders the options of the key of an index on a column.
fn column_key(key: &IndexKey) -> Vec<Option<String>> {
    let nulls = if key.nulls_first { "nulls_first" } else { "nulls_last" };
    vec![
        key.descending.then(|| "desc".to_owned()),
        (key.nulls_first != key.descending).then(|| nulls.to_owned()),
        key.operator_class
            .as_ref()
            .map(|class| format!("ops = {}", string(class))),
        key.collation
            .as_ref()
            .map(|own| format!("collate = {}", string(bare_name(own)))),
    ]
}

/// Renders a key of an index on the table, in SQL's order.
fn table_key(names: Names<'_>, table: &Table, key: &IndexKey, spelling: Spelling) -> Option<String> {
    let mut text = if key.is_expression {
        let short = over_columns(table, &key.text, spelling);
        let is_call = parsed(&format!("index({short})"))
            .and_then(|(name, arguments)| TableAttribute::parse(&name, arguments).ok())
            .is_some_and(|read| matches!(&read, TableAttribute::Index(read) if matches!(read.keys.as_slice(), [one] if one.text == short && one.is_expression)));
        if is_call { short } else { string(&short) }
    } else {
        names.column(&table.name, &key.text)?
    };
    if let Some(own) = &key.collation {
        let name = if own.contains('"') {
            string(bare_name(own))
        } else {
            own.clone()
        };
        text.push_str(&format!(" collate {name}"));
    }
    if let Some(class) = &key.operator_class {
        text.push_str(&format!(" {class}"));
    }
    if key.descending {
        text.push_str(" desc");
    }
    if key.nulls_first != key.descending {
        text.push_str(if key.nulls_first { " nulls first" } else { " nulls last" });
    }
    Some(text)
}

/// Removes the quotes of a name such as `"de-x-icu"`. A name with a schema or with quotes inside is unchanged.
fn bare_name(sql: &str) -> &str {
    sql.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|name| !name.contains(['"', '.']))
        .unwrap_or(sql)
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

fn call(name: &str, arguments: impl IntoIterator<Item = Option<String>>) -> String {
    let arguments: Vec<String> = arguments.into_iter().flatten().collect();
    if arguments.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", arguments.join(", "))
    }
}

/// Parses an attribute's name and arguments.
fn parsed(text: &str) -> Option<(Ident, proc_macro2::TokenStream)> {
    let meta: Meta = syn::parse_str(text).ok()?;
    let name = Ident::new(&meta.path().get_ident()?.to_string(), Span::call_site());
    Some((name, schema_diff_grammar::arguments(&meta).ok()?))
}
