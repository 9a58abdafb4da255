//! The dependents of a plan: objects that cannot be kept while objects that they depend on change. They are dropped
//! first, and recreated afterwards unless the change drops them permanently.
//!
//! Dropping and recreating (`drop.rs`, `recreate.rs`) both use this one set, so that nothing is dropped and not
//! recreated. An object that Postgres drops with its table or column is not in the set.

mod code;
mod columns;
mod keys;

use std::collections::{BTreeMap, BTreeSet};

use super::{Planner, current_names::Names};
use crate::{
    create,
    model::{Column, ColumnRef, Constraint, Function, Index, ObjectId, Policy, Rule, Table, TableName, Trigger, View},
};

/// An object of the before schema that cannot be kept, and the reasons.
#[derive(Clone)]
pub(super) struct Dependent<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The reasons why it cannot be kept; at least one.
    pub reasons: Vec<Reason>,
    /// The object that is recreated in its place; `None` if it is dropped permanently.
    pub recreated: Option<Recreated<'a>>,
}

/// An object that can be dropped and recreated alone.
#[derive(Clone, Copy)]
pub(super) enum Object<'a> {
    /// A generated column, or one that becomes generated.
    Column(&'a Table, &'a Column),
    Constraint(&'a Table, &'a Constraint),
    Index(&'a Table, &'a Index),
    /// A rule, with its table or view.
    Rule(&'a TableName, &'a Rule),
    /// A trigger, with its table or view.
    Trigger(&'a TableName, &'a Trigger),
    Policy(&'a Table, &'a Policy),
    View(&'a View),
    /// A function, with its signature.
    Function(&'a str, &'a Function),
}

/// The reason why an object cannot be kept. Names are those of the before schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The change drops it.
    Dropped,
    /// Its definition changes, and Postgres cannot change it in place.
    Redefined,
    /// It depends on a column or relation that changes.
    DependsOn(ColumnRef, Fate),
    /// It depends on a view or function that is dropped, permanently or to be recreated.
    DependsOnCode(ObjectId),
    /// It names a type that is replaced by another one.
    NamesReplacedType,
    /// It is a foreign key, and the key that it refers to is dropped.
    ReferencedKey,
    /// It is an index, and Postgres would choose unpredictable names for the indexes of its partitions.
    AmbiguousInPartitions,
}

/// The change of a column or relation on which an object depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Dropped,
    Retyped,
    /// It is a generated column that is dropped and recreated.
    Recreated,
}

/// A recreated object, and the time at which it is recreated.
#[derive(Clone, Copy)]
pub(super) struct Recreated<'a> {
    /// The schema whose names are valid at that time. Before the renames, it is recreated from its stored definition,
    /// and Postgres follows the renames.
    pub names: Names,
    /// The object of the before schema, or its counterpart in the after schema.
    pub object: Object<'a>,
}

/// The set of dependents: those of tables by the names of their tables, then views and functions, each after its
/// dependencies.
#[derive(Default)]
pub(super) struct Dependents<'a> {
    all: Vec<Dependent<'a>>,
    places: BTreeMap<ObjectId, usize>,
    /// The columns among them, with the schema whose names they are recreated with.
    columns: BTreeMap<ColumnRef, Names>,
}

