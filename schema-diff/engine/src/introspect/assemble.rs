//! Assembles the model from the rows that were read, by their OIDs.

use std::collections::{BTreeMap, HashMap};

use super::{
    columns::{Attribute, Attributes},
    comments::{Class, Comments},
    dependencies::Dependencies,
    privileges::Grants,
    relations::{Relation, RelationKind, Relations},
    replication,
    sequences::{Sequence, SequenceOwner},
    views::Query,
};
use crate::model::{
    ByName, Column, Constraint, Generated, Identity, Index, OwnedSequence, Partition, Policy, QualifiedName, Rule,
    Schema, SequenceOptions, Table, TableKind, TableName, Tables, Trigger, Unmanaged, View,
};

/// The objects that belong to relations, by the relations' OIDs.
pub(super) struct Parts {
    pub constraints: Vec<(u32, Constraint)>,
    pub indexes: Vec<(u32, Index)>,
    pub sequences: Vec<Sequence>,
    pub views: Vec<(u32, Query)>,
    pub triggers: Vec<(u32, Trigger)>,
    pub policies: Vec<(u32, Policy)>,
    pub rules: Vec<(u32, Rule)>,
    pub grants: Grants,
    pub replication: replication::Tables,
}

/// The objects that belong to one relation.
#[derive(Default)]
struct OfRelation {
    constraints: ByName<Constraint>,
    indexes: ByName<Index>,
    triggers: BTreeMap<String, Trigger>,
    policies: BTreeMap<String, Policy>,
    rules: BTreeMap<String, Rule>,
    query: Option<Query>,
    owned: HashMap<i16, Vec<OwnedSequence>>,
    identities: HashMap<i16, OwnedSequence>,
}

/// Fills the schema's tables, views, sequences and unmanaged relations.
pub(super) fn assemble(
    schema: &mut Schema,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
    comments: Comments,
    parts: Parts,
) {
    let (mut of_relation, free) = distribute(
        parts.constraints,
        parts.indexes,
        parts.triggers,
        parts.policies,
        parts.rules,
        parts.views,
        parts.sequences,
    );
    schema
        .sequences
        .extend(free.into_iter().map(|sequence| (sequence.name, sequence.options)));
    let mut assembly = Assembly {
        relations,
        attributes,
        dependencies,
        comments,
        grants: parts.grants,
        replication: parts.replication,
    };
    for (oid, relation) in relations {
        let of_relation = of_relation.remove(oid).unwrap_or_default();
        let name = relation.name.clone();
        if let Some(reason) = &relation.unmanaged {
            let columns = attributes
                .of(*oid)
                .iter()
                .map(|column| (column.name.clone(), column.data_type.clone()))
                .collect();
            schema.unmanaged.insert(
                name,
                Unmanaged {
                    reason: reason.clone(),
                    columns,
                },
            );
        } else if matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView) {
            schema.views.insert(name, assembly.view(*oid, relation, of_relation));
        } else {
            let table = assembly.table(*oid, relation, of_relation, schema);
            schema.tables.insert(name, table);
        }
    }
    share_identities(&mut schema.tables);
}

