//! The errors of the proof.

use std::fmt;

use crate::{cluster::ScratchError, introspect::IntrospectError};

/// The run to which a statement belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The copy of the before schema on the scratch database.
    Before,
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
    /// `up.sql` after `down.sql`.
    UpAgain,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "creating the copy of the schema",
            Self::Up => "up.sql",
            Self::Down => "down.sql",
            Self::UpAgain => "up.sql, run again after down.sql,",
        })
    }
}

/// The reason why a proof failed and nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The scratch server or database is not available.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// Postgres refuses a change, regardless of the rows.
    #[error("{}", refusals.iter().map(|refusal| format!("{}\nhint: {}", refusal.message, refusal.hint)).collect::<Vec<_>>().join("\n\n"))]
    Refused {
        /// The refused changes, with hints.
        refusals: Vec<crate::plan::Refusal>,
    },
    /// Statements depend on each other in a circle.
    #[error(
        "these statements depend on each other in a circle, so no order is possible:\n\n{};\n\n\
         hint: split the change into two migrations, and please report this case",
        statements.join(";\n")
    )]
    Circle {
        /// The statements of the circle, and those that depend on them.
        statements: Vec<String>,
    },
    /// A statement failed.
    #[error("{side} fails on the scratch database:\n\n{statement}\n\n{message}{}", detail.as_ref().map_or_else(String::new, |text| format!("\n{text}")))]
    Statement {
        /// The run.
        side: Side,
        /// The statement.
        statement: String,
        /// Postgres's message.
        message: String,
        /// Postgres's detail and hint, and the plan's hint.
        detail: Option<String>,
    },
    /// The copy on the scratch database differs from the compared database.
    #[error(
        "the copy of the schema on the scratch database differs (-: the database, +: the copy):\n\n{difference}\nhint: --scratch-on-server runs the proof on the server of the compared database; --no-prove skips the proof"
    )]
    Copy {
        /// The differences.
        difference: String,
    },
    /// `up.sql` does not lead to the declared schema.
    #[error("up.sql does not produce the declared schema (-: produced, +: declared):\n\n{difference}")]
    NotReached {
        /// The differences.
        difference: String,
    },
    /// `down.sql` does not lead back to the before schema.
    #[error("down.sql does not restore the existing schema (-: before, +: after up and down):\n\n{difference}")]
    NotBack {
        /// The differences.
        difference: String,
    },
    /// The system catalogs differ from the expected state in a property that the model does not contain.
    #[error("{}:\n\n{differences}\nhint: this is a bug in schema-diff: please report it with this message; --no-prove skips the proof", leads_elsewhere(*side))]
    Catalogs {
        /// The run after which they differ.
        side: Side,
        /// The differences, one per line.
        differences: String,
    },
    /// A value that the change should keep differs afterwards.
    #[error(
        "{side} changes values that it should keep, in {table} (-: rows before, +: after):\n\n{difference}\nhint: a trigger or rule of another table, or a function in an expression of this migration, probably changes these values; --fire-triggers TABLE lets the triggers of a table fire, --no-prove skips the proof"
    )]
    Rows {
        /// The run.
        side: Side,
        /// The table.
        table: String,
        /// The differences.
        difference: String,
    },
    /// A query of the proof itself failed.
    #[error("the proof could not {action}: {}", source.as_db_error().map_or_else(|| source.to_string(), ToString::to_string))]
    Query {
        /// The action that failed.
        action: &'static str,
        /// The cause.
        source: postgres::Error,
    },
}

/// Describes how a run makes the catalogs differ.
fn leads_elsewhere(side: Side) -> &'static str {
    match side {
        Side::Before | Side::Down => {
            "down.sql does not restore the system catalogs (-: before up.sql, +: after down.sql)"
        }
        Side::Up | Side::UpAgain => {
            "the system catalogs differ when up.sql runs again after down.sql (-: first run, +: second run)"
        }
    }
}
