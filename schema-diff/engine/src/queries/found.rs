//! What was found of each table.

use std::collections::BTreeMap;

use super::{origin::Origin, tables::Tables};
use crate::model::TableName;

/// What the queries of a program name of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableQueries {
    /// What reads every column.
    reads_all: Option<Origin>,
    /// What may write any column.
    writes_all: Option<Origin>,
    /// What inserts rows.
    inserts: Option<Origin>,
    /// What updates or deletes rows.
    changes: Option<Origin>,
    /// What reads and writes a column, by its name in SQL.
    reads: BTreeMap<String, Origin>,
    writes: BTreeMap<String, Origin>,
}

impl TableQueries {
    /// Returns whether anything uses the table.
    pub fn is_used(&self) -> bool {
        *self != Self::default()
    }

    /// Returns what reads a column, by its name in SQL; `None` if nothing does.
    pub fn reads(&self, column: &str) -> Option<&Origin> {
        self.reads.get(column).or(self.reads_all.as_ref())
    }

    /// Returns what gives a column a value, by its name in SQL; `None` if nothing does.
    pub fn writes(&self, column: &str) -> Option<&Origin> {
        self.writes.get(column).or(self.writes_all.as_ref())
    }

    /// Returns what inserts rows; `None` if nothing does.
    pub const fn inserts(&self) -> Option<&Origin> {
        self.inserts.as_ref()
    }

    /// Returns what updates or deletes rows; `None` if nothing does.
    pub const fn changes(&self) -> Option<&Origin> {
        self.changes.as_ref()
    }
}

/// How code concerns a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Reads every column.
    ReadsAll,
    /// May give any column a value.
    WritesAll,
    /// Inserts rows.
    Inserts,
    /// Updates or deletes rows.
    Changes,
}

/// How code concerns a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    pub reads: bool,
    pub writes: bool,
}

impl Access {
    /// A name in an expression, which may be anywhere in a statement.
    pub const ANY: Self = Self {
        reads: true,
        writes: true,
    };
}

/// Collects what is found. Of several places, the first counts.
pub(super) struct Found<'a> {
    pub names: &'a Tables,
    tables: BTreeMap<TableName, TableQueries>,
}

impl<'a> Found<'a> {
    /// Nothing was found of the tables.
    pub fn of(names: &'a Tables) -> Self {
        let tables = names.all().map(|name| (name.clone(), TableQueries::default()));
        Self {
            names,
            tables: tables.collect(),
        }
    }

    /// Adds an effect on a table.
    pub fn add(&mut self, table: &TableName, effect: Effect, origin: &Origin) {
        let Some(own) = self.tables.get_mut(table) else { return };
        let place = match effect {
            Effect::ReadsAll => &mut own.reads_all,
            Effect::WritesAll => &mut own.writes_all,
            Effect::Inserts => &mut own.inserts,
            Effect::Changes => &mut own.changes,
        };
        place.get_or_insert_with(|| origin.clone());
    }

    /// Adds that a column is named.
    pub fn column(&mut self, (table, column): (&TableName, &str), access: Access, origin: &Origin) {
        let Some(own) = self.tables.get_mut(table) else { return };
        if access.reads {
            own.reads.entry(column.to_owned()).or_insert_with(|| origin.clone());
        }
        if access.writes {
            own.writes.entry(column.to_owned()).or_insert_with(|| origin.clone());
        }
    }

    /// Adds that code may do anything with a table.
    pub fn anything(&mut self, table: &TableName, origin: &Origin) {
        for effect in [Effect::ReadsAll, Effect::WritesAll, Effect::Inserts, Effect::Changes] {
            self.add(table, effect, origin);
        }
    }

    /// Adds that code may do anything with every table.
    pub fn everything(&mut self, origin: &Origin) {
        for table in self.names.all() {
            self.anything(table, origin);
        }
    }

    /// Returns everything that was found.
    pub fn tables(self) -> BTreeMap<TableName, TableQueries> {
        self.tables
    }
}
