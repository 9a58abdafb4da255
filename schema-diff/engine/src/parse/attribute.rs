//! Our attributes on tables, columns and `joinable!`: finding them, however they were imported.

use std::{path::Path, sync::Arc};

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Meta, spanned::Spanned};

use super::{
    cfg,
    error::{ParseError, Report},
    item::sentence,
    path::{ModulePath, WrittenPath},
    scope::Scope,
    source::{locate, locate_or},
};
use crate::declared::Location;

/// The crate of the macros, as `schema.rs` names it.
const CRATE: &str = "schema_diff";

/// Where attributes stand, and in which scope their names are looked up.
pub(super) struct AttributeReader<'a> {
    pub scope: &'a Scope,
    pub module: &'a ModulePath,
    pub file: &'a Arc<Path>,
}

impl AttributeReader<'_> {
    /// Those that are ours, by the parser for the kind of thing that they stand on.
    pub fn read<A>(
        &self,
        attributes: &[Attribute],
        parse: impl Fn(&Ident, TokenStream) -> syn::Result<A>,
        report: &mut Report,
    ) -> Vec<(A, Location)> {
        let mut found = Vec::new();
        for meta in cfg::flatten(attributes, |meta| self.name(meta).is_some()) {
            let Some(name) = self.name(&meta) else { continue };
            let parsed = schema_diff_grammar::arguments(&meta).and_then(|arguments| parse(&name, arguments));
            match parsed {
                Ok(attribute) => found.push((attribute, locate(self.file, meta.span()))),
                Err(errors) => {
                    for error in errors {
                        let (message, hint) = schema_diff_grammar::split_hint(&error);
                        let error =
                            ParseError::new(locate_or(self.file, error.span(), meta.span()), sentence(&message));
                        report.error(match hint {
                            Some(hint) => error.hint(hint),
                            None => error,
                        });
                    }
                }
            }
        }
        found
    }

    /// The attribute's name, at its place, if it is ours.
    fn name(&self, meta: &Meta) -> Option<Ident> {
        let last = meta.path().segments.last()?;
        let path = WrittenPath::new(meta.path());
        let full = match path.segments.as_slice() {
            [first, name] if first == CRATE => vec![CRATE.to_owned(), name.clone()],
            [name] if self.scope.imports_all_of(self.module, CRATE) && schema_diff_grammar::is_attribute(name) => {
                vec![CRATE.to_owned(), name.clone()]
            }
            _ => self.scope.imported(self.module, &path)?,
        };
        match full.as_slice() {
            [first, name] if first == CRATE => syn::parse_str::<Ident>(name).ok().map(|mut name| {
                name.set_span(last.ident.span());
                name
            }),
            _ => None,
        }
    }
}
