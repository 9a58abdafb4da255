//! Reads Rust enums that map to an enum type of Postgres: `DbEnum` of diesel-derive-enum, as 2.1 and 3.0 spell it, and
//! `Enum` of Diesel 2.4.

use schema_diff_grammar::nearest::{alternatives, nearest};
use syn::{Meta, ext::IdentExt, spanned::Spanned};

use super::{
    cfg,
    enum_derive::{Derive, Options, options},
    error::{ParseError, Report},
    item::{Collected, EnumItem},
    label::{DERIVE_ENUM_STYLES, DIESEL_STYLES, Style},
    name,
    path::WrittenPath,
    scope::{Found, Symbol},
    source::locate,
    sql_type::{SqlType, text},
};
use crate::{
    declared::{DeclaredEnum, Location},
    diagnostic::DiagnosticCode,
    model::MAX_IDENTIFIER_BYTES,
};

/// Defines the types that `DbEnum` generates for Diesel, so that tables can refer to them.
pub(super) fn define_types(collected: &mut Collected) {
    let Collected { scope, enums, .. } = collected;
    for item in enums {
        let options = options(&item.item.attrs);
        if item.derive != Derive::DbEnum || options.contains_key("existing_type_path") {
            continue;
        }
        let ident = item.item.ident.unraw().to_string();
        let written = |option: &str| options.get(option).and_then(text);
        let sql_type = SqlType {
            schema: written("pg_schema"),
            name: Some(written("pg_type").unwrap_or_else(|| heck::ToSnakeCase::to_snake_case(ident.as_str()))),
            location: locate(&item.place.file, item.item.ident.span()),
        };
        let name = written("diesel_type").unwrap_or_else(|| format!("{ident}Mapping"));
        scope.define(&item.place.module, name, Symbol::Type(sql_type));
    }
}

/// Reads all enums. Each Postgres type is returned once.
pub(super) fn read(collected: &Collected, report: &mut Report) -> Vec<DeclaredEnum> {
    let mut enums: Vec<DeclaredEnum> = Vec::new();
    for item in &collected.enums {
        let Some(declared) = (Reader {
            item,
            collected,
            report: &mut *report,
        })
        .declared() else {
            continue;
        };
        let same = enums
            .iter()
            .find(|other| (schema_of(other), &other.name) == (schema_of(&declared), &declared.name));
        match same {
            None => enums.push(declared),
            Some(other) if other.labels == declared.labels => {}
            Some(other) if sorted(&other.labels) == sorted(&declared.labels) => {
                let message = format!(
                    "the labels of the Postgres type '{}' are in a different order here than in `{}`, whose order is used",
                    declared.name, other.rust_name
                );
                report.warn(DiagnosticCode::EnumOrder, &declared.location, message);
            }
            Some(other) => {
                let error = ParseError::new(
                    DiagnosticCode::ConflictingLabels,
                    declared.location.clone(),
                    format!(
                        "this Rust enum has other labels for the Postgres type '{}' than the Rust enum `{}`",
                        declared.name, other.rust_name
                    ),
                );
                let error = error.related(other.location.clone(), format!("labels: {}", other.labels.join(", ")));
                report.error(error.hint(format!(
                    "this Rust enum has the labels {}; all Rust enums for the same Postgres type must have the same labels",
                    declared.labels.join(", ")
                )));
            }
        }
    }
    enums
}

fn sorted(labels: &[String]) -> Vec<&str> {
    let mut labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    labels.sort_unstable();
    labels
}

fn schema_of(declared: &DeclaredEnum) -> &str {
    declared.schema.as_deref().unwrap_or("public")
}

