//! Reads what the queries of the program of before and of the new one name, if the migration changes columns of existing tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use super::{MAX_ALL_BYTES, MAX_BYTES, Scope, base::Base, compared_with};
use crate::{
    compatibility::Code,
    config::Project,
    declared::{DeclaredColumn, DeclaredTable},
    generate::{Draft, source_files},
    matching::Matches,
    model::{Column, Pair, Schema, Table, TableName},
    queries::{Queries, SourceText},
    uses::Differing,
};

/// Directories beside `src` whose programs are not deployed.
const NOT_DEPLOYED: [&str; 3] = ["tests", "benches", "examples"];
/// The file that Cargo writes into each package that it vendors.
const VENDORED: &str = ".cargo-checksum.json";

/// What migrations change, for which the code is read.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub project: &'a Project,
    /// What is declared now, and managed.
    pub draft: &'a Draft,
    /// The schemas before and after the migrations.
    pub schemas: Pair<&'a Schema>,
    /// The matches between them.
    pub matches: &'a Matches,
    /// Names the commit of the program of before.
    pub since: Option<&'a str>,
}

/// Reads the queries that concern the tables whose columns change.
pub(crate) fn code(step: Step<'_>) -> Code {
    let changed = changed_tables(step);
    let queries = match changed.is_empty() {
        true => None,
        false => read(step, &changed),
    };
    Code {
        is_needed: !changed.is_empty(),
        is_complete: step.project.deploy.code,
        queries: match queries {
            Some(found) => found.map(Some),
            None => Pair::default(),
        },
    }
}

/// Returns the existing tables whose columns change, by their names before.
fn changed_tables(step: Step<'_>) -> BTreeSet<TableName> {
    let before = step.schemas.before.tables.values();
    let changed = before.filter(|table| {
        let after = step.schemas.after.tables.get(&step.matches.table(&table.name));
        after.is_some_and(|after| has_other_columns(table, after, step.matches))
    });
    changed.map(|table| table.name.clone()).collect()
}

fn has_other_columns(before: &Table, after: &Table, matches: &Matches) -> bool {
    let is_same = |own: &Column| {
        let name = matches.column(&before.name, &own.name);
        after.column(&name) == Some(own)
    };
    before.columns.len() != after.columns.len() || !before.columns.iter().all(is_same)
}

fn read(step: Step<'_>, changed: &BTreeSet<TableName>) -> Option<Pair<Queries>> {
    let Step { project, draft, .. } = step;
    let existing = step.schemas.before;
    let differing = Differing::of(existing, &draft.declared, |name| {
        super::is_managed(draft, existing, name)
    });
    let sources = source_files(project, &project.schema_files).ok()?;
    let (repository, base) = compared_with(project, existing, (&sources, step.since), &differing)?;
    let scope = Scope {
        repository: &repository,
        // Packages outside of the workspace may use the tables, too.
        root: repository.path(""),
        schema: &sources,
        project,
    };
    let is_old = |name: &TableName| changed.contains(name) && is_before(&base, step, name);
    let files = committed(&scope, &base.commit)?;
    let mut before = Queries::of(&files, &base.declared.tables, &is_old);
    before.commit = Some(base.commit.clone());
    let flipped = step.matches.flip();
    let is_new = |name: &TableName| changed.contains(&flipped.table(name));
    let after = Queries::of(&present(&scope)?, &draft.declared.tables, &is_new);
    (!repository.has_timed_out()).then(|| Pair::new(before, after))
}

/// Returns whether a commit declares a table as it is before the migration: all its columns, and none of the changed ones as they are declared
/// now.
fn is_before(base: &Base, step: Step<'_>, name: &TableName) -> bool {
    let Pair { before, after } = step.schemas;
    let existing = before.tables.get(name);
    let declared = base.declared.tables.iter().find(|own| own.name == *name);
    let Some((existing, declared)) = existing.zip(declared) else {
        return false;
    };
    let new_table = step.matches.table(name);
    let now = step.draft.declared.tables.iter().find(|own| own.name == new_table);
    let after = after.tables.get(&new_table);
    let is_as_now = |column: &DeclaredColumn| {
        let new_name = step.matches.column(name, &column.name);
        let new = after.and_then(|after| after.column(&new_name));
        let is_changed = existing.column(&column.name) != new;
        let declared = now.and_then(|now| declared_column(now, &new_name));
        is_changed && declared.is_some_and(|now| is_same(column, now))
    };
    super::base::has_columns(declared, existing) && !declared.columns.iter().any(is_as_now)
}

fn declared_column<'a>(table: &'a DeclaredTable, name: &str) -> Option<&'a DeclaredColumn> {
    table.columns.iter().find(|own| own.name == name)
}

/// Returns whether two declarations of a column say the same, wherever they are.
fn is_same(one: &DeclaredColumn, other: &DeclaredColumn) -> bool {
    let attributes = |own: &DeclaredColumn| own.attributes.iter().map(|own| own.0.clone()).collect::<Vec<_>>();
    one.name == other.name
        && one.data_type == other.data_type
        && one.nullable == other.nullable
        && one.max_length == other.max_length
        && one.auto_increment == other.auto_increment
        && attributes(one) == attributes(other)
}

/// Reads the source of the program of a commit; `None` if a file cannot be read.
fn committed(scope: &Scope<'_>, commit: &str) -> Option<Vec<SourceText>> {
    let all = scope.repository.committed(commit)?;
    let paths: BTreeSet<&str> = deployed(scope, &all).collect();
    let texts = scope.repository.texts(commit, &paths);
    (texts.len() == paths.len()).then(|| sources(scope, texts))?
}

/// Reads the source of the program in the working tree; `None` if a file cannot be read.
fn present(scope: &Scope<'_>) -> Option<Vec<SourceText>> {
    let mut texts = BTreeMap::new();
    for path in deployed(scope, &scope.repository.present()?) {
        match fs::read_to_string(scope.repository.path(path)) {
            Ok(text) => {
                texts.insert(path.to_owned(), text);
            }
            // A deleted file is still in git's index.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => return None,
        }
    }
    sources(scope, texts)
}

fn sources(scope: &Scope<'_>, texts: BTreeMap<String, String>) -> Option<Vec<SourceText>> {
    let is_small = texts.values().all(|text| text.len() <= MAX_BYTES);
    let is_small = is_small && texts.values().map(String::len).sum::<usize>() <= MAX_ALL_BYTES;
    let sources = texts.into_iter().map(|(path, text)| SourceText {
        is_schema: scope.is_schema(&scope.repository.path(&path)),
        path,
        text,
    });
    is_small.then(|| sources.collect())
}

/// Returns the source files that belong to programs that are deployed. Any directory may be a package's, except for those that Cargo has
/// vendored.
fn deployed<'a>(scope: &Scope<'_>, all: &'a BTreeSet<String>) -> impl Iterator<Item = &'a str> {
    let vendored: Vec<&str> = all.iter().filter_map(|path| path.strip_suffix(VENDORED)).collect();
    let root = &scope.project.root;
    let project = root.canonicalize().unwrap_or_else(|_| root.clone());
    all.iter().map(String::as_str).filter(move |path| {
        let full = scope.repository.path(path);
        let within = full.strip_prefix(&project).unwrap_or_else(|_| Path::new(path));
        let mut directories = within.iter().take_while(|part| *part != "src");
        path.ends_with(".rs")
            && !directories.any(|part| NOT_DEPLOYED.iter().any(|own| part == *own))
            && !vendored.iter().any(|own| path.starts_with(own))
    })
}
