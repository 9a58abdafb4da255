//! The derives that map a Rust enum to a Postgres enum, and their attributes in all spellings.

use std::collections::BTreeMap;

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

use super::{cfg, path::WrittenPath};

/// The derive that maps an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Derive {
    /// diesel-derive-enum's `DbEnum`.
    DbEnum,
    /// Diesel's own `Enum`.
    Diesel,
}

/// Returns the derive that maps an enum, if it has one.
pub(super) fn derive(item: &syn::ItemEnum) -> Option<Derive> {
    let derives = cfg::flatten(&item.attrs, |_| false)
        .into_iter()
        .filter_map(|meta| match meta {
            Meta::List(list) if list.path.is_ident("derive") => list
                .parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)
                .ok(),
            _ => None,
        });
    let paths: Vec<WrittenPath> = derives.flatten().map(|path| WrittenPath::new(&path)).collect();
    if paths.iter().any(|path| path.last() == "DbEnum") {
        return Some(Derive::DbEnum);
    }
    let is_diesel = |path: &WrittenPath| {
        path.last() == "Enum" && (path.segments.len() == 1 || path.segments.iter().any(|part| part == "diesel"))
    };
    (paths.iter().any(is_diesel) && options(&item.attrs).contains_key("sql_type")).then_some(Derive::Diesel)
}

/// The options in the attributes of an enum or a variant, under their names in diesel-derive-enum 3.0.
pub(super) type Options = BTreeMap<&'static str, Meta>;

/// All spellings in use, with the option that each one sets.
const SPELLINGS: &[(&str, &str)] = &[
    ("ExistingTypePath", "existing_type_path"),
    ("DieselExistingType", "existing_type_path"),
    ("existing_type_path", "existing_type_path"),
    ("DieselType", "diesel_type"),
    ("diesel_type", "diesel_type"),
    ("PgType", "pg_type"),
    ("pg_type", "pg_type"),
    ("PgSchema", "pg_schema"),
    ("DbValueStyle", "value_style"),
    ("value_style", "value_style"),
    ("db_rename", "rename"),
    ("rename", "rename"),
    ("rename_all", "rename_all"),
    ("sql_type", "sql_type"),
];

/// Returns the options in attributes. If an option occurs more than once, the first one counts.
pub(super) fn options(attributes: &[Attribute]) -> Options {
    let mut options = Options::new();
    for meta in cfg::flatten(attributes, |_| false) {
        match &meta {
            Meta::NameValue(pair) => push_option(&mut options, pair.path.get_ident(), &meta),
            Meta::List(list) if list.path.is_ident("db_enum") || list.path.is_ident("diesel") => {
                let nested = list
                    .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                    .unwrap_or_default();
                for meta in &nested {
                    push_option(&mut options, meta.path().get_ident(), meta);
                }
            }
            _ => {}
        }
    }
    options
}

fn push_option(options: &mut Options, name: Option<&syn::Ident>, meta: &Meta) {
    let Some(name) = name else { return };
    if let Some((_, option)) = SPELLINGS.iter().find(|(spelling, _)| name == spelling) {
        options.entry(option).or_insert_with(|| meta.clone());
    }
}
