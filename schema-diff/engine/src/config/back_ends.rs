//! Detects whether one `schema.rs` serves other back ends besides Postgres.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Directory names that mark files as Postgres's.
pub(crate) const POSTGRES: [&str; 4] = ["postgres", "postgresql", "pg", "psql"];
/// The names of Diesel's other back ends, as directories.
const OTHER_BACK_ENDS: [&str; 4] = ["sqlite", "sqlite3", "mysql", "mariadb"];
/// Features of Diesel that enable the other back ends.
const FEATURES: [&str; 3] = ["sqlite", "mysql", "mysql_backend"];

/// Checks whether the schema files are also compiled for SQLite or MySQL: migrations for those lie beside Postgres's,
/// or a package enables those features of Diesel. Schema files in a directory named after Postgres
/// (`schemas/postgresql/schema.rs`) are for Postgres only, unless their types are spelt as for every back end.
pub(super) fn has_others(root: &Path, migrations_dir: &Path, schema_files: &[PathBuf]) -> bool {
    if are_portable(schema_files) {
        return true;
    }
    let is_own = |file: &PathBuf| {
        let within = file.strip_prefix(root).unwrap_or(file);
        within.iter().any(|part| is_one_of(&part.to_string_lossy(), &POSTGRES))
    };
    if !schema_files.is_empty() && schema_files.iter().all(is_own) {
        return false;
    }
    let beside = if is_named_after(migrations_dir, &POSTGRES) {
        migrations_dir.parent()
    } else {
        Some(migrations_dir)
    };
    beside.is_some_and(has_directory_of_other) || manifests(root, schema_files).iter().any(|text| has_feature(text))
}

/// Checks whether all column types are spelt as Diesel's documentation spells them for every back end (`Integer`,
/// `Text`), and none as `print-schema` spells them for Postgres (`Int4`, `Varchar`). Such types do not distinguish the
/// character types from each other.
fn are_portable(schema_files: &[PathBuf]) -> bool {
    let texts: Vec<String> = schema_files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect();
    let words: Vec<&str> = texts.iter().flat_map(|text| type_words(text)).collect();
    let is_plain = |word: &&str| NUMBERS.contains(word) || OTHER_TYPES.contains(word);
    words.iter().all(is_plain) && words.iter().any(|word| NUMBERS.contains(word))
}

/// Types of numbers and bytes, for which `print-schema` has other names on Postgres.
const NUMBERS: [&str; 6] = ["BigInt", "Binary", "Double", "Float", "Integer", "SmallInt"];
/// Types that have one name only.
const OTHER_TYPES: [&str; 8] = [
    "Bool",
    "Date",
    "Nullable",
    "Numeric",
    "Text",
    "Time",
    "Timestamp",
    "Json",
];

/// Returns the words of all column types. `joinable!` lines are skipped up to their semicolon.
fn type_words(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut words = Vec::new();
    for line in lines {
        let mut parts = line.split("joinable!");
        let first = parts.next();
        let rest = parts.map(|part| part.split_once(';').map_or("", |(_, rest)| rest));
        for written in first.into_iter().chain(rest).flat_map(|part| part.split("->").skip(1)) {
            let data_type = written.split([',', '}', '/']).next().unwrap_or_default();
            words.extend(
                data_type
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .filter(|word| !word.is_empty()),
            );
        }
    }
    words
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|own| name.eq_ignore_ascii_case(own))
}

fn is_named_after(path: &Path, names: &[&str]) -> bool {
    path.file_name()
        .is_some_and(|name| is_one_of(&name.to_string_lossy(), names))
}

fn has_directory_of_other(directory: &Path) -> bool {
    let entries = directory.read_dir().into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| is_named_after(&path, &OTHER_BACK_ENDS) && path.is_dir())
}

