//! The facts about the rest of a schema that are needed to create one of its objects.

use std::collections::HashMap;

use crate::model::{Schema, Table, TableName, TypeName};

/// The schema in which an object is created.
pub struct Context<'a> {
    schema: &'a Schema,
    /// The number of uses of a name in a namespace, by constraints and relations together.
    uses: HashMap<(&'a str, &'a str), u32>,
}

impl<'a> Context<'a> {
    /// Builds the context of a schema, in time linear in its size.
    pub fn new(schema: &'a Schema) -> Self {
        let mut uses: HashMap<(&str, &str), u32> = HashMap::new();
        for (name, table) in &schema.tables {
            let relations = std::iter::once(&name.name).chain(table.indexes.keys());
            for used in relations.chain(table.constraints.keys()) {
                *uses.entry((&name.schema, used)).or_default() += 1;
            }
        }
        for name in schema
            .views
            .keys()
            .chain(schema.sequences.keys())
            .chain(schema.unmanaged.keys())
        {
            *uses.entry((&name.schema, &name.name)).or_default() += 1;
        }
        Self { schema, uses }
    }

    /// Returns whether Postgres would choose this name for an object of the schema, because no other object has it.
    pub fn is_alone(&self, namespace: &str, name: &str) -> bool {
        self.uses.get(&(namespace, name)).is_none_or(|uses| *uses <= 1)
    }

    /// Returns a table of the schema.
    pub fn table(&self, name: &TableName) -> Option<&'a Table> {
        self.schema.tables.get(name)
    }

    /// Returns whether a type is a domain that is NOT NULL.
    pub fn is_not_null_domain(&self, name: &TypeName) -> bool {
        self.schema.domain(name).is_some_and(|domain| domain.not_null)
    }
}
