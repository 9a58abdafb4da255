//! Reads earlier versions of files from git.
//!
//! Asks the `git` program, by its plumbing, and changes nothing. Git may be missing, the directory no repository, the clone shallow, the
//! owner another one (`safe.directory`): then there is no answer, and never an error. All calls together have a time limit: a file system
//! that hangs must not hang a comparison.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// At most so many commits are looked at.
const MOST_COMMITS: usize = 200;
/// A larger file is not read.
const MOST_BYTES: usize = 8 << 20;

/// How long all calls together may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The program, and until when it may answer.
#[derive(Clone, Debug)]
struct Git {
    program: PathBuf,
    until: Instant,
}

/// The repository that holds a directory.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    git: Git,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// There is no repository that git reads, or a part of its history is missing.
    NoRepository,
    /// Git has used up its time.
    OutOfTime,
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
    /// Finds the repository.
    ///
    /// # Errors
    /// There is none that git reads, a part of its history is missing, or git takes too long.
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
            None if git.left().is_none() => Err(Unanswered::OutOfTime),
            None => Err(Unanswered::NoRepository),
        }
    }

    /// Whether git has used up its time: what it then has not said is unknown.
    pub fn is_out_of_time(&self) -> bool {
        self.git.left().is_none()
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
        let limit = format!("--max-count={MOST_COMMITS}");
        let mut arguments = vec!["log", "--format=%H", &limit, "--"];
        arguments.extend(paths.iter().map(String::as_str));
        let text = self.git.ask(&self.root, &arguments).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Git {
    fn left(&self) -> Option<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Returns what git prints; `None` where it fails, prints too much or is not done in time.
    fn ask(&self, directory: &Path, arguments: &[&str]) -> Option<String> {
        let left = self.left()?;
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
        let printed = printed(child, left)?;
        (printed.len() <= MOST_BYTES).then(|| String::from_utf8(printed).ok())?
    }
}

/// Reads what a program prints until it ends well; it is killed when the time is over. What it has started itself may hold the pipe open
/// for longer, so the thread that reads is not waited for.
fn printed(mut child: Child, limit: Duration) -> Option<Vec<u8>> {
    let until = Instant::now() + limit;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        if stdout.take(most).read_to_end(&mut bytes).is_ok() {
            // Nobody listens any more after the limit.
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

/// Waits for a program that has closed its output.
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
            assert_eq!(git.left().is_none(), !is_answered, "{script}");
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
