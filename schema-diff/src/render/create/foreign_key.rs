//! `ALTER TABLE ... ADD FOREIGN KEY`.

use super::{constraint::add_constraint, context::Context, table::constraint_comment};
use crate::model::{Constraint, TableName};

/// Adds a foreign key to a table, with its comment.
pub fn foreign_key(table: &TableName, key: &Constraint, context: &Context<'_>) -> Vec<String> {
    let mut statements = vec![add_constraint(table, key, context)];
    statements.extend(constraint_comment(table, key));
    statements
}
