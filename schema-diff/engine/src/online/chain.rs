//! Plans what each part of a migration does, in the order of the parts.

use std::collections::BTreeSet;

use super::{
    Input,
    edit::{edit, with_constraint},
    enum_types,
    filled::FillingTrigger,
    guards::{check_guards, index_guards},
    part::{Part, Parts, Steps, planned, without_guards},
    retyped,
    selected::{Filled, Named, Selected},
    states::States,
    switch,
};
use crate::{
    diagnostic::Diagnostic,
    model::{Constraint, Index, ObjectId, Pair, Schema, TableName},
    plan::{Phase, Request, Statement},
    statement::{Batches, Build, Ddl, NewConstraint, RowChange, TableAction, Transaction, all_of},
};

/// The bytes up to which a key builds its index, if the index is missing: less than a tenth of a second.
const SMALL: u64 = 8 * 1024 * 1024;

/// Allows the findings of `lint` about a statement that fills rows in batches.
const FILLS_IN_BATCHES: [&str; 2] = [
    "schema-diff: allow(updating-many-rows) each batch is a transaction of about 50 ms",
    "schema-diff: allow(not-observed) it commits after each batch",
];

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

/// Adds the parts one after the other.
pub(super) struct Builder<'a> {
    input: Input<'a>,
    parts: Parts<'a>,
    /// Those of [`Chain::unsettled`].
    unsettled: BTreeSet<String>,
}

