//! An existing database to `schema.rs`: writes what is missing, changes what is another, takes away what is gone, and leaves every
//! other byte of the files as it is.
//!
//! First tables and columns are brought to be the same on both sides; then the files are resolved on nothing, and what their
//! schema lacks of the database's becomes attributes, until nothing is left that attributes have normalized for. The rest is listed.

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
mod left_over;
mod reach;
mod rust_enums;
mod settled;
mod several;
mod source;
mod tables;
mod types;

use std::path::PathBuf;

pub use baseline::{Baseline, baseline};
pub use edit::EditLine;
pub use error::PullError;
pub use files::{PulledFile, write};
pub use left_over::LeftOver;

use crate::{
    config::{IntegerKeys, Project},
    declaration::{Form, Spelling},
    generate::{self, Base, From, Scratch},
    parse::SourceFile,
    report::Sign,
    resolve::NormalizedExpressions,
};
use edit::Edits;
use joins::Joins;
use reach::Reach;
use source::Source;
use types::Types;

/// How often attributes are looked at again: what is read back in other normalized is written in Postgres's own.
const ROUNDS: usize = 5;
/// Rounds in which expressions are written short.
const SHORT_ROUNDS: usize = 2;

/// What is pulled.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// From which database.
    pub from: From,
    /// Schemas whose tables are wanted, beside those that the files name.
    pub schemas: Vec<String>,
    /// The file for Rust enums that are not there yet, from the project's root.
    pub enums: Option<PathBuf>,
    /// How attributes are written; as the files have them, if nobody says.
    pub form: Option<Form>,
}

/// What became of the files.
pub struct Pulled {
    /// What was pulled.
    pub base: Base,
    /// The files that are another now.
    pub files: Vec<PulledFile>,
    /// The changes in normalized.
    pub changes: Vec<EditLine>,
    /// What the files do not say.
    pub left_over: Vec<LeftOver>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Pulls; nothing is written yet.
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
    let base = generate::base(project, &compared, scratch, progress)?;
    let before = files::read(project, options.enums.as_deref())?;
    let numbers_by_serial = several::has_serial_keys(project, &base.schema);
    let mut adjusted = project.clone();
    if numbers_by_serial {
        adjusted.integer_keys = IntegerKeys::Serial;
    }
    let project = &adjusted;
    let rules = generate::rules(project);
    progress("bringing tables and columns together");
    let source = Source::read(before.clone())?;
    let form = options.form.unwrap_or_else(|| files::form(project, &before));
    let reach = Reach::new(project, &base.schema, &rules, &source.declared, &options.schemas);
    let mut changes = Vec::new();
    let mut notes = several::notes(&reach, &source.declared);
    let mut after = structure(source, &reach, form, &mut changes, &mut notes);
    progress("asking Postgres how it prints the declared expressions");
    let (source, settled) = attributes(&mut after, &reach, form, scratch, &mut changes)?;
    let mut left_over = left_over::left_over(&source, &reach, &settled);
    // The enums need the structs that stand for their types, which are there by now.
    let mut edits = Edits::default();
    match &options.enums {
        Some(path) => rust_enums::new(&source, &base.schema, path, files::dialect(project), &mut edits),
        None => left_over.extend(left_over::labels(&source, &base.schema)),
    }
    left_over.sort();
    changes.append(&mut edits.lines);
    let after = edits.apply(after);
    let mut seen = Vec::new();
    changes.retain(|line| {
        !seen.contains(line) && {
            seen.push(line.clone());
            true
        }
    });
    let mut files = files::changed(project, before, after);
    if numbers_by_serial {
        files.push(several::serial_keys(project));
        changes.push(EditLine {
            sign: Sign::Change,
            text: "integer_keys = \"serial\": keys stay the integers that every back end has".to_owned(),
        });
    }
    if files.is_empty() {
        changes.clear();
    }
    Ok(Pulled {
        base,
        files,
        changes,
        left_over,
        notes,
    })
}

/// Tables, columns, keys, joins and variants.
fn structure(
    source: Source,
    reach: &Reach<'_>,
    form: Form,
    changes: &mut Vec<EditLine>,
    notes: &mut Vec<String>,
) -> Vec<SourceFile> {
    let mut edits = Edits::default();
    let mut types = Types::new(&source, reach.database);
    let mut joins = Joins::new(&source, reach);
    let gone = tables::gone(&source, reach, &mut edits);
    let gone_columns = columns::columns(&source, reach, &mut types, &mut joins, form, &mut edits);
    joins::gone(&source, &gone, &gone_columns, &mut edits);
    tables::missing(&source, reach, &mut types, &mut joins, &mut edits);
    types.write(&mut edits);
    notes.extend(rust_enums::variants(&source, reach.database, &mut edits));
    changes.append(&mut edits.lines);
    edits.apply(source.files)
}

/// Attributes and types, until the files say what can be said.
fn attributes(
    files: &mut Vec<SourceFile>,
    reach: &Reach<'_>,
    form: Form,
    scratch: &mut Scratch<'_>,
    changes: &mut Vec<EditLine>,
) -> Result<(Source, settled::Settled), PullError> {
    let mut normalized = NormalizedExpressions::default();
    let mut round = 0;
    loop {
        let source = Source::read(files.clone())?;
        let settled = settled::settle(&source, reach, &mut normalized, scratch)?;
        let spelling = if round < SHORT_ROUNDS {
            Spelling::Short
        } else {
            Spelling::Exact
        };
        let mut edits = Edits::default();
        facts::facts(&source, reach, &settled, spelling, form, &mut edits);
        round += 1;
        let mut lines = std::mem::take(&mut edits.lines);
        let after = edits.apply(files.clone());
        let is_done = after
            .iter()
            .map(|file| &file.text)
            .eq(files.iter().map(|file| &file.text));
        if is_done || round > ROUNDS {
            return Ok((source, settled));
        }
        changes.append(&mut lines);
        *files = after;
    }
}
