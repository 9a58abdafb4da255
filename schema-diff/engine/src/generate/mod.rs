//! Generates a migration from a project. All input and output is at the edges of this module, and nothing is printed.
//!
//! [`draft`] reads and resolves, so that the user can be asked open questions; [`finish`] plans, proves and returns the
//! texts.

mod base;
mod code;
mod decision_check;
mod draft;
mod error;
mod finish;
pub mod flag;
mod inverse;
mod kept;
mod kept_labels;
mod never_declared;
mod not_restored;
mod old_programs;
mod plans;
mod question;
mod remaining;
mod review;
mod servers;
mod sizes;
mod without_rename;

use std::{collections::BTreeSet, path::PathBuf};

use crate::{
    canonical,
    compare::Change,
    config::{Project, UndeclaredKind},
    history::{MigrationsDirectory, SchemaFingerprint, SchemaHash, Version},
    matching::Decisions,
    model::{Pair, Schema, TableName},
    normalize::normalize,
    online::Forms,
    parse::{ParseErrors, Role, SourceFile},
    resolve::{self, NormalizedExpressions},
    rules::{IntegerKeys, ObjectKind, Rules, Undeclared},
};

pub use base::{Base, From, database_url, read as base};
pub(crate) use code::{Step, code};
pub use draft::{Alternative, Draft};
pub use error::GenerateError;
pub use finish::{Migration, finish};
pub use flag::Flag;
pub use kept::{Pending, pending};
pub use old_programs::OldProgram;
pub(crate) use old_programs::with_others;
pub use question::{
    CodeFate, Question, about, code_fates, code_flag, describe_dependent, describe_evidence, questions, replacement_of,
    reviews, shown,
};
pub use remaining::remaining;
pub use review::PartText;
pub use servers::{Installing, Scratch, ScratchChoice};
pub use sizes::{SizesFrom, read_statistics, table_statistics};

/// The user's options.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source of the existing schema.
    pub from: From,
    /// The source of scratch databases.
    pub scratch: ScratchChoice,
    /// The user's decisions.
    pub decisions: Decisions,
    /// Whether the proof is skipped.
    pub no_prove: bool,
    /// The source of the tables' sizes.
    pub sizes: SizesFrom,
    /// When the online forms are used; `None`: as the project's configuration says.
    pub online: Option<Forms>,
    /// Whether what the program that is still running needs is kept until it is released; `None`: as the project's configuration says.
    pub rolling: Option<bool>,
    /// Whether what earlier migrations have kept is removed.
    pub release: bool,
    /// The commit with which the project's code is compared; `None`: as the project's configuration says, otherwise the
    /// newest one whose schema files agree with the existing schema.
    pub since: Option<String>,
    /// Whether possible renames that are more likely than not are taken for renames.
    pub accept_renames: bool,
    /// The schema files of other running programs; none: as the project's configuration says.
    pub old: Vec<PathBuf>,
    /// Whether an open question is an error.
    pub no_questions: bool,
    /// The last migration, if it is rewritten: its effects are not part of the existing schema.
    pub without: Option<Version>,
}

