//! What a change loses for good. Every place that speaks of a loss takes its words from here.

use super::Change;
use crate::model::{Pair, Schema};

/// The values that are gone when the change has run, in words; `None` when all are still there, or when a guard stops it first.
pub fn loss(change: &Change, pair: Pair<&Schema>) -> Option<String> {
    match change {
        Change::DropTable(name) => Some(format!("drops table {} and every row in it", name.plain())),
        Change::DropColumn { table, column } => {
            let found = pair.before.tables.get(&table.before)?.column(column);
            // What is computed can be computed again.
            found
                .is_none_or(|found| found.generated.is_none())
                .then(|| format!("drops {}.{column} and every value in it", table.before.plain()))
        }
        Change::AlterColumn { table, column, delta } if delta.generated => {
            let before = pair.before.tables.get(&table.before)?.column(&column.before)?;
            let after = pair.after.tables.get(&table.after)?.column(&column.after)?;
            (before.generated.is_none() && after.generated.is_some()).then(|| {
                format!(
                    "{}.{} becomes a generated column: its values are dropped and computed from the expression",
                    table.before.plain(),
                    column.before
                )
            })
        }
        _ => None,
    }
}
