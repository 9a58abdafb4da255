//! Enum types that a new type replaces, because they lose a label, their labels change places, or the same migration uses a new label.
//!
//! Postgres can only replace such a type. The main part creates the new one under another name; the columns of the type are replaced as those
//! whose type changes ([`retyped`](super::retyped)). When these take the place of the old ones, the old type is dropped, and the new one gets
//! its name.

use super::{
    Input,
    edit::edit,
    replaced_type::{ReplacedType, renamed},
};
use crate::{
    matching::Matches,
    model::{Column, CustomType, EnumType, Schema, TableName},
    plan::Statement,
};

/// Gives the new types names of their own in a schema after, and keeps the old ones beside them.
pub(super) fn expand(schema: &mut Schema, types: &[ReplacedType], input: &Input<'_>) {
    if types.is_empty() {
        return;
    }
    rename(schema, &renamed(types));
    for own in types {
        keep(schema, own, input);
    }
}

/// Adds the old type to a schema in which the new one has a name of its own, with names after.
fn keep(schema: &mut Schema, of: &ReplacedType, input: &Input<'_>) {
    let (before, name) = (input.schemas().before, &of.name);
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
        for own in [&name.after, &of.new] {
            schema.type_access.insert(own.clone(), access.clone());
        }
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
