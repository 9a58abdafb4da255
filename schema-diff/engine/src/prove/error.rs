//! A proof that failed.

use std::fmt;

use crate::{cluster::ScratchError, introspect::IntrospectError};

/// Which run a statement belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The schema of before, on the scratch database.
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
            Self::Before => "the copy of the schema",
            Self::Up => "up.sql",
            Self::Down => "down.sql",
            Self::UpAgain => "up.sql, run again after down.sql,",
        })
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The scratch server or database could not be had.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// Postgres refuses a change, whatever the rows.
    #[error("{}", refusals.iter().map(|refusal| format!("{}\nhint: {}", refusal.message, refusal.hint)).collect::<Vec<_>>().join("\n\n"))]
    Refused {
        /// What is refused, and the ways out.
        refusals: Vec<crate::plan::Refusal>,
    },
    /// Statements depend on each other in a circle.
    #[error(
        "these statements depend on each other in a circle, so no order of them runs:\n\n{};\n\n\
         hint: make the change in two migrations, and please report this one",
        statements.join(";\n")
    )]
    Circle {
        /// The statements, and those that wait for them.
        statements: Vec<String>,
    },
    /// A statement failed.
    #[error("{side} fails on the scratch database:\n\n{statement}\n\n{message}{}", detail.as_ref().map_or_else(String::new, |text| format!("\n{text}")))]
    Statement {
        /// Whose statement it is.
        side: Side,
        /// The statement.
        statement: String,
        /// What Postgres says.
        message: String,
        /// Its detail and hint, and what the plan says to do about it.
        detail: Option<String>,
    },
    /// The scratch database does not come out like the compared one.
    #[error(
        "the schema could not be rebuilt on the scratch database as it is (-: the database, +: the copy):\n\n{difference}\nhint: --scratch-on-server proves on the compared database's own server; --no-prove leaves the proof out"
    )]
    Copy {
        /// What differs.
        difference: String,
    },
    /// Up leads somewhere else.
    #[error("up.sql does not lead to the declared schema (-: reached, +: declared):\n\n{difference}")]
    NotReached {
        /// What differs.
        difference: String,
    },
    /// Down does not lead back.
    #[error("down.sql does not lead back (-: before, +: after up and down):\n\n{difference}")]
    NotBack {
        /// What differs.
        difference: String,
    },
    /// The system catalogs are not what they were, in something that the model does not have.
    #[error("{}:\n\n{differences}\nhint: this is a bug in schema-diff: please report it with this message; --no-prove leaves the proof out", leads_elsewhere(*side))]
    Catalogs {
        /// The run after which they differ.
        side: Side,
        /// What differs, a line each.
        differences: String,
    },
    /// A value that the change keeps is another one afterwards.
    #[error(
        "{side} changes values that it should keep, in {table} (-: rows before, +: after):\n\n{difference}\nhint: a trigger or rule of another table, or a function in an expression of this migration, writes them; --fire-triggers TABLE lets the triggers of a table fire, --no-prove leaves the proof out"
    )]
    Rows {
        /// The run.
        side: Side,
        /// The table.
        table: String,
        /// What differs.
        difference: String,
    },
    /// A query of the proof itself failed.
    #[error("the proof could not {action}: {}", source.as_db_error().map_or_else(|| source.to_string(), ToString::to_string))]
    Query {
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: postgres::Error,
    },
}

/// What a run does that makes the catalogs differ.
fn leads_elsewhere(side: Side) -> &'static str {
    match side {
        Side::Before | Side::Down => {
            "down.sql does not restore the system catalogs (-: before up.sql, +: after down.sql)"
        }
        Side::Up | Side::UpAgain => {
            "up.sql leads to other system catalogs when it runs again after down.sql (-: first run, +: second run)"
        }
    }
}
