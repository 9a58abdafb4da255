//! Resolves the names in attributes from Rust to SQL, and rejects attributes that cannot be combined.
//!
//! A column of the attribute's own table must be declared. A referenced table may exist in the database only; then its
//! name and its columns' names stay as written.

use std::collections::HashMap;

use schema_diff_grammar::{
    attribute::{ColumnAttribute, ForeignKey, TableAttribute},
    nearest::{alternatives, nearest},
};

use super::{
    error::{ParseError, Report},
    path::ModulePath,
};
use crate::{
    declared::{DeclaredTable, Location},
    diagnostic::DiagnosticCode,
    model::QualifiedName,
};

/// Replaces Rust names in all attributes by SQL names.
pub(super) fn resolve(tables: &mut [(ModulePath, DeclaredTable)], report: &mut Report) {
    let known: Vec<Known> = tables.iter().map(|(module, table)| Known::new(module, table)).collect();
    let mut by_name: HashMap<&str, Vec<&Known>> = HashMap::new();
    for own in &known {
        by_name.entry(&own.rust_name).or_default().push(own);
        if own.name.name != own.rust_name {
            by_name.entry(&own.name.name).or_default().push(own);
        }
    }
    for ((_, table), own) in tables.iter_mut().zip(&known) {
        let mut resolver = Resolver {
            own,
            by_name: &by_name,
            report: &mut *report,
        };
        for (attribute, location) in &mut table.attributes {
            resolver.table_attribute(attribute, location);
        }
        resolver.once(&table.attributes, |attribute| match attribute {
            TableAttribute::Comment(_) => Some("comment"),
            TableAttribute::RenamedFrom(_) => Some("renamed_from"),
            TableAttribute::View(_) | TableAttribute::MaterializedView(_) => Some("view"),
            TableAttribute::PartitionBy(_) => Some("partition_by"),
            TableAttribute::With(_) => Some("with"),
            _ => None,
        });
        for column in &mut table.columns {
            for (attribute, location) in &mut column.attributes {
                resolver.column_attribute(attribute, location);
            }
            resolver.once(&column.attributes, |attribute| match attribute {
                ColumnAttribute::Default(_) => Some("default"),
                ColumnAttribute::Identity(_) => Some("identity"),
                ColumnAttribute::Generated(_) => Some("generated"),
                ColumnAttribute::SqlType(_) => Some("sql_type"),
                ColumnAttribute::Collate(_) => Some("collate"),
                ColumnAttribute::Comment(_) => Some("comment"),
                ColumnAttribute::RenamedFrom(_) => Some("renamed_from"),
                ColumnAttribute::Backfill(_) => Some("backfill"),
                ColumnAttribute::Using(_) => Some("using"),
                ColumnAttribute::UsingDown(_) => Some("using_down"),
                ColumnAttribute::Setting(of, _) => Some(of.name()),
                _ => None,
            });
            resolver.one_source_of_values(&column.attributes);
        }
    }
}

/// The names of a table and its columns.
struct Known {
    module: ModulePath,
    name: QualifiedName,
    rust_name: String,
    /// The columns' names in Rust and in SQL.
    columns: Vec<(String, String)>,
    location: Location,
}

impl Known {
    fn new(module: &ModulePath, table: &DeclaredTable) -> Self {
        Self {
            module: module.clone(),
            name: table.name.clone(),
            rust_name: table.rust_name.clone(),
            columns: table
                .columns
                .iter()
                .map(|column| (column.rust_name.clone(), column.name.clone()))
                .collect(),
            location: table.location.clone(),
        }
    }

    /// Returns the SQL name of a column that is given by either of its names.
    fn column(&self, written: &str) -> Option<&str> {
        let by = |name: fn(&(String, String)) -> &str| self.columns.iter().find(|column| name(column) == written);
        by(|(rust, _)| rust)
            .or_else(|| by(|(_, sql)| sql))
            .map(|(_, sql)| sql.as_str())
    }
}

struct Resolver<'a> {
    own: &'a Known,
    /// All tables by their names in Rust and in SQL, in the order of the source.
    by_name: &'a HashMap<&'a str, Vec<&'a Known>>,
    report: &'a mut Report,
}

