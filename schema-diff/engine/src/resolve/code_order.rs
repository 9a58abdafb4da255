//! Views and functions in the order in which they can be created.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Caller, Schema, TableName};

/// A view or a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A view, by its name.
    View(TableName),
    /// A function, by its signature.
    Function(String),
}

/// Returns the views and functions of a schema, each after the views that it reads or whose row types it uses, and after the functions
/// that Postgres knows it to call.
pub fn code_in_order(schema: &Schema) -> Vec<Node> {
    let mut order = Order {
        schema,
        called: called(schema),
        seen: BTreeSet::new(),
        out: Vec::new(),
    };
    let functions = schema.functions.keys().cloned().map(Node::Function);
    for node in schema.views.keys().cloned().map(Node::View).chain(functions) {
        order.visit(node);
    }
    order.out
}

/// Returns the functions that each view calls, as far as they use a relation.
pub fn called(schema: &Schema) -> BTreeMap<&TableName, BTreeSet<&str>> {
    let mut called: BTreeMap<&TableName, BTreeSet<&str>> = BTreeMap::new();
    for (signature, callers) in &schema.callers {
        for caller in callers {
            if let Caller::View(view) = caller
                && schema.functions.contains_key(signature)
            {
                called.entry(view).or_default().insert(signature);
            }
        }
    }
    called
}

struct Order<'a> {
    schema: &'a Schema,
    called: BTreeMap<&'a TableName, BTreeSet<&'a str>>,
    seen: BTreeSet<Node>,
    out: Vec<Node>,
}

impl Order<'_> {
    fn visit(&mut self, node: Node) {
        let schema = self.schema;
        let reads = match &node {
            Node::View(name) => schema.views.get(name).map(|view| &view.depends_on),
            Node::Function(signature) => schema.functions.get(signature).map(|function| &function.depends_on),
        };
        let Some(reads) = reads.filter(|_| self.seen.insert(node.clone())) else {
            return;
        };
        for read in reads {
            self.visit(Node::View(read.relation.clone()));
        }
        if let Node::View(name) = &node {
            for signature in self.called.get(name).cloned().unwrap_or_default() {
                self.visit(Node::Function(signature.to_owned()));
            }
        }
        self.out.push(node);
    }
}
