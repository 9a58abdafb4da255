//! The schema whose names are valid, and texts with the names that are valid when dependents are recreated: labels are
//! renamed by then, types are not yet.
//!
//! Postgres follows such renames in the texts that it stores; these functions are for objects that are dropped and
//! recreated.

use super::{Direction, Planner};
use crate::model::{Schema, rename_casts};

/// The schema whose names are valid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Before,
    After,
}

impl Planner<'_> {
    /// Returns the schema that has these names.
    pub(super) fn named(&self, names: Names) -> &Schema {
        match names {
            Names::Before => self.before(),
            Names::After => self.after(),
        }
    }

    /// Rewrites an expression of a table in the before schema.
    pub(super) fn rewrite_before(&self, text: &str) -> String {
        self.request.matches.labels_in(text)
    }

    /// Rewrites an expression of a table in the after schema.
    pub(super) fn rewrite_after(&self, text: &str) -> String {
        rename_casts(text, |name| self.flipped.new_type(name).cloned(), |_, _| None)
    }

    /// Rewrites code: views, rules, triggers, policies. Its text is that before the upgrade, in both directions.
    pub(super) fn rewrite_code(&self, text: &str) -> String {
        match self.request.direction {
            Direction::Up => self.rewrite_before(text),
            Direction::Down => self.rewrite_after(text),
        }
    }
}
