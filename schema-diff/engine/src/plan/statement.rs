//! One statement of a plan, and its place.

use super::{Circle, Refusal};
use crate::{
    compare::Change,
    diagnostic::Diagnostic,
    model::{ObjectId, TypeName},
    statement::{Ddl, TypeAction},
};

/// Where in a plan a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Stops before anything is changed where rows or people have something to say.
    Guard,
    /// Schemas and extensions.
    Namespace,
    /// Types that are new or get labels.
    Type,
    /// What depends on what changes is dropped.
    DropDependents,
    /// What goes.
    Drop,
    /// Columns that change in place.
    Alter,
    /// Dependents are recreated as they were.
    Recreate,
    /// Names. What comes after speaks with the names of after.
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
    /// Views, policies and triggers that are new.
    Code,
    /// Comments.
    Comment,
    /// Types and schemas that nothing uses any more.
    Cleanup,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its place.
    pub phase: Phase,
    /// What a reader should know, a line each.
    pub comments: Vec<String>,
    /// What it does.
    pub ddl: Ddl,
    /// What to do when Postgres refuses it.
    pub hint: Option<String>,
}

/// Statements in their order, and what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What differs.
    pub changes: Vec<Change>,
    /// What to run.
    pub statements: Vec<Statement>,
    /// The statements that have no order, if there are such; then there are none to run.
    pub circle: Option<Circle>,
    /// Why it cannot run, whatever the rows.
    pub refusals: Vec<Refusal>,
    /// What a reader should know of the whole.
    pub notes: Vec<Diagnostic>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.circle.is_none()
    }
}

impl Plan {
    /// Adds the labels of an enum type only where they are missing: down.sql keeps them.
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
            phase,
            comments: Vec::new(),
            ddl,
            hint: None,
        }
    }
}
