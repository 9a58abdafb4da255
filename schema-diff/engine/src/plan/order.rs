//! The order of a plan's statements: each comes after the statements that create what it needs, and before those that
//! drop what it uses. Otherwise phases decide.
//!
//! Statements before the renames have the names of the before schema, those after them the names of the after schema.
//! The two parts are ordered separately, and the renames between them keep their order.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::{Phase, Statement};
use crate::{
    create,
    model::{
        ObjectId, Pair, Schema, Table, TableName,
        dependencies::{self, Dependency},
    },
    statement::{Ddl, Effects},
};

/// Statements that depend on each other in a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The statements, in the order of their phases.
    pub statements: Vec<Ddl>,
}

/// Orders the statements of a plan.
///
/// # Errors
/// The statements depend on each other in a cycle.
pub(super) fn in_order(mut statements: Vec<Statement>, schemas: Pair<&Schema>) -> Result<Vec<Statement>, Cycle> {
    statements.sort_by_key(|statement| statement.phase);
    let renames = statements.partition_point(|statement| statement.phase < Phase::Rename);
    let after = statements.partition_point(|statement| statement.phase <= Phase::Rename);
    let new = statements.split_off(after);
    let renamed = statements.split_off(renames);
    let mut ordered = sorted(statements, schemas.before, schemas.before)?;
    ordered.extend(renamed);
    ordered.extend(sorted(new, schemas.before, schemas.after)?);
    Ok(ordered)
}

/// Orders statements that use the names of one schema.
fn sorted(statements: Vec<Statement>, before: &Schema, named: &Schema) -> Result<Vec<Statement>, Cycle> {
    let (families, families_named) = (Families::of(before), Families::of(named));
    let effects = statements.iter().map(|statement| {
        let mut effects = effects(&statement.ddl, before, named);
        if matches!(statement.ddl, Ddl::AlterTable { .. }) {
            families_named.add_inherited(&mut effects.creates);
            families.add_inherited(&mut effects.drops);
        }
        effects
    });
    let effects: Vec<Effects> = effects.collect();
    let graph = Graph::new(&effects, |id| is_temporary(id, before));
    let order = graph.order(|at| (statements.get(at).map(|own| own.phase), at));
    let mut left: Vec<Option<Statement>> = statements.into_iter().map(Some).collect();
    let ordered: Vec<Statement> = order.iter().filter_map(|at| left.get_mut(*at)?.take()).collect();
    let cycle: Vec<Ddl> = left.into_iter().flatten().map(|own| own.ddl).collect();
    if cycle.is_empty() {
        Ok(ordered)
    } else {
        Err(Cycle { statements: cycle })
    }
}

/// Returns the effects of a statement, including the dependencies of the objects that it creates and drops.
fn effects(ddl: &Ddl, before: &Schema, named: &Schema) -> Effects {
    let mut effects = ddl.effects();
    let read: Vec<ObjectId> = effects.creates.iter().flat_map(|id| reads(id, named)).collect();
    effects.needs.extend(read);
    let read: Vec<ObjectId> = effects.drops.iter().flat_map(|id| reads(id, before)).collect();
    // A replaced type is only renamed at first, which its columns survive.
    let is_type = |id: &ObjectId| matches!(id, ObjectId::Type(_) | ObjectId::Domain(_));
    effects.uses.extend(read.into_iter().filter(|id| !is_type(id)));
    if let Ddl::Drop(ObjectId::Table(name)) = ddl
        && let Some(table) = before.tables.get(name)
    {
        effects.drops.extend(parts(table));
    }
    effects
}

/// The child tables and partitions of each table.
struct Families<'a>(BTreeMap<&'a TableName, Vec<&'a TableName>>);

impl<'a> Families<'a> {
    fn of(schema: &'a Schema) -> Self {
        let mut children: BTreeMap<&TableName, Vec<&TableName>> = BTreeMap::new();
        for table in schema.tables.values() {
            for parent in table.parents() {
                children.entry(parent).or_default().push(&table.name);
            }
        }
        Self(children)
    }

