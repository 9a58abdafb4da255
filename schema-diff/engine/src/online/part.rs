//! Plans the parts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Input,
    select::Selected,
    states::{States, edit, with_constraint},
};
use crate::{
    matching::Matches,
    model::{Constraint, Index, Pair, Schema, TableName},
    plan::{Phase, Plan, Request, Statement, affected_part, plan_part},
    statement::{Batches, Build, Ddl, NewConstraint, RowChange, Setting, TableAction, Transaction, all_of},
};

/// The rows of a batch: about 20 ms of work.
const BATCH: u32 = 1000;

/// Allows the finding of `verify` that a down.sql does not restore the state before exactly.
const ALLOWED: &str = "schema-diff: allow(down-differs) this drops the indexes of keys with the keys, and leaves checks unvalidated, so that no session has to wait; down.sql of an earlier part does the rest";

/// A migration in parts.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The statements of up.sql of all parts, in the order in which they run.
    pub up: Vec<Statement>,
    /// The statements of down.sql of all parts, in the order in which they run.
    pub down: Vec<Statement>,
    /// The parts, in the order of `up`.
    pub parts: Vec<Part>,
    /// The constraints and indexes that down.sql of a part may drop, or make invalid, before the part that has created them is reverted.
    pub unsettled: BTreeSet<String>,
}

/// A part of a migration: a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it does, for readers.
    pub title: String,
    /// Whether it runs in a transaction.
    pub transaction: Transaction,
}

pub(super) struct Builder<'a> {
    input: Input<'a>,
    /// The statements of down.sql, part by part.
    down: Vec<Vec<Statement>>,
    chain: Chain,
}

/// The statements of a part.
#[derive(Default)]
struct Steps {
    up: Vec<Statement>,
    /// In the order of the steps: the last step is reverted first.
    down: Vec<Vec<Statement>>,
}

impl Steps {
    fn add(&mut self, up: Vec<Statement>, down: Vec<Statement>) {
        self.up.extend(up);
        self.down.push(down);
    }

    /// Adds statements that are planned here.
    fn add_ddl(&mut self, phase: Phase, up: Vec<Ddl>, down: Vec<Ddl>) {
        let statements = |all: Vec<Ddl>| all.into_iter().map(|ddl| Statement::new(phase, ddl)).collect();
        self.add(statements(up), statements(down));
    }
}

