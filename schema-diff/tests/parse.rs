//! Reading schemas: every folder of `tests/parse` is a project (`src/**`), and `expected.txt` what is read from it, or
//! the errors as they are shown. `SNAPSHOTS=overwrite` writes what is there now.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use schema_diff_engine::{
    declared::{Declared, DeclaredColumn, Location},
    parse::load,
};

#[test]
fn every_project_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parse");
    let mut projects: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    projects.sort();
    assert!(projects.len() >= 20, "the cases are not where they are expected");
    for project in projects {
        let listed = fs::read_to_string(project.join("schema-files.txt")).unwrap_or_else(|_| "src/schema.rs".into());
        let files: Vec<PathBuf> = listed.lines().map(PathBuf::from).collect();
        let read = match load(&project, &files, &[PathBuf::from("src")]) {
            Ok(declared) => dump(&declared),
            Err(errors) => errors.render(false),
        };
        snapbox::assert_data_eq!(
            read,
            snapbox::Data::read_from(&project.join("expected.txt"), Some(snapbox::data::DataFormat::Text)).raw()
        );
    }
}

/// Everything that was declared, one thing a line.
fn dump(declared: &Declared) -> String {
    let mut text = String::new();
    for table in &declared.tables {
        let kind = if table.is_view { "view" } else { "table" };
        writeln!(
            text,
            "{kind} {}.{} ({}) as {} at {}",
            table.name.schema,
            table.name.name,
            table.primary_key.join(", "),
            table.rust_name,
            place(&table.location)
        )
        .unwrap();
        for (attribute, location) in &table.attributes {
            writeln!(text, "    # {attribute:?} at {}", place(location)).unwrap();
        }
        for column in &table.columns {
            dump_column(&mut text, column);
        }
    }
    for joinable in &declared.joinables {
        writeln!(
            text,
            "joinable {} ({}) -> {} at {}",
            joinable.child.plain(),
            joinable.column,
            joinable.parent.plain(),
            place(&joinable.location)
        )
        .unwrap();
        for (attribute, location) in &joinable.attributes {
            writeln!(text, "    # {attribute:?} at {}", place(location)).unwrap();
        }
    }
    for item in &declared.enums {
        writeln!(
            text,
            "enum {}.{} {:?} as {} at {}",
            item.schema.as_deref().unwrap_or("-"),
            item.name,
            item.labels,
            item.rust_name,
            place(&item.location)
        )
        .unwrap();
    }
    for warning in &declared.warnings {
        let at = warning.place.as_ref().map(place).unwrap_or_default();
        writeln!(text, "{} at {at}: {}", warning.code.as_str(), warning.message).unwrap();
    }
    text
}

fn dump_column(text: &mut String, column: &DeclaredColumn) {
    let data_type = &column.data_type;
    write!(text, "    {}", column.name).unwrap();
    if column.rust_name != column.name {
        write!(text, " as {}", column.rust_name).unwrap();
    }
    write!(
        text,
        ": {}.{}",
        data_type.schema.as_deref().unwrap_or("-"),
        data_type.name
    )
    .unwrap();
    for (holds, word) in [
        (data_type.array, "[]"),
        (data_type.serial, " serial"),
        (column.nullable, " null"),
        (column.auto_increment, " auto"),
    ] {
        text.push_str(if holds { word } else { "" });
    }
    if let Some(length) = column.max_length {
        write!(text, " max {length}").unwrap();
    }
    writeln!(
        text,
        " ({}) at {}, {}",
        data_type.rust_name,
        place(&column.location),
        place(&column.type_location)
    )
    .unwrap();
    for (attribute, location) in &column.attributes {
        writeln!(text, "        # {attribute:?} at {}", place(location)).unwrap();
    }
}

fn place(location: &Location) -> String {
    format!(
        "{}:{}:{}+{}",
        location.file.display(),
        location.line,
        location.column,
        location.length
    )
}
