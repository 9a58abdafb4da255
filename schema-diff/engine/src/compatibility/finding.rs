//! What of a program fails at a state of a migration. Pure.

use std::fmt;

use super::Kind;
use crate::{model::TableName, queries::Origin};

/// A statement of a program that fails, or may fail, at a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How many parts of the migration have run.
    pub after_part: usize,
    /// The file that declares the program's tables, if it is not the project's own program.
    pub file: Option<String>,
    /// The table.
    pub table: TableName,
    /// The first statement that fails.
    pub statement: Kind,
    /// When it fails.
    pub certainty: Certainty,
    /// What has changed.
    pub cause: Cause,
    /// What fails, as the rest of a sentence: `names the column mail, which does not exist any more`.
    pub reason: String,
    /// The code that sends the statement, if it is known.
    pub origin: Option<Origin>,
}

/// When a statement fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Whatever the rows are.
    Always,
    /// If it reads a value that only the other program writes.
    UnknownValues,
    /// If it writes a value that a constraint does not allow.
    MayBeRefused,
}

impl Certainty {
    /// Returns its word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::UnknownValues => "unknown values",
            Self::MayBeRefused => "may be refused",
        }
    }
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A table or a column has another name, or is dropped or new.
    Name,
    /// A column is NOT NULL or nullable.
    Null,
    /// A column has another type.
    Type,
    /// An enum type has other labels.
    Label,
    /// A role lacks a privilege.
    Privilege,
    /// Something else, such as a constraint.
    Other,
}

impl Kind {
    /// Returns how a sentence names the statement, up to the table's name.
    const fn words(self) -> &'static str {
        match self {
            Self::Select | Self::SelectByKey => "SELECT of",
            Self::Insert | Self::InsertMandatory | Self::InsertBatch => "INSERT into",
            Self::Upsert => "INSERT ... ON CONFLICT into",
            Self::Update | Self::UpdateNull => "UPDATE of",
            Self::Delete => "DELETE from",
            Self::Join => "a join of",
        }
    }

    /// Returns whether it only reads.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Select | Self::SelectByKey | Self::Join)
    }

    /// Returns its word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Select | Self::SelectByKey => "SELECT",
            Self::Insert | Self::InsertMandatory | Self::InsertBatch => "INSERT",
            Self::Upsert => "INSERT ... ON CONFLICT",
            Self::Update | Self::UpdateNull => "UPDATE",
            Self::Delete => "DELETE",
            Self::Join => "JOIN",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.statement.words(), self.table.plain(), self.reason)?;
        self.origin.as_ref().map_or(Ok(()), |own| write!(f, ": {own}"))
    }
}
