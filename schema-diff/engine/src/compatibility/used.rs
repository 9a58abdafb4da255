//! What of a table the statements of a program use, as far as its code was read. Pure.

use std::collections::BTreeSet;

use super::{
    program::{Given, Known, KnownColumn, KnownTable, Program},
    usage::{Source, Use},
};
use crate::{
    model::{Pair, TableName},
    queries::{Origin, Queries, TableQueries},
};

/// Returns what the program of before and the new one know, and use as far as their code was read.
pub fn programs(known: Known<'_>) -> Pair<Program> {
    Pair::new(known.old_as_coded(), known.new_as_coded())
}

impl Known<'_> {
    /// Returns what the program of before uses.
    fn old_as_coded(self) -> Program {
        let mut program = self.old();
        let Some(queries) = &self.code.queries.before else {
            if self.code.is_needed {
                program.source = Source::Unknown;
            }
            return program;
        };
        program.restrict(queries, &|_, _| false);
        program.unused = self.unused(&program);
        program.source = queries.commit.clone().map_or(Source::Unknown, Source::Commit);
        program.is_narrowed = self.code.is_complete;
        if !program.is_narrowed {
            program.assume_whole_tables();
        }
        program
    }

    /// Returns the columns that the migration changes and that a program does not use.
    fn unused(self, program: &Program) -> Vec<(TableName, String)> {
        let tables = program.tables.iter().filter(|own| !own.is_view);
        let columns = tables.flat_map(|table| table.columns.iter().map(|own| (&table.name, own)));
        let unused = columns.filter(|(table, own)| !own.is_used() && self.is_changed(table, &own.name));
        unused.map(|(table, own)| (table.clone(), own.name.clone())).collect()
    }

    /// Returns what the new program uses. Its code may not have been written yet: it uses all columns that the migration changes.
    fn new_as_coded(self) -> Program {
        let mut program = self.new_program();
        if let Some(queries) = &self.code.queries.after {
            let flipped = self.matches.flip();
            let old = |table: &TableName, column: &str| (flipped.table(table), flipped.column(table, column));
            program.restrict(queries, &|table, column| {
                let (table, column) = old(table, column);
                self.is_changed(&table, &column)
            });
            if !self.code.is_complete {
                program.assume_whole_tables();
            }
        }
        program
    }

    /// Returns whether the migration changes a column, or adds it. The names are those of the before schema.
    fn is_changed(&self, table: &TableName, column: &str) -> bool {
        let before = self.schemas.before.tables.get(table).and_then(|own| own.column(column));
        let after = self.schemas.after.tables.get(&self.matches.table(table));
        let after = after.and_then(|own| own.column(&self.matches.column(table, column)));
        before.is_none() || before != after
    }
}

impl Program {
    /// Takes what no query uses as used, too.
    fn assume_whole_tables(&mut self) {
        for table in &mut self.tables {
            table.inserts.assume();
            table.changes.assume();
            table.columns.iter_mut().for_each(KnownColumn::assume);
        }
    }

    /// Leaves out what no query uses. Primary keys and the columns of joins are used without being named; `is_kept` says which other columns are
    /// used although no query names them yet.
    fn restrict(&mut self, queries: &Queries, is_kept: &dyn Fn(&TableName, &str) -> bool) {
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
                column.assume();
            }
        }
        self.inserts = Use::of(found.inserts());
        self.changes = Use::of(found.changes());
        // An insert that is not understood: none could succeed otherwise.
        let is_missing = |own: &KnownColumn| own.given == Given::Mandatory && !own.written.is_possible();
        if self.inserts.is_possible() && self.columns.iter().any(is_missing) {
            self.columns.iter_mut().for_each(|own| own.written.assume());
        }
    }
}

impl KnownColumn {
    /// Assumes that it is read and written.
    fn assume(&mut self) {
        self.read.assume();
        self.written.assume();
    }

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
