//! What a migration may change for an edit, and what it asks.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::Edit;

/// SQL without the statements that have a text.
pub fn without_statements(sql: &str, text: &str) -> String {
    let (mut kept, mut statement) = (String::new(), String::new());
    for line in sql.lines() {
        statement.push_str(line);
        statement.push('\n');
        // A body between dollar signs opens and closes with two of them.
        let is_whole = line.ends_with(';') && statement.matches('$').count().is_multiple_of(4);
        if is_whole {
            if !statement.contains(text) {
                kept.push_str(&statement);
            }
            statement.clear();
        }
    }
    kept + &statement
}

/// Whether a line of a difference is about the edit: it has one of the names that the edit is about, or a default name that is made of it
/// (`posts_score_idx`), and only what the edit changes of it.
pub fn may_differ(edit: &Edit, line: &str) -> bool {
    // How many checks a table has, which are rows of their own.
    if line.starts_with("pg_class") && line.contains(": relchecks: ") {
        return true;
    }
    // What comes along has names of its own where two edits are made at once.
    if line.starts_with("+ ") && edit.what.contains("; ") {
        return true;
    }
    // The columns of an index are numbered.
    let is_index_column = line.starts_with("pg_attribute ")
        && line
            .split(": ")
            .next()
            .is_some_and(|object| object.rsplit('.').next().is_some_and(|n| n.parse::<u32>().is_ok()));
    if is_index_column && edit.keys.iter().any(|key| line.contains(&format!(": {key}: - "))) {
        return true;
    }
    let is_allowed = edit.keys.is_empty() || edit.keys.iter().any(|key| line.contains(&format!(": {key}: - ")));
    let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    is_allowed
        && words.any(|word| {
            edit.touched
                .iter()
                .any(|name| format!("_{word}_").contains(&format!("_{name}_")))
        })
}

/// The first decision that a migration, or an error, proposes: an option with its value.
pub fn open_question(text: &str) -> Option<(String, String)> {
    let is_migration = text.contains("-- ");
    let mut lines = text
        .lines()
        .filter(|line| !is_migration || line.contains("    schema-diff review "));
    lines.find_map(|line| {
        ["--drop", "--keep", "--lift-row-security", "--fire-triggers"]
            .into_iter()
            .find_map(|option| {
                let (_, value) = line.split_once(&format!("{option} "))?;
                let value = value.split_whitespace().next()?;
                let value = value.trim_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')')));
                Some((option.to_owned(), value.to_owned()))
            })
    })
}

/// The rows of before, under their names of after, without what the edit changes.
pub fn kept_rows(
    edit: &Edit,
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
) -> Result<(), String> {
    let changed: BTreeSet<String> = edit.converted.union(&edit.lost).cloned().collect();
    let wanted = without(before, &changed, &edit.renamed_tables, &edit.renamed_columns);
    let found = without(after, &changed, &BTreeMap::new(), &BTreeMap::new());
    equal(&wanted, &found)
}

pub fn without(
    rows: &BTreeMap<String, Vec<String>>,
    names: &BTreeSet<String>,
    tables: &BTreeMap<String, String>,
    columns: &BTreeMap<String, String>,
) -> BTreeMap<String, Vec<String>> {
    let new =
        |name: &str, renamed: &BTreeMap<String, String>| renamed.get(name).cloned().unwrap_or_else(|| name.to_owned());
    rows.iter()
        .map(|(table, rows)| {
            let bare = table.rsplit('.').next().unwrap_or(table);
            let mut rows: Vec<String> = rows
                .iter()
                .map(|row| {
                    let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).unwrap();
                    let row: BTreeMap<String, serde_json::Value> = row
                        .into_iter()
                        .filter(|(name, _)| !names.contains(name))
                        .map(|(name, value)| (new(&name, columns), value))
                        .collect();
                    serde_json::to_string(&row).unwrap()
                })
                .collect();
            rows.sort();
            (new(bare, tables), rows)
        })
        .filter(|(table, _)| !names.contains(table))
        .collect()
}

pub fn equal<T: std::fmt::Debug + PartialEq>(wanted: &T, found: &T) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (format!("{wanted:#?}"), format!("{found:#?}"));
    let lines: Vec<String> = similar::TextDiff::from_lines(&wanted, &found)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim()))
        .collect();
    Err(lines.join("\n"))
}
