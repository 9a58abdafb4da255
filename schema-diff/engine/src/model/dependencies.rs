//! The dependencies of each kind of object, in one place.
//!
//! Exact dependencies are those of the model and those that Postgres records. Names in texts are matched as words, and
//! only when all dependencies are requested (`walk`).

use super::{
    caller::Caller,
    column::Column,
    constraint::{Constraint, ConstraintKind},
    custom_type::CustomType,
    data_type::DataType,
    index::Index,
    name::{ColumnRef, TableName, TypeName},
    relation::{Policy, Rule, Table, TableKind, Trigger},
    restored::Statistics,
    schema::{Function, Schema},
    view::View,
};

/// A dependency of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependency<'a> {
    /// A table, a view, or another relation as a whole.
    Relation(&'a TableName),
    /// A column of a relation.
    Column(&'a TableName, &'a str),
    /// A type that is not built in: an enum, a domain, the type of a relation's rows.
    Type(&'a TypeName),
    /// A function, by its signature.
    Function(&'a str),
    /// The names in a text that Postgres deparsed, with schemas.
    Text(&'a str),
    /// The names in the body of a function, in any form; only a call of the function needs them.
    Body(&'a str),
}

use Dependency::Text;

/// Returns the dependencies of a type.
pub fn of_type(of: &CustomType) -> Vec<Dependency<'_>> {
    match of {
        CustomType::Enum(_) => Vec::new(),
        CustomType::Domain(domain) => {
            let checks = domain.checks.iter().map(|check| &check.definition);
            let texts = domain.default.iter().chain(checks).map(|text| Text(text));
            of_data_type(&domain.base).chain(texts).collect()
        }
        CustomType::Composite(composite) => {
            let attributes = composite.attributes.iter();
            attributes.flat_map(|(_, of)| of_data_type(of)).collect()
        }
        CustomType::Range(range) => {
            let options = range.options.iter().map(|text| Text(text));
            of_data_type(&range.subtype).chain(options).collect()
        }
    }
}

/// Returns the dependency of a column, an attribute or an argument on its type.
pub fn of_data_type(of: &DataType) -> impl Iterator<Item = Dependency<'_>> {
    (!of.is_builtin()).then_some(Dependency::Type(&of.name)).into_iter()
}

/// Returns the dependencies of a function or procedure: of its signature and, as far as Postgres records them, of its
/// body.
pub fn of_function(function: &Function) -> Vec<Dependency<'_>> {
    let definition = function.definition.as_str();
    let signature = definition
        .split_once("\nAS ")
        .map_or(definition, |(signature, _)| signature);
    let texts = [Text(signature), Dependency::Body(definition)];
    read(&function.depends_on).chain(texts).collect()
}

/// Returns the dependencies of a table's column.
pub fn of_column<'a>(table: &'a TableName, column: &'a Column) -> Vec<Dependency<'a>> {
    let mut found: Vec<Dependency<'_>> = of_data_type(&column.data_type).collect();
    found.extend(column.default.iter().map(|text| Text(text)));
    if let Some(generated) = &column.generated {
        found.extend(own(table, &generated.columns));
        found.push(Text(&generated.expression));
    }
    found
}

/// Returns the dependencies of a table's constraint.
pub fn of_constraint<'a>(table: &'a TableName, constraint: &'a Constraint) -> Vec<Dependency<'a>> {
    let columns = constraint.columns().into_iter();
    let mut found: Vec<Dependency<'_>> = columns.map(|column| Dependency::Column(table, column)).collect();
    match &constraint.kind {
        ConstraintKind::Check { expression: text, .. } | ConstraintKind::Exclude { definition: text, .. } => {
            found.push(Text(text));
        }
        ConstraintKind::ForeignKey(key) => {
            found.push(Dependency::Relation(&key.references));
            found.extend(own(&key.references, &key.referenced_columns));
        }
        ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } => {}
    }
    found
}

/// Returns the dependencies of an index of a table or materialized view.
pub fn of_index<'a>(relation: &'a TableName, index: &'a Index) -> Vec<Dependency<'a>> {
    let keys = index.keys.iter().filter(|key| key.is_expression).map(|key| &key.text);
    let texts = index.predicate.iter().chain(keys).map(|text| Text(text));
    own(relation, &index.columns).chain(texts).collect()
}

