//! Whether statements of a program use something, and how that is known. Pure.

use crate::{
    model::Pair,
    queries::{Origin, Queries},
};

/// The queries of the program of before and of the new one, if the migration changes columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What was read; `None` if it could not be read.
    pub queries: Pair<Option<Queries>>,
    /// Whether the result depends on it.
    pub is_needed: bool,
    /// Whether what no query uses is left out. Otherwise it counts as used, and only the code that is found is named.
    pub is_complete: bool,
}

/// Where the queries of a program were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nowhere: no column of an existing table changes.
    #[default]
    Unneeded,
    /// Nowhere: git does not have it. Whole tables are assumed to be read and written.
    Unknown,
    /// In a commit.
    Commit(String),
}

/// Whether statements use a column, or do something with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// None does.
    Never,
    /// They may, as far as is known.
    Assumed,
    /// This code does.
    Found(Origin),
}

impl Use {
    /// Returns whether a statement may.
    pub const fn is_possible(&self) -> bool {
        !matches!(self, Self::Never)
    }

    /// Returns the code that does.
    pub const fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Found(origin) => Some(origin),
            _ => None,
        }
    }

    pub(super) fn of(found: Option<&Origin>) -> Self {
        found.map_or(Self::Never, |own| Self::Found(own.clone()))
    }

    /// Assumes it where nothing is found.
    pub(super) fn assume(&mut self) {
        if !self.is_possible() {
            *self = Self::Assumed;
        }
    }
}
