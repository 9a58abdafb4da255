//! Reads the project's code as of the commit whose `schema.rs` agreed with the existing schema, and as it is now.
//!
//! Nothing is read if no name may have become another one. If git gives no answer, nothing is known.

mod base;
mod queries;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

pub(crate) use queries::{Step, code};

use base::Base;

use super::{Draft, GenerateError, source_files};
use crate::{
    config::Project,
    git::{Difference, Repository},
    model::{Schema, TableName, plain_words},
    parse::{Role, SourceFile},
    uses::{CodeEvidence, Differing, SourceChange},
};

/// The maximal number of changed files to read.
const MAX_CHANGED: usize = 2_000;
/// The maximal number of unchanged files to read in which an old name occurs.
const MAX_UNCHANGED: usize = 200;
/// The maximal size of a file, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// The maximal size of all files together, in bytes.
const MAX_ALL_BYTES: usize = 32 << 20;

/// Returns what the code says of the renames that a draft may contain. `since` names the commit to compare with; `None`:
/// as the configuration says, otherwise the newest that agrees with the existing schema.
///
/// # Errors
/// `since` names no commit.
pub(super) fn evidence(project: &Project, draft: &Draft, since: Option<&str>) -> Result<CodeEvidence, GenerateError> {
    let existing = &draft.base.schema;
    let differing = Differing::of(existing, &draft.declared, |name| is_managed(draft, existing, name));
    if differing.is_empty() {
        return Ok(CodeEvidence::default());
    }
    let sources = source_files(project, &project.schema_files).unwrap_or_default();
    if let Some(revision) = since.filter(|revision| commit(project, revision).is_none()) {
        return Err(GenerateError::NoCommit {
            revision: revision.to_owned(),
        });
    }
    Ok(compared(project, draft, (&sources, since), &differing).unwrap_or_default())
}

fn commit(project: &Project, revision: &str) -> Option<String> {
    Repository::perhaps_shallow(&project.root).ok()?.commit(revision)
}

/// Compares the code with a given commit, or with the one that the configuration or the existing schema chooses.
fn compared(
    project: &Project,
    draft: &Draft,
    (sources, since): (&[SourceFile], Option<&str>),
    differing: &Differing,
) -> Option<CodeEvidence> {
    let (repository, base) = compared_with(project, &draft.base.schema, (sources, since), differing)?;
    let scope = Scope {
        repository: &repository,
        root: workspace(&project.root),
        schema: sources,
        project,
    };
    let changes = scope.changes(&base.commit, differing)?;
    let is_known = !repository.has_timed_out();
    is_known.then(|| CodeEvidence::of(&changes, (&base.declared, &draft.declared), differing))
}

/// Returns the repository, and the commit with which the code is compared.
fn compared_with(
    project: &Project,
    existing: &Schema,
    (sources, since): (&[SourceFile], Option<&str>),
    differing: &Differing,
) -> Option<(Repository, Base)> {
    let repository = Repository::perhaps_shallow(&project.root).ok()?;
    let reader = base::Reader {
        project,
        repository: &repository,
        sources,
    };
    let base = match since.or(project.renames.since.as_deref()) {
        Some(revision) => reader.at(repository.commit(revision)?, existing, differing),
        None => reader.find(existing, differing),
    }?;
    Some((repository, base))
}

/// Returns whether a table that is not declared may be dropped or renamed.
fn is_managed(draft: &Draft, existing: &Schema, name: &TableName) -> bool {
    let table = existing.tables.get(name);
    table.is_some_and(|table| table.primary_key().is_some() && table.partition_of.is_none())
        && !draft.ignores_table(name)
}

/// The source files whose changes count.
struct Scope<'a> {
    repository: &'a Repository,
    /// The directory of the workspace.
    root: PathBuf,
    schema: &'a [SourceFile],
    project: &'a Project,
}

