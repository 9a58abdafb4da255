//! What `lint` finds: `lint/cases.toml` was written from Postgres's manual, not from what the tool says.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::{fs, path::Path};

use schema_diff_engine::{
    history::{MigrationsDirectory, Version},
    lint::{Linted, Rule, TableSizes, lint},
    model::QualifiedName,
    statistics::{Statistics, TableStatistics, Threshold},
};
use serde::Deserialize;
use workshop::workshop;

#[derive(Deserialize)]
struct Cases {
    before: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    setup: String,
    up: String,
    #[serde(default = "yes")]
    in_transaction: bool,
    /// The first version of Postgres that has the statement.
    #[serde(default)]
    since: u32,
    #[serde(default)]
    finds: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    hints: Vec<String>,
    /// What no message contains.
    #[serde(default)]
    absent: Vec<String>,
}

const fn yes() -> bool {
    true
}

fn statistics() -> Statistics {
    let tables = [
        ("big", 5_000_000, 400_000_000),
        ("other", 2_000_000, 90_000_000),
        ("small", 10, 8192),
        ("parted", 0, 0),
        ("parted_2025", 10, 8192),
        ("sums", 1_000_000, 100_000_000),
    ];
    let tables = tables.into_iter().map(|(name, rows, bytes)| {
        let table = TableStatistics {
            rows: Some(rows),
            bytes,
            ..TableStatistics::default()
        };
        (QualifiedName::public(name), table)
    });
    Statistics {
        tables: tables.collect(),
        ..Statistics::default()
    }
}

/// Writes a migration.
fn write(root: &Path, name: &str, up: &str, in_transaction: bool) {
    let directory = root.join(name);
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("up.sql"), up).unwrap();
    if !in_transaction {
        fs::write(directory.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    }
}

/// Lints the last of some migrations.
fn linted(migrations: &[(&str, bool)], statistics: Option<&Statistics>) -> Linted {
    let root = tempfile::tempdir().unwrap();
    for (at, (up, in_transaction)) in migrations.iter().enumerate() {
        write(
            root.path(),
            &format!("2024-01-0{}-000000_m", at + 1),
            up,
            *in_transaction,
        );
    }
    let directory = MigrationsDirectory::read(root.path()).unwrap();
    let last = directory.migrations().last().unwrap().version.clone();
    let sizes = TableSizes {
        statistics,
        threshold: Threshold::default(),
    };
    let is_last = |version: &Version| *version == last;
    lint(
        directory.migrations(),
        &is_last,
        workshop().server(),
        sizes,
        &mut |_| (),
    )
    .unwrap()
}

/// Returns the rules of the findings, or of the notes.
fn rules(linted: &Linted, notes: bool) -> Vec<String> {
    let findings = linted.findings.iter().filter(|finding| finding.is_note == notes);
    let found = findings.map(|finding| {
        let allowed = finding.allowed.as_ref().map(|reason| format!(" ({reason})"));
        format!(
            "{} {}{}",
            finding.line,
            finding.rule.name(),
            allowed.unwrap_or_default()
        )
    });
    found.collect()
}

#[test]
fn every_migration_has_the_findings_that_the_manual_predicts() {
    let cases: Cases = toml::from_str(include_str!("lint/cases.toml")).unwrap();
    let wanted = std::env::var("CASE").ok();
    let known = statistics();
    let mut wrong = Vec::new();
    for case in cases
        .case
        .iter()
        .filter(|case| wanted.as_ref().is_none_or(|name| *name == case.name))
        .filter(|case| case.since <= workshop().major_version())
    {
        let up = case.up.trim_start_matches('\n');
        let first_line = 1 + case.up.len() - up.len();
        let migrations = [
            (cases.before.as_str(), true),
            (case.setup.as_str(), true),
            (case.up.as_str(), case.in_transaction),
        ];
        let linted = linted(&migrations, Some(&known));
        let (found, notes) = (rules(&linted, false), rules(&linted, true));
        if linted.stopped.is_some() || found != case.finds || notes != case.notes {
            wrong.push(format!(
                "{} (line {first_line}): {found:?} and notes {notes:?}, expected {:?} and {:?}: {linted:?}",
                case.name, case.finds, case.notes
            ));
        }
        for hint in &case.hints {
            if !linted.findings.iter().any(|finding| finding.hint.contains(hint)) {
                wrong.push(format!(
                    "{}: hint {hint:?} is missing in {:?}",
                    case.name, linted.findings
                ));
            }
        }
        for word in &case.absent {
            if linted.findings.iter().any(|finding| finding.message.contains(word)) {
                wrong.push(format!("{}: {word:?} is in {:?}", case.name, linted.findings));
            }
        }
        for word in &case.words {
            if !linted.findings.iter().any(|finding| finding.message.contains(word)) {
                wrong.push(format!("{}: {word:?} is missing in {:?}", case.name, linted.findings));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_page_has_every_rule() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lint.md")).unwrap();
    for rule in Rule::all() {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}`", rule.name())));
        assert!(
            row.is_some_and(|row| row.ends_with(&format!("| {} |", rule.hint()))),
            "{}",
            rule.name()
        );
    }
}
