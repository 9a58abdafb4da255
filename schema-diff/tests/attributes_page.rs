//! `docs/attributes.md` is true: the SQL beside each example is what is generated for it, and every attribute has one.
//! `SNAPSHOTS=overwrite` writes what is generated now. That the examples compile is tested with the attributes' crate.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

#[path = "support/workshop.rs"]
mod workshop;

use std::{collections::BTreeSet, fs, path::Path};

use schema_diff_engine::generate::Options;
use schema_diff_grammar::{COLUMN_ATTRIBUTES, JOINABLE_ATTRIBUTES, TABLE_ATTRIBUTES};
use workshop::{apply, workshop};

#[test]
fn the_sql_of_every_example_is_generated() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/attributes.md");
    let page = fs::read_to_string(&path).unwrap();
    let mut written = String::new();
    let mut states: Vec<String> = Vec::new();
    let mut rest = page.as_str();
    while let Some((text, fenced)) = rest.split_once("```") {
        let (block, after) = fenced.split_once("\n```").unwrap();
        let (language, code) = block.split_once('\n').unwrap_or((block, ""));
        written.push_str(text);
        if language == "rust" {
            states.push(code.to_owned());
            written.push_str(&format!("```rust\n{code}\n```"));
        } else {
            assert_eq!(language, "sql", "an example is Rust and SQL: {text}");
            let sql = generated(&std::mem::take(&mut states)).unwrap_or_else(|error| panic!("{text}\n{error}"));
            written.push_str(&format!("```sql\n{}\n```", sql.trim()));
        }
        rest = after;
    }
    written.push_str(rest);
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&path, &written).unwrap();
    }
    assert_eq!(written, fs::read_to_string(&path).unwrap());
}

/// What leads to the last state from the one before it, or from nothing.
fn generated(states: &[String]) -> Result<String, String> {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    let mut sql = String::new();
    for state in states {
        fs::write(root.join("src/schema.rs"), state).unwrap();
        let made = workshop().generate(root, &database.url(), &Options::default());
        sql = made
            .map_err(|error| error.to_string())?
            .map_or_else(String::new, |(_, made)| made.up);
        apply(&mut client, &sql).map_err(|(_, message)| format!("{message}\n{sql}"))?;
    }
    // The page is not about deploying programs.
    let lines: Vec<&str> = sql.lines().filter(|line| !line.starts_with("-- DEPLOY:")).collect();
    Ok(lines.join("\n"))
}

#[test]
fn every_attribute_has_an_example() {
    let page = include_str!("../../docs/attributes.md");
    let headings: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .map(|heading| heading.split(',').next().unwrap_or_default())
        .collect();
    let known: BTreeSet<&str> = [COLUMN_ATTRIBUTES, TABLE_ATTRIBUTES, JOINABLE_ATTRIBUTES]
        .concat()
        .into_iter()
        .collect();
    assert_eq!(headings, known);
}
