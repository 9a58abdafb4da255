//! Splits a migration into parts that do not keep other sessions waiting for long: the online forms.
//!
//! A part is a migration directory: one transaction, or one statement that cannot run in a transaction. Between the parts are schemas of
//! their own. Most statements are those that lead from one of these schemas to the next ([`plan`](crate::plan)), in both directions; what a
//! schema does not express (whether an index is built concurrently, validation, keys from existing indexes) is planned here. Pure.
//!
//! 1. The rows are checked, before anything is changed.
//! 2. The main part has everything else: new foreign keys and checks are `NOT VALID`, a check stands for each new `NOT NULL`, new indexes
//!    and keys are missing, dropped indexes still exist.
//! 3. Columns are filled in batches that commit. A trigger fills what programs write in the meantime. A column whose type changes has a new
//!    one beside it, which is filled in the same way.
//! 4. Each new index is built `CONCURRENTLY` by a part of its own; those of new keys last. Those of partitioned tables are built for each
//!    partition.
//! 5. The constraints are validated.
//! 6. The checks make `SET NOT NULL` read no row; new columns get the names of those that they replace; keys and partitioned tables adopt
//!    their indexes.
//! 7. Foreign keys that need a new index are validated.
//! 8. Each dropped index is dropped `CONCURRENTLY` by a part of its own.

mod around;
mod blockers;
mod chain;
mod columns;
mod edit;
mod enum_blockers;
mod enum_types;
mod filled;
mod guards;
mod locks;
mod notes;
mod part;
mod partitioned;
mod renamed_names;
mod replaced_type;
mod retyped;
mod select;
mod selected;
mod states;
mod switch;

use std::{collections::BTreeMap, time::Duration};

pub use chain::Chain;
pub use part::Part;

use crate::{
    compare::Change,
    matching::Matches,
    model::{Pair, Schema, TableName, free_name},
    plan::{Plan, Request, Statement},
};
use chain::Builder;
use partitioned::{Adopted, adopted};
use select::select;
use states::States;

/// When the online forms are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Forms {
    /// For large tables. A table of unknown size is not large.
    #[default]
    Auto,
    /// For all tables that existed before.
    Always,
    /// Never.
    Never,
}

/// What is split into parts.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The request for up.sql of the simple form.
    pub up: Request<'a>,
    /// The request for down.sql of the simple form.
    pub down: Request<'a>,
    /// The plan of up.sql in the simple form: its guards begin the main part.
    pub simple: &'a Plan,
    /// The plan of down.sql in the simple form: how values are converted back.
    pub simple_down: &'a Plan,
    /// Returns whether a table, by its name before, is large.
    pub is_large: &'a dyn Fn(&TableName) -> bool,
    /// Returns whether the migrations so far name a table, by its name before: on a new database there are only the tables that they create.
    pub is_in_history: &'a dyn Fn(&TableName) -> bool,
    /// Returns a table with its size for readers, by its name after.
    pub describe: &'a dyn Fn(&TableName) -> String,
    /// How long each statement of a transaction waits for a lock.
    pub lock_timeout: Duration,
}

impl<'a> Input<'a> {
    /// Returns the schemas before and after.
    const fn schemas(&self) -> Pair<&'a Schema> {
        self.up.pair
    }

    /// Returns the matches between them.
    const fn matches(&self) -> &'a Matches {
        self.up.matches
    }

    /// Returns the names that a table may have in a schema before: its own, and that before, if its own is the one after.
    fn names_before(&self, name: &TableName) -> [TableName; 2] {
        [name.clone(), self.matches().table_before(name)]
    }

    /// Returns the names that a table may have in a schema after.
    fn names_after(&self, name: &TableName) -> [TableName; 2] {
        [name.clone(), self.matches().table(name)]
    }

    /// Returns the same with another schema after.
    const fn with_after(self, after: &'a Schema) -> Self {
        let before = self.schemas().before;
        Self {
            up: Request {
                pair: Pair::new(before, after),
                ..self.up
            },
            down: Request {
                pair: Pair::new(after, before),
                ..self.down
            },
            ..self
        }
    }

    /// Returns the changes.
    fn changes(&self) -> &'a [Change] {
        &self.simple.changes
    }

    /// Returns whether types or labels are new or renamed.
    fn has_new_types(&self) -> bool {
        self.changes().iter().any(|change| {
            matches!(
                change,
                Change::CreateType(_) | Change::RenameType(_) | Change::AlterEnum { .. }
            )
        })
    }

    /// Returns the expressions that fill columns, by names in the after schema.
    const fn backfills(&self) -> &'a BTreeMap<(TableName, String), String> {
        self.up.backfills
    }
}

/// Splits a migration into parts. The result has no parts if nothing of it has an online form, or they cannot be planned; it may say why.
pub fn chain(input: Input<'_>) -> Chain {
    let own = adopted(&input);
    match own.parts.is_empty() {
        true => chain_with(input, &own),
        false => chain_with(input.with_after(&own.after), &own),
    }
}

fn chain_with(input: Input<'_>, adopted: &Adopted) -> Chain {
    let selected = select(&input, adopted);
    let notes = selected.notes.clone();
    let parts = (!selected.is_empty()).then(|| {
        let states = States::of(&input, &selected);
        Builder::new(input).chain(&selected, &states)
    });
    Chain {
        notes,
        ..parts.flatten().unwrap_or_default()
    }
}

/// Returns the statements with which up.sql and down.sql of the simple form begin if they lock a large table: those that limit how long others
/// wait behind them.
pub fn limits(input: Input<'_>) -> [Vec<Statement>; 2] {
    let Pair { before, after } = input.schemas();
    let before_names = |name: &TableName| input.names_before(name);
    let locked = locks::locked(&input.simple.statements, before, before_names);
    if !locked.iter().any(|name| (input.is_large)(name)) {
        return [Vec::new(), Vec::new()];
    }
    let limit = input.lock_timeout;
    [
        locks::limits(&input.simple.statements, before, before_names, limit),
        locks::limits(
            &input.simple_down.statements,
            after,
            |name| input.names_after(name),
            limit,
        ),
    ]
}

/// Returns the name of the check that proves NOT NULL, which no other constraint of the table may have.
fn helper(table: &str, column: &str, is_taken: impl Fn(&str) -> bool) -> String {
    // Postgres 18 gives the names of `NOT NULL` constraints the ending `_not_null`.
    free_name(&format!("{table}_{column}"), "_is_set", is_taken)
}
