//! A whole schema: everything of one database that migrations are about.

use std::collections::{BTreeMap, BTreeSet};

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

/// Everything of one database that migrations are about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// `server_version_num`: 150020 is 15.20.
    pub server_version: u32,
    /// Schemas (namespaces) other than Postgres's own and those of extensions; `public` included.
    pub namespaces: BTreeSet<String>,
    /// Installed extensions by name (`plpgsql` left out).
    pub extensions: BTreeMap<String, Extension>,
    /// Collations that somebody created, with the options of `CREATE COLLATION`; never changed.
    pub collations: BTreeMap<QualifiedName, String>,
    /// Tables that may be managed.
    pub tables: Tables,
    /// Views and materialized views.
    pub views: BTreeMap<TableName, View>,
    /// Types that somebody created.
    pub types: BTreeMap<TypeName, CustomType>,
    /// Types that extensions brought: resolvable, never changed. To the extension's name.
    pub extension_types: BTreeMap<TypeName, String>,
    /// Functions and procedures that somebody created, by `schema.name(argument types)` as SQL.
    pub functions: BTreeMap<String, Function>,
    /// Sequences that no column owns.
    pub sequences: BTreeMap<QualifiedName, super::sequence::SequenceOptions>,
    /// Publications of named tables.
    pub publications: BTreeMap<String, super::replication::Publication>,
    /// Relations that exist but are not ours to touch, and why.
    pub unmanaged: BTreeMap<TableName, Unmanaged>,
    /// Owners and privileges of enums and domains.
    #[serde(skip)]
    pub type_access: BTreeMap<TypeName, Access>,
    /// What objects get back when they are created again.
    #[serde(skip)]
    pub restored: Restored,
    /// What calls functions that use a relation or its row type, by their signatures.
    #[serde(skip)]
    pub callers: BTreeMap<String, BTreeSet<Caller>>,
    /// The role that has read it.
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
    /// What Postgres knows that it reads (functions with a body in SQL's `BEGIN ATOMIC`), sorted.
    pub depends_on: Vec<ColumnRef>,
}

/// A relation that is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmanaged {
    /// Why.
    pub reason: UnmanagedReason,
    /// Names and types of its columns, for a `table!` over it.
    pub columns: Vec<(String, DataType)>,
}

/// Why a relation is left alone.
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
    /// Returns the tables that have parents, each after its own.
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

    /// An enum type by name.
    pub fn enum_type(&self, name: &TypeName) -> Option<&EnumType> {
        match self.types.get(name) {
            Some(CustomType::Enum(found)) => Some(found),
            _ => None,
        }
    }

    /// A domain by name.
    pub fn domain(&self, name: &TypeName) -> Option<&Domain> {
        match self.types.get(name) {
            Some(CustomType::Domain(found)) => Some(found),
            _ => None,
        }
    }

    /// The enum types, in order of their names.
    pub fn enums(&self) -> impl Iterator<Item = (&TypeName, &EnumType)> {
        self.types.iter().filter_map(|(name, kind)| match kind {
            CustomType::Enum(found) => Some((name, found)),
            _ => None,
        })
    }

    /// Returns a copy whose enum types of these names have these labels.
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

    /// Major version of the server: 15.
    pub const fn major_version(&self) -> u32 {
        self.server_version / 10_000
    }
}