impl<'a> Dependents<'a> {
    /// Returns all dependents, in an order in which they can be recreated.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Dependent<'a>> {
        self.all.iter()
    }

    /// Returns the dependent for an object of the before schema; `None` if it is kept, or dropped with its table or
    /// column.
    pub fn get(&self, object: Object<'_>) -> Option<&Dependent<'a>> {
        if self.all.is_empty() {
            return None;
        }
        self.places.get(&object.id()).and_then(|at| self.all.get(*at))
    }

    /// Returns whether an object of the before schema is dropped, permanently or to be recreated.
    pub fn contains(&self, object: Object<'_>) -> bool {
        self.get(object).is_some()
    }

    /// Returns the schema whose names a column of the before schema is recreated with; `None` if it is not recreated.
    pub fn recreated_column(&self, column: &ColumnRef) -> Option<Names> {
        self.columns.get(column).copied()
    }

    /// Returns the columns whose type changes and on which a dependent depends, directly or through views and
    /// functions.
    pub fn retyped_columns(&self, own: &Dependent<'a>) -> BTreeSet<ColumnRef> {
        let mut columns = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Dependent<'a>> = vec![own];
        while let Some(own) = open.pop() {
            for reason in &own.reasons {
                match reason {
                    Reason::DependsOn(read, Fate::Retyped) => {
                        columns.insert(read.clone());
                    }
                    Reason::DependsOnCode(id) if seen.insert(id) => {
                        open.extend(self.places.get(id).and_then(|at| self.all.get(*at)));
                    }
                    _ => {}
                }
            }
        }
        columns
    }

    fn add_columns(&mut self, columns: Vec<Dependent<'a>>) {
        for own in columns {
            if let (Object::Column(table, column), Some(recreated)) = (own.object, own.recreated) {
                let id = ColumnRef::column(&table.name, &column.name);
                self.columns.insert(id, recreated.names);
            }
            self.all.push(own);
        }
    }

    fn add(&mut self, found: Vec<Dependent<'a>>) {
        self.all.extend(found);
        // The sort is stable: within a table, columns come before the objects that may depend on them.
        self.all
            .sort_by_key(|own| own.object.relation().map_or((true, None), |name| (false, Some(name))));
        let ids = self.all.iter().enumerate().map(|(at, own)| (own.object.id(), at));
        self.places = ids.collect();
    }
}

impl<'a> Object<'a> {
    /// Returns its identity, by names in the before schema.
    pub fn id(self) -> ObjectId {
        match self {
            Self::Column(table, column) => ObjectId::column(&table.name, &column.name),
            Self::Constraint(table, constraint) => ObjectId::Constraint {
                table: table.name.clone(),
                name: constraint.name.clone(),
            },
            Self::Index(table, index) => ObjectId::Index(table.name.sibling(&index.name)),
            Self::Rule(relation, rule) => ObjectId::Rule {
                relation: relation.clone(),
                name: rule.name.clone(),
            },
            Self::Trigger(relation, trigger) => ObjectId::Trigger {
                relation: relation.clone(),
                name: trigger.name.clone(),
            },
            Self::Policy(table, policy) => ObjectId::Policy {
                table: table.name.clone(),
                name: policy.name.clone(),
            },
            Self::View(view) => ObjectId::view(&view.name, view.materialized),
            Self::Function(signature, function) => create::routine(signature, function),
        }
    }

    /// Returns the table or view to which it belongs.
    fn relation(self) -> Option<&'a TableName> {
        match self {
            Self::Column(table, _) | Self::Constraint(table, _) | Self::Index(table, _) | Self::Policy(table, _) => {
                Some(&table.name)
            }
            Self::Rule(relation, _) | Self::Trigger(relation, _) => Some(relation),
            Self::View(_) | Self::Function(..) => None,
        }
    }
}

impl<'a> Planner<'a> {
    /// Finds all dependents.
    pub(super) fn find_dependents(&mut self) {
        let columns = self.dependent_columns();
        self.dependents.add_columns(columns);
        let mut found = Vec::new();
        for table in self.before().tables.values() {
            self.dependent_keys(table, &mut found);
            if !self.drops_table(&table.name) {
                self.dependent_code_of(table, &mut found);
            }
        }
        found.extend(self.dependent_views_and_functions());
        self.dependents.add(found);
    }