    /// Adds the columns that Postgres creates or drops in child tables and partitions with those of a parent.
    fn add_inherited(&self, ids: &mut BTreeSet<ObjectId>) {
        let mut new: Vec<ObjectId> = ids.iter().flat_map(|id| self.inherited(id)).collect();
        while let Some(id) = new.pop() {
            if !ids.contains(&id) {
                new.extend(self.inherited(&id));
                ids.insert(id);
            }
        }
    }

    fn inherited(&self, id: &ObjectId) -> Vec<ObjectId> {
        let ObjectId::Column { relation, name } = id else {
            return Vec::new();
        };
        let children = self.0.get(relation).into_iter().flatten();
        children.map(|child| ObjectId::column(child, name)).collect()
    }
}

/// Returns whether an object that is created and dropped exists only while the plan runs: a replaced type under its
/// temporary name, or a sequence that numbers existing rows.
fn is_temporary(id: &ObjectId, before: &Schema) -> bool {
    match id {
        ObjectId::Type(name) | ObjectId::Domain(name) => !before.types.contains_key(name),
        ObjectId::Sequence(name) => {
            let mut owned = before.tables.values().flat_map(Table::sequences);
            !before.sequences.contains_key(name) && !owned.any(|own| own == name)
        }
        _ => false,
    }
}

/// Returns the objects that are dropped with a table.
fn parts(table: &Table) -> impl Iterator<Item = ObjectId> {
    let columns = table
        .columns
        .iter()
        .map(|column| ObjectId::column(&table.name, &column.name));
    let indexes = table.indexes.keys().map(|name| table.name.sibling(name));
    let keys = table.constraints.keys().map(|name| table.name.sibling(name));
    let sequences = table.sequences().cloned().map(ObjectId::Sequence);
    columns.chain(indexes.chain(keys).map(ObjectId::Index)).chain(sequences)
}

/// Returns the dependencies of an object in a schema, as far as Postgres records them.
fn reads(id: &ObjectId, schema: &Schema) -> Vec<ObjectId> {
    let depends_on = dependencies_of(id, schema).unwrap_or_default();
    depends_on.into_iter().flat_map(|on| objects(on, schema)).collect()
}

fn dependencies_of<'a>(id: &'a ObjectId, schema: &'a Schema) -> Option<Vec<Dependency<'a>>> {
    let of_table = |relation: &TableName| schema.tables.get(relation);
    let of_view = |relation: &TableName| schema.views.get(relation);
    Some(match id {
        ObjectId::Table(name) => dependencies::of_table(of_table(name)?),
        ObjectId::View(name) | ObjectId::MaterializedView(name) => {
            let calls = dependencies::calls_of_views(schema).filter(|(view, _)| *view == name);
            dependencies::of_view(of_view(name)?, calls.map(|(_, signature)| signature))
        }
        ObjectId::Trigger { relation, name } => {
            let own = of_table(relation).and_then(|table| table.triggers.get(name));
            dependencies::of_trigger(own.or_else(|| of_view(relation)?.triggers.get(name))?)
        }
        ObjectId::Rule { relation, name } => {
            let own = of_table(relation).and_then(|table| table.rules.get(name));
            dependencies::of_rule(own.or_else(|| of_view(relation)?.rules.get(name))?)
        }
        ObjectId::Policy { table, name } => dependencies::of_policy(of_table(table)?.policies.get(name)?),
        ObjectId::Function(routine) | ObjectId::Procedure(routine) => {
            dependencies::of_function(schema.functions.get(&routine.signature)?)
        }
        ObjectId::Constraint { table, name } => {
            dependencies::of_constraint(table, of_table(table)?.constraints.get(name)?)
        }
        ObjectId::Column { relation, name } => dependencies::of_column(relation, of_table(relation)?.column(name)?),
        ObjectId::Statistics(name) => dependencies::of_statistics(schema.restored.statistics.get(name)?),
        _ => return None,
    })
}