impl<'a> Builder<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self {
            input,
            parts: Parts::new(input),
            unsettled: BTreeSet::new(),
        }
    }

    /// Returns the migration in parts; `None` if they cannot be planned.
    pub fn chain(mut self, selected: &Selected, states: &States) -> Option<Chain> {
        self.main(selected, states)?;
        let mut now = states.main.clone();
        for (id, filled) in &selected.filled {
            self.fill(id, filled);
        }
        self.fill_retyped(selected, states);
        self.build_all(&mut now, &states.built);
        self.validate(&mut now, selected);
        self.analyze(selected);
        self.build_all(&mut now, &states.built_for_keys);
        let mut end = states.finished(&self.input, selected);
        self.finish(&now, &end, selected, states)?;
        self.validate_late(&mut end, selected);
        for (table, index) in &states.dropped {
            self.drop_index(table, index);
        }
        let (up, down, parts) = self.parts.finish();
        Some(Chain {
            up,
            down,
            parts,
            notes: Vec::new(),
            unsettled: self.unsettled,
        })
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
        let converted = switch::key_guards(&self.input, selected);
        let guards: Vec<Statement> = guards.into_iter().chain(converted).collect();
        let guards = guards.into_iter().chain(check_guards(&self.input, selected));
        let guards: Vec<Statement> = guards.chain(index_guards(&self.input, selected)).collect();
        let has_guards = guards.iter().any(|own| matches!(own.ddl, Ddl::Guard { .. }));
        let left = states.built.iter().chain(&states.built_for_keys);
        let left =
            left.map(|(table, index)| Statement::new(Phase::Drop, Ddl::DropIndexIfExists(table.sibling(&index.name))));
        let left: Vec<Statement> = left.collect();
        let mut steps = Steps::default();
        let up = enum_types::explained(without_guards(up), &selected.types);
        steps.add(up, switch::with_kept_values(down, selected));
        for trigger in self.triggers(selected) {
            steps.add_ddl(Phase::Code, trigger.create(), trigger.drop());
        }
        let names_before = |name: &TableName| self.input.matches().table_before(name);
        steps.up.splice(0..0, switch::lock(&self.input, selected, names_before));
        let mut checks = Steps::default();
        if has_guards {
            checks.add(guards, Vec::new());
        }
        let last = if steps.up.is_empty() { &mut checks } else { &mut steps };
        last.down.push(left);
        self.parts.add(
            "this part only reads: it raises an error if rows do not allow the change, before anything is changed"
                .to_owned(),
            Transaction::Inside,
            checks,
        );
        self.parts.add_transaction(
            "this part needs short locks; the other parts let other sessions use the tables".to_owned(),
            steps,
            Pair::new(before, &states.main),
        );
        Some(())
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
            let columns = vec![(id.1.clone(), value.clone())];
            Some(FillingTrigger::new(&self.input, &id.0, columns, at + 1))
        });
        let mut triggers: Vec<FillingTrigger> = triggers.collect();
        for table in retyped::tables(&selected.retyped) {
            let columns = selected.new_values(table);
            let trigger = FillingTrigger::new(&self.input, table, columns, triggers.len() + 1);
            let mut own = selected.retyped.iter().filter(|own| own.table == *table);
            let as_owner = own.clone().any(|own| own.has_own_type);
            let is_pinned = own.any(|own| own.depends_on_settings);
            triggers.push(trigger.converting(selected.refused(table), as_owner, is_pinned));
        }
        triggers
    }

    /// Adds the fills of the columns that replace others.
    fn fill_retyped(&mut self, selected: &Selected, states: &States) {
        for table in retyped::tables(&selected.retyped) {
            let columns = selected.new_values(table);
            if let Some(filled) = switch::filled(&self.input, table, &columns, &states.main) {
                self.fill_with(table, columns, &filled);
            }
        }
    }

    /// Adds the statements that read a sample of the columns that replace others: otherwise Postgres would plan queries without knowing them.
    fn analyze(&mut self, selected: &Selected) {
        let tables = retyped::tables(&selected.retyped);
        let analyze = tables.iter().map(|table| Ddl::Analyze((*table).clone()));
        let mut steps = Steps::default();
        steps.add_ddl(Phase::Filled, analyze.collect(), Vec::new());
        let title = "this part reads a sample of the new columns, so that queries are planned well from the start";
        self.parts.add(title.to_owned(), Transaction::Inside, steps);
    }

    /// Adds the fill of a column.
    fn fill(&mut self, id: &(TableName, String), filled: &Filled) {
        if let Some(value) = self.input.backfills().get(id) {
            self.fill_with(&id.0, vec![(id.1.clone(), value.clone())], filled);
        }
    }

    fn fill_with(&mut self, table: &TableName, columns: Vec<(String, String)>, filled: &Filled) {
        let after = self.input.schemas().after.tables.get(table);
        let limit = self.input.lock_timeout.as_millis();
        // Other sessions wait for the rows that a batch has changed while it waits for the next one.
        let limit = if filled.disable.is_empty() { limit / 5 } else { limit };
        let fill = Ddl::Rows(RowChange::FillInBatches(Box::new(Batches {
            table: table.clone(),
            columns,
            key: filled.key.clone(),
            lock_timeout: limit,
            row_security: after.is_some_and(|own| own.row_security),
            disable: filled.disable.clone(),
            enable: filled.enable.clone(),
        })));
        let mut steps = Steps::default();
        let fill = Statement {
            comments: FILLS_IN_BATCHES.map(str::to_owned).into(),
            ..Statement::new(Phase::Fill, fill)
        };
        steps.add(vec![fill], Vec::new());
        let shown = (self.input.describe)(table);
        let title = match filled.disable.as_slice() {
            [] => format!(
                "other sessions can use {shown}; they wait only for the rows of the batch that is being filled, each of about 50 ms; every row is written once more"
            ),
            _ => format!(
                "other sessions can use {shown}; they wait while a batch of about 50 ms is filled, because triggers or rules of the table are disabled for it; every row is written once more"
            ),
        };
        self.parts.add(title, Transaction::Outside, steps);
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
        self.parts.add(title, Transaction::Outside, steps);
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
        self.parts.add(title, Transaction::Outside, steps);
    }

    /// Adds the validation of the constraints that the main part has added.
    fn validate(&mut self, now: &mut Schema, selected: &Selected) {
        let checks = selected.checks().map(|(table, _, check)| (table, check));
        let all: Vec<(&TableName, &String)> = selected
            .validated
            .iter()
            .map(|(table, name)| (table, name))
            .chain(checks)
            .collect();
        self.validate_all(now, &all);
    }

    fn validate_late(&mut self, now: &mut Schema, selected: &Selected) {
        let after = self.input.schemas().after;
        let is_valid = |(table, name): &&Named| {
            let own = after.tables.get(table).and_then(|table| table.constraints.get(name));
            own.is_some_and(|own| own.validated)
        };
        let revalidated = selected.revalidated.iter().filter(is_valid);
        let all = selected.late.iter().chain(revalidated);
        let all: Vec<(&TableName, &String)> = all.map(|(table, name)| (table, name)).collect();
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
            let comment = Ddl::comment(ObjectId::constraint(table, name.as_str()), own.comment.as_deref());
            let back = std::iter::once(invalid(table, own)).chain(comment);
            steps.add_ddl(Phase::ForeignKey, vec![validate], back.collect());
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
        self.parts.add_transaction(title, steps, schemas);
    }

    /// Adds what follows the builds and validations: NOT NULL, keys from indexes.
    ///
    /// A part of which only down.sql has run may run again: its first statements validate the checks, which then are not valid.
    fn finish(&mut self, now: &Schema, end: &Schema, selected: &Selected, states: &States) -> Option<()> {
        let mut steps = Steps::default();
        steps.add(switch::lock(&self.input, selected, TableName::clone), Vec::new());
        let set = self.set_not_null(&mut steps, now, selected)?;
        for trigger in self.triggers(selected) {
            steps.add_ddl(Phase::Code, trigger.drop(), trigger.create());
        }
        let moved = switch::move_numbers(&mut steps, set, selected, end);
        let replaced = switch::switch(&mut steps, &self.input, &moved, selected, states)?;
        let adopted = adopt_indexes(&mut steps, replaced, end, selected, states);
        steps.add_to(&self.input, Pair::new(&adopted, end), &states.without_parts(&adopted))?;
        if steps.up.is_empty() {
            return Some(());
        }
        let checks = selected.checks().map(|(_, _, check)| check.clone());
        let keys = selected.keys.iter().map(|(_, name)| name.clone());
        let adopted = states.parts.iter().map(|(_, name)| name.clone());
        let indexes = states.built_for_keys.iter().map(|(_, index)| index.name.clone());
        let indexes = indexes.chain(adopted);
        self.unsettled = checks.chain(keys).chain(indexes).collect();
        if !self.unsettled.is_empty() {
            let mut statements = steps.down.iter_mut().rev().flatten();
            statements
                .next()
                .into_iter()
                .for_each(|first| first.comments.push(ALLOWED.to_owned()));
        }
        self.parts.add_transaction(
            format!(
                "this part needs short locks; no rows are read{}",
                switch::announcement(selected, end)
            ),
            steps,
            Pair::new(now, end),
        );
        Some(())
    }

    /// Adds the statements that set columns NOT NULL and drop the checks that prove it. Returns the schema after them.
    fn set_not_null(&self, steps: &mut Steps, now: &Schema, selected: &Selected) -> Option<Schema> {
        let mut set = now.clone();
        for (table, column, check) in selected.checks() {
            let validate = Ddl::alter_table(table, TableAction::ValidateConstraint(check.clone()));
            steps.add_ddl(Phase::Filled, vec![validate], Vec::new());
            edit(&mut set, table, |own| {
                if let Some(column) = own.column_mut(column) {
                    column.nullable = false;
                }
            });
        }
        steps.add_between(&self.input, Pair::new(now, &set))?;
        for (table, _, check) in selected.checks() {
            edit(&mut set, table, |own| {
                let Some(own) = own.constraints.remove(check) else {
                    return;
                };
                let drop = Ddl::alter_table(table, TableAction::DropConstraint(check.clone()));
                steps.add_ddl(Phase::Filled, vec![drop], vec![add_invalid(table, &own)]);
            });
        }
        Some(set)
    }
}

/// Adds the statements that make keys of their indexes. Returns the schema after them.
fn adopt_indexes(steps: &mut Steps, now: Schema, end: &Schema, selected: &Selected, states: &States) -> Schema {
    let mut adopted = now;
    for ((table, name), (_, index)) in selected.keys.iter().zip(&states.built_for_keys) {
        let Some(key) = end.tables.get(table).and_then(|own| own.constraints.get(name)) else {
            continue;
        };
        let adopt = Ddl::AdoptIndex {
            table: table.clone(),
            index: index.name.clone(),
            key: Box::new(key.clone()),
            small: SMALL,
        };
        let comment = Ddl::comment(ObjectId::constraint(table, name.as_str()), key.comment.as_deref());
        let drop = Ddl::alter_table(table, TableAction::DropConstraint(name.clone()));
        steps.add_ddl(Phase::Key, std::iter::once(adopt).chain(comment).collect(), vec![drop]);
        edit(&mut adopted, table, |own| {
            own.indexes.remove(&index.name);
            own.constraints.insert(name.clone(), key.clone());
        });
    }
    adopted
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
