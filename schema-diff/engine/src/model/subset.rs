//! The part of a schema that some of its tables need.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    name::{ColumnRef, QualifiedName, TableName, TypeName},
    restored::Statistics,
    schema::{Schema, UnmanagedReason},
    walk::{Depth, Node, Walk},
};

/// Returns the part of a schema in which a change to some tables can be tried.
///
/// It contains:
/// - the requested tables with their parents, partitions and child tables,
/// - the tables that they refer to; tables that refer to *them* are included only if requested, as for a change to a
///   key,
/// - the views that read them, and the relations that those views read,
/// - the types, sequences and functions of all these,
/// - all extensions, because the model does not record which operators belong to them, and all collations.
///
/// A table that is included only because of another one keeps only its foreign keys to requested tables. Functions are
/// found by their names as words in texts, so that the result has too many of them rather than too few. The tables that
/// a function's body reads are not included.
pub fn subset(schema: &Schema, tables: &BTreeSet<TableName>) -> Schema {
    subset_with_types(schema, tables, &BTreeSet::new())
}

/// Returns the part as [`subset`] does, with types that are needed even if no table uses them yet.
pub fn subset_with_types(schema: &Schema, tables: &BTreeSet<TableName>, types: &BTreeSet<TypeName>) -> Schema {
    subset_with(schema, tables, types, &BTreeSet::new())
}

/// Returns the part as [`subset_with_types`] does, with views that are needed regardless of what they read.
pub fn subset_with(
    schema: &Schema,
    tables: &BTreeSet<TableName>,
    types: &BTreeSet<TypeName>,
    views: &BTreeSet<TableName>,
) -> Schema {
    let needs = Needs {
        relations: views.clone(),
        types: types.clone(),
        ..Needs::default()
    };
    subset_needing(schema, tables, &needs)
}

/// Objects that are needed in addition to some tables and their dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Tables and views.
    pub relations: BTreeSet<TableName>,
    /// Types.
    pub types: BTreeSet<TypeName>,
    /// Sequences that no column owns.
    pub sequences: BTreeSet<QualifiedName>,
    /// Functions, by their signatures.
    pub functions: BTreeSet<String>,
}

impl Needs {
    /// Returns whether nothing is needed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds more needed objects.
    pub fn extend(&mut self, more: Self) {
        self.relations.extend(more.relations);
        self.types.extend(more.types);
        self.sequences.extend(more.sequences);
        self.functions.extend(more.functions);
    }
}

/// Returns the part as [`subset`] does, with other needed objects.
pub fn subset_needing(schema: &Schema, tables: &BTreeSet<TableName>, needs: &Needs) -> Schema {
    let tables = &with_related_tables(schema, tables);
    let views = dependent_views(schema, tables);
    let walk = Walk::new(schema, Depth::Used);
    let owned = tables.iter().filter_map(|name| schema.tables.get(name));
    let keys = owned.flat_map(|table| table.foreign_keys().filter_map(|key| key.foreign_key()));
    let relations = tables.iter().chain(keys.map(|key| &key.references));
    let relations = relations.chain(&needs.relations).chain(views.iter().copied());
    // Functions whose body Postgres records, or that use a row type, block changes of these relations.
    let is_included = |relation: &TableName| tables.contains(relation) || views.contains(relation);
    let functions = schema.functions.iter().filter(|(signature, function)| {
        needs.functions.contains(*signature) || function.depends_on.iter().any(|read| is_included(&read.relation))
    });
    let types = needs.types.iter().map(|name| &**name);
    let first = types.chain(&needs.sequences).chain(relations);
    let first = first.flat_map(|name| walk.named(name));
    let first = first.chain(functions.map(|(signature, _)| Node::Function(signature)));
    let mut kept = Kept::default();
    for node in walk.in_order(first) {
        kept.add(node);
    }
    kept.of(schema, tables)
}

/// Returns the tables with all their parents, partitions and child tables, because a change of one of these changes the
/// others.
fn with_related_tables(schema: &Schema, tables: &BTreeSet<TableName>) -> BTreeSet<TableName> {
    let mut related = tables.clone();
    loop {
        let before = related.len();
        for (name, table) in &schema.tables {
            for parent in table.parents() {
                if related.contains(parent) {
                    related.insert(name.clone());
                } else if related.contains(name) {
                    related.insert(parent.clone());
                }
            }
        }
        if related.len() == before {
            return related;
        }
    }
}

