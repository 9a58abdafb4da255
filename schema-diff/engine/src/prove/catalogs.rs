//! The second check of the proof: the system catalogs, row by row, without any knowledge of the model.
//!
//! Introspection compares what the model contains; the catalogs contain everything else too: statistics targets,
//! comments of indexes, privileges of sequences, owners. down.sql must restore the state that the copy had before, and
//! up.sql must lead to the same state each time.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::{ProofError, Side};
use crate::{
    catalog_snapshot::{CatalogDifference, CatalogSnapshot},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{TypeName, mentioned_words},
};

/// The number of differences that an error shows.
const SHOWN: usize = 20;

/// The states to which the copy must return.
pub(super) struct Catalogs<'a> {
    /// Before up.sql; `None` if the catalogs cannot be read.
    before: Option<CatalogSnapshot>,
    /// After the first run of up.sql; `None` before it has run.
    after: Option<CatalogSnapshot>,
    /// After each part of the first run of up.sql, but the last.
    between: BTreeMap<usize, CatalogSnapshot>,
    /// Enum types (by names in the before schema) for which down.sql keeps labels.
    kept_labels: &'a BTreeMap<TypeName, Vec<String>>,
    /// The settings that the copy lacks, although down.sql may restore them.
    lacks: Vec<String>,
    /// The reason why the catalogs were not compared.
    pub note: Option<Diagnostic>,
}

impl<'a> Catalogs<'a> {
    /// Takes the first snapshot. `lacks` are the statements that failed on the copy.
    pub fn before(client: &mut Client, kept_labels: &'a BTreeMap<TypeName, Vec<String>>, lacks: Vec<String>) -> Self {
        let mut catalogs = Self {
            before: None,
            after: None,
            between: BTreeMap::new(),
            kept_labels,
            lacks,
            note: None,
        };
        catalogs.before = catalogs.read(client);
        catalogs
    }

    /// Compares the catalogs with the expected state after a run. The first run of up.sql defines that state for later
    /// runs.
    ///
    /// # Errors
    /// The catalogs differ.
    pub fn compare(&mut self, client: &mut Client, side: Side) -> Result<(), ProofError> {
        if self.before.is_none() {
            return Ok(());
        }
        let Some(found) = self.read(client) else { return Ok(()) };
        let wanted = match side {
            Side::Before | Side::Down => self.before.as_ref(),
            Side::Up | Side::UpAgain => self.after.as_ref(),
        };
        let Some(wanted) = wanted else {
            self.after = Some(found);
            return Ok(());
        };
        let mut differences = wanted.differences(&found, client);
        if matches!(side, Side::Down) {
            differences.retain(|one| !self.is_kept_label(one));
        }
        self.judge(side, &differences)
    }

    /// Takes a snapshot of the state after a part of up.sql.
    pub fn begin_between(&mut self, client: &mut Client, part: usize) {
        if self.before.is_some()
            && let Some(found) = self.read(client)
        {
            self.between.insert(part, found);
        }
    }

    /// Compares the catalogs with the state after a part of the first run of up.sql, but for these constraints and indexes.
    ///
    /// # Errors
    /// The catalogs differ.
    pub fn compare_between(
        &mut self,
        client: &mut Client,
        part: usize,
        unsettled: &BTreeSet<String>,
        side: Side,
    ) -> Result<(), ProofError> {
        if self.before.is_none() || !self.between.contains_key(&part) {
            return Ok(());
        }
        let Some(found) = self.read(client) else { return Ok(()) };
        let wanted = self.between.get(&part);
        let mut differences = wanted.map_or_else(Vec::new, |wanted| wanted.differences(&found, client));
        differences.retain(|one| unsettled.is_disjoint(&mentioned_words(&one.object)));
        self.judge(side, &differences)
    }

    fn judge(&mut self, side: Side, differences: &[CatalogDifference]) -> Result<(), ProofError> {
        if differences.is_empty() {
            return Ok(());
        }
        if !self.lacks.is_empty() {
            // down.sql restores settings even if the copy never had them.
            self.note = Some(not_compared(format!(
                "the system catalogs were not compared: these statements failed on the scratch database: {}",
                self.lacks.join("; ")
            )));
            self.before = None;
            return Ok(());
        }
        Err(ProofError::Catalogs {
            side,
            differences: shown(differences),
        })
    }

    fn read(&mut self, client: &mut Client) -> Option<CatalogSnapshot> {
        // Temporary objects that a function created for its session do not belong to the migration.
        let _ = client.batch_execute("DISCARD TEMP");
        match CatalogSnapshot::of(client) {
            Ok(found) => Some(found),
            Err(error) => {
                let reason = super::run::plain_reason(&error);
                self.note = Some(not_compared(format!(
                    "the system catalogs could not be compared: {reason}"
                )));
                self.before = None;
                None
            }
        }
    }

    /// Returns whether a difference concerns an enum type for which down.sql keeps labels, because Postgres cannot drop
    /// a label.
    fn is_kept_label(&self, found: &CatalogDifference) -> bool {
        let mut types = self.kept_labels.keys();
        found.catalog == "pg_enum" && types.any(|name| found.object.starts_with(&format!("{} ", name.qualified())))
    }
}

fn not_compared(message: String) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::CatalogsNotCompared, message)
}

fn shown(differences: &[CatalogDifference]) -> String {
    let mut lines: Vec<String> = differences.iter().take(SHOWN).map(|one| format!("{one}\n")).collect();
    if differences.len() > SHOWN {
        lines.push(format!("... and {} more\n", differences.len() - SHOWN));
    }
    lines.concat()
}
