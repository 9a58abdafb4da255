//! Reads earlier versions of files from git.
//!
//! It runs the plumbing commands of the `git` program and changes nothing. If git is missing, the directory is no
//! repository, the clone is shallow or the owner differs (`safe.directory`), there is no answer, and never an error.
//! All calls together have a time limit, so that a file system that does not respond cannot block a comparison.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// The maximal number of commits to read.
const MAX_COMMITS: usize = 200;
/// The maximal size of a file, in bytes; a larger file is not read.
const MAX_BYTES: usize = 8 << 20;

/// The time limit of all calls together.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The git program and its deadline.
#[derive(Clone, Debug)]
struct Git {
    program: PathBuf,
    until: Instant,
}

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
        let git = Git {
            program: "git".into(),
            until: Instant::now() + TIME_LIMIT,
        };
        let found = git.ask(directory, &["rev-parse", "--show-toplevel"]).and_then(|root| {
            let root = PathBuf::from(root.trim_end_matches(['\n', '\r']));
            let shallow = git.ask(&root, &["rev-parse", "--is-shallow-repository"])?;
            (shallow.trim() == "false").then_some(root)
        });
        match found {
            Some(root) => Ok(Self { root, git }),
            None if git.remaining().is_none() => Err(Unanswered::TimedOut),
            None => Err(Unanswered::NoRepository),
        }
    }

    /// Returns whether git has used up its time limit: missing answers are then unknown, not empty.
    pub fn has_timed_out(&self) -> bool {
        self.git.remaining().is_none()
    }

    /// Returns the committed versions of files, newest first: one for each commit that changes one of them. Renames of
    /// the files are followed.
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
                // The name of the file at that commit: from the newest change that is not later.
                let then = history
                    .iter()
                    .find(|(changed, _)| place.get(changed.as_str()).is_some_and(|own| *own >= at))?;
                let text = self
                    .git
                    .ask(&self.root, &["cat-file", "blob", &format!("{commit}:{}", then.1)])?;
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

    /// Returns a path as git names it, relative to the repository's root.
    fn within(&self, file: &Path) -> Option<String> {
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

impl Git {
    fn remaining(&self) -> Option<Duration> {
        let remaining = self.until.saturating_duration_since(Instant::now());
        (!remaining.is_zero()).then_some(remaining)
    }

    /// Runs a git command and returns its output; `None` if it fails, prints too much or does not end in time.
    fn ask(&self, directory: &Path, arguments: &[&str]) -> Option<String> {
        let remaining = self.remaining()?;
        let child = Command::new(&self.program)
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
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let printed = printed(child, remaining)?;
        (printed.len() <= MAX_BYTES).then(|| String::from_utf8(printed).ok())?
    }
}

/// Reads a program's output until it ends successfully, and kills it at the time limit. A process that the program has
/// started may keep the pipe open for longer, so the reading thread is not joined.
fn printed(mut child: Child, limit: Duration) -> Option<Vec<u8>> {
    let until = Instant::now() + limit;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        if stdout.take(most).read_to_end(&mut bytes).is_ok() {
            // After the limit, the receiver no longer exists.
            let _ = sender.send(bytes);
        }
    });
    let bytes = receiver.recv_timeout(limit).ok();
    let ended = bytes.is_some() && has_ended_well(&mut child, until);
    if !ended {
        // It may have ended meanwhile.
        let _ = child.kill();
        let _ = child.wait();
    }
    bytes.filter(|_| ended)
}

/// Waits for a program that has closed its output, and returns whether it ended successfully.
fn has_ended_well(child: &mut Child, until: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(2)),
            _ => return false,
        }
    }
}

#[cfg(test)]
#[path = "../../tests/support/git.rs"]
mod support;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{
        fs,
        time::{Duration, Instant},
    };

    use super::{Git, Repository, support::git};

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
    fn a_git_that_hangs_is_left() {
        let root = tempfile::tempdir().unwrap();
        for (script, is_answered) in [
            ("sleep 60", false),
            ("sleep 60 &", false),
            ("echo x; exec sleep 60", false),
            ("echo x", true),
        ] {
            let program = root.path().join("git");
            fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
            let start = Instant::now();
            let limit = Duration::from_millis(if is_answered { 20_000 } else { 300 });
            let git = Git {
                program,
                until: start + limit,
            };
            let answer = git.ask(root.path(), &["version"]);
            assert_eq!(answer.is_some(), is_answered, "{script}: {answer:?}");
            assert_eq!(git.remaining().is_none(), !is_answered, "{script}");
            assert!(start.elapsed() < Duration::from_secs(20), "{script}");
        }
    }

    #[test]
    fn no_repository_no_answer() {
        let root = tempfile::tempdir().unwrap();
        if let Ok(found) = Repository::of(root.path()) {
            assert!(found.versions(&[root.path().join("x")]).is_empty());
        }
    }
}
