//! A complete schema: all objects of one database that concern migrations.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    caller::Caller,
    custom_type::{CustomType, Domain, EnumType},
    data_type::DataType,
    name::{ColumnRef, QualifiedName, TableName, TypeName},
    privilege::{Access, Session},
    relation::Table,
    restored::Restored,
    tables::Tables,
    view::View,
};

/// All objects of one database that concern migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// `server_version_num`: 150020 is 15.20.
    pub server_version: u32,
    /// Schemas (namespaces), except built-in ones and those of extensions; includes `public`.
    pub namespaces: BTreeSet<String>,
    /// Installed extensions by name, without `plpgsql`.
    pub extensions: BTreeMap<String, Extension>,
    /// User-defined collations, with the options of `CREATE COLLATION`; never changed.
    pub collations: BTreeMap<QualifiedName, String>,
    /// Tables that may be managed.
    pub tables: Tables,
    /// Views and materialized views.
    pub views: BTreeMap<TableName, View>,
    /// User-defined types.
    pub types: BTreeMap<TypeName, CustomType>,
    /// Types of extensions, with the extension's name; resolvable, never changed.
    pub extension_types: BTreeMap<TypeName, String>,
    /// User-defined functions and procedures, by `schema.name(argument types)` as SQL.
    pub functions: BTreeMap<String, Function>,
    /// Sequences that no column owns.
    pub sequences: BTreeMap<QualifiedName, super::sequence::SequenceOptions>,
    /// Publications of named tables.
    pub publications: BTreeMap<String, super::replication::Publication>,
    /// Unmanaged relations, with the reasons.
    pub unmanaged: BTreeMap<TableName, Unmanaged>,
    /// Owners and privileges of enums and domains.
    #[serde(skip)]
    pub type_access: BTreeMap<TypeName, Access>,
    /// The settings that objects get back when they are recreated.
    #[serde(skip)]
    pub restored: Arc<Restored>,
    /// The callers of functions that use a relation or its row type, by the functions' signatures.
    #[serde(skip)]
    pub callers: BTreeMap<String, BTreeSet<Caller>>,
    /// The role that read the schema.
    #[serde(skip)]
    pub session: Session,
}

/// An installed extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The schema of its objects.
    pub schema: String,
    /// Its version.
    pub version: String,
}

/// A function or procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: QualifiedName,
    /// `CREATE OR REPLACE FUNCTION ...`, as `pg_get_functiondef` prints it.
    pub definition: String,
    /// The relations that it reads according to Postgres (functions with a `BEGIN ATOMIC` body in SQL), sorted.
    pub depends_on: Vec<ColumnRef>,
}

/// An unmanaged relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmanaged {
    /// The reason.
    pub reason: UnmanagedReason,
    /// Names and types of its columns, for a `table!` over it.
    pub columns: Vec<(String, DataType)>,
}

/// The reason why a relation is unmanaged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnmanagedReason {
    /// It belongs to this extension.
    Extension(String),
    /// It is the bookkeeping table of a migration tool.
    MigrationTool,
    /// It is a foreign table.
    Foreign,
}

impl Schema {
    /// Returns whether a schema (namespace) has a table, view, sequence, index or constraint of this name.
    pub fn has_relation(&self, namespace: &str, name: &str) -> bool {
        let id = TableName::new(namespace, name);
        let has = |table: &Table| {
            table.name.schema == namespace && (table.indexes.contains_key(name) || table.constraints.contains_key(name))
        };
        self.tables.contains_key(&id)
            || self.views.contains_key(&id)
            || self.sequences.contains_key(&id)
            || self.tables.values().any(has)
    }

    /// Returns whether a table has child tables or partitions.
    pub fn is_parent(&self, name: &TableName) -> bool {
        self.tables
            .values()
            .flat_map(Table::parents)
            .any(|parent| parent == name)
    }

    /// Returns whether a table is an ordinary one without relatives.
    pub fn is_alone(&self, table: &Table) -> bool {
        table.has_no_origin() && !self.is_parent(&table.name)
    }

    /// Returns the tables that have parents, each after its parents.
    pub fn children(&self) -> Vec<&Table> {
        fn visit<'a>(
            schema: &'a Schema,
            table: &'a Table,
            seen: &mut BTreeSet<&'a TableName>,
            out: &mut Vec<&'a Table>,
        ) {
            if table.parents().next().is_none() || !seen.insert(&table.name) {
                return;
            }
            for parent in table.parents().filter_map(|parent| schema.tables.get(parent)) {
                visit(schema, parent, seen, out);
            }
            out.push(table);
        }
        let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
        for table in self.tables.values() {
            visit(self, table, &mut seen, &mut out);
        }
        out
    }

    /// Returns an enum type by name.
    pub fn enum_type(&self, name: &TypeName) -> Option<&EnumType> {
        match self.types.get(name) {
            Some(CustomType::Enum(found)) => Some(found),
            _ => None,
        }
    }

    /// Returns a domain by name.
    pub fn domain(&self, name: &TypeName) -> Option<&Domain> {
        match self.types.get(name) {
            Some(CustomType::Domain(found)) => Some(found),
            _ => None,
        }
    }

    /// Returns the enum types, in the order of their names.
    pub fn enums(&self) -> impl Iterator<Item = (&TypeName, &EnumType)> {
        self.types.iter().filter_map(|(name, kind)| match kind {
            CustomType::Enum(found) => Some((name, found)),
            _ => None,
        })
    }

    /// Returns a copy in which the enum types with these names have these labels.
    #[must_use]
    pub fn with_labels(&self, labels: &BTreeMap<TypeName, Vec<String>>) -> Self {
        let mut schema = self.clone();
        for (name, labels) in labels {
            if let Some(CustomType::Enum(found)) = schema.types.get_mut(name) {
                found.labels.clone_from(labels);
            }
        }
        schema
    }

    /// Returns the schema with these tables in place of its own.
    #[must_use]
    pub fn with_tables(&self, tables: Tables) -> Self {
        Self {
            server_version: self.server_version,
            namespaces: self.namespaces.clone(),
            extensions: self.extensions.clone(),
            collations: self.collations.clone(),
            tables,
            views: self.views.clone(),
            types: self.types.clone(),
            extension_types: self.extension_types.clone(),
            functions: self.functions.clone(),
            sequences: self.sequences.clone(),
            publications: self.publications.clone(),
            unmanaged: self.unmanaged.clone(),
            type_access: self.type_access.clone(),
            restored: self.restored.clone(),
            callers: self.callers.clone(),
            session: self.session.clone(),
        }
    }

    /// Returns the major version of the server: 15.
    pub const fn major_version(&self) -> u32 {
        self.server_version / 10_000
    }
}
