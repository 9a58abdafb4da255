//! A third witness of a database's state: what the server's own `pg_dump` makes of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::{collections::BTreeMap, process::Command};

use super::workshop::workshop;

/// The lines of a dump and how often each is there; `None` where the binaries come without `pg_dump`. Their order says nothing: a column
/// that is dropped and added again comes last.
pub fn dump(url: &str) -> Option<BTreeMap<String, usize>> {
    let program = workshop().binaries().dir.join("pg_dump");
    if !program.is_file() {
        return None;
    }
    let output = Command::new(program)
        .args(["--schema-only", "--dbname", url])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "pg_dump: {errors}");
    let mut lines = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        // Comments have dump IDs, and the last item of a list has no comma.
        let line = line.trim_end_matches(',');
        if !(line.starts_with("--") || line.starts_with("\\")) {
            *lines.entry(line.to_owned()).or_default() += 1;
        }
    }
    Some(lines)
}
