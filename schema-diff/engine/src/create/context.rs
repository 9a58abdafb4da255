//! The facts about the rest of a schema that are needed to create one of its objects.

use crate::model::{Schema, Table, TableName, TypeName, name_hash};

/// The schema in which an object is created.
pub struct Context<'a> {
    schema: &'a Schema,
    /// The hashes of the names that constraints and relations have in their namespaces, sorted; one for each use.
    uses: Vec<u64>,
}

impl<'a> Context<'a> {
    /// Builds the context of a schema, in time linear in its size.
    pub fn new(schema: &'a Schema) -> Self {
        let mut uses = Vec::with_capacity(4 * schema.tables.len());
        for (name, table) in &schema.tables {
            let relations = std::iter::once(&name.name).chain(table.indexes.keys());
            let names = relations.chain(table.constraints.keys());
            uses.extend(names.map(|used| name_hash(&name.schema, used)));
        }
        let others = schema.views.keys().chain(schema.sequences.keys());
        let others = others.chain(schema.unmanaged.keys());
        uses.extend(others.map(|name| name_hash(&name.schema, &name.name)));
        uses.sort_unstable();
        Self { schema, uses }
    }

    /// Returns whether Postgres would choose this name for an object of the schema, because no other object has it.
    ///
    /// If another name has the same hash, the answer is no, and the name is written although it need not be.
    pub fn is_alone(&self, namespace: &str, name: &str) -> bool {
        let wanted = name_hash(namespace, name);
        let from = self.uses.partition_point(|hash| *hash < wanted);
        self.uses.get(from + 1) != Some(&wanted)
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
