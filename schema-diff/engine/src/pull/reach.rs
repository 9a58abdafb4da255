//! What `pull` may touch: which tables of the database belong into the files, and which of the files are left alone.

use std::collections::BTreeSet;

use schema_diff_grammar::attribute::TableAttribute;

use crate::{
    config::Project,
    declaration::{self, Portability},
    declared::{Declared, DeclaredTable},
    model::{Schema, Table},
    rules::Rules,
};

/// The database, as far as the project is about it.
pub(super) struct Reach<'a> {
    pub project: &'a Project,
    pub database: &'a Schema,
    pub rules: &'a Rules,
    /// Schemas whose tables belong into the files.
    pub namespaces: BTreeSet<String>,
}

/// What a declared table is in the database.
pub(super) enum Found<'a> {
    /// The same table.
    Table(&'a Table),
    /// Something that is not compared: a view, a partition, what the configuration ignores.
    LeftAlone,
    /// Nothing.
    Gone,
}

impl<'a> Reach<'a> {
    /// `wanted` are the schemas that somebody named; without any, those of the files, or all of them for files without tables.
    pub fn new(
        project: &'a Project,
        database: &'a Schema,
        rules: &'a Rules,
        declared: &Declared,
        wanted: &[String],
    ) -> Self {
        let mut namespaces: BTreeSet<String> = wanted.iter().cloned().collect();
        if !declared.tables.is_empty() {
            namespaces.extend(declared.tables.iter().map(|table| table.name.schema.clone()));
            namespaces.insert("public".to_owned());
            let sections = project.diesel_toml.print_schema.values();
            namespaces.extend(sections.filter_map(|section| section.schema.clone()));
        } else if wanted.is_empty() {
            namespaces.clone_from(&database.namespaces);
        }
        Self {
            project,
            database,
            rules,
            namespaces,
        }
    }

    pub fn find(&self, declared: &DeclaredTable) -> Found<'a> {
        let is_left_alone = |attribute: &TableAttribute| {
            matches!(
                attribute,
                TableAttribute::Ignore | TableAttribute::View(_) | TableAttribute::MaterializedView(_)
            )
        };
        let name = &declared.name;
        let left_alone = declared.is_view
            || (self.rules.ignores_table)(name)
            || declared
                .attributes
                .iter()
                .any(|(attribute, _)| is_left_alone(attribute))
            || self.database.views.contains_key(name)
            || self.database.unmanaged.contains_key(name);
        match self.database.tables.get(name) {
            _ if left_alone => Found::LeftAlone,
            Some(table) if table.partition_of.is_some() => Found::LeftAlone,
            Some(table) => Found::Table(table),
            None => Found::Gone,
        }
    }

    /// Tables that are to be declared and are not, in order of their names.
    pub fn missing(&self, declared: &Declared) -> Vec<&'a Table> {
        let is_declared = |table: &&Table| declared.tables.iter().any(|own| own.name == table.name);
        let tables = self.database.tables.values();
        tables
            .filter(|table| self.is_wanted(table) && !is_declared(table))
            .collect()
    }

    /// Whether a table belongs into the files.
    pub fn is_wanted(&self, table: &Table) -> bool {
        self.namespaces.contains(&table.name.schema)
            && declaration::module_name(&table.name.schema).is_some()
            && table.primary_key().is_some()
            && table.partition_of.is_none()
            && !(self.rules.ignores_table)(&table.name)
    }

    /// For which back ends types are written.
    pub const fn portability(&self) -> Portability {
        if self.rules.has_other_back_ends {
            Portability::Portable
        } else {
            Portability::Postgres
        }
    }

    /// Whether a column is looked at.
    pub fn admits(&self, table: &Table, column: &str) -> bool {
        !(self.rules.ignores_column)(&table.name, column)
    }
}