impl Resolver<'_> {
    fn table_attribute(&mut self, attribute: &mut TableAttribute, location: &Location) {
        match attribute {
            TableAttribute::Unique(unique) => {
                let columns = unique.columns.iter_mut().chain(&mut unique.include);
                columns.for_each(|column| self.column(self.own, column, location));
            }
            TableAttribute::Index(index) => {
                let keys = index
                    .keys
                    .iter_mut()
                    .filter(|key| !key.is_expression)
                    .map(|key| &mut key.text);
                keys.chain(&mut index.include)
                    .for_each(|column| self.column(self.own, column, location));
            }
            TableAttribute::ForeignKey(key) => {
                key.columns
                    .iter_mut()
                    .for_each(|column| self.column(self.own, column, location));
                self.target(key, location);
            }
            _ => {}
        }
    }

    fn column_attribute(&mut self, attribute: &mut ColumnAttribute, location: &Location) {
        match attribute {
            ColumnAttribute::Unique(unique) => unique
                .include
                .iter_mut()
                .for_each(|column| self.column(self.own, column, location)),
            ColumnAttribute::Index(index) => index
                .include
                .iter_mut()
                .for_each(|column| self.column(self.own, column, location)),
            ColumnAttribute::References(key) => self.target(key, location),
            _ => {}
        }
    }

    fn column(&mut self, table: &Known, column: &mut String, location: &Location) {
        if let Some(sql) = table.column(column) {
            *column = sql.to_owned();
            return;
        }
        let near = nearest(column, table.columns.iter().map(|(rust, _)| rust.as_str()), 3);
        let error = ParseError::new(
            DiagnosticCode::UnknownColumn,
            location.clone(),
            format!("the table `{}` has no column `{column}`", table.rust_name),
        );
        let error = error.related(table.location.clone(), "this table");
        self.report.error(if near.is_empty() {
            error
        } else {
            error.hint(format!("did you mean {}?", alternatives(&near)))
        });
    }

    fn target(&mut self, key: &mut ForeignKey, location: &Location) {
        let schema_fits = |table: &&&Known| match &key.schema {
            Some(schema) => table.name.schema == *schema || table.module.name() == Some(schema),
            None => true,
        };
        let named = self.by_name.get(key.table.as_str()).into_iter().flatten();
        let named: Vec<&Known> = named.filter(schema_fits).copied().collect();
        let near = [
            |own: &Known, table: &Known| table.module == own.module,
            |own: &Known, table: &Known| table.name.schema == own.name.schema,
            |_: &Known, table: &Known| table.name.schema == "public",
            |_: &Known, _: &Known| true,
        ];
        let chosen = near.iter().find_map(|is_near| {
            match named
                .iter()
                .filter(|table| is_near(self.own, table))
                .collect::<Vec<_>>()
                .as_slice()
            {
                [one] => Some(**one),
                _ => None,
            }
        });
        match chosen {
            Some(table) => {
                key.table = table.name.name.clone();
                key.schema = Some(table.name.schema.clone());
                for column in &mut key.referenced_columns {
                    self.column(table, column, location);
                }
            }
            None if named.is_empty() => {}
            None => {
                let error = ParseError::new(
                    DiagnosticCode::AmbiguousName,
                    location.clone(),
                    format!("there are {} tables named `{}`", named.len(), key.table),
                );
                let error = named.iter().fold(error, |error, table| {
                    error.related(table.location.clone(), "one of them")
                });
                self.report
                    .error(error.hint("write the Postgres schema of the table too, as in schema.table"));
            }
        }
    }

    /// Reports attributes that occur twice, if their kind may occur only once.
    fn once<A>(&mut self, attributes: &[(A, Location)], kind: impl Fn(&A) -> Option<&'static str>) {
        let mut seen: Vec<(&str, &Location)> = Vec::new();
        for (attribute, location) in attributes {
            let Some(kind) = kind(attribute) else { continue };
            match seen.iter().find(|(other, _)| *other == kind) {
                Some((_, first)) => {
                    let error = ParseError::new(
                        DiagnosticCode::ConflictingAttributes,
                        location.clone(),
                        format!("the attribute `{kind}` appears twice on this item"),
                    );
                    self.report.error(
                        error
                            .related((*first).clone(), "first here")
                            .hint("remove one of the two attributes"),
                    );
                }
                None => seen.push((kind, location)),
            }
        }
    }

    /// Reports a second source of values: a column has a default, an identity or a generation expression, not several.
    fn one_source_of_values(&mut self, attributes: &[(ColumnAttribute, Location)]) {
        let mut sources = attributes.iter().filter_map(|(attribute, location)| match attribute {
            ColumnAttribute::Default(Some(_)) => Some(("default", location)),
            ColumnAttribute::Identity(Some(_)) => Some(("identity", location)),
            ColumnAttribute::Generated(Some(_)) => Some(("generated", location)),
            _ => None,
        });
        let Some((first, first_location)) = sources.next() else {
            return;
        };
        for (second, location) in sources.filter(|(second, _)| *second != first) {
            let error = ParseError::new(
                DiagnosticCode::ConflictingAttributes,
                location.clone(),
                format!("a column cannot have both the attribute `{first}` and the attribute `{second}`"),
            );
            self.report.error(
                error
                    .related(first_location.clone(), "first here")
                    .hint("remove one of them"),
            );
        }
    }
}