impl<'a> Builder<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self {
            input,
            down: Vec::new(),
            chain: Chain::default(),
        }
    }

    pub fn chain(mut self, selected: &Selected, states: &States) -> Option<Chain> {
        self.main(selected, states)?;
        let mut now = states.main.clone();
        self.fill(&mut now, selected, states);
        let plain = states.built.len() - states.of_keys;
        for (table, index) in &states.built[..plain] {
            self.build(table, index, false);
            edit(&mut now, table, |own| {
                own.indexes.insert(index.name.clone(), index.clone())
            });
        }
        self.validate(&mut now, selected);
        for (table, index) in &states.built[plain..] {
            self.build(table, index, true);
            edit(&mut now, table, |own| {
                own.indexes.insert(index.name.clone(), index.clone())
            });
        }
        let mut end = states.finished(&self.input, selected);
        self.finish(now, &end, selected)?;
        self.validate_late(&mut end, selected);
        for (table, index) in &states.dropped {
            self.drop_index(table, index);
        }
        let count = self.chain.parts.len();
        for (at, part) in self.chain.parts.iter_mut().enumerate() {
            part.title = format!("ONLINE, part {} of {count}: {}", at + 1, part.title);
        }
        self.chain.down = self.down.into_iter().rev().flatten().collect();
        Some(self.chain)
    }

    /// Adds everything but what takes long.
    fn main(&mut self, selected: &Selected, states: &States) -> Option<()> {
        let before = self.input.schemas.before;
        let pair = Pair::new(before, &states.main);
        let flipped = self.input.matches.flip();
        let mut backfills = self.input.backfills.clone();
        backfills.retain(|id, _| !selected.filled.contains_key(id));
        let request = Request {
            backfills: &backfills,
            ..self.input.up
        };
        let up = planned(request, pair, self.input.matches)?;
        let down = planned(self.input.down, pair.flip(), &flipped)?;
        let guards = self.input.simple.statements.iter();
        let guards = guards.take_while(|own| own.phase == Phase::Guard).cloned();
        let mut steps = Steps::default();
        steps.add(guards.chain(without_guards(up)).collect(), down);
        let title = "this part has what needs only short locks, or has no online form; the other parts let other sessions use the tables";
        self.transaction(title.to_owned(), steps);
        Some(())
    }

    /// Adds the fills, and the checks that rows stay filled. Rows that others add between the two are filled once more.
    fn fill(&mut self, now: &mut Schema, selected: &Selected, states: &States) {
        let is_checked = |id: &(TableName, String)| {
            selected
                .not_null
                .iter()
                .any(|(table, column, _)| (table, column) == (&id.0, &id.1))
        };
        for (id, key) in &selected.filled {
            self.fill_column("the rows are filled, in batches that commit", id, key);
        }
        let mut steps = Steps::default();
        for (table, check) in &states.checks {
            let drop = Ddl::alter_table(table, TableAction::DropConstraint(check.name.clone()));
            steps.add_ddl(Phase::Filled, vec![add_invalid(table, check)], vec![drop]);
            edit(now, table, |own| {
                own.constraints.insert(check.name.clone(), check.clone())
            });
        }
        self.transaction(
            "from now on, new rows have values; this part needs only short locks".to_owned(),
            steps,
        );
        for (id, key) in selected.filled.iter().filter(|(id, _)| is_checked(id)) {
            self.fill_column("rows that they have added without a value are filled", id, key);
        }
    }

    fn fill_column(&mut self, what: &str, (table, column): &(TableName, String), key: &[String]) {
        let Some(value) = self.input.backfills.get(&(table.clone(), column.clone())) else {
            return;
        };
        let after = self.input.schemas.after.tables.get(table);
        let fill = Ddl::Rows(RowChange::FillInBatches(Box::new(Batches {
            table: table.clone(),
            column: column.clone(),
            value: value.clone(),
            key: key.to_vec(),
            rows: BATCH,
            lock_timeout: self.input.lock_timeout.as_millis(),
            row_security: after.is_some_and(|own| own.row_security),
        })));
        let mut steps = Steps::default();
        steps.add_ddl(Phase::Fill, vec![fill], Vec::new());
        let title = format!(
            "other sessions can read and write {} while {what}",
            (self.input.describe)(table)
        );
        self.alone(title, steps);
    }

    /// Adds the build of an index. `is_adopted`: down.sql of a later part drops it.
    fn build(&mut self, table: &TableName, index: &Index, is_adopted: bool) {
        let name = table.sibling(&index.name);
        let mut steps = Steps::default();
        let drop = Ddl::DropIndexConcurrently {
            index: name,
            if_exists: is_adopted,
        };
        steps.add_ddl(Phase::Key, vec![create(table, index)], vec![drop]);
        let title = format!(
            "other sessions can read and write {} while the index is built",
            (self.input.describe)(table)
        );
        self.alone(title, steps);
    }

    fn drop_index(&mut self, table: &TableName, index: &Index) {
        let drop = Ddl::DropIndexConcurrently {
            index: table.sibling(&index.name),
            if_exists: false,
        };
        let mut steps = Steps::default();
        steps.add_ddl(Phase::Cleanup, vec![drop], vec![create(table, index)]);
        let title = format!(
            "other sessions can read and write {} while the index is dropped",
            (self.input.describe)(table)
        );
        self.alone(title, steps);
    }

    /// Adds the validation of the constraints that the main part has added.
    fn validate(&mut self, now: &mut Schema, selected: &Selected) {
        let checks = selected.not_null.iter().map(|(table, _, check)| (table, check));
        let all: Vec<(&TableName, &String)> = selected
            .validated
            .iter()
            .map(|(table, name)| (table, name))
            .chain(checks)
            .collect();
        self.validate_all(now, &all);
    }

    fn validate_late(&mut self, now: &mut Schema, selected: &Selected) {
        let all: Vec<(&TableName, &String)> = selected.late.iter().map(|(table, name)| (table, name)).collect();
        self.validate_all(now, &all);
    }

    fn validate_all(&mut self, now: &mut Schema, all: &[(&TableName, &String)]) {
        if all.is_empty() {
            return;
        }
        let mut steps = Steps::default();
        let mut tables: Vec<String> = Vec::new();
        for (table, name) in all {
            let Some(own) = now.tables.get(table).and_then(|own| own.constraints.get(name)) else {
                continue;
            };
            let validate = Ddl::alter_table(table, TableAction::ValidateConstraint((*name).clone()));
            steps.add_ddl(Phase::ForeignKey, vec![validate], vec![invalid(table, own)]);
            let shown = (self.input.describe)(table);
            if !tables.contains(&shown) {
                tables.push(shown);
            }
            with_constraint(now, table, name, |own| own.validated = true);
        }
        let title = format!(
            "other sessions can read and write {} while the rows are checked",
            all_of(&tables)
        );
        self.transaction(title, steps);
    }

    /// Adds what follows the builds and validations: NOT NULL, keys from indexes, final names.
    ///
    /// A part of which only down.sql has run may run again: its first statements validate the checks, which then are not valid.
    fn finish(&mut self, now: Schema, end: &Schema, selected: &Selected) -> Option<()> {
        let mut steps = Steps::default();
        let mut set = now.clone();
        for (table, column, check) in &selected.not_null {
            let validate = Ddl::alter_table(table, TableAction::ValidateConstraint(check.clone()));
            steps.add_ddl(Phase::Filled, vec![validate], Vec::new());
            edit(&mut set, table, |own| {
                if let Some(column) = own.column_mut(column) {
                    column.nullable = false;
                }
            });
        }
        self.step(&mut steps, Pair::new(&now, &set))?;
        for (table, _, check) in &selected.not_null {
            edit(&mut set, table, |own| {
                let Some(own) = own.constraints.remove(check) else {
                    return;
                };
                let drop = Ddl::alter_table(table, TableAction::DropConstraint(check.clone()));
                steps.add_ddl(Phase::Filled, vec![drop], vec![add_invalid(table, &own)]);
            });
        }
        let mut adopted = set.clone();
        for (table, name) in &selected.keys {
            let Some(key) = end.tables.get(table).and_then(|own| own.constraints.get(name)) else {
                continue;
            };
            let adopt = Ddl::AdoptIndex {
                table: table.clone(),
                key: Box::new(key.clone()),
                small: self.input.small,
            };
            let drop = Ddl::alter_table(table, TableAction::DropConstraint(name.clone()));
            steps.add_ddl(Phase::Key, vec![adopt], vec![drop]);
            edit(&mut adopted, table, |own| {
                own.indexes.remove(name);
                own.constraints.insert(name.clone(), key.clone());
            });
        }
        self.step(&mut steps, Pair::new(&adopted, end))?;
        if steps.up.is_empty() {
            return Some(());
        }
        let checks = selected.not_null.iter().map(|(_, _, check)| check.clone());
        let keys = selected.keys.iter().map(|(_, name)| name.clone());
        let unsettled: BTreeSet<String> = checks.chain(keys).collect();
        if !unsettled.is_empty() {
            let mut statements = steps.down.iter_mut().rev().flatten();
            statements
                .next()
                .into_iter()
                .for_each(|first| first.comments.push(ALLOWED.to_owned()));
        }
        self.transaction("this part needs only short locks; no rows are read".to_owned(), steps);
        self.chain.unsettled = unsettled;
        Some(())
    }

    /// Adds the statements that lead from one schema to the next.
    fn step(&self, steps: &mut Steps, pair: Pair<&Schema>) -> Option<()> {
        let same = Matches::default();
        let filled = BTreeMap::new();
        let request = Request {
            backfills: &filled,
            ..self.input.up
        };
        let up = planned(request, pair, &same)?;
        let down = planned(self.input.down, pair.flip(), &same)?;
        steps.add(without_guards(up), without_guards(down));
        Some(())
    }

    /// Ends a part that is a transaction.
    fn transaction(&mut self, title: String, mut steps: Steps) {
        if steps.up.is_empty() {
            return;
        }
        let limit = || {
            Statement::new(
                Phase::Guard,
                Ddl::Set(Setting::LockTimeout(self.input.lock_timeout.as_millis())),
            )
        };
        steps.up.insert(0, limit());
        steps.down.push(vec![limit()]);
        self.part(title, Transaction::Inside, steps);
    }

    /// Ends a part that is one statement.
    fn alone(&mut self, title: String, steps: Steps) {
        self.part(title, Transaction::Outside, steps);
    }

    fn part(&mut self, title: String, transaction: Transaction, steps: Steps) {
        let part = self.chain.parts.len();
        let own = |statement| Statement { part, ..statement };
        self.chain.up.extend(steps.up.into_iter().map(own));
        self.down
            .push(steps.down.into_iter().rev().flatten().map(own).collect());
        self.chain.parts.push(Part { title, transaction });
    }
}

