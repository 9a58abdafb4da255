//! Labelled changes of small projects: what was really renamed in the database, while schema and code changed.
//!
//! Each project of a set is a folder: `before/` has its files, `cases.toml` the changes.
#![allow(clippy::unwrap_used, reason = "labelled data that cannot be read has failed")]
#![allow(dead_code, reason = "the test and the example each use a part")]

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use schema_diff_engine::{
    declared::Declared,
    matching::{self, Decisions, Rename},
    model::{ObjectId, Schema, TableName},
    parse::{Role, SourceFile, parse},
    resolve::{NormalizedExpressions, Resolution, Unchanged, attempt},
    rules::Rules,
    uses::{CodeEvidence, Differing, SourceChange},
};
use serde::Deserialize;

pub const SCHEMA: &str = "src/schema.rs";

/// A project, and the changes to it.
#[derive(Clone, Debug)]
pub struct Project {
    pub name: String,
    pub before: BTreeMap<String, String>,
    pub cases: Vec<Case>,
}

/// One change, and the truth about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    pub kind: String,
    /// `code`, `schema_first` or `partial`.
    pub state: String,
    /// `users.mail -> users.email`, `users -> accounts`, `type:mood -> type:feeling`, `label:mood.sad -> label:mood.glum`.
    #[serde(default)]
    pub renamed: BTreeSet<String>,
    #[serde(default)]
    pub dropped: BTreeSet<String>,
    #[serde(default)]
    pub added: BTreeSet<String>,
    #[serde(default)]
    edit: Vec<Edit>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    find: Option<String>,
    replace: Option<String>,
    #[serde(default)]
    words: bool,
    write: Option<String>,
    #[serde(default)]
    delete: bool,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// Reads the projects of a set.
pub fn projects(set: &Path) -> Vec<Project> {
    let mut folders: Vec<PathBuf> = fs::read_dir(set)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("cases.toml").is_file())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Project::read(folder)).collect()
}

/// Returns the folder of a set in this repository.
pub fn set(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/renames/code")
        .join(name)
}

impl Project {
    fn read(folder: &Path) -> Self {
        let mut before = BTreeMap::new();
        read_files(&folder.join("before"), "", &mut before);
        let text = fs::read_to_string(folder.join("cases.toml")).unwrap();
        let cases: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            before,
            cases: cases.case,
        }
    }

    /// Returns the files after a change.
    pub fn after(&self, case: &Case) -> BTreeMap<String, String> {
        let mut files = self.before.clone();
        for edit in &case.edit {
            edit.apply(&mut files, &format!("{}: {}", self.name, case.name));
        }
        files
    }

    /// Returns what is said of a change. `with_code`: whether the code is known.
    pub fn resolved(&self, case: &Case, with_code: bool) -> Resolution {
        let new = declared(&self.after(case));
        let code = if with_code {
            self.code(case)
        } else {
            CodeEvidence::default()
        };
        resolved(&self.existing(), &new, &code)
    }

    /// Returns what the code says of a change.
    pub fn code(&self, case: &Case) -> CodeEvidence {
        let after = self.after(case);
        let (old, new) = (declared(&self.before), declared(&after));
        let differing = Differing::of(&self.existing(), &new, |_| true);
        let paths: BTreeSet<&String> = self.before.keys().chain(after.keys()).collect();
        let changes: Vec<SourceChange> = paths
            .into_iter()
            .filter(|path| *path != SCHEMA && path.ends_with(".rs"))
            .map(|path| SourceChange {
                before: self.before.get(path).cloned(),
                after: after.get(path).cloned(),
            })
            .collect();
        CodeEvidence::of(&changes, (&old, &new), &differing)
    }

    /// Returns the schema that the files before declare.
    fn existing(&self) -> Schema {
        resolved(&Schema::default(), &declared(&self.before), &CodeEvidence::default()).after
    }
}

fn resolved(before: &Schema, declared: &Declared, code: &CodeEvidence) -> Resolution {
    let known = matching::Input {
        before,
        declared,
        rules: &Rules::default(),
        decisions: &Decisions::default(),
        code,
    };
    // An error would stop the migration; what was matched is known nevertheless.
    attempt(
        known,
        &NormalizedExpressions::default(),
        &Unchanged::default(),
        &OnceCell::new(),
    )
    .0
}

