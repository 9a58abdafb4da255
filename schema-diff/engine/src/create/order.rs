//! The order in which the objects of a schema can be created.
//!
//! What Postgres records is taken as it is; where it records nothing (functions in expressions, types in casts), the
//! qualified names that its texts mention are looked up. A function whose body is a string is only as late as its
//! signature asks for, because bodies are not looked into when functions are created that way. Objects that need
//! each other in a circle (a table whose default calls a function that returns that table's rows) cannot be ordered:
//! the one that was met first comes last.

use std::collections::{BTreeMap, HashSet};

use crate::model::{
    ConstraintKind, CustomType, DataType, Function, QualifiedName, Schema, Table, View, mentioned_names,
};

/// An object that others may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Node<'a> {
    Type(&'a QualifiedName),
    /// By its signature.
    Function(&'a str),
    Sequence(&'a QualifiedName),
    Unmanaged(&'a QualifiedName),
    Table(&'a QualifiedName),
    View(&'a QualifiedName),
}

/// All objects, each after what it needs.
pub(super) fn in_order(schema: &Schema) -> Vec<Node<'_>> {
    let graph = Graph::new(schema);
    let mut order = Order {
        graph: &graph,
        met: HashSet::new(),
        done: Vec::new(),
    };
    let all = schema
        .types
        .keys()
        .map(Node::Type)
        .chain(schema.functions.keys().map(|signature| Node::Function(signature)))
        .chain(schema.sequences.keys().map(Node::Sequence))
        .chain(schema.tables.keys().map(Node::Table))
        .chain(schema.views.keys().map(Node::View));
    for node in all {
        order.visit(node);
    }
    order.done
}

struct Order<'g, 'a> {
    graph: &'g Graph<'a>,
    met: HashSet<Node<'a>>,
    done: Vec<Node<'a>>,
}

impl<'a> Order<'_, 'a> {
    fn visit(&mut self, node: Node<'a>) {
        if !self.met.insert(node) {
            return;
        }
        for needed in self.graph.needs(node) {
            self.visit(needed);
        }
        self.done.push(node);
    }
}

struct Graph<'a> {
    schema: &'a Schema,
    named: BTreeMap<QualifiedName, Vec<Node<'a>>>,
}

impl<'a> Graph<'a> {
    fn new(schema: &'a Schema) -> Self {
        let mut named: BTreeMap<QualifiedName, Vec<Node<'a>>> = BTreeMap::new();
        let mut add = |name: &QualifiedName, node| named.entry(name.clone()).or_default().push(node);
        for (name, kind) in &schema.types {
            add(name, Node::Type(name));
            if let CustomType::Range(range) = kind
                && let Some(multirange) = &range.multirange
            {
                add(&name.sibling(multirange.as_str()), Node::Type(name));
            }
        }
        for (signature, function) in &schema.functions {
            add(&function.name, Node::Function(signature));
        }
        for name in schema.sequences.keys() {
            add(name, Node::Sequence(name));
        }
        for name in schema.unmanaged.keys() {
            add(name, Node::Unmanaged(name));
        }
        for (name, table) in &schema.tables {
            add(name, Node::Table(name));
            for sequence in table.sequences() {
                add(sequence, Node::Table(name));
            }
        }
        for name in schema.views.keys() {
            add(name, Node::View(name));
        }
        Self { schema, named }
    }

    fn needs(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let mut needs = Needs {
            graph: self,
            found: Vec::new(),
        };
        match node {
            Node::Type(name) => {
                if let Some(kind) = self.schema.types.get(name) {
                    needs.of_type(kind);
                }
            }
            Node::Function(signature) => {
                if let Some(function) = self.schema.functions.get(signature) {
                    needs.of_function(function);
                }
            }
            Node::Table(name) => {
                if let Some(table) = self.schema.tables.get(name) {
                    needs.of_table(table);
                }
            }
            Node::View(name) => {
                if let Some(view) = self.schema.views.get(name) {
                    needs.of_view(view);
                }
            }
            Node::Unmanaged(name) => {
                if let Some(unmanaged) = self.schema.unmanaged.get(name) {
                    unmanaged.columns.iter().for_each(|(_, of)| needs.data_type(of));
                }
            }
            Node::Sequence(_) => {}
        }
        needs.found.sort_unstable();
        needs.found.dedup();
        needs.found
    }
}

struct Needs<'g, 'a> {
    graph: &'g Graph<'a>,
    found: Vec<Node<'a>>,
}

impl Needs<'_, '_> {
    fn name(&mut self, name: &QualifiedName) {
        self.found.extend(self.graph.named.get(name).into_iter().flatten());
    }

    fn text(&mut self, text: &str) {
        mentioned_names(text).iter().for_each(|name| self.name(name));
    }

    fn data_type(&mut self, of: &DataType) {
        if !of.is_builtin() {
            self.name(&of.name);
        }
    }

    fn of_type(&mut self, kind: &CustomType) {
        match kind {
            CustomType::Enum(_) => {}
            CustomType::Domain(domain) => {
                self.data_type(&domain.base);
                domain.default.iter().for_each(|text| self.text(text));
                domain.checks.iter().for_each(|check| self.text(&check.definition));
            }
            CustomType::Composite(composite) => composite.attributes.iter().for_each(|(_, of)| self.data_type(of)),
            CustomType::Range(range) => {
                self.data_type(&range.subtype);
                range.options.iter().for_each(|text| self.text(text));
            }
        }
    }

    fn of_function(&mut self, function: &Function) {
        let definition = function.definition.as_str();
        let signature = definition
            .split_once("\nAS ")
            .map_or(definition, |(signature, _)| signature);
        self.text(signature);
        function.depends_on.iter().for_each(|on| self.name(&on.relation));
    }

    fn of_table(&mut self, table: &Table) {
        table
            .partition_of
            .iter()
            .for_each(|partition| self.name(&partition.parent));
        table.inherits.iter().for_each(|parent| self.name(parent));
        table.of_type.iter().for_each(|name| self.name(name));
        for column in &table.columns {
            self.data_type(&column.data_type);
            column.default.iter().for_each(|text| self.text(text));
            column
                .generated
                .iter()
                .for_each(|generated| self.text(&generated.expression));
        }
        for constraint in table.constraints.values() {
            match &constraint.kind {
                ConstraintKind::Check { expression: text, .. } | ConstraintKind::Exclude { definition: text, .. } => {
                    self.text(text);
                }
                _ => {}
            }
        }
        if let crate::model::TableKind::Partitioned { key } = &table.kind {
            self.text(key);
        }
    }

    fn of_view(&mut self, view: &View) {
        view.depends_on.iter().for_each(|on| self.name(&on.relation));
        self.text(&view.query);
        view.defaults.values().for_each(|text| self.text(text));
        view.triggers
            .values()
            .for_each(|trigger| self.text(&trigger.definition));
        view.rules.values().for_each(|rule| self.text(&rule.definition));
        for index in view.indexes.values() {
            index.predicate.iter().for_each(|text| self.text(text));
            index
                .keys
                .iter()
                .filter(|key| key.is_expression)
                .for_each(|key| self.text(&key.text));
        }
    }
}
