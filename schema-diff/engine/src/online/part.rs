//! Plans the parts.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Input,
    filled::FillingTrigger,
    select::{Filled, Selected},
    states::{States, edit, with_constraint},
};
use crate::{
    compare::Change,
    diagnostic::Diagnostic,
    matching::Matches,
    model::{Constraint, ConstraintKind, Index, ObjectId, Pair, Schema, TableKind, TableName},
    plan::{Phase, Plan, Request, Statement, affected_part, plan_part, raise_if},
    statement::{
        Batches, Build, Condition, Ddl, NewConstraint, RowChange, RowTest, Setting, TableAction, Transaction, all_of,
    },
};

/// The bytes up to which a key builds its index, if the index is missing: less than a tenth of a second.
const SMALL: u64 = 8 * 1024 * 1024;

/// Longer than the usual `deadlock_timeout`, after which Postgres ends an autovacuum that is in the way.
const AUTOVACUUM: u128 = 5000;

/// The shortest wait for a lock, in milliseconds, however many tables a part locks.
const SHORTEST: u128 = 20;

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
    /// What has no online form, and why.
    pub notes: Vec<Diagnostic>,
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
        for (id, filled) in &selected.filled {
            self.fill(id, filled);
        }
        self.build_all(&mut now, &states.built);
        self.validate(&mut now, selected);
        self.build_all(&mut now, &states.built_for_keys);
        let mut end = states.finished(&self.input, selected);
        self.finish(now, &end, selected)?;
        self.validate_late(&mut end, selected);
        for (table, index) in &states.dropped {
            self.drop_index(table, index);
        }
        let count = self.chain.parts.len();
        for (at, part) in self.chain.parts.iter_mut().enumerate() {
            let number = if count == 1 {
                String::new()
            } else {
                format!(", part {} of {count}", at + 1)
            };
            part.title = format!("ONLINE{number}: {}", part.title);
        }
        self.chain.down = self.down.into_iter().rev().flatten().collect();
        Some(self.chain)
    }

    /// Adds the checks of rows, and everything but what takes long.
    fn main(&mut self, selected: &Selected, states: &States) -> Option<()> {
        let before = self.input.schemas().before;
        let pair = Pair::new(before, &states.main);
        let mut backfills = self.input.backfills().clone();
        backfills.retain(|(table, column), _| !selected.is_filled(table, column));
        let request = Request {
            backfills: &backfills,
            ..self.input.up
        };
        let up = planned(request, pair, self.input.matches())?;
        let down = planned(self.input.down, pair.flip(), self.input.down.matches)?;
        let guards = self.input.simple.statements.iter();
        let guards: Vec<Statement> = guards.take_while(|own| own.phase == Phase::Guard).cloned().collect();
        let guards: Vec<Statement> = guards.into_iter().chain(self.check_guards(selected)).collect();
        let has_guards = guards.iter().any(|own| matches!(own.ddl, Ddl::Guard { .. }));
        let left = states.built.iter().chain(&states.built_for_keys);
        let left =
            left.map(|(table, index)| Statement::new(Phase::Drop, Ddl::DropIndexIfExists(table.sibling(&index.name))));
        let left: Vec<Statement> = left.collect();
        let mut steps = Steps::default();
        steps.add(without_guards(up), down);
        for trigger in self.triggers(selected) {
            steps.add_ddl(Phase::Code, trigger.create(), trigger.drop());
        }
        let mut checks = Steps::default();
        if has_guards {
            checks.add(guards, Vec::new());
        }
        let last = if steps.up.is_empty() { &mut checks } else { &mut steps };
        last.down.push(left);
        self.part(
            "this part only reads: it raises an error if rows do not allow the change, before anything is changed"
                .to_owned(),
            Transaction::Inside,
            checks,
        );
        self.transaction(
            "this part has what needs only short locks, or has no online form; the other parts let other sessions use the tables".to_owned(),
            steps,
            Pair::new(before, &states.main),
        );
        Some(())
    }

    /// Returns guards against rows that violate a new check, for checks of columns that stay as they are.
    fn check_guards(&self, selected: &Selected) -> Vec<Statement> {
        let Pair { before, after } = self.input.schemas();
        // The check may use a label or a type that does not exist yet.
        let has_types = self.input.changes().iter().any(|change| {
            matches!(
                change,
                Change::CreateType(_) | Change::RenameType(_) | Change::AlterEnum { .. }
            )
        });
        if has_types {
            return Vec::new();
        }
        let checks = selected.validated.iter().filter_map(|(table, name)| {
            let own = after.tables.get(table)?.constraints.get(name)?;
            let ConstraintKind::Check { expression, columns, .. } = &own.kind else {
                return None;
            };
            let (old, new) = (before.tables.get(table)?, after.tables.get(table)?);
            let is_kept = |column: &String| {
                let columns = old.column(column).zip(new.column(column));
                columns.is_some_and(|(old, new)| old.data_type == new.data_type && old.generated == new.generated)
                    && self.input.matches().column(table, column) == *column
            };
            if self.input.matches().table(table) != *table || !columns.iter().all(is_kept) {
                return None;
            }
            let broken = Condition::Rows {
                table: table.clone(),
                test: RowTest::Breaks(expression.clone()),
            };
            let message = format!("table {} has rows that would violate the check {name}", table.plain());
            let hint = format!("Before you run this migration again, change the rows that this query returns: SELECT * FROM {table} WHERE NOT ({expression})");
            Some(Statement::new(Phase::Guard, raise_if(broken, message, hint)))
        });
        checks.collect()
    }

    /// Returns the triggers that fill columns until they are NOT NULL.
    fn triggers(&self, selected: &Selected) -> Vec<FillingTrigger> {
        let is_mandatory = |id: &(TableName, String)| {
            let mut all = selected.not_null.iter();
            all.any(|(table, column, _)| *table == id.0 && *column == id.1)
        };
        let filled = selected.filled.iter().map(|(id, _)| id).filter(|id| is_mandatory(id));
        let triggers = filled.enumerate().filter_map(|(at, id)| {
            let value = self.input.backfills().get(id)?;
            Some(FillingTrigger::new(&self.input, id, value, at + 1))
        });
        triggers.collect()
    }

    /// Adds the fill of a column.
    fn fill(&mut self, (table, column): &(TableName, String), filled: &Filled) {
        let Some(value) = self.input.backfills().get(&(table.clone(), column.clone())) else {
            return;
        };
        let after = self.input.schemas().after.tables.get(table);
        let limit = self.input.lock_timeout.as_millis();
        // Other sessions wait for the rows that a batch has changed while it waits for the next one.
        let limit = if filled.disable.is_empty() { limit / 5 } else { limit };
        let fill = Ddl::Rows(RowChange::FillInBatches(Box::new(Batches {
            table: table.clone(),
            column: column.clone(),
            value: value.clone(),
            key: filled.key.clone(),
            lock_timeout: limit,
            row_security: after.is_some_and(|own| own.row_security),
            disable: filled.disable.clone(),
            enable: filled.enable.clone(),
        })));
        let mut steps = Steps::default();
        steps.add_ddl(Phase::Fill, vec![fill], Vec::new());
        let shown = (self.input.describe)(table);
        let title = match filled.disable.as_slice() {
            [] => format!(
                "other sessions can use {shown}; they wait only for the rows of the batch that is being filled, each of about 50 ms"
            ),
            _ => format!(
                "other sessions can use {shown}; they wait while a batch of about 50 ms is filled, because triggers or rules of the table are disabled for it"
            ),
        };
        self.alone(title, steps);
    }

    /// Adds the builds of indexes, each a part.
    fn build_all(&mut self, now: &mut Schema, indexes: &[(TableName, Index)]) {
        for (table, index) in indexes {
            self.build(table, index);
            edit(now, table, |own| own.indexes.insert(index.name.clone(), index.clone()));
        }
    }

    /// Adds the build of an index.
    fn build(&mut self, table: &TableName, index: &Index) {
        let mut steps = Steps::default();
        let drop = Ddl::DropIndexConcurrently {
            index: table.sibling(&index.name),
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
        let schemas = Pair::new(&*now, &*now);
        self.transaction(title, steps, schemas);
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
        for trigger in self.triggers(selected) {
            steps.add_ddl(Phase::Code, trigger.drop(), trigger.create());
        }
        let mut adopted = set.clone();
        for (table, name) in &selected.keys {
            let Some(key) = end.tables.get(table).and_then(|own| own.constraints.get(name)) else {
                continue;
            };
            let adopt = Ddl::AdoptIndex {
                table: table.clone(),
                key: Box::new(key.clone()),
                small: SMALL,
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
        self.transaction(
            "this part needs only short locks; no rows are read".to_owned(),
            steps,
            Pair::new(&now, end),
        );
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

    /// Ends a part that is a transaction, which leads from one schema to another.
    ///
    /// It first locks its tables in a mode that lets others read and write them: while it waits, Postgres ends an autovacuum that would be in
    /// the way of the other locks. These wait together no longer than others may wait behind them.
    fn transaction(&mut self, title: String, mut steps: Steps, schemas: Pair<&Schema>) {
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
        self.part(title, Transaction::Inside, steps);
    }

    /// Ends a part that is one statement.
    fn alone(&mut self, title: String, steps: Steps) {
        self.part(title, Transaction::Outside, steps);
    }

    fn part(&mut self, title: String, transaction: Transaction, steps: Steps) {
        if steps.up.is_empty() {
            return;
        }
        let part = self.chain.parts.len();
        let own = |statement| Statement { part, ..statement };
        self.chain.up.extend(steps.up.into_iter().map(own));
        self.down
            .push(steps.down.into_iter().rev().flatten().map(own).collect());
        self.chain.parts.push(Part { title, transaction });
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