/// Returns the objects that a dependency may denote.
fn objects(on: Dependency<'_>, schema: &Schema) -> Vec<ObjectId> {
    let relation = |name: &TableName| match schema.views.get(name) {
        Some(view) => ObjectId::view(name, view.materialized),
        None => ObjectId::Table(name.clone()),
    };
    match on {
        Dependency::Relation(name) => vec![relation(name)],
        Dependency::Column(name, column) => vec![relation(name), ObjectId::column(name, column)],
        Dependency::Type(name) => vec![
            ObjectId::Type(name.clone()),
            ObjectId::Domain(name.clone()),
            relation(name),
        ],
        Dependency::Function(signature) => {
            let found = schema.functions.get(signature);
            found
                .map(|function| create::routine(signature, function))
                .into_iter()
                .collect()
        }
        Dependency::Text(_) | Dependency::Body(_) => Vec::new(),
    }
}

/// Statements by index, each with the statements that must follow it.
struct Graph {
    followers: Vec<BTreeSet<usize>>,
}

impl Graph {
    fn new(effects: &[Effects], is_temporary: impl Fn(&ObjectId) -> bool) -> Self {
        let by = |of: fn(&Effects) -> &BTreeSet<ObjectId>| {
            let mut found: BTreeMap<&ObjectId, Vec<usize>> = BTreeMap::new();
            for (at, own) in effects.iter().enumerate() {
                of(own).iter().for_each(|id| found.entry(id).or_default().push(at));
            }
            found
        };
        let (creators, droppers) = (by(|own| &own.creates), by(|own| &own.drops));
        let mut freed: BTreeMap<Name<'_>, Vec<usize>> = BTreeMap::new();
        let temporary: BTreeSet<&ObjectId> = droppers
            .keys()
            .copied()
            .filter(|id| creators.contains_key(id) && is_temporary(id))
            .collect();
        for (id, at) in droppers.iter().filter(|(id, _)| !temporary.contains(*id)) {
            names(id).for_each(|name| freed.entry(name).or_default().extend(at));
        }
        let mut graph = Self {
            followers: vec![BTreeSet::new(); effects.len()],
        };
        for (at, own) in effects.iter().enumerate() {
            let needed = own.needs.iter().filter_map(|id| creators.get(id)).flatten();
            needed.for_each(|first| graph.add(*first, at));
            let used = own.uses.iter().filter_map(|id| droppers.get(id)).flatten();
            used.for_each(|then| graph.add(at, *then));
            let created = own.drops.iter().filter(|id| temporary.contains(id));
            let created = created.filter_map(|id| creators.get(id)).flatten();
            created.for_each(|first| graph.add(*first, at));
            let taken = own.creates.iter().flat_map(names);
            let taken = taken.filter_map(|name| freed.get(&name)).flatten();
            taken.for_each(|first| graph.add(*first, at));
        }
        graph
    }

    fn add(&mut self, first: usize, then: usize) {
        if first != then
            && let Some(followers) = self.followers.get_mut(first)
        {
            followers.insert(then);
        }
    }

    /// Returns the statements that are in no cycle, in order. Of several candidates, that with the least key is next.
    fn order<K: Ord>(&self, key: impl Fn(usize) -> K) -> Vec<usize> {
        let mut in_degrees = vec![0_usize; self.followers.len()];
        for then in self.followers.iter().flatten() {
            in_degrees[*then] += 1;
        }
        let ready = (0..in_degrees.len()).filter(|at| in_degrees[*at] == 0);
        let mut ready: BinaryHeap<Reverse<(K, usize)>> = ready.map(|at| Reverse((key(at), at))).collect();
        let mut order = Vec::with_capacity(in_degrees.len());
        while let Some(Reverse((_, at))) = ready.pop() {
            order.push(at);
            for then in &self.followers[at] {
                in_degrees[*then] -= 1;
                if in_degrees[*then] == 0 {
                    ready.push(Reverse((key(*then), *then)));
                }
            }
        }
        order
    }
}