struct Reader<'a> {
    item: &'a EnumItem,
    collected: &'a Collected,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn declared(mut self) -> Option<DeclaredEnum> {
        let options = options(&self.item.item.attrs);
        let (schema, name) = self.postgres_type(&options)?;
        let style = self.style(&options)?;
        let labels = self.labels(style);
        if let Err(problem) = name::check("type", &name) {
            let error = ParseError::new(
                DiagnosticCode::InvalidName,
                self.at(&self.item.item.ident),
                problem.message,
            );
            self.report.error(error.hint(problem.hint));
        }
        Some(DeclaredEnum {
            schema,
            name,
            labels: labels.iter().map(|(label, _)| label.clone()).collect(),
            variants: labels.into_iter().collect(),
            rust_name: self.item.item.ident.unraw().to_string(),
            location: self.at(&self.item.item.ident),
        })
    }

    /// Returns the schema and name of the type in Postgres; `None` for an enum that is stored as another type.
    fn postgres_type(&mut self, options: &Options) -> Option<(Option<String>, String)> {
        let existing = match self.item.derive {
            Derive::DbEnum => options
                .get("existing_type_path")
                .map(|meta| (meta, text(meta).and_then(|text| syn::parse_str(&text).ok()))),
            Derive::Diesel => options.get("sql_type").map(|meta| (meta, path(meta))),
        };
        let Some((meta, written)) = existing else {
            let written = |option: &str| options.get(option).and_then(text);
            let name = written("pg_type")
                .unwrap_or_else(|| heck::ToSnakeCase::to_snake_case(self.item.item.ident.unraw().to_string().as_str()));
            return Some((written("pg_schema"), name));
        };
        let found = written.map(|path: syn::Path| {
            self.collected
                .scope
                .find_type(&self.item.place.module, &WrittenPath::new(&path))
        });
        match found {
            Some(Found::Local(SqlType {
                schema,
                name: Some(name),
                ..
            })) => Some((schema.clone(), name.clone())),
            // Stored as an integer or a text: there is no enum type.
            Some(Found::External(..)) if self.item.derive == Derive::Diesel => None,
            _ => {
                let message = format!(
                    "the Postgres type of `{}` was not found, so its labels are not compared; the path in the enum's attribute must name a struct with #[diesel(postgres_type(name = \"...\"))]",
                    self.item.item.ident
                );
                self.report.warn(DiagnosticCode::EnumSkipped, &self.at(meta), message);
                None
            }
        }
    }

    fn style(&mut self, options: &Options) -> Option<Style> {
        let (option, find, known, default): (_, fn(&str) -> Option<Style>, _, _) = match self.item.derive {
            Derive::DbEnum => ("value_style", Style::of_derive_enum, DERIVE_ENUM_STYLES, "snake_case"),
            Derive::Diesel => ("rename_all", Style::of_diesel, DIESEL_STYLES, "PascalCase"),
        };
        let Some(meta) = options.get(option) else {
            return find(default);
        };
        let written = text(meta).unwrap_or_default();
        let style = find(&written);
        if style.is_none() {
            let near = nearest(&written, known.iter().copied(), 1);
            let hint = if near.is_empty() {
                format!("known styles: {}", alternatives(known))
            } else {
                format!("did you mean {}?", alternatives(&near))
            };
            self.report.error(
                ParseError::new(
                    DiagnosticCode::InvalidEnum,
                    self.at(meta),
                    format!("`{written}` is not a known case style for the labels of an enum"),
                )
                .hint(hint),
            );
        }
        style
    }

    /// Returns the labels, each with its variant.
    fn labels(&mut self, style: Style) -> Vec<(String, String)> {
        let mut labels: Vec<(String, String)> = Vec::new();
        for variant in self
            .item
            .item
            .variants
            .iter()
            .filter(|variant| cfg::is_on(&variant.attrs))
        {
            if !matches!(variant.fields, syn::Fields::Unit) {
                let error = ParseError::new(
                    DiagnosticCode::InvalidEnum,
                    self.at(&variant.ident),
                    "a Rust enum variant with fields cannot be a label (a value) of a Postgres enum",
                );
                self.report
                    .error(error.hint("remove the fields of the variant, or store the enum in a json column"));
                continue;
            }
            let renamed = options(&variant.attrs).get("rename").and_then(text);
            let label = renamed.unwrap_or_else(|| style.label(&variant.ident.to_string()));
            let problem = if labels.iter().any(|(other, _)| *other == label) {
                Some((
                    DiagnosticCode::InvalidEnum,
                    format!("the label '{label}' is declared twice"),
                    "rename one of the two variants, or change its label with `rename`".to_owned(),
                ))
            } else if label.is_empty() {
                // Postgres accepts an empty label.
                None
            } else {
                name::check("label", &label).err().map(|problem| {
                    let message = if label.len() > MAX_IDENTIFIER_BYTES {
                        format!(
                            "the enum label is {} bytes long, but Postgres allows at most {MAX_IDENTIFIER_BYTES} bytes",
                            label.len()
                        )
                    } else {
                        problem.message
                    };
                    (DiagnosticCode::InvalidName, message, problem.hint)
                })
            };
            match problem {
                Some((code, message, hint)) => self
                    .report
                    .error(ParseError::new(code, self.at(&variant.ident), message).hint(hint)),
                None => labels.push((label, variant.ident.unraw().to_string())),
            }
        }
        labels
    }

    fn at(&self, token: &impl Spanned) -> Location {
        locate(&self.item.place.file, token.span())
    }
}

/// Returns the path in `key = some::path`.
fn path(meta: &Meta) -> Option<syn::Path> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Path(path) => Some(path.path.clone()),
            _ => None,
        },
        _ => None,
    }
}