/// Plans the statements that lead from one schema to the next; `None` if there is no way.
fn planned(request: Request<'_>, pair: Pair<&Schema>, matches: &Matches) -> Option<Vec<Statement>> {
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
fn without_guards(statements: Vec<Statement>) -> Vec<Statement> {
    let mut statements = statements;
    statements.retain(|own| !matches!(own.ddl, Ddl::Guard { .. }));
    statements
}

fn create(table: &TableName, index: &Index) -> Ddl {
    Ddl::CreateIndex {
        table: table.clone(),
        only: false,
        index: Box::new(index.clone()),
        build: Build::Concurrently,
    }
}

/// Returns the statement that makes a valid constraint one that is not: it is dropped and added again.
fn invalid(table: &TableName, own: &Constraint) -> Ddl {
    let mut again = add_invalid(table, own);
    if let Ddl::AlterTable { actions, .. } = &mut again {
        actions.insert(0, TableAction::DropConstraint(own.name.clone()));
    }
    again
}

/// Returns the statement that adds a constraint that is not valid.
fn add_invalid(table: &TableName, own: &Constraint) -> Ddl {
    let constraint = Constraint {
        validated: false,
        ..own.clone()
    };
    let add = NewConstraint {
        constraint,
        is_named: true,
    };
    Ddl::alter_table(table, TableAction::AddConstraint(Box::new(add)))
}
