//! What is judged: the statements of a migration.

use super::event::Event;
use crate::statement::Observation;

/// What a statement of a migration did.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Its first word, in upper case.
    pub verb: String,
    /// Whether it says `CASCADE`.
    pub cascades: bool,
    /// Locks and work.
    pub observation: Observation,
    /// Changes of the catalogs.
    pub events: Vec<Event>,
    /// Whether it gives up waiting for a lock after some time.
    pub has_lock_timeout: bool,
    /// Whether nothing of the file was observed but what it changed in the catalogs.
    pub is_unobserved: bool,
}
