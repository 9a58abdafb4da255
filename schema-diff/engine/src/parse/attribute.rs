//! Finds schema-diff's attributes on tables, columns and `joinable!`, however they were imported.

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
use crate::{declared::Location, diagnostic::DiagnosticCode};

/// The name of the macros' crate in `schema.rs`.
const CRATE: &str = "schema_diff";

/// Reads attributes in one file. Their names are resolved in one module.
pub(super) struct AttributeReader<'a> {
    pub scope: &'a Scope,
    pub module: &'a ModulePath,
    pub file: &'a Arc<Path>,
}

impl AttributeReader<'_> {
    /// Reads schema-diff's attributes with `parse`, the parser for the kind of item that they are on.
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
                        let error = ParseError::new(
                            DiagnosticCode::InvalidAttribute,
                            locate_or(self.file, error.span(), meta.span()),
                            sentence(&message),
                        );
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

    /// Returns the attribute's name with its span, if it is one of schema-diff's.
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