impl Scope<'_> {
    /// Reads the files that changed since a commit, and the unchanged ones in which an old name occurs.
    fn changes(&self, commit: &str, differing: &Differing) -> Option<Vec<SourceChange>> {
        let mut differences = self.repository.differences(commit)?;
        differences.retain(|own| own.before.iter().chain(&own.after).all(|path| self.counts(path)));
        if differences.is_empty() || differences.len() > MAX_CHANGED {
            return None;
        }
        let mut changes = self.texts(commit, &differences);
        let changed: BTreeSet<&String> = differences.iter().filter_map(|own| own.after.as_ref()).collect();
        let unchanged = self.repository.tracked().into_iter();
        let unchanged = unchanged.filter(|path| self.counts(path) && !changed.contains(path));
        changes.extend(self.unchanged(unchanged, &differing.old_names()));
        Some(changes)
    }

    /// Reads both texts of each file. A file of which one cannot be read is left out.
    fn texts(&self, commit: &str, differences: &[Difference]) -> Vec<SourceChange> {
        let old_paths = differences.iter().filter_map(|own| own.before.as_deref()).collect();
        let old_texts = self.repository.texts(commit, &old_paths);
        let mut bytes = 0;
        let mut found = Vec::new();
        for own in differences {
            let before = own.before.as_ref().map(|path| old_texts.get(path).cloned());
            let after = own.after.as_ref().map(|path| read(&self.repository.path(path)));
            let is_known = !matches!(before, Some(None)) && !matches!(after, Some(None));
            let change = SourceChange {
                before: before.flatten().filter(|text| text.len() <= MAX_BYTES),
                after: after.flatten(),
            };
            bytes += change
                .before
                .iter()
                .chain(&change.after)
                .map(String::len)
                .sum::<usize>();
            if is_known && bytes <= MAX_ALL_BYTES {
                found.push(change);
            }
        }
        found
    }

    fn unchanged<'s>(
        &'s self,
        paths: impl Iterator<Item = String> + 's,
        names: &'s BTreeSet<&str>,
    ) -> impl Iterator<Item = SourceChange> + 's {
        let texts = paths.filter_map(|path| read(&self.repository.path(&path)));
        let naming = texts.filter(|text| {
            names.iter().any(|name| text.contains(name)) && plain_words(text).any(|word| names.contains(word))
        });
        naming.take(MAX_UNCHANGED).map(|text| SourceChange {
            before: Some(text.clone()),
            after: Some(text),
        })
    }

    /// Returns whether a file of the repository is source code of the workspace, and no schema file.
    fn counts(&self, path: &str) -> bool {
        let full = self.repository.path(path);
        let is_of_others = path
            .split('/')
            .any(|part| ["target", "vendor", "node_modules"].contains(&part) || part.starts_with('.'));
        path.ends_with(".rs") && !is_of_others && full.starts_with(&self.root) && !self.is_schema(&full)
    }

    /// Returns whether a file declares the project's tables.
    fn is_schema(&self, full: &Path) -> bool {
        let is_it = |file: &SourceFile| file.role == Role::Schema && is_same(&self.project.root.join(&file.path), full);
        self.schema.iter().any(is_it)
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| one == other)
}

/// Reads a file; `None` if it is no text, or too large.
fn read(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let is_small = usize::try_from(metadata.len()).is_ok_and(|length| length <= MAX_BYTES);
    (metadata.is_file() && is_small).then(|| fs::read_to_string(path).ok())?
}

/// Returns the directory of the workspace that contains a project, or of the project itself. Symbolic links are
/// followed, as git does.
fn workspace(project: &Path) -> PathBuf {
    let project = project.canonicalize().unwrap_or_else(|_| project.to_owned());
    let is_workspace = |directory: &&Path| {
        let manifest = fs::read_to_string(directory.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.trim_start().starts_with("[workspace"))
    };
    let found = project.ancestors().find(is_workspace).map(Path::to_path_buf);
    found.unwrap_or(project)
}
