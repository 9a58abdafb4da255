//! A complete schema, created in an empty database.

use std::collections::BTreeSet;

use super::{
    constraint::add_constraint,
    context::Context,
    custom_type::custom_type,
    function::function,
    index::{index, index_and_attached},
    policy::policy,
    replication::{publication, replication},
    restored::statistics,
    rule::rule,
    sequence::sequence,
    table::table,
    trigger::trigger,
    unmanaged::{foreign_server, stand_in},
    view::view,
};
use crate::{
    model::{Constraint, ConstraintKind, Depth, Node, Schema, Table, TableName, UnmanagedReason, Walk},
    statement::{Build, Ddl, Setting, TableAction},
};

/// Creates all objects of a schema in an empty database.
///
/// Every object comes after the objects that it needs, then by name; foreign keys, indexes and other objects that may
/// be circular come at the end. The roles of its policies must exist ([`missing_roles`](super::missing_roles));
/// privileges of roles that do not exist are left out. Unmanaged relations are created as stand-ins if a view reads
/// them.
pub fn schema(schema: &Schema) -> Vec<Ddl> {
    let context = Context::new(schema);
    let mut statements = namespaces_and_extensions(schema);
    // Functions come before the tables that their bodies read.
    if !schema.functions.is_empty() {
        statements.push(Ddl::Set(Setting::FunctionBodiesUnchecked));
    }
    let order = Walk::new(schema, Depth::Created).in_order(all(schema));
    let is_foreign = |node: &Node<'_>| matches!(node, Node::Unmanaged(name) if schema.unmanaged.get(*name).is_some_and(|found| found.reason == UnmanagedReason::Foreign));
    if order.iter().any(is_foreign) {
        statements.push(foreign_server());
    }
    for node in order {
        match node {
            Node::Type(name) => {
                statements.extend(schema.types.get(name).into_iter().flat_map(|of| custom_type(name, of)));
            }
            Node::Function(signature) => {
                statements.extend(schema.functions.get(signature).map(|own| function(signature, own)));
            }
            Node::Sequence(name) => {
                statements.extend(schema.sequences.get(name).map(|options| sequence(name, options)));
            }
            Node::Unmanaged(name) => {
                statements.extend(schema.unmanaged.get(name).and_then(|found| stand_in(name, found)));
            }
            Node::Table(name) => {
                if let Some(of) = schema.tables.get(name) {
                    let mut of = of.clone();
                    of.constraints.retain(|_, own| !is_late(schema, name, own));
                    statements.extend(table(&of, &context));
                }
            }
            Node::View(name) => statements.extend(schema.views.get(name).into_iter().flat_map(view)),
        }
    }
    statements.extend(after_tables(schema, &context));
    if !schema.functions.is_empty() {
        statements.push(Ddl::Set(Setting::FunctionBodiesChecked));
    }
    statements
}

/// Returns all managed objects that others may depend on. The walk adds the unmanaged ones that they depend on.
fn all(schema: &Schema) -> impl Iterator<Item = Node<'_>> {
    let types = schema.types.keys().map(Node::Type);
    let functions = schema.functions.keys().map(|signature| Node::Function(signature));
    let sequences = schema.sequences.keys().map(Node::Sequence);
    let tables = schema.tables.keys().map(Node::Table);
    let views = schema.views.keys().map(Node::View);
    types.chain(functions).chain(sequences).chain(tables).chain(views)
}

fn namespaces_and_extensions(schema: &Schema) -> Vec<Ddl> {
    let own = |name: &str| schema.namespaces.contains(name);
    let namespaces = schema.namespaces.iter().filter(|name| *name != "public");
    let extensions = schema.extensions.iter().map(|(name, extension)| {
        // An extension whose schema is not listed creates its schema.
        let is_there = own(&extension.schema) || matches!(extension.schema.as_str(), "public" | "pg_catalog");
        Ddl::CreateExtension {
            name: name.clone(),
            schema: is_there.then(|| extension.schema.clone()),
            cascade: true,
        }
    });
    let collations = schema.collations.iter().map(|(name, options)| Ddl::CreateCollation {
        name: name.clone(),
        options: options.clone(),
    });
    namespaces
        .map(|name| Ddl::CreateSchema(name.clone()))
        .chain(extensions)
        .chain(collations)
        .collect()
}

