//! The demonstration's history and its `src/schema.rs` belong together, for this tool and for Diesel's own command.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may stop where something is missing, and say so"
)]

#[path = "support/binaries.rs"]
mod binaries;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use schema_diff_engine::{
    cluster::ScratchServer,
    config::{Environment, Project},
    declared::Declared,
    generate::{self, From, Options, Scratch},
    parse::{Role, SourceFile, parse},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Names, types, keys and joins, without attributes and places.
fn bare(declared: &Declared) -> Vec<String> {
    let tables = declared.tables.iter().map(|table| {
        let columns = table
            .columns
            .iter()
            .map(|column| format!("{} {:?} {}", column.name, column.data_type, column.nullable));
        format!(
            "{} {:?} {:?}",
            table.name,
            table.primary_key,
            columns.collect::<Vec<_>>()
        )
    });
    let joins = declared
        .joinables
        .iter()
        .map(|join| format!("{} {} {}", join.child, join.parent, join.column));
    tables.chain(joins).collect()
}

#[test]
fn the_history_leads_to_the_schema() {
    let project = Project::discover_in(&root(), Environment::of::<&str, &str>([])).unwrap();
    let options = Options {
        from: From::Migrations,
        ..Options::default()
    };
    let mut scratch = Scratch::new(&project, options.scratch.clone());
    let draft = generate::draft(&project, &options, &mut scratch, &mut |_| {}).unwrap();
    assert_eq!(draft.changes, []);
    assert_eq!(
        draft.resolution.notes().count(),
        0,
        "{:?}",
        draft.resolution.diagnostics
    );
}

#[test]
fn the_diesel_command_runs_it_and_prints_the_same_schema() {
    let Some(diesel) = std::env::var_os("DIESEL_BIN") else {
        assert!(
            std::env::var_os("SCHEMA_DIFF_REQUIRE_DIESEL").is_none(),
            "DIESEL_BIN names no diesel command"
        );
        eprintln!("skipped: DIESEL_BIN names no diesel command; .ci/test gets one");
        return;
    };
    let server = ScratchServer::private(binaries::binaries()).unwrap();
    let database = server.create_database("demonstration").unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(&diesel)
            .args(arguments)
            .current_dir(root())
            .env("DATABASE_URL", database.url())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "diesel {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["migration", "run"]);
    run(&["migration", "redo", "--all"]);
    run(&["migration", "revert", "--all"]);
    run(&["migration", "run"]);
    let printed = run(&["print-schema"]);
    let read = |text: &str| parse(&[SourceFile::new("schema.rs", text, Role::Schema)]).unwrap();
    let ours = std::fs::read_to_string(root().join("src/schema.rs")).unwrap();
    assert_eq!(bare(&read(&printed)), bare(&read(&ours)));
}
