//! Whether one `schema.rs` serves other back ends beside Postgres.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The names under which projects keep what is Postgres's own.
pub(crate) const POSTGRES: [&str; 4] = ["postgres", "postgresql", "pg", "psql"];
/// The names of Diesel's other back ends, as directories.
const OTHERS: [&str; 4] = ["sqlite", "sqlite3", "mysql", "mariadb"];
/// The other back ends as features of Diesel.
const FEATURES: [&str; 3] = ["sqlite", "mysql", "mysql_backend"];

/// Whether the schema files are compiled for SQLite or MySQL, too: their migrations lie beside those of Postgres, or the package turns
/// those features of Diesel on. A schema file in a directory of Postgres's own (`schemas/postgresql/schema.rs`) is Postgres's alone.
pub(super) fn has_others(root: &Path, migrations_dir: &Path, schema_files: &[PathBuf]) -> bool {
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
        .any(|path| is_named_after(&path, &OTHERS) && path.is_dir())
}

/// The `Cargo.toml` of the package that each schema file belongs to, and the root's.
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

/// Whether a manifest turns on another back end, always or by a feature of its own.
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
    use super::has_feature;

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
