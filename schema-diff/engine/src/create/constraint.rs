//! A constraint, for `CREATE TABLE` and `ADD`.

use super::context::Context;
use crate::{
    model::{Constraint, ConstraintKind, ObjectId, TableName, default_name},
    statement::{Ddl, NewConstraint, TableAction},
};

/// Returns a constraint for creation; its name is not written if Postgres would choose the same name.
pub fn constraint(table: &TableName, constraint: &Constraint, context: &Context<'_>) -> NewConstraint {
    NewConstraint {
        is_named: !has_default_name(table, constraint, context),
        constraint: constraint.clone(),
    }
}

/// Adds a constraint, with its comment.
pub fn add_constraint(table: &TableName, added: &Constraint, context: &Context<'_>) -> Vec<Ddl> {
    std::iter::once(bare(table, added, context))
        .chain(comment(table, added))
        .collect()
}

/// Adds a constraint without its comment.
pub(super) fn bare(table: &TableName, added: &Constraint, context: &Context<'_>) -> Ddl {
    Ddl::alter_table(
        table,
        TableAction::AddConstraint(Box::new(constraint(table, added, context))),
    )
}

/// Sets the comment of a constraint, if it has one.
pub(super) fn comment(table: &TableName, of: &Constraint) -> Option<Ddl> {
    let id = ObjectId::Constraint {
        table: table.clone(),
        name: of.name.clone(),
    };
    Ddl::comment(id, of.comment.as_deref())
}

/// Returns whether Postgres would choose the constraint's name if none is written.
pub(super) fn has_default_name(table: &TableName, constraint: &Constraint, context: &Context<'_>) -> bool {
    let usual = match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => default_name::primary_key(&table.name),
        ConstraintKind::Unique { columns, include, .. } => {
            default_name::unique(&table.name, columns.iter().chain(include).map(String::as_str))
        }
        ConstraintKind::Check { columns, .. } => default_name::check(&table.name, columns),
        ConstraintKind::ForeignKey(key) => {
            default_name::foreign_key(&table.name, key.columns.iter().map(String::as_str))
        }
        ConstraintKind::Exclude { .. } => return false,
    };
    usual == constraint.name && context.is_alone(&table.schema, &usual)
}
