//! Pulls an existing database into `schema.rs`: writes what is missing, changes what differs, removes what no longer
//! exists, and leaves every other byte of the files unchanged.
//!
//! First, tables and columns are made the same on both sides. Then the files are resolved on an empty schema, and the
//! differences to the database become attributes, until attributes cannot express any more of them. The rest is listed.

mod back_ends;
mod baseline;
mod column_facts;
mod columns;
mod doc_comments;
mod edit;
mod editor;
mod error;
mod facts;
mod files;
mod joins;
mod resolved;
mod rust_enums;
mod scope;
mod source;
mod tables;
mod types;
mod unsupported;

use std::{collections::HashSet, path::PathBuf};

pub use baseline::{Baseline, baseline};
pub use edit::EditLine;
pub use error::PullError;
pub use files::{PulledFile, write};
pub use unsupported::Unsupported;

use crate::{
    config::{IntegerKeys, Project},
    declaration::{Form, Spelling},
    generate::{self, Base, From, Scratch},
    parse::SourceFile,
    report::Sign,
    resolve::NormalizedExpressions,
    rollout,
};
use edit::Edits;
use joins::Joins;
use scope::Scope;
use source::Source;
use types::Types;

/// The maximum number of rounds for attributes. An expression that Postgres normalizes differently is written as
/// Postgres deparses it.
const ROUNDS: usize = 5;
/// The number of rounds in which expressions are written in the short spelling.
const SHORT_ROUNDS: usize = 2;

/// The user's options.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source of the existing schema.
    pub from: From,
    /// Schemas whose tables are pulled, besides those that the files name.
    pub schemas: Vec<String>,
    /// The file for new Rust enums, relative to the project's root.
    pub enums: Option<PathBuf>,
    /// The form of attributes; by default as in the files.
    pub form: Option<Form>,
}

/// The result of pulling.
pub struct Pulled {
    /// The schema that was pulled, with its source.
    pub base: Base,
    /// The files that change.
    pub files: Vec<PulledFile>,
    /// The changes, as text.
    pub changes: Vec<EditLine>,
    /// The objects that the files do not declare.
    pub unsupported: Vec<Unsupported>,
    /// Notes for the user.
    pub notes: Vec<String>,
}

/// Computes the new files from the database. Nothing is written yet.
///
/// # Errors
/// The database or the files cannot be read.
pub fn pull(
    project: &Project,
    options: &Options,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Pulled, PullError> {
    let compared = generate::Options {
        from: options.from,
        ..generate::Options::default()
    };
    let mut base = generate::base(project, &compared, scratch, progress)?;
    for pending in generate::pending(project)? {
        rollout::without(&mut base.schema, &pending.kept);
    }
    let before = files::read(project, options.enums.as_deref())?;
    let numbers_by_serial = back_ends::has_serial_keys(project, &base.schema);
    let mut adjusted = project.clone();
    if numbers_by_serial {
        adjusted.integer_keys = IntegerKeys::Serial;
    }
    let project = &adjusted;
    let rules = generate::rules(project);
    progress("matching tables and columns");
    let source = Source::read(before.clone())?;
    let form = options.form.unwrap_or_else(|| files::form(project, &before));
    let scope = Scope::new(project, &base.schema, &rules, &source.declared, &options.schemas);
    let mut changes = Vec::new();
    let mut notes = back_ends::notes(&scope, &source.declared);
    let mut after = structure(source, &scope, form, &mut changes, &mut notes);
    progress("asking Postgres how it prints the declared expressions");
    let (source, resolved) = attributes(&mut after, &scope, form, scratch, &mut changes)?;
    let mut unsupported = unsupported::unsupported(&source, &scope, &resolved);
    // The enums need the structs for their types, which exist by now.
    let mut edits = Edits::default();
    match &options.enums {
        Some(path) => rust_enums::new(&source, &base.schema, path, files::dialect(project), &mut edits),
        None => unsupported.extend(unsupported::labels(&source, &base.schema)),
    }
    unsupported.sort();
    changes.append(&mut edits.lines);
    let after = edits.apply(after);
    let mut seen = HashSet::new();
    changes.retain(|line| seen.insert(line.clone()));
    let mut files = files::changed(project, before, after);
    if numbers_by_serial {
        files.push(back_ends::serial_keys(project));
        changes.push(EditLine {
            sign: Sign::Change,
            text: "integer_keys = \"serial\": key columns stay plain integers, which every Diesel backend has"
                .to_owned(),
        });
    }
    if files.is_empty() {
        changes.clear();
    }
    Ok(Pulled {
        base,
        files,
        changes,
        unsupported,
        notes,
    })
}

/// Updates tables, columns, keys, joins and variants.
fn structure(
    source: Source,
    scope: &Scope<'_>,
    form: Form,
    changes: &mut Vec<EditLine>,
    notes: &mut Vec<String>,
) -> Vec<SourceFile> {
    let mut edits = Edits::default();
    let mut types = Types::new(&source, scope.database);
    let mut joins = Joins::new(&source, scope);
    let dropped = tables::remove_dropped(&source, scope, &mut edits);
    let dropped_columns = columns::columns(&source, scope, &mut types, &mut joins, form, &mut edits);
    joins::remove(&source, &dropped, &dropped_columns, &mut edits);
    tables::missing(&source, scope, &mut types, &mut joins, &mut edits);
    types.write(&mut edits);
    notes.extend(rust_enums::variants(&source, scope.database, &mut edits));
    changes.append(&mut edits.lines);
    edits.apply(source.files)
}

/// Updates attributes and types, until the files declare everything that they can.
fn attributes(
    files: &mut Vec<SourceFile>,
    scope: &Scope<'_>,
    form: Form,
    scratch: &mut Scratch<'_>,
    changes: &mut Vec<EditLine>,
) -> Result<(Source, resolved::Resolved), PullError> {
    let mut normalized = NormalizedExpressions::default();
    let mut round = 0;
    loop {
        let source = Source::read(files.clone())?;
        let resolved = resolved::resolve_files(&source, scope, &mut normalized, scratch)?;
        let spelling = if round < SHORT_ROUNDS {
            Spelling::Short
        } else {
            Spelling::Exact
        };
        let mut edits = Edits::default();
        facts::facts(&source, scope, &resolved, spelling, form, &mut edits);
        round += 1;
        let mut lines = std::mem::take(&mut edits.lines);
        let after = edits.apply(files.clone());
        let is_done = after
            .iter()
            .map(|file| &file.text)
            .eq(files.iter().map(|file| &file.text));
        if is_done || round > ROUNDS {
            return Ok((source, resolved));
        }
        changes.append(&mut lines);
        *files = after;
    }
}
