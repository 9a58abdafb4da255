//! One statement of a plan, and its place.

use super::Refusal;
use crate::{compare::Change, model::TypeName};

/// Where in a plan a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Stops before anything is changed where rows or people have something to say.
    Guard,
    /// Schemas and extensions.
    Namespace,
    /// Types that are new or get labels.
    Type,
    /// What stands in the way.
    TakeDown,
    /// What goes.
    Drop,
    /// Columns that change in place.
    Alter,
    /// What stood in the way, in the words of before.
    PutBack,
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
pub struct Step {
    /// Its place.
    pub phase: Phase,
    /// What a reader should know, a line each.
    pub comments: Vec<String>,
    /// The statement, without a final semicolon.
    pub sql: String,
    /// What to do when Postgres refuses it.
    pub hint: Option<String>,
}

/// Statements in their order, and what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What differs.
    pub changes: Vec<Change>,
    /// What to run.
    pub steps: Vec<Step>,
    /// Why it cannot run, whatever the rows.
    pub refusals: Vec<Refusal>,
    /// What a reader should know of the whole.
    pub notes: Vec<String>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl Plan {
    /// Adds the labels of an enum type only where they are missing: down.sql keeps them.
    pub fn add_labels_if_missing(&mut self, name: &TypeName) {
        let start = format!("ALTER TYPE {name} ADD VALUE ");
        for step in &mut self.steps {
            if let Some(label) = step.sql.strip_prefix(&start) {
                step.sql = format!("{start}IF NOT EXISTS {label}");
            }
        }
    }
}
