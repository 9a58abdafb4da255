//! What of a table the statements of a program use, as far as its code was read. Pure.

use std::collections::BTreeSet;

use super::program::{Given, KnownColumn, KnownTable, Program};
use crate::{
    model::{Pair, TableName},
    queries::{Origin, Queries, TableQueries},
};

/// The queries of the program of before and of the new one, if the migration changes columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What was read; `None` if it could not be read.
    pub queries: Pair<Option<Queries>>,
    /// Whether the result depends on it.
    pub is_needed: bool,
}

/// Where the queries of a program were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nowhere: no column of an existing table changes.
    #[default]
    Unneeded,
    /// Nowhere: git does not have it. Whole tables are assumed to be read and written.
    Unknown,
    /// In a commit.
    Commit(String),
}

/// Whether statements use a column, or do something with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// None does.
    Never,
    /// They may, as far as is known.
    Assumed,
    /// This code does.
    Found(Origin),
}

impl Use {
    /// Returns whether a statement may.
    pub const fn is_possible(&self) -> bool {
        !matches!(self, Self::Never)
    }

    /// Returns the code that does.
    pub const fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Found(origin) => Some(origin),
            _ => None,
        }
    }

    fn of(found: Option<&Origin>) -> Self {
        found.map_or(Self::Never, |own| Self::Found(own.clone()))
    }

    /// Returns it, or that it is assumed.
    fn or_assumed(self) -> Self {
        match self {
            Self::Never => Self::Assumed,
            other => other,
        }
    }
}

impl Program {
    /// Leaves out what no query uses. Primary keys and the columns of joins are used without being named; `is_kept` says which other columns are
    /// used although no query names them yet.
    pub(super) fn restrict(&mut self, queries: &Queries, is_kept: &dyn Fn(&TableName, &str) -> bool) {
        let joins: BTreeSet<(TableName, String)> = self
            .joins
            .iter()
            .map(|own| (own.child.clone(), own.column.clone()))
            .collect();
        for table in self.tables.iter_mut().filter(|own| !own.is_view) {
            let Some(found) = queries.table(&table.name) else {
                continue;
            };
            let name = table.name.clone();
            let is_joined = |column: &str| joins.contains(&(name.clone(), column.to_owned()));
            table.restrict(found, &|column| is_joined(column) || is_kept(&name, column));
        }
    }
}

impl KnownTable {
    fn restrict(&mut self, found: &TableQueries, is_kept: &dyn Fn(&str) -> bool) {
        let key = &self.key;
        for column in &mut self.columns {
            column.read = Use::of(found.reads(&column.name));
            column.written = Use::of(found.writes(&column.name));
            if key.contains(&column.name) || is_kept(&column.name) {
                column.read = column.read.clone().or_assumed();
                column.written = column.written.clone().or_assumed();
            }
        }
        self.inserts = Use::of(found.inserts());
        self.changes = Use::of(found.changes());
        // An insert that is not understood: none could succeed otherwise.
        let is_missing = |own: &KnownColumn| own.given == Given::Mandatory && !own.written.is_possible();
        if self.inserts.is_possible() && self.columns.iter().any(is_missing) {
            for column in &mut self.columns {
                column.written = column.written.clone().or_assumed();
            }
        }
    }
}

impl KnownColumn {
    /// Returns whether any statement may use it.
    pub const fn is_used(&self) -> bool {
        self.read.is_possible() || self.written.is_possible()
    }

    /// Returns the code that uses it: what reads it, or what writes it.
    pub fn origin(&self, is_read: bool) -> Option<&Origin> {
        let (first, second) = match is_read {
            true => (&self.read, &self.written),
            false => (&self.written, &self.read),
        };
        first.origin().or_else(|| second.origin())
    }
}
