//! Collects the statements of parts: those that lead from one schema to the next, and those with which a part begins.
//!
//! What a part does is not decided here.

use std::collections::BTreeMap;

use super::{Input, locks::limits};
use crate::{
    matching::Matches,
    model::{Pair, Schema, TableName},
    plan::{Phase, Plan, Request, Statement, affected_part, plan_part},
    statement::{Ddl, Transaction},
};

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
        self.add_to(input, pair, pair.before)
    }

    /// The same, except that down.sql leads to another schema.
    pub fn add_to(&mut self, input: &Input<'_>, pair: Pair<&Schema>, back: &Schema) -> Option<()> {
        let same = Matches::default();
        let filled = BTreeMap::new();
        let request = Request {
            backfills: &filled,
            ..input.up
        };
        let up = planned(request, pair, &same)?;
        let down = planned(input.down, Pair::new(pair.after, back), &same)?;
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
    pub fn add_transaction(&mut self, title: String, mut steps: Steps, schemas: Pair<&Schema>) {
        if steps.up.is_empty() {
            return;
        }
        let Input { lock_timeout, .. } = self.input;
        let before = |name: &TableName| self.input.names_before(name);
        let up = limits(&steps.up, schemas.before, before, lock_timeout);
        let after = |name: &TableName| self.input.names_after(name);
        let reverts: Vec<Statement> = steps.down.iter().rev().flatten().cloned().collect();
        let down = limits(&reverts, schemas.after, after, lock_timeout);
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
