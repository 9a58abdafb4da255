//! The one walk along the dependencies of objects: the order of their creation, and the needs of a part of a schema.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    custom_type::CustomType,
    dependencies::{self, Dependency},
    mention::{mentioned_names, mentioned_words},
    name::{QualifiedName, TableName, TypeName},
    schema::Schema,
};

/// An object that others depend on. The order of the variants is the order in which independent objects are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node<'a> {
    /// A user-defined type.
    Type(&'a TypeName),
    /// A function or procedure, by its signature.
    Function(&'a str),
    /// A sequence that no column owns.
    Sequence(&'a QualifiedName),
    /// An unmanaged relation.
    Unmanaged(&'a QualifiedName),
    /// A table.
    Table(&'a QualifiedName),
    /// A view or materialized view.
    View(&'a QualifiedName),
}

/// The extent to which dependencies are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Dependencies between views and functions that Postgres records.
    Recorded,
    /// Objects that must exist when an object is created; the bodies of functions are not checked then.
    Created,
    /// Objects that must also exist when an object is used: for indexes, triggers, policies and rules of tables, and
    /// for calls of functions.
    Used,
}

/// Objects other than tables and their sequences, by their namespaces and names.
type Named<'a> = HashMap<(&'a str, &'a str), Vec<Node<'a>>>;

/// A schema, indexed for finding the dependencies of its objects.
pub struct Walk<'a> {
    schema: &'a Schema,
    depth: Depth,
    /// The objects that a name with a schema may denote, beside tables.
    named: Named<'a>,
    /// The sequences that columns own, each with its table, sorted.
    sequences: Vec<(&'a QualifiedName, &'a TableName)>,
    /// The functions that views call.
    calls: BTreeMap<&'a TableName, Vec<&'a str>>,
}

impl<'a> Walk<'a> {
    /// Prepares a walk, in time linear in the size of the schema unless only recorded dependencies are followed.
    pub fn new(schema: &'a Schema, depth: Depth) -> Self {
        let mut calls: BTreeMap<&TableName, Vec<&str>> = BTreeMap::new();
        for (view, signature) in dependencies::calls_of_views(schema) {
            calls.entry(view).or_default().push(signature);
        }
        let (named, sequences) = match depth {
            Depth::Recorded => (HashMap::new(), Vec::new()),
            Depth::Created | Depth::Used => (named(schema), sequences(schema)),
        };
        Self {
            schema,
            depth,
            named,
            sequences,
            calls,
        }
    }

    /// Returns objects and their dependencies, each object after its dependencies.
    ///
    /// Objects with circular dependencies (a table whose default calls a function that returns the table's rows) have
    /// no order: the one that is visited first comes last.
    pub fn in_order(&self, first: impl IntoIterator<Item = Node<'a>>) -> Vec<Node<'a>> {
        let mut visit = Visit {
            walk: self,
            met: HashSet::new(),
            done: Vec::new(),
        };
        first.into_iter().for_each(|node| visit.node(node));
        visit.done
    }

    /// Returns the views and functions of the schema in this order.
    pub fn views_and_functions(&self) -> Vec<Node<'a>> {
        let views = self.schema.views.keys().map(Node::View);
        let functions = self.schema.functions.keys().map(|signature| Node::Function(signature));
        self.in_order(views.chain(functions))
    }

    /// Returns the objects that have a name; the name of a column's sequence leads to its table.
    pub fn named<'w>(&'w self, name: &'w QualifiedName) -> impl Iterator<Item = Node<'a>> + 'w {
        let others = self.named.get(&(name.schema.as_str(), name.name.as_str()));
        let table = self.schema.tables.get(name).map(|table| &table.name);
        let from = self.sequences.partition_point(|(own, _)| *own < name);
        let owners = self.sequences[from..].iter().take_while(move |(own, _)| *own == name);
        let tables = table.into_iter().chain(owners.map(|(_, table)| *table));
        others.into_iter().flatten().copied().chain(tables.map(Node::Table))
    }

    /// Returns the signatures of the functions that a view calls according to Postgres, as far as these use a relation.
    pub fn called_by(&self, view: &TableName) -> &[&'a str] {
        self.calls.get(view).map_or(&[], Vec::as_slice)
    }

    /// Returns the dependencies of an object. Types come first; recorded dependencies keep their order.
    fn needs(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let mut found = Vec::new();
        for dependency in self.dependencies(node) {
            self.resolve(dependency, &mut found);
        }
        if self.depth != Depth::Recorded {
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn dependencies(&self, node: Node<'a>) -> Vec<Dependency<'a>> {
        let schema = self.schema;
        let is_recorded = self.depth == Depth::Recorded;
        match node {
            Node::Type(name) => schema.types.get(name).map(dependencies::of_type),
            Node::Function(signature) => schema.functions.get(signature).map(dependencies::of_function),
            Node::Sequence(_) => None,
            Node::Unmanaged(name) => schema.unmanaged.get(name).map(|found| {
                let columns = found.columns.iter();
                columns.flat_map(|(_, of)| dependencies::of_data_type(of)).collect()
            }),
            Node::Table(_) if is_recorded => None,
            Node::Table(name) => schema.tables.get(name).map(|table| {
                let mut found = dependencies::of_table(table);
                if self.depth == Depth::Used {
                    found.extend(dependencies::of_later_parts(table));
                    found.extend(self.of_statistics(name));
                }
                found
            }),
            Node::View(name) => schema.views.get(name).map(|view| {
                let mut found = dependencies::of_view(view, self.called_by(name).iter().copied());
                if !is_recorded {
                    found.extend(dependencies::of_parts_of_view(view));
                }
                if self.depth == Depth::Used {
                    found.extend(self.of_statistics(name));
                }
                found
            }),
        }
        .unwrap_or_default()
    }

    fn of_statistics(&self, relation: &TableName) -> impl Iterator<Item = Dependency<'a>> {
        let found = self.schema.restored.statistics.values();
        let found = found.filter(move |of| of.on == *relation);
        found.flat_map(dependencies::of_statistics)
    }

    fn resolve(&self, dependency: Dependency<'a>, found: &mut Vec<Node<'a>>) {
        match dependency {
            Dependency::Function(signature) => found.push(Node::Function(signature)),
            Dependency::Relation(name) | Dependency::Column(name, _) if self.depth == Depth::Recorded => {
                found.extend(self.schema.views.get_key_value(name).map(|(name, _)| Node::View(name)));
            }
            Dependency::Relation(name) | Dependency::Column(name, _) => found.extend(self.named(name)),
            Dependency::Type(name) => found.extend(self.named(name)),
            Dependency::Text(_) | Dependency::Body(_) if self.depth == Depth::Recorded => {}
            Dependency::Text(text) => {
                found.extend(mentioned_names(text).iter().flat_map(|name| self.named(name)));
                self.called_in(text, found);
            }
            Dependency::Body(text) => self.called_in(text, found),
        }
    }

    /// Adds the functions whose names are words of a text. Schemas are ignored, so that the result has too many
    /// functions rather than too few.
    fn called_in(&self, text: &str, found: &mut Vec<Node<'a>>) {
        if self.depth != Depth::Used || self.schema.functions.is_empty() {
            return;
        }
        let words = mentioned_words(text);
        let functions = self.schema.functions.iter();
        let called = functions.filter(|(_, function)| words.contains(&function.name.name));
        found.extend(called.map(|(signature, _)| Node::Function(signature)));
    }
}

/// Returns the views of a schema, each after those that it reads, directly or through a function.
pub fn views_in_order(schema: &Schema) -> Vec<&TableName> {
    let walk = Walk::new(schema, Depth::Recorded);
    let views = walk.views_and_functions().into_iter().filter_map(|node| match node {
        Node::View(name) => Some(name),
        _ => None,
    });
    views.collect()
}

struct Visit<'w, 'a> {
    walk: &'w Walk<'a>,
    met: HashSet<Node<'a>>,
    done: Vec<Node<'a>>,
}

impl<'a> Visit<'_, 'a> {
    fn node(&mut self, node: Node<'a>) {
        if !self.met.insert(node) {
            return;
        }
        for needed in self.walk.needs(node) {
            self.node(needed);
        }
        self.done.push(node);
    }
}

/// Returns the sequences that columns own, each with its table, sorted.
fn sequences(schema: &Schema) -> Vec<(&QualifiedName, &TableName)> {
    let tables = schema.tables.values();
    let owned = tables.flat_map(|table| table.sequences().map(|name| (name, &table.name)));
    let mut sequences: Vec<_> = owned.collect();
    sequences.sort_unstable();
    sequences
}

/// Returns the objects of a schema other than tables by name; a multirange leads to its range type.
fn named(schema: &Schema) -> Named<'_> {
    let mut named = Named::new();
    let mut add = |namespace, name, node| named.entry((namespace, name)).or_default().push(node);
    for (name, kind) in &schema.types {
        add(name.schema.as_str(), name.name.as_str(), Node::Type(name));
        if let CustomType::Range(range) = kind
            && let Some(multirange) = &range.multirange
        {
            add(&name.schema, multirange.as_str(), Node::Type(name));
        }
    }
    for (signature, function) in &schema.functions {
        add(
            function.name.schema.as_str(),
            function.name.name.as_str(),
            Node::Function(signature),
        );
    }
    for name in schema.sequences.keys() {
        add(name.schema.as_str(), name.name.as_str(), Node::Sequence(name));
    }
    for name in schema.unmanaged.keys() {
        add(name.schema.as_str(), name.name.as_str(), Node::Unmanaged(name));
    }
    for name in schema.views.keys() {
        add(name.schema.as_str(), name.name.as_str(), Node::View(name));
    }
    named
}
