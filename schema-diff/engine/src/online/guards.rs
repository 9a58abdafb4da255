//! Guards against rows that violate new checks: the main part adds the checks without reading rows, so that otherwise a later part would
//! fail, when the migration is half done.

use super::{Input, selected::Selected};
use crate::{
    model::{ConstraintKind, IndexKey, Pair},
    plan::{Phase, Statement, raise_if, raise_if_duplicates},
    statement::{Condition, RowTest},
};

/// Returns guards against rows with equal keys of a new unique index: its build would fail, and leave an index that is not valid.
pub(super) fn index_guards(input: &Input<'_>, selected: &Selected) -> Vec<Statement> {
    let Pair { before, after } = input.schemas();
    let indexes = selected.indexes.iter().filter_map(|(table, name)| {
        let own = after.tables.get(table)?.indexes.get(name).filter(|own| own.unique)?;
        let old = before.tables.get(table)?;
        let is_kept = |key: &IndexKey| {
            let columns = old.column(&key.text).zip(after.tables.get(table)?.column(&key.text));
            let (old, new) = columns.filter(|_| !key.is_expression)?;
            let is_same = old.data_type == new.data_type && old.collation == new.collation;
            (is_same && input.matches().column(table, &key.text) == key.text).then(|| key.text.clone())
        };
        let names: Vec<String> = own.keys.iter().map(is_kept).collect::<Option<_>>()?;
        let is_filled = names.iter().any(|name| selected.is_filled(table, name));
        if is_filled || own.predicate.is_some() || input.matches().table(table) != *table {
            return None;
        }
        let guard = raise_if_duplicates(table, &format!("index {name}"), &names, own.nulls_not_distinct);
        Some(Statement::new(Phase::Guard, guard))
    });
    indexes.collect()
}

/// Returns guards against rows that violate a new check, for checks of columns that stay as they are.
pub(super) fn check_guards(input: &Input<'_>, selected: &Selected) -> Vec<Statement> {
    let Pair { before, after } = input.schemas();
    // The check may use a label or a type that does not exist yet.
    if input.has_new_types() {
        return Vec::new();
    }
    let checks = selected.validated.iter().filter_map(|(table, name)| {
        let own = after.tables.get(table)?.constraints.get(name)?;
        let ConstraintKind::Check { expression, columns, .. } = &own.kind else {
            return None;
        };
        let (old, new) = (before.tables.get(table)?, after.tables.get(table)?);
        let is_kept = |column: &String| {
            let columns = old.column(column).zip(new.column(column));
            columns.is_some_and(|(old, new)| old.data_type == new.data_type && old.generated == new.generated)
                && input.matches().column(table, column) == *column
        };
        if input.matches().table(table) != *table || !columns.iter().all(is_kept) {
            return None;
        }
        let broken = Condition::Rows {
            table: table.clone(),
            test: RowTest::Breaks(expression.clone()),
        };
        let message = format!("table {} has rows that would violate the check {name}", table.plain());
        let hint = format!("Before you run this migration again, change the rows that this query returns: SELECT * FROM {table} WHERE NOT ({expression})");
        Some(Statement::new(Phase::Guard, raise_if(broken, message, hint)))
    });
    checks.collect()
}
