//! The statements of a plan, and their phases.

use super::{Cycle, Refusal};
use crate::{
    compare::Change,
    diagnostic::Diagnostic,
    model::{ObjectId, TypeName},
    statement::{Ddl, Observation, TypeAction, Wait},
};

/// The place of a statement in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Guards stop the migration before anything is changed, because of existing rows or undecided questions.
    Guard,
    /// Schemas and extensions.
    Namespace,
    /// New types, and labels of existing ones.
    Type,
    /// Dependents are dropped.
    DropDependents,
    /// Objects are dropped permanently.
    Drop,
    /// Columns that change in place.
    Alter,
    /// Dependents are recreated from their stored definitions.
    Recreate,
    /// Renames. Later statements use the names of the after schema.
    Rename,
    /// New tables.
    CreateTable,
    /// New columns.
    AddColumn,
    /// Rows are filled.
    Fill,
    /// NOT NULL and defaults are set, sequences continue.
    Filled,
    /// Keys, checks, exclusions, indexes.
    Key,
    /// Foreign keys.
    ForeignKey,
    /// New views, functions, triggers, policies and rules.
    Code,
    /// Comments.
    Comment,
    /// Types, extensions and schemas that nothing uses any more are dropped.
    Cleanup,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The part of the migration to which it belongs, counted from 0. Each part is a migration directory of its own.
    pub part: usize,
    /// Its phase.
    pub phase: Phase,
    /// Comments for readers, one per line.
    pub comments: Vec<String>,
    /// The statement as data.
    pub ddl: Ddl,
    /// The hint for a refusal by Postgres.
    pub hint: Option<String>,
    /// What the proof observed; `None` before it.
    pub observed: Option<Observation>,
    /// What other sessions wait for, on large tables and on tables of unknown size; empty before the proof.
    pub waits: Vec<Wait>,
}

/// Ordered statements, and the changes that they implement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes.
    pub changes: Vec<Change>,
    /// The statements to run.
    pub statements: Vec<Statement>,
    /// Statements without a possible order, if there are any; then there are no statements to run.
    pub cycle: Option<Cycle>,
    /// The reasons why it cannot run, regardless of the rows.
    pub refusals: Vec<Refusal>,
    /// Notes for readers about the whole plan.
    pub notes: Vec<Diagnostic>,
}

impl Plan {
    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.cycle.is_none()
    }

    /// Returns the statements of each part, in the order in which the parts run. Parts without statements are left out.
    pub fn parts(&self) -> impl Iterator<Item = &[Statement]> {
        self.statements.chunk_by(|one, next| one.part == next.part)
    }
}

impl Plan {
    /// Adds `IF NOT EXISTS` to the statements that add labels to an enum type, because down.sql keeps the labels.
    pub fn add_labels_if_missing(&mut self, name: &TypeName) {
        let id = ObjectId::Type(name.clone());
        for statement in &mut self.statements {
            if let Ddl::AlterType {
                of,
                action: TypeAction::AddLabel { if_missing, .. },
            } = &mut statement.ddl
                && *of == id
            {
                *if_missing = true;
            }
        }
    }
}

impl Statement {
    /// Returns a statement without comments.
    pub const fn new(phase: Phase, ddl: Ddl) -> Self {
        Self {
            part: 0,
            phase,
            comments: Vec::new(),
            ddl,
            hint: None,
            observed: None,
            waits: Vec::new(),
        }
    }
}
