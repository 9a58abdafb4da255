//! Statements that stop a migration, with a message, before anything has changed.

use super::{Phase, Planner};
use crate::{
    model::TableName,
    statement::{Condition, Ddl, RowTest},
};

/// Returns a statement that raises an error when a condition holds.
pub(crate) fn raise_if(condition: Condition, message: impl Into<String>, hint: impl Into<String>) -> Ddl {
    Ddl::Guard {
        condition: Some(condition),
        message: message.into(),
        hint: hint.into(),
    }
}

impl Planner<'_> {
    /// Stops when a condition holds; names are those of before.
    pub(super) fn guard(&mut self, condition: Condition, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Phase::Guard, raise_if(condition, message, hint));
    }

    /// Stops when a table (named as before) has a row for which a test holds.
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
