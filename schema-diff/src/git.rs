//! Reads earlier versions of files from git.
//!
//! Asks the `git` program, by its plumbing, and changes nothing. Git may be missing, the directory no repository, the clone shallow, the
//! owner another one (`safe.directory`): then there is no answer, and never an error.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// At most so many commits are looked at.
const MOST_COMMITS: usize = 200;
/// A larger file is not read.
const MOST_BYTES: usize = 8 << 20;

/// The repository that holds a directory.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
}

/// Files as one commit has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The commit.
    pub commit: String,
    /// The text of each file that the commit has, by its path today.
    pub files: BTreeMap<PathBuf, String>,
}

impl Repository {
    /// Finds the repository; `None` where there is none that git reads, or where a part of its history is missing.
    pub fn of(directory: &Path) -> Option<Self> {
        let root = git(directory, &["rev-parse", "--show-toplevel"])?;
        let root = PathBuf::from(root.trim_end_matches(['\n', '\r']));
        let shallow = git(&root, &["rev-parse", "--is-shallow-repository"])?;
        (shallow.trim() == "false").then_some(Self { root })
    }

    /// The versions of files that were committed, newest first: one for each commit that touches one of them. Files that had another
    /// name are followed.
    pub fn versions(&self, files: &[PathBuf]) -> Vec<Version> {
        let mut paths: BTreeMap<&PathBuf, Vec<(String, String)>> = BTreeMap::new();
        for file in files {
            if let Some(within) = self.within(file) {
                paths.insert(file, self.path_history(&within));
            }
        }
        let mut all: Vec<String> = paths.values().flatten().map(|(_, path)| path.clone()).collect();
        all.sort();
        all.dedup();
        let commits = self.commits(&all);
        let place: BTreeMap<&str, usize> = commits
            .iter()
            .enumerate()
            .map(|(at, commit)| (commit.as_str(), at))
            .collect();
        let version = |(at, commit): (usize, &String)| {
            let files = paths.iter().filter_map(|(file, history)| {
                // The name that the file had then: that of the newest change that is not later.
                let then = history
                    .iter()
                    .find(|(changed, _)| place.get(changed.as_str()).is_some_and(|own| *own >= at))?;
                let text = git(&self.root, &["cat-file", "blob", &format!("{commit}:{}", then.1)])?;
                Some(((*file).clone(), text))
            });
            Version {
                commit: commit.clone(),
                files: files.collect(),
            }
        };
        commits
            .iter()
            .enumerate()
            .map(version)
            .filter(|version| !version.files.is_empty())
            .collect()
    }

    /// A path as git names it.
    fn within(&self, file: &Path) -> Option<String> {
        let root = self.root.canonicalize().ok()?;
        let path = file.canonicalize().ok()?;
        let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// The commits that touch a file, newest first, each with the file's name in it.
    fn path_history(&self, path: &str) -> Vec<(String, String)> {
        let limit = format!("--max-count={MOST_COMMITS}");
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
        let text = git(&self.root, &arguments).unwrap_or_default();
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
        let limit = format!("--max-count={MOST_COMMITS}");
        let mut arguments = vec!["log", "--format=%H", &limit, "--"];
        arguments.extend(paths.iter().map(String::as_str));
        let text = git(&self.root, &arguments).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// What git prints; `None` where it fails.
fn git(directory: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("--literal-pathspecs")
        .args(["-c", "core.quotePath=false", "-c", "log.showSignature=false"])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C")
        .env_remove("GIT_EXTERNAL_DIFF")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).ok())??;
    (text.len() <= MOST_BYTES).then_some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{fs, path::Path, process::Command};

    use super::Repository;

    fn run(root: &Path, arguments: &[&str]) {
        let status = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(root)
            .output()
            .unwrap();
        assert!(status.status.success(), "{arguments:?} {status:?}");
    }

    #[test]
    fn versions_are_followed_through_renames() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        assert!(Repository::of(root).is_none() || !root.join(".git").exists());
        run(root, &["init", "-q"]);
        fs::create_dir_all(root.join("a b")).unwrap();
        let long = "diesel::table! { t (id) { id -> Int4, name -> Text, more -> Text, } }\n".repeat(5);
        fs::write(root.join("old é.rs"), &long).unwrap();
        run(root, &["add", "."]);
        run(root, &["commit", "-qm", "one"]);
        run(root, &["mv", "old é.rs", "a b/new.rs"]);
        run(root, &["commit", "-qm", "two"]);
        fs::write(root.join("other"), "x").unwrap();
        run(root, &["add", "."]);
        run(root, &["commit", "-qm", "three"]);
        let file = root.join("a b/new.rs");
        fs::write(&file, format!("{long}// changed\n")).unwrap();
        run(root, &["commit", "-qam", "four"]);
        let versions = Repository::of(&root.join("a b"))
            .unwrap()
            .versions(std::slice::from_ref(&file));
        let texts: Vec<&String> = versions.iter().map(|version| &version.files[&file]).collect();
        assert_eq!(texts, [&format!("{long}// changed\n"), &long, &long]);
        assert!(
            Repository::of(root)
                .unwrap()
                .versions(&[root.join("other2")])
                .is_empty()
        );
    }

    #[test]
    fn no_repository_no_answer() {
        let root = tempfile::tempdir().unwrap();
        if let Some(found) = Repository::of(root.path()) {
            assert!(found.versions(&[root.path().join("x")]).is_empty());
        }
    }
}
