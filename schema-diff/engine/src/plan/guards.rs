//! Statements that stop a migration with an error before anything is changed.

use super::{Phase, Planner};
use crate::{
    model::TableName,
    statement::{Condition, Ddl, RowTest},
};

/// Returns a statement that raises an error if a condition holds.
pub(crate) fn raise_if(condition: Condition, message: impl Into<String>, hint: impl Into<String>) -> Ddl {
    Ddl::Guard {
        condition: Some(condition),
        message: message.into(),
        hint: hint.into(),
    }
}

impl Planner<'_> {
    /// Adds a guard that raises an error if a condition holds; names are those of the before schema.
    pub(super) fn guard(&mut self, condition: Condition, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Phase::Guard, raise_if(condition, message, hint));
    }

    /// Adds a guard that raises an error if a table (named as in the before schema) has a row for which a test holds.
    pub(super) fn guard_rows(
        &mut self,
        table: &TableName,
        test: RowTest,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let table = table.clone();
        self.guard(Condition::Rows { table, test }, message, hint);
    }
}
