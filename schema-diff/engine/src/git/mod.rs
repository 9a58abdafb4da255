//! Reads earlier versions of files from git, and which files differ from a commit.
//!
//! It runs the plumbing commands of the `git` program and changes nothing. If git is missing, the directory is no
//! repository, the clone is shallow or the owner differs (`safe.directory`), there is no answer, and never an error.
//! All calls together have a time limit, so that a file system that does not respond cannot block a comparison.

mod difference;
mod program;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub use difference::Difference;
use program::Git;

/// The maximal number of commits to read.
const MAX_COMMITS: usize = 200;

/// The repository that contains a directory.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    git: Git,
}

/// Why git gives no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// No repository that git can read, or a part of its history is missing.
    NoRepository,
    /// Git has used up its time limit.
    TimedOut,
}

/// Files as of one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The commit.
    pub commit: String,
    /// The text of each file that exists in the commit, by its path today.
    pub files: BTreeMap<PathBuf, String>,
}

impl Repository {
    /// Finds the repository of a directory.
    ///
    /// # Errors
    /// Git can read no repository, a part of its history is missing, or git takes too long.
    pub fn of(directory: &Path) -> Result<Self, Unanswered> {
        let found = Self::perhaps_shallow(directory)?;
        let shallow = found.git.ask(&found.root, &["rev-parse", "--is-shallow-repository"]);
        match shallow {
            Some(answer) if answer.trim() == "false" => Ok(found),
            _ => Err(found.git.unanswered()),
        }
    }

    /// Finds the repository of a directory, of which the early history may be missing.
    ///
    /// # Errors
    /// Git can read no repository, or git takes too long.
    pub fn perhaps_shallow(directory: &Path) -> Result<Self, Unanswered> {
        let git = Git::new();
        match git.ask(directory, &["rev-parse", "--show-toplevel"]) {
            Some(root) => Ok(Self {
                root: PathBuf::from(root.trim_end_matches(['\n', '\r'])),
                git,
            }),
            None => Err(git.unanswered()),
        }
    }

    /// Returns whether git has used up its time limit: missing answers are then unknown, not empty.
    pub fn has_timed_out(&self) -> bool {
        self.git.remaining().is_none()
    }

    /// Returns the committed versions of files, newest first: one for each commit that changes one of them. Renames of
    /// the files are followed.
    pub fn versions(&self, files: &[PathBuf]) -> impl Iterator<Item = Version> + '_ {
        let mut paths: BTreeMap<PathBuf, Vec<(String, String)>> = BTreeMap::new();
        for file in files {
            if let Some(within) = self.within(file) {
                paths.insert(file.clone(), self.path_history(&within));
            }
        }
        let mut all: Vec<String> = paths.values().flatten().map(|(_, path)| path.clone()).collect();
        all.sort();
        all.dedup();
        let commits = self.commits(&all);
        let numbered = commits.iter().cloned().zip(0..);
        let place: BTreeMap<String, usize> = numbered.collect();
        let version = move |(at, commit): (usize, String)| {
            let files = paths.iter().filter_map(|(file, history)| {
                // The name of the file at that commit: from the newest change that is not later.
                let then = history
                    .iter()
                    .find(|(changed, _)| place.get(changed.as_str()).is_some_and(|own| *own >= at))?;
                let text = self
                    .git
                    .ask(&self.root, &["cat-file", "blob", &format!("{commit}:{}", then.1)])?;
                Some((file.clone(), text))
            });
            Version {
                files: files.collect(),
                commit,
            }
        };
        let versions = commits.into_iter().enumerate().map(version);
        versions.filter(|version| !version.files.is_empty())
    }

    /// Returns a path as git names it, relative to the repository's root.
    pub fn within(&self, file: &Path) -> Option<String> {
        let root = self.root.canonicalize().ok()?;
        let path = file.canonicalize().ok()?;
        let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// Lists the commits that change a file, newest first, each with the file's name in it.
    fn path_history(&self, path: &str) -> Vec<(String, String)> {
        let limit = format!("--max-count={MAX_COMMITS}");
        let arguments = [
            "log",
            "--follow",
            "--name-only",
            "-z",
            "--format=%x01%H",
            &limit,
            "--",
            path,
        ];
        let text = self.git.ask(&self.root, &arguments).unwrap_or_default();
        let entries = text.split('\u{1}').filter_map(|entry| {
            let (commit, rest) = entry.split_once(['\0', '\n'])?;
            let name = rest
                .split('\0')
                .map(|name| name.trim_start_matches('\n'))
                .find(|name| !name.is_empty())?;
            Some((commit.to_owned(), name.to_owned()))
        });
        entries.collect()
    }

    fn commits(&self, paths: &[String]) -> Vec<String> {
        if paths.is_empty() {
            return Vec::new();
        }
        let limit = format!("--max-count={MAX_COMMITS}");
        let mut arguments = vec!["log", "--format=%H", &limit, "--"];
        arguments.extend(paths.iter().map(String::as_str));
        let text = self.git.ask(&self.root, &arguments).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
#[path = "../../../tests/support/git.rs"]
mod support;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use super::{Repository, support::git};

    #[test]
    fn versions_are_followed_through_renames() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        assert!(Repository::of(root).is_err() || !root.join(".git").exists());
        git(root, &["init", "-q"]);
        fs::create_dir_all(root.join("a b")).unwrap();
        let long = "diesel::table! { t (id) { id -> Int4, name -> Text, more -> Text, } }\n".repeat(5);
        fs::write(root.join("old é.rs"), &long).unwrap();
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "one"]);
        git(root, &["mv", "old é.rs", "a b/new.rs"]);
        git(root, &["commit", "-qm", "two"]);
        fs::write(root.join("other"), "x").unwrap();
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "three"]);
        let file = root.join("a b/new.rs");
        fs::write(&file, format!("{long}// changed\n")).unwrap();
        git(root, &["commit", "-qam", "four"]);
        let repository = Repository::of(&root.join("a b")).unwrap();
        let versions: Vec<_> = repository.versions(std::slice::from_ref(&file)).collect();
        let texts: Vec<&String> = versions.iter().map(|version| &version.files[&file]).collect();
        assert_eq!(texts, [&format!("{long}// changed\n"), &long, &long]);
        assert!(
            Repository::of(root)
                .unwrap()
                .versions(&[root.join("other2")])
                .next()
                .is_none()
        );
    }

    #[test]
    fn no_repository_no_answer() {
        let root = tempfile::tempdir().unwrap();
        if let Ok(found) = Repository::of(root.path()) {
            assert!(found.versions(&[root.path().join("x")]).next().is_none());
        }
    }
}
