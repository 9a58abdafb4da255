//! What is judged: the statements of a migration.

use super::event::Event;
use crate::{replay::SqlStatement, statement::Observation};

/// What a statement of a migration did.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Its first word, in upper case.
    pub verb: String,
    /// Whether it is `TRUNCATE ... CASCADE`.
    pub cascades: bool,
    /// Locks and work.
    pub observation: Observation,
    /// Changes of the catalogs.
    pub events: Vec<Event>,
    /// Whether it gives up waiting for a lock after some time.
    pub has_lock_timeout: bool,
    /// Whether it is the first statement of a transaction.
    pub begins_transaction: bool,
    /// Whether it runs outside of a transaction.
    pub is_alone: bool,
    /// Whether it ends transactions itself, so that its reads and writes are unknown.
    pub is_unobserved: bool,
}

impl Step {
    pub fn of(statement: &SqlStatement) -> Self {
        Self {
            verb: statement.verb().to_owned(),
            cascades: statement.verb() == "TRUNCATE" && statement.words.iter().any(|word| word == "CASCADE"),
            ..Self::default()
        }
    }
}