/// Returns the dependencies of a trigger.
pub fn of_trigger(trigger: &Trigger) -> Vec<Dependency<'_>> {
    read(&trigger.depends_on).chain([Text(&trigger.definition)]).collect()
}

/// Returns the dependencies of a rule.
pub fn of_rule(rule: &Rule) -> Vec<Dependency<'_>> {
    read(&rule.depends_on).chain([Text(&rule.definition)]).collect()
}

/// Returns the dependencies of a policy.
pub fn of_policy(policy: &Policy) -> Vec<Dependency<'_>> {
    let texts = policy.using.iter().chain(&policy.check).map(|text| Text(text));
    read(&policy.depends_on).chain(texts).collect()
}

/// Returns the dependencies of extended statistics.
pub fn of_statistics(of: &Statistics) -> Vec<Dependency<'_>> {
    let columns = of.reads.iter().map(|column| Dependency::Column(&of.on, column));
    columns.chain(of.expressions.iter().map(|text| Text(text))).collect()
}

/// Returns the dependencies of a table that is created without its foreign keys.
pub fn of_table(table: &Table) -> Vec<Dependency<'_>> {
    let mut found: Vec<Dependency<'_>> = table.parents().map(Dependency::Relation).collect();
    found.extend(table.of_type.iter().map(Dependency::Type));
    if let TableKind::Partitioned { key } = &table.kind {
        found.push(Text(key));
    }
    let columns = table.columns.iter();
    found.extend(columns.flat_map(|column| of_column(&table.name, column)));
    let constraints = table.constraints.values().filter(|own| own.foreign_key().is_none());
    found.extend(constraints.flat_map(|constraint| of_constraint(&table.name, constraint)));
    found
}

/// Returns the dependencies of the parts of a table that are created after all tables, except its foreign keys.
pub fn of_later_parts(table: &Table) -> Vec<Dependency<'_>> {
    let indexes = table.indexes.values().flat_map(|own| of_index(&table.name, own));
    let triggers = table.triggers.values().flat_map(of_trigger);
    let policies = table.policies.values().flat_map(of_policy);
    let rules = table.rules.values().flat_map(of_rule);
    indexes.chain(triggers).chain(policies).chain(rules).collect()
}

/// Returns the dependencies of a view's query; `called` are the functions that it calls according to Postgres.
pub fn of_view<'a>(view: &'a View, called: impl IntoIterator<Item = &'a str>) -> Vec<Dependency<'a>> {
    let called = called.into_iter().map(Dependency::Function);
    read(&view.depends_on)
        .chain(called)
        .chain([Text(&view.query)])
        .collect()
}

/// Returns the dependencies of the objects that belong to a view and are created with it.
pub fn of_parts_of_view(view: &View) -> Vec<Dependency<'_>> {
    let types = view.columns.iter().flat_map(|(_, of)| of_data_type(of));
    let defaults = view.defaults.values().map(|text| Text(text));
    let triggers = view.triggers.values().flat_map(of_trigger);
    let rules = view.rules.values().flat_map(of_rule);
    let indexes = view.indexes.values().flat_map(|own| of_index(&view.name, own));
    types
        .chain(defaults)
        .chain(triggers)
        .chain(rules)
        .chain(indexes)
        .collect()
}

/// Returns the views that call functions, as far as these use a relation, each with the signature of a function.
pub fn calls_of_views(schema: &Schema) -> impl Iterator<Item = (&TableName, &str)> {
    let known = schema.callers.iter();
    let known = known.filter(|(signature, _)| schema.functions.contains_key(*signature));
    known.flat_map(|(signature, callers)| {
        callers.iter().filter_map(move |caller| match caller {
            Caller::View(view) => Some((view, signature.as_str())),
            Caller::Other(_) => None,
        })
    })
}

fn own<'a>(relation: &'a TableName, columns: &'a [String]) -> impl Iterator<Item = Dependency<'a>> {
    columns.iter().map(|column| Dependency::Column(relation, column))
}

fn read(reads: &[ColumnRef]) -> impl Iterator<Item = Dependency<'_>> {
    reads.iter().map(|read| match &read.column {
        Some(column) => Dependency::Column(&read.relation, column),
        None => Dependency::Relation(&read.relation),
    })
}
