//! Reads `table!` and `view!`: names, keys and columns.

use std::collections::BTreeMap;

use diesel_table_macro_syntax::ColumnDef;
use schema_diff_grammar::{
    attribute::{ColumnAttribute, TableAttribute},
    nearest::{alternatives, nearest},
};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Meta, ext::IdentExt, spanned::Spanned};

use super::{
    attribute::AttributeReader,
    cfg,
    data_type::TypeReader,
    error::{ParseError, Report},
    item::{Collected, TableItem},
    name,
    path::ModulePath,
    source::locate,
};
use crate::{
    declared::{DeclaredColumn, DeclaredTable, DeclaredType, Location},
    diagnostic::DiagnosticCode,
    doc_comment,
    model::QualifiedName,
};

/// Reads all tables with their modules, in their order in `collected`, and removes them from it.
pub(super) fn read(collected: &mut Collected, report: &mut Report) -> Vec<(ModulePath, DeclaredTable)> {
    let mut first: BTreeMap<QualifiedName, Location> = BTreeMap::new();
    let mut tables = Vec::new();
    for item in std::mem::take(&mut collected.tables) {
        let table = Reader {
            item: &item,
            collected,
            scope: item.scope(),
            report: &mut *report,
        }
        .table();
        if let Some(other) = first.get(&table.name) {
            let error = ParseError::new(
                DiagnosticCode::DuplicateDeclaration,
                table.location.clone(),
                format!("the table '{}' is declared twice", table.name.plain()),
            );
            report.error(
                error
                    .related(other.clone(), "declared here first")
                    .hint("remove one of the two declarations; or give one of them another name with `#[sql_name = \"...\"]`, or another schema"),
            );
        } else {
            first.insert(table.name.clone(), table.location.clone());
        }
        tables.push((item.place.module, table));
    }
    tables
}

struct Reader<'a> {
    item: &'a TableItem,
    collected: &'a Collected,
    scope: ModulePath,
    report: &'a mut Report,
}

/// Removes the schema that Diesel's `print-schema` repeats in a `sql_name`:
/// `#[sql_name = "app.Daily Totals"] app.Daily_Totals`.
fn without_schema<'a>(sql_name: &'a str, schema: &str) -> &'a str {
    sql_name
        .strip_prefix(schema)
        .and_then(|rest| rest.strip_prefix('.'))
        .filter(|name| schema != "public" && !name.is_empty())
        .unwrap_or(sql_name)
}

