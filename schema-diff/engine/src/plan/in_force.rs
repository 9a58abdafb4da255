//! Whose names are in force, and texts under those that are when dependents are recreated: labels are renamed by then, types are not yet.
//!
//! Postgres follows such renames itself in what it keeps; this is for what is dropped and recreated.

use super::{Direction, Planner};
use crate::model::{Schema, rename_casts};

/// Whose names are in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Before,
    After,
}

impl Planner<'_> {
    /// Returns the schema whose names these are.
    pub(super) fn named(&self, names: Names) -> &Schema {
        match names {
            Names::Before => self.before(),
            Names::After => self.after(),
        }
    }

    /// An expression of a table of before.
    pub(super) fn stored_in_force(&self, text: &str) -> String {
        self.request.matches.labels_in(text)
    }

    /// An expression of a table of after.
    pub(super) fn wanted_in_force(&self, text: &str) -> String {
        rename_casts(text, |name| self.flipped.new_type(name).cloned(), |_, _| None)
    }

    /// Code: views, rules, triggers, policies. Its words are those of before the upgrade in both directions.
    pub(super) fn code_in_force(&self, text: &str) -> String {
        match self.request.direction {
            Direction::Up => self.stored_in_force(text),
            Direction::Down => self.wanted_in_force(text),
        }
    }
}
