//! Plans changes as statements in an order that works.
//!
//! The order has phases. Up to [`Phase::Recreate`] objects have their names of the before schema, from
//! [`Phase::Rename`] on those of the after schema. Objects that Postgres keeps as text (views, policies, triggers,
//! checks) are therefore recreated from their stored definitions, and Postgres follows the renames. `down.sql` is
//! planned in the same way from the flipped pair. The module is pure.

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
mod current_names;
mod dependents;
mod drop;
mod enums;
mod fill;
mod guards;
mod lost_values;
mod one_side;
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

pub(crate) use fill::is_constant;
pub(crate) use guards::{raise_if, raise_if_duplicates};
pub(crate) use one_side::is_on_one_side;
pub use order::Cycle;
pub use part::affected_part;
pub use refusal::Refusal;
pub(crate) use renames::rename_types;
pub use statement::{Phase, Plan, Statement};

use changed::Changed;
use current_names::Names;
use dependents::Dependents;

/// The direction of a plan. A downgrade may need placeholders for values that the upgrade dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
}

/// The inputs of a plan.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The schemas before and after.
    pub pair: Pair<&'a Schema>,
    /// The matches between them, with all renames.
    pub matches: &'a Matches,
    /// The expressions that fill new or newly mandatory columns, by names in the after schema.
    pub backfills: &'a BTreeMap<(TableName, String), String>,
    /// The expressions that convert values, by names in the after schema.
    pub usings: &'a BTreeMap<(TableName, String), String>,
    /// Tables (by either name) whose triggers fire when rows are filled.
    pub fire_triggers: &'a BTreeSet<TableName>,
    /// Tables (by either name) whose `FORCE ROW LEVEL SECURITY` is lifted while the plan runs.
    pub lift_row_security: &'a BTreeSet<TableName>,
    /// The direction.
    pub direction: Direction,
}

/// Plans the statements that lead from before to after.
///
/// The cost depends on the size of the change; each unchanged table is examined only once.
pub fn plan(request: Request<'_>) -> Plan {
    let part = affected_part(request.pair, request.matches, None);
    plan_part(request, Pair::new(&part.before, &part.after))
}

/// Plans the way from before to after as [`plan`] does, by the part of both schemas that the change touches.
pub fn plan_part(request: Request<'_>, part: Pair<&Schema>) -> Plan {
    let within = Request { pair: part, ..request };
    let plan = plan_within(within, request.pair);
    debug_assert_eq!(
        plan,
        plan_within(request, request.pair),
        "the part of the schemas that the change touches is planned as the whole"
    );
    plan
}

/// Plans the statements for a part of both schemas. The complete schemas tell which names are in use.
fn plan_within<'a>(request: Request<'a>, complete: Pair<&'a Schema>) -> Plan {
    let changes = compare(request.pair, request.matches);
    let mut planner = Planner::new(request, complete, &changes);
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
    let (statements, cycle) = match order::in_order(statements, request.pair) {
        Ok(statements) => (planner.with_row_security(statements), None),
        Err(cycle) => (Vec::new(), Some(cycle)),
    };
    Plan {
        notes: std::mem::take(&mut planner.notes),
        changes,
        statements,
        cycle,
        refusals,
    }
}

struct Planner<'a> {
    request: Request<'a>,
    /// The complete schemas; the pair of the request may be a part of them.
    complete: Pair<&'a Schema>,
    changes: &'a [Change],
    changed: Changed<'a>,
    statements: Vec<Statement>,
    /// Notes for readers about the whole plan.
    notes: Vec<Diagnostic>,
    /// Statements that change rows, by the table's name in the after schema.
    fills: BTreeMap<TableName, Vec<fill::Fill>>,
    /// Columns (by names in the before schema) whose type or collation changes, including those of replaced enum types.
    retyped: BTreeSet<ColumnRef>,
    /// Enum types (by names in the before schema) that are replaced by another type, and the domains over them.
    rebuilt_types: BTreeSet<TypeName>,
    /// The objects that are dropped around a change, and how they are recreated.
    dependents: Dependents<'a>,
    /// The matches in the opposite direction.
    flipped: Matches,
    /// The contexts for the creation of objects, before and after; built on demand.
    contexts: Pair<OnceCell<Context<'a>>>,
}

impl<'a> Planner<'a> {
    fn new(request: Request<'a>, complete: Pair<&'a Schema>, changes: &'a [Change]) -> Self {
        let mut planner = Self {
            request,
            complete,
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
            Names::Before => (&self.contexts.before, self.complete.before),
            Names::After => (&self.contexts.after, self.complete.after),
        };
        context.get_or_init(|| Context::new(schema))
    }

    /// Returns the role that read the database and is expected to run the migration.
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

    /// Returns the tables that exist on both sides.
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

    /// Returns a table that exists on both sides, by its names.
    fn kept(&self, table: &Pair<TableName>) -> Option<Pair<&'a Table>> {
        Some(Pair::new(
            self.before().tables.get(&table.before)?,
            self.after().tables.get(&table.after)?,
        ))
    }

    /// Returns whether a referenced object (named as in the before schema) is dropped, alone or with its table.
    fn is_dropped(&self, read: &ColumnRef) -> bool {
        self.changed.drops(read)
    }

    fn is_retyped(&self, read: &ColumnRef) -> bool {
        self.retyped.contains(read)
    }
}