/// Reads the `Cargo.toml` of the package of each schema file, and the root's.
fn manifests(root: &Path, schema_files: &[PathBuf]) -> Vec<String> {
    let nearest = |file: &PathBuf| {
        file.ancestors()
            .take_while(|directory| directory.starts_with(root))
            .map(|directory| directory.join("Cargo.toml"))
            .find(|path| path.is_file())
    };
    let mut paths: Vec<PathBuf> = schema_files.iter().filter_map(nearest).collect();
    paths.push(root.join("Cargo.toml"));
    paths.sort();
    paths.dedup();
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// Checks whether a manifest enables another back end, always or by one of its own features.
fn has_feature(manifest: &str) -> bool {
    let Ok(table) = manifest.parse::<toml::Table>() else {
        return false;
    };
    let lists = |table: &toml::Table| -> Vec<String> {
        let features = table.get("features").and_then(toml::Value::as_table);
        let lists = features.into_iter().flat_map(toml::Table::values);
        let words = lists.filter_map(toml::Value::as_array).flatten();
        words.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let by_feature = lists(&table).iter().any(|word| {
        let feature = word.strip_prefix("diesel/").or_else(|| word.strip_prefix("diesel?/"));
        feature.is_some_and(|name| FEATURES.contains(&name))
    });
    let always = |dependencies: Option<&toml::Value>| {
        let features = dependencies.and_then(|all| all.get("diesel")?.get("features")?.as_array());
        let mut features = features.into_iter().flatten().filter_map(toml::Value::as_str);
        features.any(|name| FEATURES.contains(&name))
    };
    let of_workspace = table.get("workspace").and_then(|own| own.get("dependencies"));
    by_feature || always(table.get("dependencies")) || always(of_workspace)
}

#[cfg(test)]
mod tests {
    use super::{are_portable, has_feature};

    #[test]
    fn types_are_spelt_for_every_back_end() {
        let directory = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let file = directory.path().join("schema.rs");
        for (text, is_so) in [
            (
                "table! { t (id) { id -> Integer, a -> Nullable<Text>, at -> Timestamp, } }\njoinable!(t -> u (id)); table! { u (id) { id -> Integer } }",
                true,
            ),
            (
                "table! { t (uuid) {\n uuid -> Text,\n // was -> Varchar,\n key -> Nullable<Binary>,\n} }",
                true,
            ),
            ("table! { t (id) { id -> Integer, a -> Varchar, } }", false),
            ("table! { t (id) { id -> Int4, a -> Text, b -> BigInt, } }", false),
            (
                "table! { t (id) { id -> Integer, #[max_length = 3] a -> Text, } }",
                true,
            ),
            ("table! { t (a) { a -> Text, b -> Bool, } }", false),
            ("table! { t (id) { id -> Integer, a -> Array<Text>, } }", false),
            ("", false),
        ] {
            std::fs::write(&file, text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(are_portable(std::slice::from_ref(&file)), is_so, "{text}");
        }
    }

    #[test]
    fn other_back_ends_are_features_of_diesel() {
        for (manifest, has) in [
            (
                "[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\"] }",
                false,
            ),
            (
                "[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\", \"sqlite\"] }",
                true,
            ),
            ("[dependencies.diesel]\nversion = \"2\"\nfeatures = [\"mysql\"]", true),
            (
                "[features]\nsqlite = [\"diesel/sqlite\", \"diesel_migrations/sqlite\"]",
                true,
            ),
            ("[features]\nsqlite = [\"diesel?/sqlite\"]", true),
            ("[features]\nsqlite = [\"rusqlite/bundled\"]", false),
            (
                "[workspace.dependencies]\ndiesel = { version = \"2\", features = [\"sqlite\"] }",
                true,
            ),
            (
                "[dependencies]\nrusqlite = { version = \"1\", features = [\"sqlite\"] }",
                false,
            ),
            ("not toml", false),
        ] {
            assert_eq!(has_feature(manifest), has, "{manifest}");
        }
    }
}