fn declared(files: &BTreeMap<String, String>) -> Declared {
    let mut sources = vec![SourceFile::new(SCHEMA, files[SCHEMA].clone(), Role::Schema)];
    let has_enum =
        |(path, text): &(&String, &String)| *path != SCHEMA && path.ends_with(".rs") && text.contains("DbEnum");
    sources.extend(
        files
            .iter()
            .filter(has_enum)
            .map(|(path, text)| SourceFile::new(path, text.clone(), Role::Rust)),
    );
    parse(&sources).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

fn read_files(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read_files(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

impl Edit {
    fn apply(&self, files: &mut BTreeMap<String, String>, case: &str) {
        if self.delete {
            assert!(
                files.remove(&self.file).is_some(),
                "{case}: {} does not exist",
                self.file
            );
            return;
        }
        if let Some(text) = &self.write {
            files.insert(self.file.clone(), text.clone());
            return;
        }
        let (find, replace) = (self.find.as_ref().unwrap(), self.replace.as_ref().unwrap());
        let text = files
            .get_mut(&self.file)
            .unwrap_or_else(|| panic!("{case}: {} does not exist", self.file));
        if self.words {
            *text = replace_words(text, find, replace);
        } else {
            assert_eq!(text.matches(find.as_str()).count(), 1, "{case}: {}: {find}", self.file);
            *text = text.replacen(find.as_str(), replace, 1);
        }
    }
}

fn replace_words(text: &str, find: &str, replace: &str) -> String {
    let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let (mut rest, mut done) = (text, String::new());
    while let Some(at) = rest.find(find) {
        let end = at + find.len();
        let last = rest[..at].chars().last().or_else(|| done.chars().last());
        let is_whole = !is_word(last) && !is_word(rest[end..].chars().next());
        done += &rest[..at];
        done += if is_whole { replace } else { find };
        rest = &rest[end..];
    }
    done + rest
}

/// What is said of one object, against the truth.
#[derive(Clone, Debug)]
pub struct Answer {
    pub project: String,
    pub case: String,
    pub kind: String,
    pub state: String,
    /// The object before, or the rename: `users.mail -> users.email`.
    pub what: String,
    /// Whether it is true that it was renamed.
    pub is_rename: bool,
    pub said: Said,
    /// The score of the likeliest rename, and whether that is the true one.
    pub score: Option<(f64, bool)>,
    pub why: String,
}

/// What is said of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Renamed, and so it is.
    Right,
    /// Renamed to something else, or not renamed although it is.
    Wrong,
    /// The user is asked.
    Asked,
    /// Dropped, and so it is.
    Dropped,
}

impl Project {
    /// Judges what is said of a change.
    pub fn answers(&self, case: &Case, with_code: bool) -> Vec<Answer> {
        let resolution = self.resolved(case, with_code);
        let sure: Vec<(String, &Rename)> = resolution.renames.iter().map(|rename| (from(rename), rename)).collect();
        let asked: Vec<(String, &Rename)> = resolution
            .undecided
            .iter()
            .flat_map(|open| &open.candidates)
            .map(|rename| (from(rename), rename))
            .collect();
        let true_renames: BTreeMap<&str, &str> = case.renamed.iter().filter_map(|own| own.split_once(" -> ")).collect();
        let others = sure.iter().map(|(from, _)| from.as_str());
        let objects: BTreeSet<&str> = true_renames
            .keys()
            .copied()
            .chain(case.dropped.iter().map(String::as_str))
            .chain(others)
            .collect();
        let judge = |object: &str| {
            let truth = true_renames.get(object).copied();
            let found = sure.iter().find(|(from, _)| from == object);
            let open: Vec<&(String, &Rename)> = asked.iter().filter(|(from, _)| from == object).collect();
            let said = match (found, open.is_empty()) {
                (Some((_, rename)), _) if truth == Some(&*to(rename)) => Said::Right,
                (Some(_), _) => Said::Wrong,
                (None, false) => Said::Asked,
                // Whether a table is renamed is asked first.
                (None, true)
                    if asked
                        .iter()
                        .any(|(table, _)| object.split_once('.').is_some_and(|(own, _)| own == table)) =>
                {
                    Said::Asked
                }
                (None, true) if truth.is_none() => Said::Dropped,
                (None, true) => Said::Wrong,
            };
            let best = found
                .map(|(_, rename)| *rename)
                .or_else(|| open.first().map(|(_, rename)| *rename));
            let described = |rename: &Rename| {
                format!(
                    "{} {:.3}: {}",
                    to(rename),
                    rename.evidence.score,
                    rename.evidence.reasons.join(", ")
                )
            };
            Answer {
                project: self.name.clone(),
                case: case.name.clone(),
                kind: case.kind.clone(),
                state: case.state.clone(),
                what: truth.map_or_else(|| object.to_owned(), |to| format!("{object} -> {to}")),
                is_rename: truth.is_some(),
                said,
                score: best.map(|rename| (rename.evidence.score, truth == Some(&*to(rename)))),
                why: best.map(described).unwrap_or_default(),
            }
        };
        objects.into_iter().map(judge).collect()
    }
}

fn written(id: &ObjectId) -> String {
    let table = |name: &TableName| name.plain();
    match id {
        ObjectId::Column { relation, name } => format!("{}.{name}", table(relation)),
        ObjectId::Type(name) => format!("type:{}", name.plain()),
        ObjectId::Label { of, name } => format!("label:{}.{name}", of.plain()),
        other => other.name().to_string(),
    }
}

fn from(rename: &Rename) -> String {
    written(&rename.before)
}

fn to(rename: &Rename) -> String {
    written(&rename.after)
}
