//! From what differs to statements in an order that works.
//!
//! The order is one of phases. Up to [`Phase::Recreate`] objects have their names of before, from [`Phase::Rename`] on those
//! of after: so what Postgres keeps as text (views, policies, triggers, checks) is recreated as it was, and Postgres follows the
//! renames itself. `down.sql` is the same planning of the flipped pair. Pure.

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
mod dependents;
mod drop;
mod enums;
mod fill;
mod guards;
mod in_force;
mod lost_values;
mod order;
mod part;
mod partitions;
mod placeholder;
mod recreate;
mod refusal;
mod renames;
mod replication;
mod restore;
mod row_security;
mod sequences;
mod statement;
mod storage;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    compare::{Change, compare},
    create::Context,
    diagnostic::Diagnostic,
    matching::Matches,
    model::{ColumnRef, Pair, Schema, Session, Table, TableName, TypeName},
    statement::Ddl,
};

pub(crate) use guards::raise_if;
pub use order::Circle;
pub use refusal::Refusal;
pub(crate) use renames::rename_types;
pub use statement::{Phase, Plan, Statement};

use changed::Changed;
use dependents::Dependents;
use in_force::Names;

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
    pub matches: &'a Matches,
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
///
/// Costs what the change costs, but for one look at each table.
pub fn plan(request: Request<'_>) -> Plan {
    let part = part::touched_by_change(request.pair, request.matches);
    let within = Request {
        pair: Pair::new(&part.before, &part.after),
        ..request
    };
    let plan = plan_within(within, request.pair);
    debug_assert_eq!(
        plan,
        plan_within(request, request.pair),
        "the part of the schemas that the change touches is planned as the whole"
    );
    plan
}

/// Plans the way from before to after within a part of both; the whole says which names are taken.
fn plan_within<'a>(request: Request<'a>, whole: Pair<&'a Schema>) -> Plan {
    let changes = compare(request.pair, request.matches);
    let mut planner = Planner::new(request, whole, &changes);
    planner.namespaces_and_extensions();
    planner.types();
    planner.drop_dependents();
    planner.keep_shared_sequences();
    planner.drops();
    planner.alter_columns();
    planner.recreate_dependents();
    planner.replication();
    planner.renames();
    planner.create_tables();
    planner.add_columns();
    planner.add_constraints();
    planner.write_fills();
    planner.code();
    planner.storage();
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
    /// Both schemas with all their tables, of which the request's pair may be a part.
    whole: Pair<&'a Schema>,
    changes: &'a [Change],
    changed: Changed<'a>,
    statements: Vec<Statement>,
    /// What a reader should know of the whole plan.
    notes: Vec<Diagnostic>,
    /// Statements that change rows, by the table's name after.
    fills: BTreeMap<TableName, Vec<fill::Fill>>,
    /// Columns (by names of before) whose type or collation changes, the ones of rebuilt enums included.
    retyped: BTreeSet<ColumnRef>,
    /// Enum types (by names of before) that are replaced by another type, and the domains over them.
    rebuilt_types: BTreeSet<TypeName>,
    /// What is dropped because of what it depends on, and recreated.
    dependents: Dependents<'a>,
    /// Matches the other way.
    flipped: Matches,
    /// What names are free, before and after, once somebody asks.
    contexts: Pair<OnceCell<Context<'a>>>,
}

impl<'a> Planner<'a> {
    fn new(request: Request<'a>, whole: Pair<&'a Schema>, changes: &'a [Change]) -> Self {
        let mut planner = Self {
            request,
            whole,
            changes,
            changed: Changed::new(changes),
            statements: Vec::new(),
            notes: Vec::new(),
            fills: BTreeMap::new(),
            retyped: BTreeSet::new(),
            rebuilt_types: BTreeSet::new(),
            dependents: Dependents::default(),
            flipped: request.matches.flip(),
            contexts: Pair::new(OnceCell::new(), OnceCell::new()),
        };
        planner.find_rebuilt_types();
        planner.find_retyped();
        planner.find_dependents();
        planner
    }

    fn before(&self) -> &'a Schema {
        self.request.pair.before
    }

    fn after(&self) -> &'a Schema {
        self.request.pair.after
    }

    fn context(&self, names: Names) -> &Context<'a> {
        let (context, schema) = match names {
            Names::Before => (&self.contexts.before, self.whole.before),
            Names::After => (&self.contexts.after, self.whole.after),
        };
        context.get_or_init(|| Context::new(schema))
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
                    pair.after.tables.get(&self.request.matches.table(name))?,
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

    fn is_retyped(&self, read: &ColumnRef) -> bool {
        self.retyped.contains(read)
    }
}
