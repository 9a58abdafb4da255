//! Describes the data that a change loses. Every message about such a loss takes its text from here.

use super::Change;
use crate::model::{Pair, Schema};

/// Describes the values that a change drops; returns `None` if it keeps all values, or if a guard stops it first.
pub fn loss(change: &Change, pair: Pair<&Schema>) -> Option<String> {
    match change {
        Change::DropTable(name) => Some(format!("drops table {} and all its rows", name.plain())),
        Change::DropColumn { table, column } => {
            let found = pair.before.tables.get(&table.before)?.column(column);
            // Generated values can be computed again.
            found
                .is_none_or(|found| found.generated.is_none())
                .then(|| format!("drops column {}.{column} and all its values", table.before.plain()))
        }
        Change::AlterColumn { table, column, delta } if delta.generated => {
            let before = pair.before.tables.get(&table.before)?.column(&column.before)?;
            let after = pair.after.tables.get(&table.after)?.column(&column.after)?;
            (before.generated.is_none() && after.generated.is_some()).then(|| {
                format!(
                    "{}.{} becomes a generated column: its existing values are replaced by values computed from the expression",
                    table.before.plain(),
                    column.before
                )
            })
        }
        _ => None,
    }
}
