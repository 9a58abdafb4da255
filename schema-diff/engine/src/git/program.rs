//! Runs the `git` program.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use super::Unanswered;

/// The maximal size of a file, in bytes; a larger file is not read.
const MAX_BYTES: usize = 8 << 20;

/// The time limit of all calls together.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The git program and its deadline.
#[derive(Clone, Debug)]
pub(super) struct Git {
    program: PathBuf,
    until: Instant,
}

impl Git {
    /// Starts the time limit.
    pub fn new() -> Self {
        Self {
            program: "git".into(),
            until: Instant::now() + TIME_LIMIT,
        }
    }

    /// Returns the remaining time; `None` if there is none.
    pub fn remaining(&self) -> Option<Duration> {
        let remaining = self.until.saturating_duration_since(Instant::now());
        (!remaining.is_zero()).then_some(remaining)
    }

    /// Returns why there is no answer.
    pub fn unanswered(&self) -> Unanswered {
        match self.remaining() {
            None => Unanswered::TimedOut,
            Some(_) => Unanswered::NoRepository,
        }
    }

    /// Runs a git command and returns its output; `None` if it fails, prints too much or does not end in time.
    pub fn ask(&self, directory: &Path, arguments: &[&str]) -> Option<String> {
        String::from_utf8(self.run(directory, arguments, Vec::new(), MAX_BYTES)?).ok()
    }

    /// Runs a git command with an input and returns its output, of `most` bytes.
    pub fn run(&self, directory: &Path, arguments: &[&str], input: Vec<u8>, most: usize) -> Option<Vec<u8>> {
        let remaining = self.remaining()?;
        let mut child = Command::new(&self.program)
            .arg("--literal-pathspecs")
            .args(["-c", "core.quotePath=false", "-c", "log.showSignature=false"])
            .args(arguments)
            .current_dir(directory)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("LC_ALL", "C")
            .env_remove("GIT_EXTERNAL_DIFF")
            .stdin(if input.is_empty() {
                Stdio::null()
            } else {
                Stdio::piped()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        if let Some(mut stdin) = child.stdin.take() {
            // Git prints while it reads. If it ends early, writing fails, and so does its answer.
            std::thread::spawn(move || stdin.write_all(&input));
        }
        let printed = printed(child, remaining, most)?;
        (printed.len() <= most).then_some(printed)
    }
}

/// Reads a program's output until it ends successfully, and kills it at the time limit. A process that the program has
/// started may keep the pipe open for longer, so the reading thread is not joined.
fn printed(mut child: Child, limit: Duration, most: usize) -> Option<Vec<u8>> {
    let until = Instant::now() + limit;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{
        fs,
        time::{Duration, Instant},
    };

    use super::Git;

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
}