/// Assigns all objects to their relations; returns the sequences that no column owns.
fn distribute(
    constraints: Vec<(u32, Constraint)>,
    indexes: Vec<(u32, Index)>,
    triggers: Vec<(u32, Trigger)>,
    policies: Vec<(u32, Policy)>,
    rules: Vec<(u32, Rule)>,
    views: Vec<(u32, Query)>,
    sequences: Vec<Sequence>,
) -> (HashMap<u32, OfRelation>, Vec<Sequence>) {
    let mut of_relation: HashMap<u32, OfRelation> = HashMap::new();
    for (oid, constraint) in constraints {
        of_relation
            .entry(oid)
            .or_default()
            .constraints
            .insert(constraint.name.clone(), constraint);
    }
    for (oid, index) in indexes {
        of_relation
            .entry(oid)
            .or_default()
            .indexes
            .insert(index.name.clone(), index);
    }
    for (oid, trigger) in triggers {
        of_relation
            .entry(oid)
            .or_default()
            .triggers
            .insert(trigger.name.clone(), trigger);
    }
    for (oid, policy) in policies {
        of_relation
            .entry(oid)
            .or_default()
            .policies
            .insert(policy.name.clone(), policy);
    }
    for (oid, rule) in rules {
        of_relation
            .entry(oid)
            .or_default()
            .rules
            .insert(rule.name.clone(), rule);
    }
    for (oid, query) in views {
        of_relation.entry(oid).or_default().query = Some(query);
    }
    let mut free = Vec::new();
    for sequence in sequences {
        let owned = OwnedSequence {
            name: sequence.name.clone(),
            options: sequence.options.clone(),
        };
        match sequence.owner {
            SequenceOwner::Nobody => free.push(sequence),
            SequenceOwner::Column(oid, number) => {
                of_relation
                    .entry(oid)
                    .or_default()
                    .owned
                    .entry(number)
                    .or_default()
                    .push(owned);
            }
            SequenceOwner::Identity(oid, number) => {
                of_relation.entry(oid).or_default().identities.insert(number, owned);
            }
        }
    }
    (of_relation, free)
}

struct Assembly<'a> {
    relations: &'a Relations,
    attributes: &'a Attributes,
    dependencies: &'a Dependencies,
    comments: Comments,
    grants: Grants,
    replication: replication::Tables,
}

impl Assembly<'_> {
    fn table(&mut self, oid: u32, relation: &Relation, mut of_relation: OfRelation, schema: &mut Schema) -> Table {
        let parents: Vec<TableName> = relation
            .parents
            .iter()
            .filter_map(|parent| self.relations.get(parent))
            .map(|parent| parent.name.clone())
            .collect();
        let (partition_of, inherits) = match &relation.partition_bound {
            Some(bound) => (
                parents.into_iter().next().map(|parent| Partition {
                    parent,
                    bound: bound.clone(),
                }),
                Vec::new(),
            ),
            None => (None, parents),
        };
        let attributes = self.attributes;
        Table {
            name: relation.name.clone(),
            kind: match &relation.partition_key {
                Some(key) => TableKind::Partitioned { key: key.clone() },
                None => TableKind::Ordinary,
            },
            columns: attributes
                .of(oid)
                .iter()
                .map(|attribute| self.column(oid, attribute, &mut of_relation, schema))
                .collect(),
            constraints: of_relation.constraints,
            indexes: of_relation.indexes,
            triggers: of_relation.triggers,
            policies: of_relation.policies,
            rules: of_relation.rules,
            row_security: relation.row_security,
            force_row_security: relation.force_row_security,
            unlogged: relation.unlogged,
            options: relation.options.clone(),
            comment: self.comments.take(Class::Relation, oid, 0),
            owner: relation.owner.clone(),
            grants: self.grants.take(oid, 0),
            revoked_from_owner: self.grants.take_revoked(oid),
            partition_of,
            inherits,
            of_type: self.replication.of_type(oid),
            replication: self.replication.replication(oid),
        }
    }

    fn column(
        &mut self,
        table: u32,
        attribute: &Attribute,
        of_relation: &mut OfRelation,
        schema: &mut Schema,
    ) -> Column {
        let number = attribute.number;
        let expression = attribute.expression.clone();
        let (default, generated) = match (attribute.generated_stored, expression) {
            (Some(stored), Some(expression)) => {
                let columns = self.dependencies.columns_of_generated(table, number, self.attributes);
                (
                    None,
                    Some(Generated {
                        expression,
                        stored,
                        columns,
                    }),
                )
            }
            (_, default) => (default, None),
        };
        Column {
            name: attribute.name.clone(),
            data_type: attribute.data_type.clone(),
            nullable: attribute.nullable,
            identity: attribute
                .identity_always
                .map(|always| Box::new(identity(always, of_relation.identities.remove(&number)))),
            sequence: self
                .owned_sequence(of_relation.owned.remove(&number), default.as_deref(), schema)
                .map(Box::new),
            default,
            generated: generated.map(Box::new),
            collation: attribute.collation.clone().map(Box::new),
            comment: self.comments.take(Class::Relation, table, number),
            grants: self.grants.take(table, number),
            inherited: attribute.inherited,
            settings: attribute.settings.clone().unless_default(),
        }
    }

    /// Returns the owned sequence that the column's default uses, or otherwise the first one. The others become
    /// independent sequences of the schema.
    fn owned_sequence(
        &self,
        owned: Option<Vec<OwnedSequence>>,
        default: Option<&str>,
        schema: &mut Schema,
    ) -> Option<OwnedSequence> {
        let mut owned = owned?;
        let named = default
            .and_then(|default| owned.iter().position(|sequence| is_nextval_of(default, &sequence.name)))
            .unwrap_or_default();
        if named >= owned.len() {
            return None;
        }
        let first = owned.swap_remove(named);
        schema
            .sequences
            .extend(owned.into_iter().map(|sequence| (sequence.name, sequence.options)));
        Some(first)
    }

    fn view(&mut self, oid: u32, relation: &Relation, of_relation: OfRelation) -> View {
        let attributes = self.attributes.of(oid);
        let (query, depends_on) = of_relation
            .query
            .map(|query| (query.text, query.depends_on))
            .unwrap_or_default();
        View {
            name: relation.name.clone(),
            materialized: relation.kind == RelationKind::MaterializedView,
            query,
            columns: attributes
                .iter()
                .map(|column| (column.name.clone(), column.data_type.clone()))
                .collect(),
            options: relation.options.clone(),
            depends_on,
            populated: relation.populated,
            indexes: of_relation.indexes,
            triggers: of_relation.triggers,
            rules: of_relation.rules,
            defaults: attributes
                .iter()
                .filter_map(|column| Some((column.name.clone(), column.expression.clone()?)))
                .collect(),
            comment: self.comments.take(Class::Relation, oid, 0),
            column_comments: attributes
                .iter()
                .filter_map(|column| {
                    Some((
                        column.name.clone(),
                        self.comments.take(Class::Relation, oid, column.number)?,
                    ))
                })
                .collect(),
            owner: relation.owner.clone(),
            grants: self.grants.take(oid, 0),
            revoked_from_owner: self.grants.take_revoked(oid),
            column_grants: attributes
                .iter()
                .map(|column| (column.name.clone(), self.grants.take(oid, column.number)))
                .filter(|(_, grants)| !grants.is_empty())
                .collect(),
        }
    }
}