    /// Returns the views that are dropped, permanently or to be recreated.
    pub(super) fn dependent_views(&self) -> impl Iterator<Item = &'a View> {
        self.dependents.iter().filter_map(|own| match own.object {
            Object::View(view) => Some(view),
            _ => None,
        })
    }

    /// Returns the functions that are dropped, permanently or to be recreated, with their signatures.
    pub(super) fn dependent_functions(&self) -> impl Iterator<Item = (&'a str, &'a Function)> {
        self.dependents.iter().filter_map(|own| match own.object {
            Object::Function(signature, function) => Some((signature, function)),
            _ => None,
        })
    }

    /// Returns whether a table (named as in the before schema) is dropped.
    pub(super) fn drops_table(&self, table: &TableName) -> bool {
        self.is_dropped(&ColumnRef::relation(table))
    }

    /// Returns whether a column or relation is dropped, retyped or recreated; `None` if its dependents can be kept.
    pub(super) fn fate(&self, read: &ColumnRef) -> Option<Fate> {
        if self.is_dropped(read) {
            Some(Fate::Dropped)
        } else if self.is_retyped(read) {
            Some(Fate::Retyped)
        } else if self.is_recreated(read) {
            Some(Fate::Recreated)
        } else {
            None
        }
    }

    /// Returns the reasons why an object that depends on these columns cannot be kept.
    fn reasons(&self, reads: &[ColumnRef]) -> Vec<Reason> {
        let reasons = reads.iter();
        reasons
            .filter_map(|read| Some(Reason::DependsOn(read.clone(), self.fate(read)?)))
            .collect()
    }

    /// Returns the schema whose names are valid when an object that depends on these columns can be recreated.
    fn names_when_recreatable(&self, reads: &[ColumnRef]) -> Names {
        let is_late = |read: &ColumnRef| self.dependents.recreated_column(read) == Some(Names::After);
        if reads.iter().any(|read| is_late(read) || self.is_replaced(read)) {
            Names::After
        } else {
            Names::Before
        }
    }

    /// Returns whether another column takes the name of a dropped one.
    fn is_replaced(&self, read: &ColumnRef) -> bool {
        let table = self.request.matches.table(&read.relation);
        let after = self.after().tables.get(&table);
        let column = read.column.as_ref();
        self.is_dropped(read)
            && column
                .zip(after)
                .is_some_and(|(name, table)| table.column(name).is_some())
    }

    /// Returns an object as a dependent, if there is a reason why it cannot be kept.
    fn dependent(&self, object: Object<'a>, reasons: Vec<Reason>, names: Names) -> Option<Dependent<'a>> {
        if reasons.is_empty() {
            return None;
        }
        let is_permanent = reasons.contains(&Reason::Dropped);
        let found = match names {
            Names::Before => Some(object),
            Names::After => self.counterpart(object),
        };
        let recreated = found
            .filter(|_| !is_permanent)
            .map(|object| Recreated { names, object });
        Some(Dependent {
            object,
            reasons,
            recreated,
        })
    }

    /// Returns the counterpart in the after schema of an object of the before schema.
    fn counterpart(&self, object: Object<'a>) -> Option<Object<'a>> {
        let after = self.after();
        let table_after = |name: &TableName| after.tables.get(&self.request.matches.table(name));
        Some(match object {
            Object::Column(of, column) => {
                let table = table_after(&of.name)?;
                let name = self.request.matches.column(&of.name, &column.name);
                Object::Column(table, table.column(&name)?)
            }
            Object::Constraint(of, constraint) => {
                let table = table_after(&of.name)?;
                let name = self.changed.constraint_name(&of.name, &constraint.name);
                Object::Constraint(table, table.constraints.get(&name)?)
            }
            Object::Index(of, index) => {
                let table = table_after(&of.name)?;
                let name = self.changed.index_name(&of.name, &index.name);
                Object::Index(table, table.indexes.get(&name)?)
            }
            Object::Rule(on, rule) => match (table_after(on), after.views.get(on)) {
                (Some(table), _) => Object::Rule(&table.name, table.rules.get(&rule.name)?),
                (None, view) => Object::Rule(&view?.name, view?.rules.get(&rule.name)?),
            },
            Object::Trigger(on, trigger) => match (table_after(on), after.views.get(on)) {
                (Some(table), _) => Object::Trigger(&table.name, table.triggers.get(&trigger.name)?),
                (None, view) => Object::Trigger(&view?.name, view?.triggers.get(&trigger.name)?),
            },
            Object::Policy(of, policy) => {
                let table = table_after(&of.name)?;
                Object::Policy(table, table.policies.get(&policy.name)?)
            }
            Object::View(view) => Object::View(after.views.get(&view.name)?),
            Object::Function(signature, _) => {
                let (signature, function) = after.functions.get_key_value(signature)?;
                Object::Function(signature, function)
            }
        })
    }

    /// Returns whether a column is dropped and recreated.
    pub(super) fn is_recreated(&self, column: &ColumnRef) -> bool {
        self.dependents.recreated_column(column).is_some()
    }
}

/// Returns references to columns of a table.
fn of_table<'c>(table: &Table, columns: impl IntoIterator<Item = &'c str>) -> Vec<ColumnRef> {
    let columns = columns.into_iter();
    columns.map(|column| ColumnRef::column(&table.name, column)).collect()
}