impl Reader<'_> {
    fn table(mut self) -> DeclaredTable {
        let declaration = &self.item.declaration;
        let location = self.at(&declaration.table_name);
        let schema = declaration
            .schema
            .as_ref()
            .map_or_else(|| "public".to_owned(), |schema| schema.unraw().to_string());
        if let Some(ident) = &declaration.schema {
            self.check_name("schema", &schema, ident);
        }
        self.check_name("table", &declaration.sql_name, &declaration.table_name);
        let columns = self.columns();
        let primary_key = if self.item.is_view {
            Vec::new()
        } else {
            self.primary_key(&columns)
        };
        // Attributes on the call and on the table are both resolved in the surrounding module.
        let around = &self.item.place.module;
        let mut attributes = self.attributes(around, &self.item.call_attributes, TableAttribute::parse);
        attributes.extend(self.attributes(around, &declaration.meta, TableAttribute::parse));
        let written = attributes.iter().find_map(|(attribute, at)| match attribute {
            TableAttribute::Comment(text) => Some((text, at)),
            _ => None,
        });
        let doc = self.doc(&declaration.meta, written).filter(|_| !self.item.is_view);
        DeclaredTable {
            doc,
            name: QualifiedName::new(&schema, without_schema(&declaration.sql_name, &schema)),
            rust_name: declaration.table_name.unraw().to_string(),
            primary_key,
            columns,
            attributes,
            is_view: self.item.is_view,
            location,
        }
    }

    /// Returns the doc comment, if doc comments are the database's comments. Reports an error if it differs from the
    /// attribute.
    fn doc(&mut self, attributes: &[Attribute], written: Option<(&String, &Location)>) -> Option<String> {
        if !self.item.has_doc_comments {
            return None;
        }
        let values = attributes.iter().filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(own) if own.path.is_ident("doc") => match &own.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text), ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        });
        let doc = doc_comment::text(&values.collect::<Vec<_>>());
        if let Some((text, at)) = written.filter(|(text, _)| !doc.is_empty() && **text != doc) {
            let error = ParseError::new(
                DiagnosticCode::ConflictingAttributes,
                at.clone(),
                format!("this comment ({text:?}) and the doc comment ({doc:?}) differ"),
            );
            self.report.error(error.hint(
                "doc comments are used as comments in the database (because of `doc_comments` in schema-diff.toml or `with_docs` in \
                 diesel.toml): remove one of the two",
            ));
        }
        Some(doc)
    }

    fn columns(&mut self) -> Vec<DeclaredColumn> {
        let mut columns: Vec<DeclaredColumn> = Vec::with_capacity(self.item.declaration.column_defs.len());
        for definition in &self.item.declaration.column_defs {
            if !cfg::is_on(&definition.meta) {
                continue;
            }
            let column = self.column(definition);
            let same = columns
                .iter()
                .find(|other| other.name == column.name || other.rust_name == column.rust_name);
            if let Some(other) = same {
                let error = ParseError::new(
                    DiagnosticCode::DuplicateDeclaration,
                    column.location.clone(),
                    format!("the column '{}' is declared twice", column.name),
                );
                self.report
                    .error(error.related(other.location.clone(), "declared here first"));
            } else {
                columns.push(column);
            }
        }
        if columns.is_empty() {
            let location = self.at(&self.item.declaration.table_name);
            self.report.error(
                ParseError::new(
                    DiagnosticCode::InvalidDeclaration,
                    location,
                    "this table has no columns",
                )
                .hint("declare at least one column, such as `id -> Int4,`"),
            );
        }
        columns
    }

    fn column(&mut self, definition: &ColumnDef) -> DeclaredColumn {
        self.check_name("column", &definition.sql_name, &definition.column_name);
        let attributes = self.attributes(&self.scope.clone(), &definition.meta, ColumnAttribute::parse);
        let rust_name = definition.column_name.unraw().to_string();
        let reader = TypeReader {
            scope: &self.collected.scope,
            module: self.scope.clone(),
            file: &self.item.place.file,
        };
        // With `#[sql_type]`, the Rust type need not be known.
        let says_type = attributes
            .iter()
            .any(|(attribute, _)| matches!(attribute, ColumnAttribute::SqlType(_)));
        let (data_type, nullable) = match reader.read(&definition.tpe) {
            Ok(column_type) => (column_type.data_type, column_type.nullable),
            Err(error) => {
                if !says_type {
                    self.report.error(error);
                }
                unknown_type(&definition.tpe)
            }
        };
        let auto_increment = data_type.serial
            || definition
                .meta
                .iter()
                .any(|attribute| attribute.path().is_ident("auto_increment"));
        if data_type.serial && (nullable || data_type.array) {
            let location = self.at(&definition.tpe);
            let error = ParseError::new(
                DiagnosticCode::InvalidDeclaration,
                location,
                format!(
                    "a column of the type `{}` cannot be nullable or an array, because the type stands for an auto-incrementing integer",
                    data_type.rust_name
                ),
            );
            self.report.error(
                error.hint("remove Nullable<...> or Array<...>; or keep it, and use an integer type such as Int4 in place of the serial type"),
            );
        }
        let max_length = definition.max_length.as_ref().and_then(|length| {
            let parsed = length.base10_parse::<u32>().ok().filter(|length| *length > 0);
            if parsed.is_none() {
                let error = ParseError::new(
                    DiagnosticCode::InvalidDeclaration,
                    locate(&self.item.place.file, length.span()),
                    "the value of `#[max_length = ...]` is not a valid length",
                );
                self.report.error(
                    error.hint("the length in `#[max_length = ...]` must be a number of characters from 1 to 10485760"),
                );
            }
            parsed
        });
        let written = attributes.iter().find_map(|(attribute, at)| match attribute {
            ColumnAttribute::Comment(text) => Some((text, at)),
            _ => None,
        });
        let doc = self.doc(&definition.meta, written).filter(|_| !self.item.is_view);
        DeclaredColumn {
            doc,
            name: definition.sql_name.clone(),
            rust_name,
            data_type,
            nullable,
            max_length,
            auto_increment,
            attributes,
            location: self.at(&definition.column_name),
            type_location: self.at(&definition.tpe),
        }
    }

    /// Returns the key columns by their SQL names. Without a written key it is `id`, as in Diesel.
    fn primary_key(&mut self, columns: &[DeclaredColumn]) -> Vec<String> {
        let declaration = &self.item.declaration;
        let Some(written) = &declaration.primary_keys else {
            let id = columns.iter().find(|column| column.rust_name == "id");
            if id.is_none() && !columns.is_empty() {
                let location = self.at(&declaration.table_name);
                let error = ParseError::new(
                    DiagnosticCode::UnknownColumn,
                    location,
                    format!(
                        "the table '{}' declares no primary key, and has no column `id` that would be the default",
                        declaration.table_name
                    ),
                );
                self.report.error(error.hint(format!(
                    "write the primary key's columns after the table's name: `{} (column, ...) {{ ... }}`",
                    declaration.table_name
                )));
            }
            return id.map(|column| column.name.clone()).into_iter().collect();
        };
        let mut key: Vec<String> = Vec::new();
        for ident in &written.keys {
            let name = ident.unraw().to_string();
            match columns.iter().find(|column| column.rust_name == name) {
                Some(column) if key.contains(&column.name) => {
                    let location = self.at(ident);
                    self.report.error(ParseError::new(
                        DiagnosticCode::InvalidDeclaration,
                        location,
                        format!("the primary key contains the column `{name}` twice"),
                    ));
                }
                Some(column) => key.push(column.name.clone()),
                None => {
                    let near = nearest(&name, columns.iter().map(|column| column.rust_name.as_str()), 3);
                    let error = ParseError::new(
                        DiagnosticCode::UnknownColumn,
                        self.at(ident),
                        format!("the primary key contains a column `{name}`, but the table has no such column"),
                    );
                    let hint = if near.is_empty() {
                        "add the column to the table, or remove its name from the primary key".into()
                    } else {
                        format!("did you mean {}?", alternatives(&near))
                    };
                    self.report.error(error.hint(hint));
                }
            }
        }
        key
    }

    fn attributes<A>(
        &mut self,
        module: &ModulePath,
        attributes: &[syn::Attribute],
        parse: impl Fn(&Ident, proc_macro2::TokenStream) -> syn::Result<A>,
    ) -> Vec<(A, Location)> {
        let reader = AttributeReader {
            scope: &self.collected.scope,
            module,
            file: &self.item.place.file,
        };
        reader.read(attributes, parse, self.report)
    }

    fn check_name(&mut self, kind: &str, text: &str, at: &Ident) {
        if let Err(problem) = name::check(kind, text) {
            let location = self.at(at);
            self.report
                .error(ParseError::new(DiagnosticCode::InvalidName, location, problem.message).hint(problem.hint));
        }
    }

    fn at(&self, token: &impl Spanned) -> Location {
        locate(&self.item.place.file, token.span())
    }
}

/// Returns a placeholder for an unknown type, so that reading continues.
fn unknown_type(written: &syn::TypePath) -> (DeclaredType, bool) {
    let nullable = written
        .path
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "Nullable");
    let rust_name = written
        .path
        .segments
        .last()
        .map(|segment| segment.ident.unraw().to_string())
        .unwrap_or_default();
    let name = heck::ToSnakeCase::to_snake_case(rust_name.as_str());
    (
        DeclaredType {
            schema: None,
            name,
            array: false,
            serial: false,
            rust_name,
        },
        nullable,
    )
}
