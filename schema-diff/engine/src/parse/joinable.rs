//! `joinable!(child -> parent (column))`.

use schema_diff_grammar::{
    attribute::{JoinableAttribute, TableAttribute},
    nearest::{alternatives, nearest},
};
use syn::{Ident, Token, ext::IdentExt, parse::ParseStream, spanned::Spanned};

use super::{
    attribute::AttributeReader,
    error::{ParseError, Report},
    item::{Collected, JoinableItem, sentence},
    path::{ModulePath, WrittenPath},
    source::{locate, locate_or},
};
use crate::{
    declared::{DeclaredTable, Joinable},
    diagnostic::DiagnosticCode,
};

/// Reads all `joinable!` calls.
pub(super) fn read(
    collected: &Collected,
    tables: &[(ModulePath, DeclaredTable)],
    report: &mut Report,
) -> Vec<Joinable> {
    collected
        .joinables
        .iter()
        .filter_map(|item| {
            Reader {
                item,
                collected,
                tables,
                report: &mut *report,
            }
            .joinable()
        })
        .collect()
}

/// The arguments of a `joinable!`.
struct Written {
    child: syn::Path,
    parent: syn::Path,
    column: Ident,
}

impl syn::parse::Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let child = input.call(syn::Path::parse_mod_style)?;
        input.parse::<Token![->]>()?;
        let parent = input.call(syn::Path::parse_mod_style)?;
        let content;
        syn::parenthesized!(content in input);
        let column = content.call(Ident::parse_any)?;
        if !content.is_empty() {
            return Err(content.error("`joinable!` takes exactly one column in the parentheses"));
        }
        Ok(Self { child, parent, column })
    }
}

struct Reader<'a> {
    item: &'a JoinableItem,
    collected: &'a Collected,
    tables: &'a [(ModulePath, DeclaredTable)],
    report: &'a mut Report,
}

impl<'a> Reader<'a> {
    fn joinable(mut self) -> Option<Joinable> {
        let file = &self.item.place.file;
        let call = &self.item.call;
        let written = match call.parse_body::<Written>() {
            Ok(written) => written,
            Err(error) => {
                let location = locate_or(file, error.span(), call.delimiter.span().close());
                let error = ParseError::new(
                    DiagnosticCode::InvalidDeclaration,
                    location,
                    sentence(&error.to_string()),
                );
                self.report
                    .error(error.hint("write `joinable!` in this form: joinable!(child -> parent (column))"));
                return None;
            }
        };
        let (child, parent) = (self.table(&written.child), self.table(&written.parent));
        let (child, parent) = (child?, parent?);
        let name = written.column.unraw().to_string();
        let Some(column) = child.columns.iter().find(|column| column.rust_name == name) else {
            let near = nearest(&name, child.columns.iter().map(|column| column.rust_name.as_str()), 3);
            let error = ParseError::new(
                DiagnosticCode::UnknownColumn,
                locate(file, written.column.span()),
                format!("the table `{}` has no column `{name}`", child.rust_name),
            );
            let hint = if near.is_empty() {
                "name the column that refers to the other table".into()
            } else {
                format!("did you mean {}?", alternatives(&near))
            };
            self.report
                .error(error.related(child.location.clone(), "this table").hint(hint));
            return None;
        };
        let reader = AttributeReader {
            scope: &self.collected.scope,
            module: &self.item.place.module,
            file,
        };
        let attributes = reader.read(&self.item.attributes, JoinableAttribute::parse, self.report);
        Some(Joinable {
            child: child.name.clone(),
            parent: parent.name.clone(),
            column: column.name.clone(),
            attributes,
            location: locate(
                file,
                call.path
                    .span()
                    .join(call.delimiter.span().close())
                    .unwrap_or_else(|| call.path.span()),
            ),
        })
    }

    /// Resolves a path to a table. An unresolved path refers to the only table of that name, or to the one whose module
    /// matches the path best.
    fn table(&mut self, written: &syn::Path) -> Option<&'a DeclaredTable> {
        let path = WrittenPath::new(written);
        let tables = self.tables;
        if let Some(at) = self.collected.scope.find_table(&self.item.place.module, &path) {
            return tables.get(at).map(|(_, table)| table);
        }
        let named: Vec<&DeclaredTable> = tables
            .iter()
            .map(|(_, table)| table)
            .filter(|table| table.rust_name == path.last())
            .collect();
        if let [one] = named.as_slice() {
            return Some(one);
        }
        // Not every file's place in the crate is known; the end of the path is enough to choose.
        let modules: Vec<&str> = path.segments.iter().rev().skip(1).map(String::as_str).collect();
        let mut ends: Vec<(usize, &DeclaredTable)> = tables
            .iter()
            .filter(|(_, table)| table.rust_name == path.last())
            .map(|(module, table)| (module.common_end(&modules), table))
            .collect();
        ends.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        if let [(best, table), (next, _), ..] = ends.as_slice()
            && best > next
        {
            return Some(table);
        }
        let location = locate(&self.item.place.file, written.span());
        let error = if named.is_empty() {
            let renamed = tables.iter().map(|(_, table)| table).find(|table| {
                table.attributes.iter().any(|(attribute, _)| {
                    matches!(attribute, TableAttribute::RenamedFrom(old) if old.rsplit('.').next() == Some(path.last()))
                })
            });
            let near = nearest(path.last(), tables.iter().map(|(_, table)| table.rust_name.as_str()), 3);
            let hint = if let Some(table) = renamed {
                format!("the table was renamed to `{}`", table.rust_name)
            } else if near.is_empty() {
                "declare the table with `table!`; or, if the table was renamed, write the new name in this `joinable!`; or remove this `joinable!`".into()
            } else {
                format!("did you mean {}?", alternatives(&near))
            };
            ParseError::new(
                DiagnosticCode::UnknownTable,
                location,
                format!("there is no table `{path}`"),
            )
            .hint(hint)
        } else {
            let error = ParseError::new(
                DiagnosticCode::AmbiguousName,
                location,
                format!("there are {} tables named `{path}`", named.len()),
            );
            let error = named.iter().fold(error, |error, table| {
                error.related(table.location.clone(), "one of them")
            });
            error.hint("write the path of the table: `module::table`")
        };
        self.report.error(error);
        None
    }
}
