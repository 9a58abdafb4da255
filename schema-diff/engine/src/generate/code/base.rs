//! Finds the commit whose schema files agree with the existing schema.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use crate::{
    config::Project,
    declared::{Declared, DeclaredTable},
    git::{Repository, Version},
    model::{Schema, Table, TableName},
    parse::{self, Role, SourceFile},
    uses::Differing,
};

/// The maximal number of versions to parse.
const MAX_VERSIONS: usize = 50;
/// The maximal number of versions to parse if only the order of columns differs, which is rarely an exchange of names.
const MAX_VERSIONS_FOR_ORDER: usize = 5;

/// The commit with which the code is compared.
pub(super) struct Base {
    pub commit: String,
    /// What its schema files declare.
    pub declared: Declared,
}

/// Reads the schema files of commits.
pub(super) struct Reader<'a> {
    pub project: &'a Project,
    pub repository: &'a Repository,
    /// The schema files, and the files with enums.
    pub sources: &'a [SourceFile],
}

impl Reader<'_> {
    /// Returns the newest commit whose schema files agree with the existing schema; if there is none, the newest one
    /// that agrees as far as names differ, or the target of a merge.
    pub fn find(&self, existing: &Schema, differing: &Differing) -> Option<Base> {
        let files: Vec<PathBuf> = self
            .sources
            .iter()
            .map(|file| self.project.root.join(&file.path))
            .collect();
        let mut later: Option<Version> = None;
        let mut partly: Option<Base> = None;
        let versions = if differing.is_order_only() {
            MAX_VERSIONS_FOR_ORDER
        } else {
            MAX_VERSIONS
        };
        for version in self.repository.versions(&files).take(versions) {
            if let Some(declared) = self.declared(&version.files) {
                let is_whole = agrees(&declared, existing, differing);
                if is_whole || (partly.is_none() && agrees_where(&declared, existing, differing)) {
                    let commit = self.newest_with(&version, later.as_ref());
                    let found = Base { commit, declared };
                    if is_whole {
                        return Some(found);
                    }
                    partly = Some(found);
                }
            }
            later = Some(version);
        }
        // The log leaves out the target of a merge whose other side has the same files.
        partly.or_else(|| self.at(self.repository.commit("HEAD^")?, existing, differing))
    }

    /// Returns a given commit. If its schema files differ from the existing schema where names differ, nothing is known.
    pub fn at(&self, commit: String, existing: &Schema, differing: &Differing) -> Option<Base> {
        let texts = self.texts(&commit);
        let declared = self.declared(&texts)?;
        agrees_where(&declared, existing, differing).then_some(Base { commit, declared })
    }

    /// Returns the newest commit with a version: that before the change to the next one, or `HEAD`.
    fn newest_with(&self, version: &Version, later: Option<&Version>) -> String {
        let newest = match later {
            None => self.repository.commit("HEAD"),
            Some(later) => {
                let parent = self.repository.commit(&format!("{}^", later.commit));
                parent.filter(|parent| self.texts(parent) == version.files)
            }
        };
        newest.unwrap_or_else(|| version.commit.clone())
    }

    fn texts(&self, commit: &str) -> BTreeMap<PathBuf, String> {
        let files = self.sources.iter().map(|file| self.project.root.join(&file.path));
        let named: BTreeMap<String, PathBuf> = files
            .filter_map(|file| Some((self.repository.within(&file)?, file)))
            .collect();
        let paths: BTreeSet<&str> = named.keys().map(String::as_str).collect();
        let texts = self.repository.texts(commit, &paths).into_iter();
        texts
            .filter_map(|(path, text)| Some((named.get(&path)?.clone(), text)))
            .collect()
    }

    /// Parses a version. Files that it does not have are left out.
    fn declared(&self, texts: &BTreeMap<PathBuf, String>) -> Option<Declared> {
        let committed = self.sources.iter().filter_map(|file| {
            let text = texts.get(&self.project.root.join(&file.path))?;
            Some(file.with_text(text))
        });
        let files: Vec<SourceFile> = committed.collect();
        let has_schema = files.iter().any(|file| file.role == Role::Schema);
        has_schema.then(|| parse::parse(&files).ok())?
    }
}

/// Returns whether a version declares exactly the columns of all its tables, and the labels of its enums.
fn agrees(declared: &Declared, existing: &Schema, differing: &Differing) -> bool {
    let is_same = |table: &DeclaredTable| {
        table.is_view
            || existing
                .tables
                .get(&table.name)
                .is_some_and(|found| has_names(table, found, differing))
    };
    declared.tables.iter().all(is_same) && has_labels(declared, existing)
}

/// Returns whether a version has all names before that may have become other ones, and none of those after.
fn agrees_where(declared: &Declared, existing: &Schema, differing: &Differing) -> bool {
    let declares = |name: &TableName| declared.tables.iter().find(|table| table.name == *name);
    let is_same = |name: &TableName| {
        let found = existing.tables.get(name);
        match (declares(name), found) {
            (Some(table), Some(found)) => has_names(table, found, differing),
            // A new table.
            (None, None) => true,
            _ => false,
        }
    };
    differing.tables().all(is_same)
        && !differing.new_tables().any(|name| declares(name).is_some())
        && has_labels(declared, existing)
}

/// Returns whether a version declares the columns of a table; in their order, if the order tells an exchange of names.
fn has_names(declared: &DeclaredTable, existing: &Table, differing: &Differing) -> bool {
    let old = existing.columns.iter().map(|column| column.name.as_str());
    let new = declared.columns.iter().map(|column| column.name.as_str());
    match differing.is_exchanged(&existing.name) {
        true => old.eq(new),
        false => has_columns(declared, existing),
    }
}

/// Returns whether a version declares the columns that a table has.
pub(super) fn has_columns(declared: &DeclaredTable, existing: &Table) -> bool {
    let old: BTreeSet<&str> = existing.columns.iter().map(|column| column.name.as_str()).collect();
    let new: BTreeSet<&str> = declared.columns.iter().map(|column| column.name.as_str()).collect();
    old == new
}

fn has_labels(declared: &Declared, existing: &Schema) -> bool {
    existing.enums().all(|(name, found)| {
        let mut own = declared.enums.iter().filter(|own| own.name == name.name);
        own.all(|own| own.labels.iter().collect::<BTreeSet<_>>() == found.labels.iter().collect())
    })
}
