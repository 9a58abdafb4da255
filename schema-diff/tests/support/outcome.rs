//! What a migration may change for an edit, and what it asks.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::{
    edit::{Edit, TYPE},
    workshop::texts,
};

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
    let object = line.trim_start_matches(['+', '-', ' ']).strip_prefix("pg_description ");
    let object = object.map(|object| object.strip_prefix("public.").unwrap_or(object));
    let is_of = |object: &str, path: &String| {
        object
            .strip_prefix(path.as_str())
            .is_some_and(|rest| rest.starts_with(": "))
    };
    if object.is_some_and(|object| edit.commented.iter().any(|path| is_of(object, path))) {
        return true;
    }
    let is_rank = |name: &String| line.starts_with(&format!("pg_enum public.{name} ")) && line.contains(": rank: - ");
    if edit.reranked.iter().any(is_rank) {
        return true;
    }
    // Postgres rewrites an index or statistics over an expression when a column of it changes its type or collation.
    let is_index = |name: &String| line.starts_with(&format!("pg_index {name}: "));
    if edit.rewritten.iter().any(is_index) && TYPE.iter().any(|key| line.contains(&format!(": {key}: - "))) {
        return true;
    }
    let is_statistics = |name: &String| line.starts_with(&format!("pg_statistic_ext {name}: expressions: - "));
    if edit.rewritten.iter().any(is_statistics) {
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

/// The lines of a difference that are not about the edit. The comment of what is dropped for it is dropped with it.
pub fn other_lines<'a>(edit: &Edit, difference: &'a str) -> Vec<&'a str> {
    let identity = |line: &'a str| {
        let (_, object) = line.strip_prefix("- ")?.split_once(' ')?;
        object.split_once(": {").map(|(identity, _)| identity)
    };
    let is_comment = |line: &str| line.starts_with("- pg_description ");
    let lines = || difference.lines();
    let dropped: BTreeSet<&str> = lines()
        .filter(|line| !is_comment(line) && may_differ(edit, line))
        .filter_map(identity)
        .collect();
    let goes_along = |line: &&'a str| is_comment(line) && identity(line).is_some_and(|of| dropped.contains(of));
    lines()
        .filter(|line| !may_differ(edit, line) && !goes_along(line))
        .collect()
}

/// Returns the indexes and extended statistics whose expressions or conditions read a column of these names.
pub fn expressions_over(client: &mut Client, columns: &BTreeSet<String>) -> Vec<String> {
    let found = texts(
        client,
        "SELECT DISTINCT a.attname || ' ' || i.indexrelid::regclass::text FROM pg_index i \
         JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass \
         JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND i.indrelid = a.attrelid \
         WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL \
         UNION SELECT a.attname || ' ' || s.stxnamespace::regnamespace || '.' || s.stxname FROM pg_statistic_ext s \
         JOIN pg_depend d ON d.classid = 'pg_statistic_ext'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass \
         JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
         WHERE to_jsonb(s) ->> 'stxexprs' IS NOT NULL",
    );
    let found = found.iter().filter_map(|line| line.split_once(' '));
    let named = |name: &str| {
        if name.contains('.') {
            name.to_owned()
        } else {
            format!("public.{name}")
        }
    };
    found
        .filter(|(column, _)| columns.contains(*column))
        .map(|(_, index)| named(index))
        .collect()
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
