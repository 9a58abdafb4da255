//! From what differs to statements in an order that works.
//!
//! The order is one of phases. Up to [`Phase::PutBack`] things have their names of before, from [`Phase::Rename`] on those of
//! after: so what Postgres keeps as text (views, policies, triggers, checks) is put back in the words in which it was read,
//! and follows the renames by itself. `down.sql` is the same planning of the flipped pair. Pure.

mod access;
mod add;
mod add_columns;
mod changed;
mod children;
mod code;
mod columns;
mod constraints;
mod conversions;
mod converted_keys;
mod enums;
mod fill;
mod guards;
mod in_force;
mod lost_values;
mod obstacles;
mod order;
mod partitions;
mod placeholder;
mod refusal;
mod renames;
mod replication;
mod restore;
mod row_security;
mod sequences;
mod statement;
mod take_down;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    compare::{Change, compare},
    create::Context,
    diagnostic::Diagnostic,
    matching::Matches,
    model::{ColumnRef, Pair, Schema, Session, Table, TableName},
    statement::Ddl,
};

pub(crate) use guards::raise_if;
pub use order::Circle;
pub use refusal::Refusal;
pub(crate) use renames::rename_types;
pub use statement::{Phase, Plan, Statement};

use changed::Changed;

/// Which way a plan goes: the way back may have to invent values that the way there has thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
}

/// What a plan is made of.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Before and after.
    pub pair: Pair<&'a Schema>,
    /// What has another name in after.
    pub renames: &'a Matches,
    /// What fills new or newly mandatory columns, by names of after.
    pub backfills: &'a BTreeMap<(TableName, String), String>,
    /// How values are converted, by names of after.
    pub usings: &'a BTreeMap<(TableName, String), String>,
    /// Tables (by either name) whose triggers fire for rows that are filled.
    pub fires: &'a BTreeSet<TableName>,
    /// Tables, by names of before or after, whose `FORCE ROW LEVEL SECURITY` is lifted while the plan runs.
    pub lifted: &'a BTreeSet<TableName>,
    /// Which way it goes.
    pub direction: Direction,
}

/// Plans the way from before to after.
pub fn plan(request: Request<'_>) -> Plan {
    let changes = compare(request.pair, request.renames);
    let mut planner = Planner::new(request, &changes);
    planner.namespaces_and_extensions();
    planner.types();
    planner.take_down();
    planner.keep_shared_sequences();
    planner.drops();
    planner.alter_columns();
    planner.put_back();
    planner.replication();
    planner.renames();
    planner.create_tables();
    planner.add_columns();
    planner.add_constraints();
    planner.write_fills();
    planner.code();
    planner.comments();
    planner.restore();
    planner.cleanup();
    let refusals = planner.refusals();
    let statements = std::mem::take(&mut planner.statements);
    let (statements, circle) = match order::in_order(statements, request.pair) {
        Ok(statements) => (planner.with_row_security(statements), None),
        Err(circle) => (Vec::new(), Some(circle)),
    };
    Plan {
        notes: std::mem::take(&mut planner.notes),
        changes,
        statements,
        circle,
        refusals,
    }
}

struct Planner<'a> {
    request: Request<'a>,
    changes: &'a [Change],
    changed: Changed<'a>,
    statements: Vec<Statement>,
    /// What a reader should know of the whole plan.
    notes: Vec<Diagnostic>,
    /// Statements that change rows, by the table's name after.
    fills: BTreeMap<TableName, Vec<fill::Fill>>,
    /// Columns (by names of before) whose type or collation changes, the ones of rebuilt enums included.
    retyped: BTreeSet<ColumnRef>,
    /// Generated columns (by names of before) that are taken down and made again.
    remade: BTreeSet<ColumnRef>,
    /// Enum types (by names of before) that are replaced by another type, and the domains over them.
    rebuilt_types: BTreeSet<TableName>,
    /// Views and functions that are dropped, for good or for the time being.
    fallen: obstacles::Fallen,
    /// Matches the other way.
    flipped: Matches,
    /// What names are free, before and after.
    contexts: Pair<Context<'a>>,
}