/// Creates the objects that may refer to any table. Partitions come before their parents, so that the parents' indexes
/// attach the existing indexes of the partitions.
fn after_tables(schema: &Schema, context: &Context<'_>) -> Vec<Ddl> {
    let mut tables: Vec<&Table> = schema.tables.values().collect();
    tables.sort_by_key(|table| std::cmp::Reverse(depth(table, context)));
    let mut statements = Vec::new();
    for table in schema.tables.values() {
        let late = table
            .constraints
            .values()
            .filter(|own| is_late(schema, &table.name, own));
        for own in late {
            statements.extend(add_constraint(&table.name, own, context));
            for child in children(schema, &table.name) {
                if child.constraints.get(&own.name).is_some_and(|found| found.validated) {
                    let validate = TableAction::ValidateConstraint(own.name.clone());
                    statements.push(Ddl::alter_table(&child.name, validate));
                }
            }
        }
    }
    let mut attached = BTreeSet::new();
    for table in &tables {
        for own in table.indexes.values().filter(|own| !own.inherited) {
            if let Some(found) = index_and_attached(&schema.tables, table, own) {
                statements.extend(found.statements);
                attached.extend(found.created);
            }
        }
    }
    for table in &tables {
        let own = table.indexes.values();
        let own = own.filter(|own| !attached.contains(&(&table.name, own.name.as_str())));
        statements.extend(own.flat_map(|own| index(&table.name, own, Build::Locking)));
    }
    for table in &tables {
        let own = table
            .foreign_keys()
            .filter(|key| table.partition_of.is_some() || !key.inherited);
        statements.extend(own.flat_map(|key| add_constraint(&table.name, key, context)));
    }
    statements.extend(schema.publications.iter().map(|(name, of)| publication(name, of)));
    statements.extend(schema.tables.values().flat_map(replication));
    for table in schema.tables.values() {
        statements.extend(table.triggers.values().flat_map(|own| trigger(&table.name, own)));
        statements.extend(table.policies.values().flat_map(|own| policy(&table.name, own)));
        statements.extend(table.rules.values().flat_map(|own| rule(&table.name, own)));
    }
    let is_there = |on: &TableName| schema.tables.contains_key(on) || schema.views.contains_key(on);
    let found = schema.restored.statistics.iter().filter(|(_, of)| is_there(&of.on));
    statements.extend(found.map(|(name, of)| statistics(name, of)));
    statements
}

/// Returns whether a constraint is added after the table's child tables: a child table that is created later would have
/// a valid constraint, although the parent's is not valid.
fn is_late(schema: &Schema, table: &TableName, own: &Constraint) -> bool {
    let is_passed_on = matches!(own.kind, ConstraintKind::Check { no_inherit: false, .. });
    is_passed_on && !own.validated && !own.inherited && !children(schema, table).is_empty()
}

/// Returns the child tables of a table, recursively.
fn children<'a>(schema: &'a Schema, table: &TableName) -> Vec<&'a Table> {
    let mut found: Vec<&Table> = Vec::new();
    for child in schema.tables.values().filter(|child| child.inherits.contains(table)) {
        found.push(child);
        found.extend(children(schema, &child.name));
    }
    found
}

/// Returns the level of a table in its tree of partitions; 1 for a table that is not a partition.
fn depth(table: &Table, context: &Context<'_>) -> usize {
    std::iter::successors(Some(table), |below| context.table(&below.partition_of.as_ref()?.parent)).count()
}