/// Returns whether a default is exactly the one that `serial` creates for a sequence.
fn is_nextval_of(default: &str, sequence: &QualifiedName) -> bool {
    default == sequence.nextval()
}

/// Builds an identity. An identity without a sequence belongs to a partition, which uses its parent's; see
/// [`share_identities`].
fn identity(always: bool, sequence: Option<OwnedSequence>) -> Identity {
    match sequence {
        Some(OwnedSequence { name, options }) => Identity {
            always,
            sequence: name,
            options,
        },
        None => Identity {
            always,
            sequence: QualifiedName::new("", ""),
            options: SequenceOptions::default_for(&crate::model::DataType::builtin("int8")),
        },
    }
}

/// Sets the sequences of partitions' identities (Postgres 17) to those of their parents.
fn share_identities(tables: &mut Tables) {
    let mut shared = Vec::new();
    for (name, table) in tables.iter() {
        for (at, column) in table.columns.iter().enumerate() {
            if !column
                .identity
                .as_ref()
                .is_some_and(|identity| identity.sequence.name.is_empty())
            {
                continue;
            }
            let mut parent = table.partition_of.as_ref();
            while let Some(above) = parent.and_then(|partition| tables.get(&partition.parent)) {
                let found = above.column(&column.name).and_then(|column| column.identity.clone());
                if let Some(identity) = found.filter(|identity| !identity.sequence.name.is_empty()) {
                    shared.push((name.clone(), at, identity));
                    break;
                }
                parent = above.partition_of.as_ref();
            }
        }
    }
    for (name, at, identity) in shared {
        if let Some(column) = tables.get_mut(&name).and_then(|table| table.columns.get_mut(at)) {
            column.identity = Some(identity);
        }
    }
}
