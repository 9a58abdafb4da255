//! Enum types that a new type replaces, because they lose a label, their labels change places, or the same migration uses a new label.
//!
//! Postgres can only replace such a type. The main part creates the new one under another name; the columns of the type are replaced as those
//! whose type changes ([`retyped`](super::retyped)). When these take the place of the old ones, the old type is dropped, and the new one gets
//! its name.

use std::collections::BTreeSet;

use super::{
    Input, free_name,
    retyped::{Candidate, conversion},
    states::edit,
};
use crate::{
    compare::Change,
    matching::Matches,
    model::{Column, CustomType, EnumType, ObjectId, Pair, Schema, TableName, TypeName, quote_literal},
    plan::Statement,
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
        // In an array, a label has no quotes of its own.
        let is_named = |label: &String| expression.contains(quote_literal(label).trim_matches('\''));
        !self.added.iter().any(is_named)
    }

    /// Returns the comment above a statement that replaces the type.
    fn comment(&self, ddl: &Ddl) -> Option<String> {
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

    /// Adds the old type to a schema in which the new one has a name of its own, with names after.
    fn keep(&self, schema: &mut Schema, input: &Input<'_>) {
        let (before, name) = (input.schemas().before, &self.name);
        let Some(old) = before.enum_type(&name.before) else {
            return;
        };
        let labels = old.labels.iter();
        let labels = labels.map(|label| input.matches().label(&name.before, label));
        let kept = CustomType::Enum(EnumType {
            labels: labels.collect(),
            ..old.clone()
        });
        schema.types.insert(name.after.clone(), kept);
        if let Some(access) = before.type_access.get(&name.before) {
            for own in [&name.after, &self.new] {
                schema.type_access.insert(own.clone(), access.clone());
            }
        }
    }
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

/// Returns the columns of replaced types that the simple form rewrites.
pub(super) fn columns<'a>(input: &'a Input<'a>, types: &[ReplacedType]) -> Vec<Candidate<'a>> {
    let Pair { before, after } = input.schemas();
    let mut found = Vec::new();
    if types.is_empty() {
        return found;
    }
    for was in before.tables.values() {
        let Some(is) = after.tables.get(&input.matches().table(&was.name)) else {
            continue;
        };
        let own = was.columns.iter().filter_map(|column| {
            let new = is.column(&input.matches().column(&was.name, &column.name))?;
            let columns = Pair::new(column, new);
            let tables = Pair::new(was, is);
            let is_rewritten = conversion(&input.simple.statements, &was.name, &column.name).is_some();
            let is_replaced = types.iter().any(|own| own.is_of_both(columns));
            (is_rewritten && is_replaced).then_some(Candidate { tables, columns })
        });
        found.extend(own);
    }
    found
}

/// Returns the matches of the after schema with the schema in which the new types have their own names.
pub(super) fn renamed(types: &[ReplacedType]) -> Matches {
    let mut found = Matches::default();
    for own in types {
        found.match_type(own.name.after.clone(), own.new.clone());
    }
    found
}

/// Gives the new types names of their own in a schema after, and keeps the old ones beside them.
pub(super) fn expand(schema: &mut Schema, types: &[ReplacedType], input: &Input<'_>) {
    if types.is_empty() {
        return;
    }
    rename(schema, &renamed(types));
    for own in types {
        own.keep(schema, input);
    }
}

/// Says of the statements that replace the types why they do it.
pub(super) fn explained(statements: Vec<Statement>, types: &[ReplacedType]) -> Vec<Statement> {
    let mut statements = statements;
    for statement in &mut statements {
        let mut all = types.iter();
        statement
            .comments
            .extend(all.find_map(|own| own.comment(&statement.ddl)));
    }
    statements
}

/// Drops the old types of a schema, and gives their names to the new ones.
pub(super) fn switch(schema: &mut Schema, types: &[ReplacedType]) {
    if types.is_empty() {
        return;
    }
    for own in types {
        schema.types.remove(&own.name.after);
        schema.type_access.remove(&own.name.after);
    }
    rename(schema, &renamed(types).flip());
}

/// Renames types, and the types of the columns that have them, with their defaults, checks and indexes.
fn rename(schema: &mut Schema, matches: &Matches) {
    for (from, to) in matches.renamed_types() {
        if let Some(own) = schema.types.remove(from) {
            schema.types.insert(to.clone(), own);
        }
        if let Some(own) = schema.type_access.remove(from) {
            schema.type_access.insert(to.clone(), own);
        }
    }
    let is_of = |column: &Column| matches.new_type(&column.data_type.name).is_some();
    let tables = schema.tables.values().filter(|own| own.columns.iter().any(is_of));
    let tables: Vec<TableName> = tables.map(|own| own.name.clone()).collect();
    for table in tables {
        edit(schema, &table, |own| *own = matches.map_table(own));
    }
}
