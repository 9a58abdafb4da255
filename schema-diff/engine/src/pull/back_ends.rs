//! Supports projects whose `schema.rs` serves other back ends too: integer types are kept, and the configuration
//! declares that new keys are serial.

use std::fs;

use super::{PulledFile, scope::Scope};
use crate::{
    config::{IntegerKeys, Project},
    declaration,
    declared::Declared,
    model::Schema,
};

/// Checks whether keys of the database are serial, which `schema.rs` cannot declare with a type that every back end
/// has.
pub(super) fn has_serial_keys(project: &Project, database: &Schema) -> bool {
    let tables = database.tables.values();
    let mut keys = tables
        .filter(|table| project.filter.admits(&table.name.schema, &table.name.name))
        .filter_map(|table| match table.primary_key_columns() {
            [key] => table.column(key),
            _ => None,
        });
    project.has_other_back_ends
        && project.integer_keys != IntegerKeys::Serial
        && keys.any(|key| key.sequence.is_some() && key.data_type.is_integer())
}

/// Returns `schema-diff.toml` with `integer_keys = "serial"`.
pub(super) fn serial_keys(project: &Project) -> PulledFile {
    let path = project
        .schema_diff_toml
        .clone()
        .unwrap_or_else(|| project.root.join("schema-diff.toml"));
    let before = fs::read_to_string(&path).ok();
    let after = with_serial_keys(before.as_deref().unwrap_or_default());
    PulledFile { path, before, after }
}

fn with_serial_keys(text: &str) -> String {
    const LINE: &str = "integer_keys = \"serial\"";
    let is_it = |line: &str| {
        let bare = line.trim_start_matches(['#', ' ', '\t']);
        bare.strip_prefix("integer_keys")
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let is_set = |line: &&str| is_it(line) && !line.trim_start().starts_with('#');
    let mut lines: Vec<&str> = text.lines().collect();
    let set = lines.iter().position(is_set);
    match set.or_else(|| lines.iter().position(|line| is_it(line))) {
        Some(at) => lines[at] = LINE,
        None => lines.insert(0, LINE),
    }
    lines.join("\n") + "\n"
}

/// Returns a note on the new columns whose types only Postgres has.
pub(super) fn notes(scope: &Scope<'_>, before: &Declared) -> Vec<String> {
    let database = scope.database;
    let tables = database.tables.values().filter(|table| scope.is_wanted(table));
    let mut names = Vec::new();
    for table in tables.filter(|_| scope.rules.has_other_back_ends) {
        let declared = before.tables.iter().find(|own| own.name == table.name);
        let columns = table.columns.iter().filter(|column| {
            scope.admits(table, &column.name)
                && !declared.is_some_and(|own| own.columns.iter().any(|own| own.name == column.name))
                && !declaration::is_portable(database, column)
        });
        names.extend(columns.map(|column| format!("{}.{}", table.name.plain(), column.name)));
    }
    if names.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "schema.rs is also compiled for other Diesel backends, but these columns have types that only Postgres has: {}",
        names.join(", ")
    )]
}

#[cfg(test)]
mod tests {
    use super::with_serial_keys;

    #[test]
    fn the_key_is_set_in_place() {
        for (before, after) in [
            ("", "integer_keys = \"serial\"\n"),
            ("schema = \"x\"\n", "integer_keys = \"serial\"\nschema = \"x\"\n"),
            (
                "# integer_keys = \"identity\"\n[postgres]\n",
                "integer_keys = \"serial\"\n[postgres]\n",
            ),
            (
                "# integer_keys = \"none\"\ninteger_keys = \"identity\"\n",
                "# integer_keys = \"none\"\ninteger_keys = \"serial\"\n",
            ),
        ] {
            assert_eq!(with_serial_keys(before), after);
        }
    }
}
