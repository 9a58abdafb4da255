//! Reads structs that map to a type of Postgres: `#[diesel(postgres_type(name = "mood", schema = "app"))]`, and the
//! form of older Diesel versions, `#[postgres(type_name = "mood")]`.

use std::{path::Path, sync::Arc};

use syn::{Meta, Token, punctuated::Punctuated};

use super::{
    builtin, cfg,
    error::{ParseError, Report},
    name,
    source::locate,
};
use crate::{declared::Location, diagnostic::DiagnosticCode};

/// A type of Postgres that the project has a struct for.
#[derive(Clone, Debug)]
pub(super) struct SqlType {
    /// Its schema, if it is written or if the type is built into Postgres.
    pub schema: Option<String>,
    /// Its name; `None` if the struct has only a number (`oid`) or a type of another database.
    pub name: Option<String>,
    /// The location of the struct.
    pub location: Location,
}

/// Returns the type that a struct maps to, if its attributes name one.
pub(super) fn read(item: &syn::ItemStruct, file: &Arc<Path>, report: &mut Report) -> Option<SqlType> {
    let mut found = None;
    for meta in cfg::flatten(&item.attrs, |_| false) {
        let Meta::List(list) = &meta else { continue };
        let parts = if list.path.is_ident("diesel") {
            nested(list).into_iter().find_map(|meta| match meta {
                Meta::List(inner) if inner.path.is_ident("postgres_type") => Some(nested(&inner)),
                Meta::List(inner) if inner.path.is_ident("sqlite_type") || inner.path.is_ident("mysql_type") => {
                    Some(Vec::new())
                }
                _ => None,
            })
        } else if list.path.is_ident("postgres") {
            Some(nested(list))
        } else {
            None
        };
        let Some(parts) = parts else { continue };
        let name = text_of(&parts, &["name", "type_name"]);
        let schema = text_of(&parts, &["schema", "type_schema"]);
        if name.is_some() || found.is_none() {
            found = Some((name, schema, meta));
        }
    }
    let (name, schema, meta) = found?;
    let location = locate(file, item.ident.span());
    for text in name.iter().chain(&schema) {
        if let Err(problem) = name::check("type", text) {
            let place = locate(file, syn::spanned::Spanned::span(&meta));
            report.error(ParseError::new(DiagnosticCode::InvalidName, place, problem.message).hint(problem.hint));
        }
    }
    let schema = schema.or_else(|| builtin::schema_of(name.as_deref()?));
    Some(SqlType { schema, name, location })
}

/// Returns the items in an attribute's parentheses; none if they are not a list.
fn nested(list: &syn::MetaList) -> Vec<Meta> {
    list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
        .map(|metas| metas.into_iter().collect())
        .unwrap_or_default()
}

fn text_of(metas: &[Meta], keys: &[&str]) -> Option<String> {
    metas
        .iter()
        .find(|meta| keys.iter().any(|key| meta.path().is_ident(key)))
        .and_then(text)
}

/// Returns the text of `key = "text"`.
pub(super) fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
