//! Tests with rows whether `down.sql` restores the values that a decided conversion changes.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::{
    Claim, ProofError, Side,
    run::{Watch, find, run_plan},
};
use crate::{
    model::{Schema, TableKind, TableName, quote_ident},
    statement::{ColumnAction, Ddl, RowChange, TableAction},
};

/// The failure of `down.sql` to restore the values of a converted column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotBack {
    /// Postgres refuses to convert the values that `up.sql` produces.
    Fails,
    /// The values differ from those before `up.sql`.
    Differs {
        /// A value before `up.sql`.
        was: Option<String>,
        /// The same value after `down.sql`.
        now: Option<String>,
    },
}

/// Converted columns whose values `down.sql` does not restore, by names in the before schema.
pub type NotRestored = BTreeMap<(TableName, String), NotBack>;

/// The columns that a decided conversion changes, by names in the before schema.
pub(super) struct Conversions<'a> {
    claim: Claim<'a>,
    columns: Vec<Column>,
}

struct Column {
    table: TableName,
    name: String,
    /// The query for its rows: an array of the texts of the unchanged columns and of this column.
    query: String,
}

/// The rows of each column as texts, sorted.
pub(super) type Values = Vec<Vec<Vec<Option<String>>>>;

impl<'a> Conversions<'a> {
    /// Finds the columns. `kept` are the unchanged columns of each table; they identify rows.
    pub(super) fn new(claim: Claim<'a>, baseline: &Schema, kept: &BTreeMap<TableName, Vec<String>>) -> Self {
        let mut columns = Vec::new();
        for (table, name) in claim.converted {
            let Some(found) = baseline.tables.get(table).filter(|found| found.column(name).is_some()) else {
                continue;
            };
            let of_row = kept.get(table).into_iter().flatten().chain([name]);
            let texts: Vec<String> = of_row.map(|own| format!("{}::text", quote_ident(own))).collect();
            let only = match found.kind {
                TableKind::Partitioned { .. } => "",
                _ => "ONLY ",
            };
            columns.push(Column {
                table: table.clone(),
                name: name.clone(),
                query: format!("SELECT ARRAY[{}] FROM {only}{table}", texts.join(", ")),
            });
        }
        Self { claim, columns }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Reads the values by the names and types of the before schema.
    pub(super) fn values(&self, client: &mut Client) -> Result<Values, ProofError> {
        let mut values = Values::new();
        for column in &self.columns {
            let found = client
                .query(column.query.as_str(), &[])
                .map_err(|source| ProofError::Query {
                    action: "read the converted values",
                    source,
                })?;
            let mut rows: Vec<Vec<Option<String>>> = found.iter().map(|row| row.get(0)).collect();
            rows.sort();
            values.push(rows);
        }
        Ok(values)
    }

    /// Compares the values after `down.sql` with those before `up.sql`.
    pub(super) fn compare(&self, before: &Values, back: &Values, found: &mut NotRestored) {
        for ((column, before), back) in self.columns.iter().zip(before).zip(back) {
            let Some((was, now)) = before.iter().zip(back).find(|(was, now)| was != now) else {
                continue;
            };
            let value = |row: &[Option<String>]| row.last().cloned().flatten();
            let differs = NotBack::Differs {
                was: value(was),
                now: value(now),
            };
            found
                .entry((column.table.clone(), column.name.clone()))
                .or_insert(differs);
        }
    }

    /// Records the columns that a failed statement of `down.sql` converts.
    pub(super) fn failed(&self, statement: &str, found: &mut NotRestored) {
        let matches = self.claim.matches;
        let Some(failed) = find(self.claim.down, statement) else {
            return;
        };
        for column in &self.columns {
            let name = matches.column(&column.table, &column.name);
            if retypes(&failed.ddl, &matches.table(&column.table), &name) {
                found.insert((column.table.clone(), column.name.clone()), NotBack::Fails);
            }
        }
    }

    /// Runs `down.sql` on rows of the after schema.
    pub(super) fn try_back(&self, client: &mut Client, found: &mut NotRestored) {
        if self.is_empty() {
            return;
        }
        let ran = run_plan(client, self.claim.down, Side::Down, Watch::default());
        if let Err((ProofError::Statement { statement, .. }, ..)) = ran {
            self.failed(&statement, found);
        }
    }
}

/// Returns whether a statement converts the values of a column: it changes its type, or fills it.
pub(crate) fn retypes(ddl: &Ddl, of: &TableName, name: &str) -> bool {
    if let Ddl::Rows(RowChange::Fill { table, column, .. }) = ddl {
        return table == of && column == name;
    }
    let Ddl::AlterTable { table, actions, .. } = ddl else {
        return false;
    };
    let is_it = |action: &TableAction| matches!(action, TableAction::AlterColumn { column, action: ColumnAction::SetType { .. } } if column == name);
    table == of && actions.iter().any(is_it)
}

/// Returns the columns (by names in the before schema) that a decided conversion changes.
pub fn converted<'k>(
    usings: impl Iterator<Item = &'k (TableName, String)>,
    matches: &crate::matching::Matches,
) -> BTreeSet<(TableName, String)> {
    let flipped = matches.flip();
    usings
        .map(|(table, column)| (flipped.table(table), flipped.column(table, column)))
        .collect()
}
