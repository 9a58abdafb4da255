//! Other running programs: those on the same database, and older releases. Their schema files say what they know of it.

use std::path::PathBuf;

use super::GenerateError;
use crate::{
    compatibility::{Known, Programs, missing_from, other_program, programs},
    config::Project,
    declared::Declared,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::Schema,
    parse,
};

/// The number of missing tables and columns that a note names.
const SHOWN: usize = 5;

/// Another running program.
#[derive(Clone, Debug)]
pub struct OldProgram {
    /// Its schema file, as messages name it.
    pub file: String,
    /// What that declares.
    pub declared: Declared,
}

/// Reads the schema files of other programs: the given ones, or otherwise those of the configuration.
///
/// # Errors
/// A file does not exist, or cannot be parsed.
pub(super) fn read(project: &Project, given: &[PathBuf]) -> Result<Vec<OldProgram>, GenerateError> {
    let files = if given.is_empty() { &project.deploy.old } else { given };
    let read = |path: &PathBuf| {
        let file = project.relative(path).display().to_string();
        if !path.is_file() {
            return Err(GenerateError::NoOldProgram { file });
        }
        let declared = parse::load(&project.root, std::slice::from_ref(path), &[])?;
        Ok(OldProgram { file, declared })
    };
    files.iter().map(read).collect()
}

/// Returns the programs of before and the new one, with the other running ones.
pub(crate) fn with_others(known: Known<'_>, others: &[OldProgram]) -> Programs {
    let own = programs(known);
    let program = |other: &OldProgram| other_program(&other.declared, known, &own.before);
    let others = others.iter().map(|other| (other.file.clone(), program(other)));
    let others = others.collect();
    Programs { own, others }
}

/// Returns a note on each program that knows what the database does not have.
pub(super) fn notes(others: &[OldProgram], existing: &Schema) -> Vec<Diagnostic> {
    let note = |own: &OldProgram| {
        let missing = missing_from(&own.declared, existing);
        if missing.is_empty() {
            return None;
        }
        let more = match missing.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let shown = missing
            .iter()
            .take(SHOWN)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        let text = format!(
            "{} declares what the database does not have, and is tried without it: {shown}{more}",
            own.file
        );
        Some(Diagnostic::new(DiagnosticCode::OldProgramDiffers, text))
    };
    others.iter().filter_map(note).collect()
}
