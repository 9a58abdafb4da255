//! Collects the statements of parts: those that lead from one schema to the next, and those with which a part begins.
//!
//! What a part does is not decided here.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::Input;
use crate::{
    matching::Matches,
    model::{ObjectId, Pair, Schema, TableKind, TableName},
    plan::{Phase, Plan, Request, Statement, affected_part, plan_part},
    statement::{Ddl, Setting, Transaction},
};

/// Longer than the usual `deadlock_timeout`, after which Postgres ends an autovacuum that is in the way.
const AUTOVACUUM: u128 = 5000;

/// The shortest wait for a lock, in milliseconds, however many tables a part locks.
const SHORTEST: u128 = 20;

/// A part of a migration: a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it does, for readers.
    pub title: String,
    /// Whether it runs in a transaction.
    pub transaction: Transaction,
}

/// The statements of a part.
#[derive(Default)]
pub(super) struct Steps {
    pub up: Vec<Statement>,
    /// In the order of the steps: the last step is reverted first.
    pub down: Vec<Vec<Statement>>,
}

impl Steps {
    pub fn add(&mut self, up: Vec<Statement>, down: Vec<Statement>) {
        self.up.extend(up);
        self.down.push(down);
    }

    /// Adds statements that no schema expresses.
    pub fn add_ddl(&mut self, phase: Phase, up: Vec<Ddl>, down: Vec<Ddl>) {
        let statements = |all: Vec<Ddl>| all.into_iter().map(|ddl| Statement::new(phase, ddl)).collect();
        self.add(statements(up), statements(down));
    }

    /// Adds the statements that lead from one schema to the next, which has the same names; `None` if there is no way.
    pub fn add_between(&mut self, input: &Input<'_>, pair: Pair<&Schema>) -> Option<()> {
        let same = Matches::default();
        let filled = BTreeMap::new();
        let request = Request {
            backfills: &filled,
            ..input.up
        };
        let up = planned(request, pair, &same)?;
        let down = planned(input.down, pair.flip(), &same)?;
        self.add(without_guards(up), without_guards(down));
        Some(())
    }
}

/// The parts of a migration, in the order in which up.sql runs.
pub(super) struct Parts<'a> {
    input: Input<'a>,
    up: Vec<Statement>,
    /// The statements of down.sql, part by part.
    down: Vec<Vec<Statement>>,
    parts: Vec<Part>,
}

impl<'a> Parts<'a> {
    pub const fn new(input: Input<'a>) -> Self {
        Self {
            input,
            up: Vec::new(),
            down: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Adds a part that is a transaction, which leads from one schema to another; nothing if it has no statements.
    ///
    /// It first locks its tables in a mode that lets others read and write them: while it waits, Postgres ends an autovacuum that would be in
    /// the way of the other locks. These wait together no longer than others may wait behind them.
    pub fn add_transaction(&mut self, title: String, mut steps: Steps, schemas: Pair<&Schema>) {
        if steps.up.is_empty() {
            return;
        }
        let matches = self.input.matches();
        let before = |name: &TableName| [name.clone(), matches.table_before(name)];
        let up = locks(&steps.up, schemas.before, before, self.input.lock_timeout);
        let after = |name: &TableName| [name.clone(), matches.table(name)];
        let reverts = steps.down.iter().rev().flatten();
        let reverts: Vec<Statement> = reverts.cloned().collect();
        let down = locks(&reverts, schemas.after, after, self.input.lock_timeout);
        steps.up.splice(0..0, up);
        steps.down.push(down);
        self.add(title, Transaction::Inside, steps);
    }

    /// Adds a part as it is; nothing if it has no statements.
    pub fn add(&mut self, title: String, transaction: Transaction, steps: Steps) {
        if steps.up.is_empty() {
            return;
        }
        let part = self.parts.len();
        let own = |statement| Statement { part, ..statement };
        self.up.extend(steps.up.into_iter().map(own));
        self.down
            .push(steps.down.into_iter().rev().flatten().map(own).collect());
        self.parts.push(Part { title, transaction });
    }

    /// Returns the statements of up.sql and of down.sql, each in the order in which they run, and the parts with numbers in their titles.
    pub fn finish(mut self) -> (Vec<Statement>, Vec<Statement>, Vec<Part>) {
        let count = self.parts.len();
        for (at, part) in self.parts.iter_mut().enumerate() {
            let number = if count == 1 {
                String::new()
            } else {
                format!(", part {} of {count}", at + 1)
            };
            part.title = format!("ONLINE{number}: {}", part.title);
        }
        let down = self.down.into_iter().rev().flatten().collect();
        (self.up, down, self.parts)
    }
}

/// Returns the statements with which a part begins: those that limit its waits for locks. `names` are the names that a table may have in the
/// schema before the part.
fn locks(
    statements: &[Statement],
    schema: &Schema,
    names: impl Fn(&TableName) -> [TableName; 2],
    limit: Duration,
) -> Vec<Statement> {
    let changed = statements.iter().filter_map(|own| match &own.ddl {
        Ddl::AlterTable { table, .. } | Ddl::AdoptIndex { table, .. } => Some(table),
        Ddl::Drop(ObjectId::Trigger { relation, .. }) => Some(relation),
        _ => None,
    });
    let is_table = |name: &TableName| {
        schema
            .tables
            .get(name)
            .is_some_and(|own| own.kind == TableKind::Ordinary)
    };
    let tables: BTreeSet<TableName> = changed
        .filter_map(|table| names(table).into_iter().find(is_table))
        .collect();
    let tables: Vec<TableName> = tables.into_iter().collect();
    let each = limit.as_millis() / tables.len().max(1) as u128;
    let set = |limit| Statement::new(Phase::Guard, Ddl::Set(Setting::LockTimeout(limit)));
    let each = set(if limit.is_zero() { 0 } else { each.max(SHORTEST) });
    if tables.is_empty() {
        return vec![each];
    }
    let lock = Statement {
        comments: vec![
            "Others can read and write meanwhile; Postgres ends an autovacuum that is in the way.".to_owned(),
        ],
        ..Statement::new(Phase::Guard, Ddl::LockTables(tables))
    };
    vec![set(AUTOVACUUM), lock, each]
}

/// Plans the statements that lead from one schema to the next; `None` if there is no way.
pub(super) fn planned(request: Request<'_>, pair: Pair<&Schema>, matches: &Matches) -> Option<Vec<Statement>> {
    let part = affected_part(pair, matches, None);
    let request = Request {
        pair,
        matches,
        ..request
    };
    let plan: Plan = plan_part(request, Pair::new(&part.before, &part.after));
    (plan.cycle.is_none() && plan.refusals.is_empty()).then_some(plan.statements)
}

/// Leaves out the guards: the main part has all of them.
pub(super) fn without_guards(statements: Vec<Statement>) -> Vec<Statement> {
    let mut statements = statements;
    statements.retain(|own| !matches!(own.ddl, Ddl::Guard { .. }));
    statements
}
