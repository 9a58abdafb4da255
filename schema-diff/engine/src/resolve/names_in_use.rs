//! The names that relations and constraints of a schema have. Postgres chooses no default name that is in use.

use std::sync::Arc;

use crate::model::{QualifiedName, Schema, Table, TableName, name_hash};

/// The names in use in a schema, each with the relations that use it.
///
/// It has only the hash of a name: whether a relation with that hash really uses the name is checked when asked.
#[derive(Debug, Default)]
pub struct NamesInUse {
    /// The hashes of the names, each with the position of a user; sorted.
    hashes: Vec<(u64, u32)>,
    users: Vec<User>,
}

/// A relation with the names that it uses.
#[derive(Debug)]
enum User {
    Table(Arc<Table>),
    Other {
        relation: TableName,
        names: Vec<QualifiedName>,
    },
}

impl NamesInUse {
    /// Collects the names of a schema.
    pub fn of(schema: &Schema) -> Self {
        let mut found = Self::default();
        for table in schema.tables.keys().filter_map(|name| schema.tables.shared(name)) {
            found.add(User::Table(table));
        }
        for view in schema.views.values() {
            let indexes = view.indexes.keys().map(|index| view.name.sibling(index.as_str()));
            found.add(User::Other {
                relation: view.name.clone(),
                names: indexes.chain([view.name.clone()]).collect(),
            });
        }
        for name in schema.unmanaged.keys().chain(schema.sequences.keys()) {
            found.add(User::Other {
                relation: name.clone(),
                names: vec![name.clone()],
            });
        }
        found.hashes.sort_unstable();
        found
    }

    fn add(&mut self, user: User) {
        // No schema has that many relations.
        let position = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        user.each_name(|schema, name| self.hashes.push((name_hash(schema, name), position)));
        self.users.push(user);
    }

    /// Returns whether any of these relations uses the name.
    pub fn is_used_by(&self, name: &QualifiedName, is_one: impl Fn(&TableName) -> bool) -> bool {
        let wanted = name_hash(&name.schema, &name.name);
        let from = self.hashes.partition_point(|(hash, _)| *hash < wanted);
        let same = self.hashes[from..].iter().take_while(|(hash, _)| *hash == wanted);
        let mut users = same.filter_map(|(_, position)| self.users.get(*position as usize));
        users.any(|user| user.has(name) && is_one(user.relation()))
    }
}

impl User {
    fn relation(&self) -> &TableName {
        match self {
            Self::Table(table) => &table.name,
            Self::Other { relation, .. } => relation,
        }
    }

    fn has(&self, name: &QualifiedName) -> bool {
        let mut has = false;
        self.each_name(|schema, own| has |= schema == name.schema && own == name.name);
        has
    }

    /// Calls a function with each name, as schema and name.
    fn each_name(&self, mut call: impl FnMut(&str, &str)) {
        match self {
            Self::Table(table) => {
                let schema = &table.name.schema;
                call(schema, &table.name.name);
                // A partition's inherited foreign keys and checks have their parent's names, and are renamed with them.
                let constraints = table.constraints.iter();
                let constraints = constraints.filter(|(_, found)| !found.inherited || found.is_indexed());
                constraints.for_each(|(name, _)| call(schema, name));
                table.indexes.keys().for_each(|name| call(schema, name));
                table.sequences().for_each(|own| call(&own.schema, &own.name));
            }
            Self::Other { names, .. } => names.iter().for_each(|own| call(&own.schema, &own.name)),
        }
    }
}
