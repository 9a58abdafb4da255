//! Snapshots of the catalogs, taken by the engine, and what tests ask of them.
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part of this")]

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;
pub use schema_diff_engine::catalog_snapshot::CatalogSnapshot;
use schema_diff_engine::catalog_snapshot::{CatalogDifference, Differs};
use serde_json::{Map, Value};

/// Takes a snapshot, as a superuser.
pub fn snapshot(client: &mut Client) -> CatalogSnapshot {
    CatalogSnapshot::of(client).unwrap()
}

/// Says what a later state has that an earlier one has not (`+`), and the other way round (`-`), by catalog, object and column.
pub fn difference(before: &CatalogSnapshot, after: &CatalogSnapshot, client: &mut Client) -> Option<String> {
    let found = before.differences(after, client);
    let lines: Vec<String> = found.iter().map(|one| format!("{one}\n")).collect();
    (!lines.is_empty()).then(|| lines.concat())
}

/// Names of the relations that an earlier state had and a later one has not.
pub fn dropped_relations(before: &CatalogSnapshot, after: &CatalogSnapshot, client: &mut Client) -> Vec<String> {
    let is_dropped =
        |found: &CatalogDifference| found.catalog == "pg_class" && matches!(found.what, Differs::Missing(_));
    let found = before.differences(after, client).into_iter().filter(is_dropped);
    let names: BTreeSet<String> = found
        .filter_map(|found| Some(found.object.rsplit('.').next()?.to_owned()))
        .collect();
    names.into_iter().collect()
}

/// A snapshot with other names, wherever they appear: whole, or as parts of a default name (`posts_score_idx`).
pub fn with_names(snapshot: &CatalogSnapshot, names: &BTreeMap<String, String>) -> CatalogSnapshot {
    if names.is_empty() {
        return snapshot.clone();
    }
    // Names that are exchanged become one.
    let exchanged = |old: &String, new: &String| names.get(new) == Some(old);
    let pairs: Vec<(String, String)> = names
        .iter()
        .map(|(old, new)| match exchanged(old, new) {
            true => (old.clone(), old.min(new).clone()),
            false => (old.clone(), new.clone()),
        })
        .collect();
    CatalogSnapshot::from_lines(snapshot.lines().iter().map(|line| renamed(line, &pairs)).collect())
}

/// A row with other names.
fn renamed(line: &str, names: &[(String, String)]) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::new();
    for part in line.split_inclusive(|c| !is_word(c)) {
        let word = part.trim_end_matches(|c| !is_word(c));
        let mut padded = format!("_{word}_");
        for (old, new) in names {
            padded = padded.replace(&format!("_{old}_"), &format!("_{new}_"));
        }
        text.push_str(&padded[1..padded.len() - 1]);
        text.push_str(&part[word.len()..]);
    }
    let (catalog, name, mut row): (String, String, Map<String, Value>) = serde_json::from_str(&text).unwrap();
    let is_check = row.get("contype").is_some_and(|kind| kind == "c");
    for (key, value) in &mut row {
        match value {
            // What is sorted by names.
            Value::Array(items) if matches!(key.as_str(), "stxkeys" | "prattrs") || key == "conkey" && is_check => {
                items.sort_by_key(Value::to_string);
            }
            Value::Object(printed) => {
                for text in printed.values_mut() {
                    if let Value::String(text) = text {
                        *text = without_aliases(text);
                    }
                }
            }
            _ => {}
        }
    }
    serde_json::json!([catalog, name, row]).to_string()
}

/// A query without aliases that repeat what they stand for: a renamed column keeps its former name in a view.
fn without_aliases(query: &str) -> String {
    let bare = |word: &str| {
        word.rsplit(['.', '('])
            .next()
            .unwrap_or_default()
            .trim_end_matches([',', ';', ')'])
            .to_owned()
    };
    let mut words: Vec<&str> = Vec::new();
    for word in query.split_whitespace() {
        let before: Vec<String> = words.iter().rev().take(2).map(|word| bare(word)).collect();
        let alias = bare(word);
        match before.as_slice() {
            [last, source] if last == "AS" && *source == alias => {
                words.pop();
                words.pop();
            }
            [last, ..] if *last == alias => {
                words.pop();
            }
            _ => {}
        }
        words.push(word);
    }
    words.join(" ")
}
