//! Renders indexes as attributes: `index(lower(email))`.
//!
//! An attribute is used only if parsing it gives the index again.

use proc_macro2::Span;
use schema_diff_grammar::attribute::{self, ColumnAttribute, TableAttribute};
use syn::{Ident, Meta};

use super::{
    attribute::{Names, Place, Written, call, over_columns, storage},
    expression::Spelling,
    literal::string,
};
use crate::model::{Index, IndexKey, Table, default_name};

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

/// Parses an attribute's name and arguments.
fn parsed(text: &str) -> Option<(Ident, proc_macro2::TokenStream)> {
    let meta: Meta = syn::parse_str(text).ok()?;
    let name = Ident::new(&meta.path().get_ident()?.to_string(), Span::call_site());
    Some((name, schema_diff_grammar::arguments(&meta).ok()?))
}
