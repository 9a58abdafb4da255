//! The scope of `pull`: the tables of the database that belong in the files, and the declared tables that are not
//! changed.

use std::collections::BTreeSet;

use schema_diff_grammar::attribute::TableAttribute;

use crate::{
    config::Project,
    declaration::{self, Portability},
    declared::{Declared, DeclaredTable},
    model::{Schema, Table},
    rules::Rules,
};

/// The database, limited to the scope of the project.
pub(super) struct Scope<'a> {
    pub project: &'a Project,
    pub database: &'a Schema,
    pub rules: &'a Rules,
    /// The schemas whose tables belong in the files.
    pub namespaces: BTreeSet<String>,
}

/// The object in the database that a declared table refers to.
pub(super) enum Found<'a> {
    /// The same table.
    Table(&'a Table),
    /// An object that is not compared: a view, a partition, or one that the configuration ignores.
    Unmanaged,
    /// None: the table no longer exists.
    Dropped,
}

impl<'a> Scope<'a> {
    /// Determines the scope. `wanted` are the schemas that the user named. If the files have tables, their schemas are
    /// added; if they have none and no schema is named, all schemas are in scope.
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
        let marks_unmanaged = |attribute: &TableAttribute| {
            matches!(
                attribute,
                TableAttribute::Ignore | TableAttribute::View(_) | TableAttribute::MaterializedView(_)
            )
        };
        let name = &declared.name;
        let is_unmanaged = declared.is_view
            || (self.rules.ignores_table)(name)
            || declared
                .attributes
                .iter()
                .any(|(attribute, _)| marks_unmanaged(attribute))
            || self.database.views.contains_key(name)
            || self.database.unmanaged.contains_key(name);
        match self.database.tables.get(name) {
            _ if is_unmanaged => Found::Unmanaged,
            Some(table) if table.partition_of.is_some() => Found::Unmanaged,
            Some(table) => Found::Table(table),
            None => Found::Dropped,
        }
    }

    /// Returns the tables that should be declared but are not, by name.
    pub fn missing(&self, declared: &Declared) -> Vec<&'a Table> {
        let is_declared = |table: &&Table| declared.tables.iter().any(|own| own.name == table.name);
        let tables = self.database.tables.values();
        tables
            .filter(|table| self.is_wanted(table) && !is_declared(table))
            .collect()
    }

    /// Checks whether a table belongs in the files.
    pub fn is_wanted(&self, table: &Table) -> bool {
        self.namespaces.contains(&table.name.schema)
            && declaration::module_name(&table.name.schema).is_some()
            && table.primary_key().is_some()
            && table.partition_of.is_none()
            && !(self.rules.ignores_table)(&table.name)
    }

    /// Returns the back ends for which types are written.
    pub const fn portability(&self) -> Portability {
        if self.rules.has_other_back_ends {
            Portability::Portable
        } else {
            Portability::Postgres
        }
    }

    /// Checks whether a column is compared.
    pub fn admits(&self, table: &Table, column: &str) -> bool {
        !(self.rules.ignores_column)(&table.name, column)
    }
}