/// A name, and the scope in which it is unique.
type Name<'a> = (Scope<'a>, &'a str);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope<'a> {
    /// Tables, views, indexes and sequences of a schema.
    Relations(&'a str),
    /// Types of a schema, including the row types of its relations.
    Types(&'a str),
    /// Columns of a relation.
    Columns(&'a TableName),
    /// Constraints of a table.
    Constraints(&'a TableName),
    /// Triggers of a relation.
    Triggers(&'a TableName),
    /// Rules of a relation.
    Rules(&'a TableName),
    /// Policies of a table.
    Policies(&'a TableName),
    /// Functions.
    Functions,
    /// Extended statistics of a schema.
    Statistics(&'a str),
}

/// Returns the names that an object occupies.
fn names(id: &ObjectId) -> impl Iterator<Item = Name<'_>> {
    let (first, second) = match id {
        ObjectId::Table(name) | ObjectId::View(name) | ObjectId::MaterializedView(name) => (
            Some((Scope::Relations(&name.schema), name.name.as_str())),
            Some((Scope::Types(&name.schema), name.name.as_str())),
        ),
        ObjectId::Index(name) | ObjectId::Sequence(name) => {
            (Some((Scope::Relations(&name.schema), name.name.as_str())), None)
        }
        ObjectId::Type(name) | ObjectId::Domain(name) => (Some((Scope::Types(&name.schema), name.name.as_str())), None),
        ObjectId::Column { relation, name } => (Some((Scope::Columns(relation), name.as_str())), None),
        ObjectId::Constraint { table, name } => (Some((Scope::Constraints(table), name.as_str())), None),
        ObjectId::Trigger { relation, name } => (Some((Scope::Triggers(relation), name.as_str())), None),
        ObjectId::Rule { relation, name } => (Some((Scope::Rules(relation), name.as_str())), None),
        ObjectId::Policy { table, name } => (Some((Scope::Policies(table), name.as_str())), None),
        ObjectId::Function(routine) | ObjectId::Procedure(routine) => {
            (Some((Scope::Functions, routine.signature.as_str())), None)
        }
        ObjectId::Statistics(name) => (Some((Scope::Statistics(&name.schema), name.name.as_str())), None),
        ObjectId::Schema(_) | ObjectId::Extension(_) | ObjectId::DomainConstraint { .. } | ObjectId::Label { .. } => {
            (None, None)
        }
    };
    first.into_iter().chain(second)
}

#[cfg(test)]
mod tests {
    use super::in_order;
    use crate::{
        model::{Column, Composite, CustomType, DataType, ObjectId, Pair, Schema, TableName, TypeName},
        plan::{Phase, Statement},
        statement::{ColumnAction, Ddl, NewTable, TableAction},
    };

    fn order(statements: Vec<Statement>, schema: &Schema) -> Option<Vec<Ddl>> {
        let ordered = in_order(statements, Pair::new(schema, schema)).ok()?;
        Some(ordered.into_iter().map(|own| own.ddl).collect())
    }

    #[test]
    fn needs_outrank_phases() {
        let table = TableName::public("t");
        let column = Column::new("a", DataType::builtin("text"), true);
        let add = Ddl::alter_table(&table, TableAction::AddColumn(Box::new(column)));
        let set = Ddl::alter_column(&table, "a", ColumnAction::SetNotNull);
        let statements = vec![
            Statement::new(Phase::CreateTable, set.clone()),
            Statement::new(Phase::AddColumn, add.clone()),
        ];
        assert_eq!(order(statements, &Schema::default()), Some(vec![add, set]));
    }

    #[test]
    fn a_name_is_free_before_it_is_taken() {
        let name = TableName::public("t");
        let drop = Ddl::Drop(ObjectId::Type(TypeName::public("t")));
        let create = Ddl::CreateTable(Box::new(NewTable::new(&name)));
        let mut schema = Schema::default();
        let of = Composite {
            attributes: Vec::new(),
            comment: None,
        };
        schema.types.insert(TypeName::row_of(&name), CustomType::Composite(of));
        let statements = vec![
            Statement::new(Phase::CreateTable, create.clone()),
            Statement::new(Phase::Cleanup, drop.clone()),
        ];
        assert_eq!(order(statements, &schema), Some(vec![drop, create]));
    }

    #[test]
    fn a_circle_has_no_order() {
        let names = ["a", "b"].map(TableName::public);
        let child = |of: usize, parent: usize| {
            let table = NewTable {
                inherits: vec![names[parent].clone()],
                ..NewTable::new(&names[of])
            };
            Statement::new(Phase::CreateTable, Ddl::CreateTable(Box::new(table)))
        };
        assert_eq!(order(vec![child(0, 1), child(1, 0)], &Schema::default()), None);
    }
}
