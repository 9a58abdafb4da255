//! What a migration keeps for the program that is still running, until `migration release` (expand and contract).
//!
//! While a new program is deployed, the old one runs beside it. [`expand`] therefore keeps what the old program needs: dropped columns and
//! tables, the old names of columns (a trigger synchronizes both) and of tables (a view); a trigger fills NOT NULL columns that it does not
//! write. The header of the migration lists what is kept ([`Kept`]), so that later migrations leave it alone ([`hold`], [`ignores_column`],
//! [`ignores_table`]). [`release`] removes it from the schema after, when nobody needs it any more. Pure.

mod blockers;
mod expand;
mod release;

use serde::{Deserialize, Serialize};

pub use expand::{Expansion, expand};
pub use release::{broken, release, released_functions, without};

use crate::{
    matching::Matches,
    model::{QualifiedName, Schema, TableName},
};

/// Something that is kept until it is released. Names are those of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// A column that schema.rs no longer has.
    Column {
        /// Its table.
        table: TableName,
        /// Its name.
        column: String,
        /// The column that has its new name, if it was renamed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renamed: Option<Synchronized>,
    },
    /// A column that schema.rs declares NOT NULL is nullable.
    Nullable {
        /// Its table.
        table: TableName,
        /// Its name.
        column: String,
        /// The expression that fills its NULLs when it becomes NOT NULL.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill: Option<String>,
    },
    /// A trigger fills a NOT NULL column that the older program does not write.
    Filled {
        /// Its table.
        table: TableName,
        /// Its name.
        column: String,
        /// The trigger.
        trigger: String,
        /// Its function, which has no arguments.
        function: QualifiedName,
    },
    /// A table that schema.rs no longer has.
    Table(TableName),
    /// A view that has the old name of a table.
    View(TableName),
}

/// The new column of a renamed one, and what keeps both equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synchronized {
    /// The new column.
    pub column: String,
    /// The trigger.
    pub trigger: String,
    /// Its function, which has no arguments.
    pub function: QualifiedName,
}

impl Kept {
    /// Returns a sentence about it, without a full stop.
    pub fn describe(&self) -> String {
        match self {
            Self::Column {
                table,
                column,
                renamed: None,
            } => format!("column {}.{column} still exists", table.plain()),
            Self::Column {
                table,
                column,
                renamed: Some(new),
            } => format!(
                "column {}.{column} still exists beside {}, and a trigger keeps both equal",
                table.plain(),
                new.column
            ),
            Self::Nullable { table, column, .. } => format!("column {}.{column} is still nullable", table.plain()),
            Self::Filled { table, column, .. } => {
                format!(
                    "a trigger fills column {}.{column} where it is not written",
                    table.plain()
                )
            }
            Self::Table(name) => format!("table {} still exists", name.plain()),
            Self::View(name) => format!("a view has the old name {}", name.plain()),
        }
    }
}

/// Returns whether kept things include a column, which a comparison then ignores.
pub fn ignores_column(kept: &[Kept], of: &TableName, name: &str) -> bool {
    kept.iter().any(|own| match own {
        Kept::Column { table, column, .. } => table == of && column == name,
        _ => false,
    })
}

/// Returns whether kept things include a table, which a comparison then ignores.
pub fn ignores_table(kept: &[Kept], name: &TableName) -> bool {
    kept.iter()
        .any(|own| matches!(own, Kept::Table(table) if table == name))
}

/// Leaves what is not released yet as it is: columns nullable, and the constraints and indexes of kept columns.
pub fn hold(after: &mut Schema, before: &Schema, kept: &[Kept]) {
    for own in kept {
        match own {
            Kept::Nullable { table, column, .. } => hold_nullable(after, before, table, column),
            Kept::Column { table, column, renamed } => {
                hold_types(after, before, table, |own| own == column);
                hold_dependents(after, before, table, column);
                if let Some(new) = renamed {
                    hold_default(after, before, table, &new.column);
                }
            }
            Kept::Table(table) => hold_types(after, before, table, |_| true),
            Kept::View(name) => {
                if let Some(view) = before.views.get(name).filter(|_| !after.views.contains_key(name)) {
                    after.views.insert(name.clone(), view.clone());
                }
            }
            Kept::Filled { .. } => {}
        }
    }
}

/// Keeps the types of columns, which nothing else may have.
fn hold_types(after: &mut Schema, before: &Schema, table: &TableName, is_kept: impl Fn(&str) -> bool) {
    let columns = before.tables.get(table).into_iter().flat_map(|table| &table.columns);
    for column in columns.filter(|own| is_kept(&own.name)) {
        Matches::default().keep_type(&column.data_type.name, before, after);
    }
}

/// Leaves the default with the old column: the trigger could not tell it from a value that a program writes.
fn hold_default(after: &mut Schema, before: &Schema, table: &TableName, column: &str) {
    let was = before.tables.get(table).and_then(|table| table.column(column));
    let default = was.and_then(|column| column.default.clone());
    if let Some(own) = after.tables.get_mut(table).and_then(|table| table.column_mut(column)) {
        own.default = default;
    }
}

fn hold_nullable(after: &mut Schema, before: &Schema, table: &TableName, column: &str) {
    let was = before.tables.get(table).and_then(|table| table.column(column));
    if was.is_some_and(|column| column.nullable)
        && let Some(table) = after.tables.get_mut(table)
        && let Some(column) = table.column_mut(column)
    {
        column.nullable = true;
    }
}

fn hold_dependents(after: &mut Schema, before: &Schema, table: &TableName, column: &str) {
    let Some((was, is)) = before.tables.get(table).zip(after.tables.get(table)) else {
        return;
    };
    let exists = |name: &str| is.column(name).is_some();
    let constraints = was.constraints.values().filter(|own| {
        let columns = own.columns();
        columns.contains(&column) && columns.into_iter().all(exists) && !is.constraints.contains_key(&own.name)
    });
    let indexes = was.indexes.values().filter(|own| {
        let is_over = own.columns.iter().any(|own| own == column);
        is_over && own.columns.iter().all(|own| exists(own)) && !is.indexes.contains_key(&own.name)
    });
    let (constraints, indexes): (Vec<_>, Vec<_>) = (constraints.cloned().collect(), indexes.cloned().collect());
    if constraints.is_empty() && indexes.is_empty() {
        return;
    }
    if let Some(table) = after.tables.get_mut(table) {
        for own in constraints {
            table.constraints.insert(own.name.clone(), own);
        }
        for own in indexes {
            table.indexes.insert(own.name.clone(), own);
        }
    }
}
