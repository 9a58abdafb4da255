//! The `git` binary, for tests that need a repository.
#![allow(clippy::unwrap_used)]

use std::{path::Path, process::Command};

/// Runs git in a directory, whatever its configuration; panics if it fails.
pub fn git(root: &Path, arguments: &[&str]) {
    let output = Command::new("git")
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
    assert!(output.status.success(), "{arguments:?} {output:?}");
}
