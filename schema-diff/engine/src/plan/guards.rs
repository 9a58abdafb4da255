//! Statements that stop a migration with an error before anything is changed.

use super::{Phase, Planner};
use crate::{
    model::TableName,
    statement::{Condition, Ddl, Key, RowTest},
};

/// Returns a statement that raises an error if a condition holds.
pub(crate) fn raise_if(condition: Condition, message: impl Into<String>, hint: impl Into<String>) -> Ddl {
    Ddl::Guard {
        condition: Some(condition),
        message: message.into(),
        hint: hint.into(),
    }
}

/// Returns a statement that raises an error if rows have the same values in the columns of something unique that is new: `what`,
/// such as `key`.
pub(crate) fn raise_if_duplicates(table: &TableName, what: &str, columns: &[String], nulls_too: bool) -> Ddl {
    let duplicates = Condition::Duplicates {
        table: table.clone(),
        keys: columns.iter().cloned().map(Key::Column).collect(),
        predicate: None,
        nulls_too,
    };
    let message = format!(
        "table {} has several rows with the same values in the columns of the new unique {what} ({})",
        table.plain(),
        columns.join(", ")
    );
    let hint =
        "First delete or change the rows with equal keys; until then this migration fails without changing anything";
    raise_if(duplicates, message, hint)
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
