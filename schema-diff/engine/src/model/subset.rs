//! The part of a schema that some of its tables need.

use std::collections::BTreeSet;

use super::{
    constraint::ConstraintKind,
    custom_type::CustomType,
    data_type::DataType,
    mention::{mentioned_names, mentioned_words},
    name::{QualifiedName, TableName},
    relation::Table,
    schema::{Schema, UnmanagedReason},
    view::View,
};

/// The part of a schema in which a change to some tables can be tried.
///
/// It has those tables; the tables that they refer to, or that are their parents and partitions (those that refer to
/// *them* only where they are asked for too: a change to a key asks for them);
/// the views that read them, and what those views read; and the types, sequences and functions of all these. Of a
/// table that is there only for another one, foreign keys are left out but for those to the tables asked for.
/// Functions are found by their names among the words of the texts, so that rather too many are kept than too few; the
/// tables that a function's body reads are not. All extensions are kept, because nothing tells which operators are theirs, and all collations.
pub fn subset(schema: &Schema, tables: &BTreeSet<TableName>) -> Schema {
    subset_with_types(schema, tables, &BTreeSet::new())
}

/// As [`subset`], with types that are needed whether or not a table has them yet.
pub fn subset_with_types(schema: &Schema, tables: &BTreeSet<TableName>, types: &BTreeSet<QualifiedName>) -> Schema {
    subset_with(schema, tables, types, &BTreeSet::new())
}

/// As [`subset_with_types`], with views that are needed whatever they read.
pub fn subset_with(
    schema: &Schema,
    tables: &BTreeSet<TableName>,
    types: &BTreeSet<QualifiedName>,
    views: &BTreeSet<TableName>,
) -> Schema {
    let needs = Needs {
        relations: views.clone(),
        types: types.clone(),
        ..Needs::default()
    };
    subset_needing(schema, tables, &needs)
}

/// What is needed besides some tables and what these need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Tables and views.
    pub relations: BTreeSet<TableName>,
    /// Types.
    pub types: BTreeSet<QualifiedName>,
    /// Sequences that no column owns.
    pub sequences: BTreeSet<QualifiedName>,
    /// Functions, by their signatures.
    pub functions: BTreeSet<String>,
}

impl Needs {
    /// Whether nothing is needed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what else is needed.
    pub fn extend(&mut self, more: Self) {
        self.relations.extend(more.relations);
        self.types.extend(more.types);
        self.sequences.extend(more.sequences);
        self.functions.extend(more.functions);
    }
}

/// As [`subset`], with what else is needed.
pub fn subset_needing(schema: &Schema, tables: &BTreeSet<TableName>, needs: &Needs) -> Schema {
    let tables = &with_families(schema, tables);
    let mut kept = Kept {
        schema,
        relations: BTreeSet::new(),
        types: BTreeSet::new(),
        functions: BTreeSet::new(),
        sequences: BTreeSet::new(),
    };
    for name in &needs.types {
        kept.type_name(name);
    }
    for name in &needs.sequences {
        kept.sequences
            .extend(schema.sequences.get_key_value(name).map(|(name, _)| name));
    }
    for signature in &needs.functions {
        kept.function(signature);
    }
    for name in tables {
        kept.relation(name);
    }
    for table in tables.iter().filter_map(|name| schema.tables.get(name)) {
        for key in table.foreign_keys().filter_map(|key| key.foreign_key()) {
            kept.relation(&key.references);
        }
    }
    for name in &needs.relations {
        kept.relation(name);
    }
    let views = views_upon(schema, tables);
    for name in &views {
        kept.relation(name);
    }
    // Functions whose body Postgres knows, or that use a row type, do not let these change.
    for (signature, function) in &schema.functions {
        let mut reads = function.depends_on.iter().map(|read| &read.relation);
        if reads.any(|relation| tables.contains(relation) || views.contains(relation)) {
            kept.function(signature);
        }
    }
    kept.into_schema(tables)
}

/// The tables with all their parents, partitions and heirs: what changes one of these changes the others.
fn with_families(schema: &Schema, tables: &BTreeSet<TableName>) -> BTreeSet<TableName> {
    let mut families = tables.clone();
    loop {
        let before = families.len();
        for (name, table) in &schema.tables {
            for parent in parents(table) {
                if families.contains(parent) {
                    families.insert(name.clone());
                } else if families.contains(name) {
                    families.insert(parent.clone());
                }
            }
        }
        if families.len() == before {
            return families;
        }
    }
}

fn parents(table: &Table) -> impl Iterator<Item = &TableName> {
    table
        .partition_of
        .iter()
        .map(|partition| &partition.parent)
        .chain(&table.inherits)
}

/// Views that read the tables, directly or through other views.
fn views_upon<'a>(schema: &'a Schema, tables: &BTreeSet<TableName>) -> BTreeSet<&'a TableName> {
    let mut found: BTreeSet<&TableName> = BTreeSet::new();
    loop {
        let more: Vec<&TableName> = schema
            .views
            .iter()
            .filter(|(name, view)| {
                let reads = |on: &TableName| tables.contains(on) || found.contains(on);
                !found.contains(name) && view.depends_on.iter().any(|on| reads(&on.relation))
            })
            .map(|(name, _)| name)
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

struct Kept<'a> {
    schema: &'a Schema,
    relations: BTreeSet<&'a TableName>,
    types: BTreeSet<&'a QualifiedName>,
    /// By their signatures.
    functions: BTreeSet<&'a str>,
    sequences: BTreeSet<&'a QualifiedName>,
}

