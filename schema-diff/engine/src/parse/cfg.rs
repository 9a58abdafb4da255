//! Decides without a build which items `#[cfg(...)]` and `#[cfg_attr(...)]` enable.
//!
//! A schema is read for development on Linux with Postgres: `test`, `doc`, `miri` and unknown flags are off; `unix` and
//! `debug_assertions` are on. `target_os` is `linux` and `target_family` is `unix`; every other `target_...` is on.
//! Features are on, unless their names contain that of another database (`sqlite`, `mysql`, `mariadb`). `any()`,
//! `all()`, `not(...)`, `true` and `false` have Rust's meaning.

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

/// Checks whether all `#[cfg]` conditions of an item hold.
pub(super) fn is_on(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .all(|attribute| {
            let Meta::List(list) = &attribute.meta else { return true };
            list.parse_args::<Predicate>().is_ok_and(|predicate| predicate.0)
        })
}

/// Returns the attributes, with those in `#[cfg_attr(...)]` unpacked. schema-diff's attributes are included whatever
/// the condition is, so that users can write `#[cfg_attr(any(), schema_diff::...)]` without depending on the macros.
pub(super) fn flatten(attributes: &[Attribute], is_ours: impl Fn(&Meta) -> bool) -> Vec<Meta> {
    let mut flat = Vec::new();
    for attribute in attributes {
        push_flat(&attribute.meta, true, &is_ours, &mut flat);
    }
    flat
}

fn push_flat(meta: &Meta, on: bool, is_ours: &impl Fn(&Meta) -> bool, flat: &mut Vec<Meta>) {
    match meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let Ok(CfgAttr { on: own, metas }) = list.parse_args::<CfgAttr>() else {
                return;
            };
            for meta in &metas {
                push_flat(meta, on && own, is_ours, flat);
            }
        }
        _ if on || is_ours(meta) => flat.push(meta.clone()),
        _ => {}
    }
}

struct CfgAttr {
    on: bool,
    metas: Punctuated<Meta, Token![,]>,
}

impl syn::parse::Parse for CfgAttr {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let on = input.parse::<Predicate>()?.0;
        input.parse::<Token![,]>()?;
        Ok(Self {
            on,
            metas: Punctuated::parse_terminated(input)?,
        })
    }
}

struct Predicate(bool);

impl syn::parse::Parse for Predicate {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::LitBool) {
            return Ok(Self(input.parse::<syn::LitBool>()?.value));
        }
        let path = input.call(syn::Path::parse_mod_style)?;
        let name = path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let parts: Punctuated<Self, Token![,]> = Punctuated::parse_terminated(&content)?;
            let mut parts = parts.iter().map(|part| part.0);
            return Ok(Self(match name.as_str() {
                "any" => parts.any(|on| on),
                "all" => parts.all(|on| on),
                "not" => parts.next().is_some_and(|on| !on),
                _ => false,
            }));
        }
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let value: syn::Lit = input.parse()?;
            let syn::Lit::Str(value) = value else {
                return Ok(Self(false));
            };
            return Ok(Self(has_value(&name, &value.value())));
        }
        Ok(Self(matches!(name.as_str(), "unix" | "debug_assertions")))
    }
}

fn has_value(name: &str, value: &str) -> bool {
    match name {
        "feature" => !["sqlite", "mysql", "mariadb"].iter().any(|other| value.contains(other)),
        "target_os" => value == "linux",
        "target_family" => value == "unix",
        _ => name.starts_with("target_") || name == "panic",
    }
}