/// Returns the views that read the tables, or whose rules or triggers do, directly or through other views.
fn dependent_views<'a>(schema: &'a Schema, tables: &BTreeSet<TableName>) -> BTreeSet<&'a TableName> {
    let mut found: BTreeSet<&TableName> = BTreeSet::new();
    loop {
        let more: Vec<&TableName> = schema
            .views
            .iter()
            .filter(|(name, view)| {
                let reads = |on: &ColumnRef| tables.contains(&on.relation) || found.contains(&on.relation);
                let rules = view.rules.values().flat_map(|rule| &rule.depends_on);
                let triggers = view.triggers.values().flat_map(|trigger| &trigger.depends_on);
                !found.contains(name) && view.depends_on.iter().chain(rules).chain(triggers).any(reads)
            })
            .map(|(name, _)| name)
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// The kept objects of a schema.
#[derive(Default)]
struct Kept<'a> {
    relations: BTreeSet<&'a TableName>,
    types: BTreeSet<&'a TypeName>,
    /// The signatures of the functions.
    functions: BTreeSet<&'a str>,
    sequences: BTreeSet<&'a QualifiedName>,
}

impl<'a> Kept<'a> {
    fn add(&mut self, node: Node<'a>) {
        match node {
            Node::Type(name) => self.types.insert(name),
            Node::Function(signature) => self.functions.insert(signature),
            Node::Sequence(name) => self.sequences.insert(name),
            Node::Unmanaged(name) | Node::Table(name) | Node::View(name) => self.relations.insert(name),
        };
    }

    fn of(self, whole: &Schema, requested: &BTreeSet<TableName>) -> Schema {
        let mut part = Schema {
            server_version: whole.server_version,
            extensions: whole.extensions.clone(),
            extension_types: whole.extension_types.clone(),
            collations: whole.collations.clone(),
            session: whole.session.clone(),
            ..Schema::default()
        };
        for name in &self.relations {
            if let Some(table) = whole.tables.get(name) {
                let mut table = table.clone();
                if !requested.contains(*name) {
                    table.constraints.retain(|_, constraint| {
                        constraint
                            .foreign_key()
                            .is_none_or(|key| requested.contains(&key.references))
                    });
                }
                part.tables.insert((*name).clone(), table);
            } else if let Some(view) = whole.views.get(*name) {
                part.views.insert((*name).clone(), view.clone());
            }
        }
        let is_kept = |name: &QualifiedName, reason: &UnmanagedReason| {
            matches!(reason, UnmanagedReason::Extension(_)) || self.relations.contains(name)
        };
        let unmanaged = whole
            .unmanaged
            .iter()
            .filter(|(name, found)| is_kept(name, &found.reason));
        part.unmanaged = unmanaged.map(|(name, found)| (name.clone(), found.clone())).collect();
        part.types = self
            .types
            .iter()
            .filter_map(|name| whole.types.get_key_value(*name))
            .map(|(name, of)| (name.clone(), of.clone()))
            .collect();
        part.type_access = whole
            .type_access
            .iter()
            .filter(|(name, _)| part.types.contains_key(*name))
            .map(|(name, access)| (name.clone(), access.clone()))
            .collect();
        part.restored = Arc::clone(&whole.restored);
        let is_outside = |of: &Statistics| !self.relations.contains(&of.on);
        if part.restored.statistics.values().any(is_outside) {
            let statistics = &mut Arc::make_mut(&mut part.restored).statistics;
            statistics.retain(|_, of| !is_outside(of));
        }
        part.callers = whole.callers.clone();
        part.sequences = self
            .sequences
            .iter()
            .filter_map(|name| whole.sequences.get_key_value(*name))
            .map(|(name, of)| (name.clone(), of.clone()))
            .collect();
        part.functions = self
            .functions
            .iter()
            .filter_map(|name| whole.functions.get_key_value(*name))
            .map(|(name, of)| (name.clone(), of.clone()))
            .collect();
        let published: BTreeSet<&String> = part
            .tables
            .values()
            .flat_map(|table| table.replication.publications.keys())
            .collect();
        part.publications = whole
            .publications
            .iter()
            .filter(|(name, _)| published.contains(name))
            .map(|(name, of)| (name.clone(), of.clone()))
            .collect();
        let used: BTreeSet<&str> = part
            .tables
            .keys()
            .chain(part.views.keys())
            .chain(part.types.keys().map(|name| &**name))
            .chain(part.sequences.keys())
            .chain(part.unmanaged.keys())
            .chain(part.functions.values().map(|function| &function.name))
            .chain(part.restored.statistics.keys())
            .map(|name| name.schema.as_str())
            .chain(part.collations.keys().map(|name| name.schema.as_str()))
            .chain(part.extensions.values().map(|extension| extension.schema.as_str()))
            .chain(["public"])
            .collect();
        part.namespaces = whole
            .namespaces
            .iter()
            .filter(|name| used.contains(name.as_str()))
            .cloned()
            .collect();
        part
    }
}
