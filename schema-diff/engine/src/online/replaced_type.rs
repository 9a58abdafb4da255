//! Which enum types a new type replaces ([`enum_types`](super::enum_types)).

use std::collections::BTreeSet;

use super::{Input, free_name};
use crate::{
    compare::Change,
    matching::Matches,
    model::{Column, ObjectId, Pair, Schema, TypeName, quote_literal},
    statement::{Ddl, TypeAction},
};

/// An enum type that a new one replaces.
#[derive(Clone, Debug)]
pub(super) struct ReplacedType {
    /// Its names.
    pub name: Pair<TypeName>,
    /// The name of the new type, until it gets that of the old one.
    pub new: TypeName,
    /// The labels that only the new type has.
    added: Vec<String>,
    /// The labels that only the old type has, under their names after.
    removed: Vec<String>,
}

impl ReplacedType {
    /// Returns whether a column has the type, alone or in an array.
    pub fn is_of(&self, columns: Pair<&Column>) -> bool {
        columns.before.data_type.name == self.name.before || columns.after.data_type.name == self.name.after
    }

    /// Returns whether a column has the type before and after, and nothing else of its type changes.
    pub fn is_of_both(&self, columns: Pair<&Column>) -> bool {
        let Pair { before, after } = columns.map(|own| &own.data_type);
        let names = Pair::new(&before.name, &after.name);
        names == Pair::new(&self.name.before, &self.name.after) && before.array == after.array
    }

    /// Returns whether the old type has every label that an expression names.
    pub fn may_use(&self, expression: &str) -> bool {
        !names_any(expression, &self.added)
    }

    /// Returns whether an expression names a label that the new type does not have.
    pub fn loses(&self, expression: &str) -> bool {
        names_any(expression, &self.removed)
    }

    /// Returns the comment above a statement that replaces the type.
    pub fn comment(&self, ddl: &Ddl) -> Option<String> {
        let (shown, new) = (self.name.after.plain(), self.new.plain());
        match ddl {
            Ddl::CreateType { name, .. } if *name == self.new => Some(format!(
                "Postgres can neither drop a label of an enum type, nor change the order of the labels, nor use a new label in the transaction that adds it. Therefore {new} replaces {shown} in a later part."
            )),
            Ddl::AlterType {
                of: ObjectId::Type(name),
                action: TypeAction::RenameTo(_),
            } if *name == self.new => Some(format!("schema-diff: allow(renaming-object) no program uses {new}")),
            _ => None,
        }
    }
}

/// Returns whether an expression names one of some labels; in an array, a label has no quotes of its own.
fn names_any(expression: &str, labels: &[String]) -> bool {
    let is_named = |label: &String| expression.contains(quote_literal(label).trim_matches('\''));
    labels.iter().any(is_named)
}

/// Returns the types that the simple form replaces.
pub(super) fn replaced(input: &Input<'_>) -> Vec<ReplacedType> {
    let created = input.simple.statements.iter().filter_map(|own| match &own.ddl {
        Ddl::CreateType { name, .. } => Some(name),
        _ => None,
    });
    let created: BTreeSet<&TypeName> = created.collect();
    let mut found: Vec<ReplacedType> = Vec::new();
    for change in input.changes() {
        let Change::AlterEnum { name, edit } = change else {
            continue;
        };
        if created.contains(&name.before) {
            let new = new_name(input.schemas(), &name.after, &found);
            found.push(ReplacedType {
                name: name.clone(),
                new,
                added: edit.added.iter().map(|(label, _)| label.clone()).collect(),
                removed: edit.removed.clone(),
            });
        }
    }
    found
}

/// Returns a name that no type and no relation has, and that was not given yet.
fn new_name(schemas: Pair<&Schema>, name: &TypeName, given: &[ReplacedType]) -> TypeName {
    let is_taken = |other: &str| {
        let other: TypeName = name.sibling(other);
        let has = |schema: &Schema| {
            schema.types.contains_key(&other)
                || schema.extension_types.contains_key(&other)
                || schema.has_relation(&other.schema, &other.name)
        };
        has(schemas.before) || has(schemas.after) || given.iter().any(|own| own.new == other)
    };
    name.sibling(free_name(&name.name, "_new", is_taken))
}

/// Returns the matches of the after schema with the schema in which the new types have their own names.
pub(super) fn renamed(types: &[ReplacedType]) -> Matches {
    let mut found = Matches::default();
    for own in types {
        found.match_type(own.name.after.clone(), own.new.clone());
    }
    found
}
