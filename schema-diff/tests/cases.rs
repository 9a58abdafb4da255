//! The whole loop on schema changes with rows.
//!
//! Every folder of `tests/cases` is one change, with the migration as a snapshot:
//!
//! | file               | what it is |
//! |--------------------|------------|
//! | `before.sql`       | the schema and rows that are there; `-- superuser: reason` first where an ordinary role cannot make them, `-- owner: reason` where a superuser would see another outcome |
//! | `after_schema.rs`  | what is declared; `models.rs` and `schema-diff.toml` beside it where needed |
//! | `args.txt`         | flags, one a line |
//! | `intent.sql`       | the change as a person would write it; `-- lossy` in it says that values cannot come back |
//! | `stops.txt`        | what `up.sql` says when it refuses the rows; the rest is then tried without rows |
//! | `down_stops.txt`   | the same for `down.sql` |
//! | `error.txt`        | what the tool says instead of writing a migration |
//! | `up.snap`, `down.snap` | the migration |
//!
//! Every change is made by a superuser and by an ordinary role; the roles that it may name are those of `support/runner_role.rs`.
//! Every file of `tests/pairs` holds many, as `support/topic.rs` describes it. `CASE=one,another` runs some; `SNAPSHOTS=overwrite` writes what
//! is there now. `SCHEMA_DIFF_TEST_PAIRS=1/4` runs every fourth pair, beginning with the second: for one more version of Postgres.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

#[path = "support/catalog_snapshot.rs"]
mod catalog_snapshot;
#[path = "support/change.rs"]
mod change;
#[path = "support/pg_dump.rs"]
mod pg_dump;
#[path = "support/runner_role.rs"]
mod runner_role;
#[path = "support/topic.rs"]
mod topic;
#[path = "support/workshop.rs"]
mod workshop;

use std::{
    fs,
    path::{Path, PathBuf},
};

use change::{Change, Wanted, try_all};

fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

#[test]
fn every_change_is_made_and_taken_back() {
    let folders = entries("cases")
        .into_iter()
        .filter(|path| path.join("before.sql").is_file());
    let changes: Vec<Change> = folders.map(|path| folder(&path)).collect();
    assert!(!changes.is_empty(), "the cases are not where they are expected");
    try_all(changes, 3);
}

#[test]
fn every_fact_is_added_changed_and_dropped() {
    let mut changes = Vec::new();
    for path in entries("pairs") {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        changes.extend(topic::changes(&name, &text).unwrap());
    }
    let count = changes.len();
    let (first, step) = slice();
    changes = changes.into_iter().skip(first).step_by(step).collect();
    try_all(changes, 3);
    assert!(count >= 250, "there are only {count} pairs");
}

/// Which pairs are run: from where, and every how many.
fn slice() -> (usize, usize) {
    let wanted = std::env::var("SCHEMA_DIFF_TEST_PAIRS").unwrap_or_default();
    let Some((first, step)) = wanted.split_once('/') else {
        assert!(wanted.is_empty(), "SCHEMA_DIFF_TEST_PAIRS is to be like 1/4");
        return (0, 1);
    };
    (first.parse().unwrap(), step.parse().unwrap())
}

fn folder(path: &Path) -> Change {
    let read = |name: &str| fs::read_to_string(path.join(name)).ok();
    let intent = read("intent.sql");
    Change {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        before: read("before.sql").unwrap_or_default(),
        schema: read("after_schema.rs").unwrap_or_default(),
        models: read("models.rs"),
        config: read("schema-diff.toml"),
        arguments: read("args.txt")
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect(),
        lossy: intent.as_ref().is_some_and(|sql| sql.contains("-- lossy")),
        wanted: intent.map_or(Wanted::Nowhere, Wanted::Intent),
        stops: read("stops.txt"),
        down_stops: read("down_stops.txt"),
        error: read("error.txt"),
        snapshots: Some(path.to_owned()),
        ..Change::default()
    }
}