impl<'a> Kept<'a> {
    fn relation(&mut self, name: &TableName) {
        if let Some((name, table)) = self.schema.tables.get_key_value(name) {
            if self.relations.insert(name) {
                self.needs_of_table(table);
                self.needs_of_statistics(name);
            }
        } else if let Some((name, view)) = self.schema.views.get_key_value(name) {
            if self.relations.insert(name) {
                self.needs_of_view(view);
                self.needs_of_statistics(name);
            }
        } else if let Some((name, _)) = self.schema.unmanaged.get_key_value(name) {
            self.relations.insert(name);
        }
    }

    fn data_type(&mut self, of: &DataType) {
        if !of.is_builtin() {
            self.type_name(&of.name);
        }
    }

    fn type_name(&mut self, name: &QualifiedName) {
        let found = self.schema.types.get_key_value(name).or_else(|| self.range_of(name));
        let Some((name, kind)) = found else {
            return self.relation(name);
        };
        if !self.types.insert(name) {
            return;
        }
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

    /// The range of which a type is the multirange.
    fn range_of(&self, name: &QualifiedName) -> Option<(&'a QualifiedName, &'a CustomType)> {
        self.schema.types.iter().find(|(range, kind)| {
            matches!(kind, CustomType::Range(of) if range.schema == name.schema && of.multirange.as_ref() == Some(&name.name))
        })
    }

    /// What a text of Postgres's names: types, sequences, functions, and the owners of other tables' sequences.
    fn text(&mut self, text: &str) {
        for name in mentioned_names(text) {
            if let Some((name, _)) = self.schema.sequences.get_key_value(&name) {
                self.sequences.insert(name);
            } else if let Some(owner) = self.owner_of(&name) {
                self.relation(owner);
            }
            self.type_name(&name);
        }
        self.called_in(text);
    }

    fn owner_of(&self, sequence: &QualifiedName) -> Option<&'a TableName> {
        let mut owners = self
            .schema
            .tables
            .values()
            .filter(|table| table.name.schema == sequence.schema);
        owners
            .find(|table| table.sequences().any(|own| own == sequence))
            .map(|table| &table.name)
    }

    /// Functions that a text, or a body of theirs, has among its words.
    fn called_in(&mut self, text: &str) {
        if self.schema.functions.is_empty() {
            return;
        }
        let words = mentioned_words(text);
        let schema = self.schema;
        for (signature, function) in &schema.functions {
            if words.contains(&function.name.name) {
                self.function(signature);
            }
        }
    }

    fn function(&mut self, signature: &str) {
        let found = self.schema.functions.get_key_value(signature);
        let Some((signature, function)) = found.filter(|(signature, _)| !self.functions.contains(signature.as_str()))
        else {
            return;
        };
        self.functions.insert(signature);
        let definition = function.definition.as_str();
        let header = definition.split_once("\nAS ").map_or(definition, |(header, _)| header);
        mentioned_names(header).iter().for_each(|name| self.type_name(name));
        function.depends_on.iter().for_each(|on| self.relation(&on.relation));
        self.called_in(definition);
    }

    fn needs_of_table(&mut self, table: &'a Table) {
        parents(table).for_each(|parent| self.relation(parent));
        table.of_type.iter().for_each(|name| self.type_name(name));
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
        for index in table.indexes.values() {
            index.predicate.iter().for_each(|text| self.text(text));
            index
                .keys
                .iter()
                .filter(|key| key.is_expression)
                .for_each(|key| self.text(&key.text));
        }
        for trigger in table.triggers.values() {
            self.text(&trigger.definition);
            trigger.depends_on.iter().for_each(|on| self.relation(&on.relation));
        }
        for policy in table.policies.values() {
            policy
                .using
                .iter()
                .chain(&policy.check)
                .for_each(|text| self.text(text));
            policy.depends_on.iter().for_each(|on| self.relation(&on.relation));
        }
        for rule in table.rules.values() {
            self.text(&rule.definition);
            rule.depends_on.iter().for_each(|on| self.relation(&on.relation));
        }
    }

    fn needs_of_view(&mut self, view: &'a View) {
        view.depends_on.iter().for_each(|on| self.relation(&on.relation));
        view.columns.iter().for_each(|(_, of)| self.data_type(of));
        self.text(&view.query);
        view.defaults.values().for_each(|text| self.text(text));
        view.triggers
            .values()
            .for_each(|trigger| self.text(&trigger.definition));
        for rule in view.rules.values() {
            self.text(&rule.definition);
            rule.depends_on.iter().for_each(|on| self.relation(&on.relation));
        }
        for index in view.indexes.values() {
            index.predicate.iter().for_each(|text| self.text(text));
            index
                .keys
                .iter()
                .filter(|key| key.is_expression)
                .for_each(|key| self.text(&key.text));
        }
    }

    /// What the expressions of a relation's extended statistics name.
    fn needs_of_statistics(&mut self, relation: &TableName) {
        let schema = self.schema;
        let found = schema.restored.statistics.values().filter(|of| of.on == *relation);
        found.flat_map(|of| &of.expressions).for_each(|text| self.text(text));
    }

    fn into_schema(self, asked_for: &BTreeSet<TableName>) -> Schema {
        let whole = self.schema;
        let mut part = Schema {
            server_version: whole.server_version,
            extensions: whole.extensions.clone(),
            extension_types: whole.extension_types.clone(),
            collations: whole.collations.clone(),
            session: whole.session.clone(),
            ..Schema::default()
        };
        for name in &self.relations {
            if let Some(table) = whole.tables.get(*name) {
                let mut table = table.clone();
                if !asked_for.contains(*name) {
                    table.constraints.retain(|_, constraint| {
                        constraint
                            .foreign_key()
                            .is_none_or(|key| asked_for.contains(&key.references))
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
        part.restored = whole.restored.clone();
        let relations = &self.relations;
        part.restored.statistics.retain(|_, of| relations.contains(&of.on));
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
            .chain(part.types.keys())
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