impl<'a> Planner<'a> {
    fn new(request: Request<'a>, changes: &'a [Change]) -> Self {
        let mut planner = Self {
            request,
            changes,
            changed: Changed::new(changes),
            statements: Vec::new(),
            notes: Vec::new(),
            fills: BTreeMap::new(),
            retyped: BTreeSet::new(),
            remade: BTreeSet::new(),
            rebuilt_types: BTreeSet::new(),
            fallen: obstacles::Fallen::default(),
            flipped: request.renames.flip(),
            contexts: request.pair.map(Context::new),
        };
        planner.find_rebuilt_types();
        planner.find_retyped();
        planner.remade = obstacles::remade(&planner);
        planner.fallen = obstacles::fallen(&planner);
        planner
    }

    fn before(&self) -> &'a Schema {
        self.request.pair.before
    }

    fn after(&self) -> &'a Schema {
        self.request.pair.after
    }

    /// The role that has read the database, and is expected to run the migration.
    fn session(&self) -> &'a Session {
        let [before, after] = [self.before(), self.after()].map(|schema| &schema.session);
        if before.role.is_empty() { after } else { before }
    }

    fn push(&mut self, phase: Phase, ddl: Ddl) {
        self.statements.push(Statement::new(phase, ddl));
    }

    /// Adds a statement with comments.
    fn push_with(&mut self, phase: Phase, comments: Vec<String>, ddl: Ddl) {
        self.statements.push(Statement {
            comments,
            ..Statement::new(phase, ddl)
        });
    }

    /// Adds statements with what to do when Postgres refuses one of them.
    fn push_hinted(&mut self, phase: Phase, hint: Option<String>, statements: impl IntoIterator<Item = Ddl>) {
        for ddl in statements {
            self.statements.push(Statement {
                hint: hint.clone(),
                ..Statement::new(phase, ddl)
            });
        }
    }

    fn push_all(&mut self, phase: Phase, statements: impl IntoIterator<Item = Ddl>) {
        for ddl in statements {
            self.push(phase, ddl);
        }
    }

    /// Tables that are on both sides.
    fn kept_tables(&self) -> Vec<Pair<&'a Table>> {
        let pair = self.request.pair;
        pair.before
            .tables
            .iter()
            .filter_map(|(name, before)| {
                Some(Pair::new(
                    before,
                    pair.after.tables.get(&self.request.renames.table(name))?,
                ))
            })
            .collect()
    }

    /// A kept table by either name.
    fn kept(&self, table: &Pair<TableName>) -> Option<Pair<&'a Table>> {
        Some(Pair::new(
            self.before().tables.get(&table.before)?,
            self.after().tables.get(&table.after)?,
        ))
    }

    /// Whether something that is read (named as before) goes, with its table or alone.
    fn is_dropped(&self, read: &ColumnRef) -> bool {
        self.changed.drops(read)
    }

    /// Whether a generated column is taken down and made again.
    fn is_remade(&self, read: &ColumnRef) -> bool {
        self.remade.contains(read)
    }

    fn is_retyped(&self, read: &ColumnRef) -> bool {
        self.retyped.contains(read)
    }

    fn find_retyped(&mut self) {
        for change in self.changes {
            if let Change::AlterColumn { table, column, delta } = change
                && (delta.data_type || delta.collation)
            {
                self.retyped.insert(ColumnRef::column(&table.before, &column.before));
            }
        }
        for table in self.before().tables.values() {
            for column in table
                .columns
                .iter()
                .filter(|column| self.rebuilt_types.contains(&column.data_type.name))
            {
                self.retyped.insert(ColumnRef::column(&table.name, &column.name));
            }
        }
        self.find_retyped_heirs();
    }

    /// What gives a parent's column another type gives it to the heirs' too.
    fn find_retyped_heirs(&mut self) {
        let parents = |table: &'a Table| {
            table
                .inherits
                .iter()
                .chain(table.partition_of.as_ref().map(|of| &of.parent))
        };
        let heirs: Vec<&Table> = self
            .before()
            .tables
            .values()
            .filter(|table| parents(table).next().is_some())
            .collect();
        loop {
            let known = self.retyped.len();
            for table in &heirs {
                for column in &table.columns {
                    let from = parents(table).any(|parent| self.is_retyped(&ColumnRef::column(parent, &column.name)));
                    if from {
                        self.retyped.insert(ColumnRef::column(&table.name, &column.name));
                    }
                }
            }
            if self.retyped.len() == known {
                return;
            }
        }
    }
}