/// Reads the project and the existing schema, and resolves the declarations against it.
///
/// # Errors
/// The configuration, `schema.rs`, the database or the history cannot be read.
pub fn draft(
    project: &Project,
    options: &Options,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Draft, GenerateError> {
    progress("reading schema.rs");
    let declared = crate::parse::parse(&source_files(project, &project.schema_files)?)?;
    let base = base::read(project, options, scratch, progress)?;
    let mut draft = Draft::new(base, declared, rules(project));
    draft.old_programs = old_programs::read(project, &options.old)?;
    let mut kept = pending(project)?;
    kept.retain(|own| Some(&own.version) != options.without.as_ref());
    draft.keep(kept, options.release)?;
    let mut expressions = resolve::expressions(&draft.declared);
    draft.normalized = NormalizedExpressions::stored_as_typed(&draft.base.schema, &expressions);
    draft.decide(&options.decisions)?;
    draft.code = code::evidence(project, &draft, options.since.as_deref())?;
    if !draft.code.is_empty() {
        draft.decide(&options.decisions)?;
    }
    let never = never_declared::never_declared(project, &draft, &options.decisions);
    if !never.objects.is_empty() || never.remark.is_some() {
        draft.ignore_never_declared(never);
        draft.decide(&options.decisions)?;
    }
    let changed = changed_tables(&draft.changes);
    expressions.retain(|expression, _| !draft.normalized.contains(expression) || changed.contains(&expression.table));
    if !expressions.is_empty() && !draft.changes.is_empty() {
        progress("normalizing declared expressions");
        let found = normalize(
            scratch.server(draft.base.major())?,
            &draft.base.schema,
            &draft.resolution,
            &expressions,
        )?;
        draft.normalized.extend(found);
        draft.decide(&options.decisions)?;
    }
    if !draft.changes.is_empty() && !draft.base.pending.is_empty() {
        for migration in MigrationsDirectory::read_if_present(&project.migrations_dir)?.migrations() {
            if draft.base.pending.contains(&migration.name) {
                base::undecided(migration)?;
            }
        }
        return Err(GenerateError::Pending {
            pending: draft.base.pending.clone(),
        });
    }
    if options.accept_renames {
        draft.accept_likely_renames()?;
    }
    draft.validate(&options.decisions)?;
    if options.no_questions {
        without_questions(&draft)?;
    }
    draft.breaks_nothing_kept()?;
    Ok(draft)
}

/// Checks that no question is open.
///
/// # Errors
/// The open questions.
fn without_questions(draft: &Draft) -> Result<(), GenerateError> {
    let questions: Vec<String> = questions(draft).iter().map(Question::text).collect();
    if questions.is_empty() {
        Ok(())
    } else {
        Err(GenerateError::OpenQuestions { questions })
    }
}

/// Returns the tables (named as after) that have any change.
fn changed_tables(changes: &[Change]) -> BTreeSet<TableName> {
    let changed = changes.iter().filter_map(|change| match change {
        Change::CreateTable(table) => Some(table),
        Change::RenameTable(table)
        | Change::AlterTable { table, .. }
        | Change::AddColumn { table, .. }
        | Change::DropColumn { table, .. }
        | Change::RenameColumn { table, .. }
        | Change::AlterColumn { table, .. }
        | Change::AddConstraint { table, .. }
        | Change::DropConstraint { table, .. }
        | Change::RenameConstraint { table, .. }
        | Change::CreateIndex { table, .. }
        | Change::DropIndex { table, .. }
        | Change::RenameIndex { table, .. } => Some(&table.after),
        _ => None,
    });
    changed.cloned().collect()
}

/// Returns the fingerprint of a schema's canonical form.
pub fn fingerprint(schema: &Schema) -> SchemaFingerprint {
    SchemaFingerprint::of(canonical::VERSION, canonical::lines(schema))
}

/// Returns the fingerprints of two schemas, at the cost of one where they share their tables.
pub(crate) fn fingerprints(schemas: Pair<&Schema>) -> Pair<SchemaFingerprint> {
    let mut hashes = Pair::new(SchemaHash::default(), SchemaHash::default());
    for (is_of, line) in canonical::lines_of_both(schemas) {
        if is_of.before {
            hashes.before.add(&line);
        }
        if is_of.after {
            hashes.after.add(&line);
        }
    }
    hashes.map(|hash| hash.fingerprint(canonical::VERSION))
}

/// Reads the schema files of a project, and the files with its enums.
pub(crate) fn source_files(project: &Project, schema_files: &[PathBuf]) -> Result<Vec<SourceFile>, ParseErrors> {
    let mut files = crate::parse::read(&project.root, schema_files, &project.sources)?;
    for file in files.iter_mut().filter(|file| file.role == Role::Schema) {
        file.has_doc_comments = project.has_doc_comments(&file.path);
    }
    Ok(files)
}

/// Returns the configuration's rules for the comparison.
pub(crate) fn rules(project: &Project) -> Rules {
    let kinds = [
        (UndeclaredKind::Defaults, ObjectKind::Defaults),
        (UndeclaredKind::Uniques, ObjectKind::Uniques),
        (UndeclaredKind::Indexes, ObjectKind::Indexes),
        (UndeclaredKind::Checks, ObjectKind::Checks),
        (UndeclaredKind::ForeignKeys, ObjectKind::ForeignKeys),
        (UndeclaredKind::Exclusions, ObjectKind::Exclusions),
        (UndeclaredKind::Comments, ObjectKind::Comments),
        (UndeclaredKind::Identities, ObjectKind::Identities),
        (UndeclaredKind::Generated, ObjectKind::Generated),
        (UndeclaredKind::Collations, ObjectKind::Collations),
        (UndeclaredKind::Storage, ObjectKind::Storage),
        (UndeclaredKind::Types, ObjectKind::Types),
        (UndeclaredKind::Enums, ObjectKind::Enums),
        (UndeclaredKind::Views, ObjectKind::Views),
    ];
    let undeclared = kinds
        .into_iter()
        .filter(|(kind, _)| project.undeclared.drops(*kind))
        .map(|(_, kind)| (kind, Undeclared::Drop))
        .collect();
    let (tables, columns) = (project.filter.clone(), project.filter.clone());
    Rules {
        undeclared,
        ignores_table: Box::new(move |name: &TableName| !tables.admits(&name.schema, &name.name)),
        ignores_column: Box::new(move |table: &TableName, column: &str| {
            !columns.admits_column(&table.schema, &table.name, column)
        }),
        integer_keys: match project.integer_keys {
            crate::config::IntegerKeys::Identity => IntegerKeys::Identity,
            crate::config::IntegerKeys::Serial => IntegerKeys::Serial,
            crate::config::IntegerKeys::None => IntegerKeys::None,
        },
        has_other_back_ends: project.has_other_back_ends,
        sure: project.renames.sure,
    }
}
