//! The whole loop on schema changes with rows: every folder of `tests/cases` is one change.
//!
//! | file               | what it is |
//! |--------------------|------------|
//! | `before.sql`       | the schema and rows that are there |
//! | `after_schema.rs`  | what is declared; `models.rs` and `schema-diff.toml` beside it where needed |
//! | `args.txt`         | flags, one a line |
//! | `intent.sql`       | the change as a person would write it; `-- lossy` in it says that values cannot come back |
//! | `stops.txt`        | what `up.sql` says when it refuses the rows; the rest is then tried without rows |
//! | `down_stops.txt`   | the same for `down.sql` |
//! | `error.txt`        | what the tool says instead of writing a migration |
//! | `up.snap`, `down.snap` | the migration |
//!
//! Each migration must apply (up), lead where `intent.sql` leads (same), with the same rows (rows), leave nothing more to do (calm), and
//! lead back (down) with the rows (back). `CASE=name` runs some; `SNAPSHOTS=overwrite` writes what is there now.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

#[path = "support/workshop.rs"]
mod workshop;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use clap::Parser;
use schema_diff_engine::{cli::GenerateOptions, introspect::introspect, prove::difference};
use workshop::{apply, empty, facts, rows, workshop};

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: GenerateOptions,
}

#[test]
fn every_change_is_made_and_taken_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("before.sql").is_file())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().contains(&wanted))
        })
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "the cases are not where they are expected");
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = run(case) {
                        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
                        failures.lock().unwrap().push(format!("{name}: {failure}"));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail:\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n\n")
    );
}

fn run(case: &Path) -> Result<(), String> {
    let read = |name: &str| fs::read_to_string(case.join(name)).ok();
    let project = tempfile::tempdir().unwrap();
    let root = project.path();
    fs::create_dir(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    for (from, to) in [
        ("after_schema.rs", "src/schema.rs"),
        ("models.rs", "src/models.rs"),
        ("schema-diff.toml", "schema-diff.toml"),
    ] {
        if let Some(text) = read(from) {
            fs::write(root.join(to), text).unwrap();
        }
    }
    let arguments = read("args.txt").unwrap_or_default();
    let flags =
        Flags::try_parse_from(["case"].into_iter().chain(arguments.lines())).map_err(|error| error.to_string())?;
    let options = flags.options.options();

    let (database, wanted) = (workshop().database(), workshop().database());
    let (mut client, mut intended) = (database.connect().unwrap(), wanted.connect().unwrap());
    let before = read("before.sql").unwrap();
    for client in [&mut client, &mut intended] {
        client
            .batch_execute(&before)
            .map_err(|error| format!("before.sql: {error:?}"))?;
    }
    let made = match (workshop().generate(root, &database.url(), &options), read("error.txt")) {
        (Err(error), Some(expected)) => return said(&error.to_string(), &expected),
        (Err(error), None) => return Err(format!("no migration: {error}")),
        (Ok(_), Some(expected)) => return Err(format!("no error, where this was expected: {expected}")),
        (Ok(made), None) => made,
    };
    let is_change = made.is_some();
    let (up, down) = made.map_or_else(Default::default, |(_, made)| (made.up, made.down));

    let (facts_before, model_before) = (facts(&mut client), introspect(&mut client).unwrap());
    if let Some(expected) = read("stops.txt") {
        match apply(&mut client, &up) {
            Ok(()) => return Err(format!("up.sql runs, where it should have stopped: {expected}")),
            Err((_, message)) => said(&message, &expected)?,
        }
        empty(&mut client);
        empty(&mut intended);
    }
    let rows_before = rows(&mut client);
    let intent = read("intent.sql").ok_or("there is no intent.sql")?;
    intended
        .batch_execute(&intent)
        .map_err(|error| format!("intent.sql: {error:?}"))?;
    apply(&mut client, &up).map_err(|(_, message)| format!("UP: {message}\n{}", up))?;
    same(
        "SAME (- intent, + up.sql)",
        &facts(&mut intended),
        &facts(&mut client),
        &up,
    )?;
    same(
        "ROWS (- intent, + up.sql)",
        &rows(&mut intended),
        &rows(&mut client),
        &up,
    )?;
    if let Some((_, again)) = workshop()
        .generate(root, &database.url(), &Default::default())
        .map_err(|error| format!("CALM: {error}"))?
    {
        return Err(format!("CALM: a second run finds\n{}", again.up));
    }
    if let Some(expected) = read("down_stops.txt") {
        match apply(&mut client, &down) {
            Ok(()) => return Err(format!("down.sql runs, where it should have stopped: {expected}")),
            Err((_, message)) => said(&message, &expected)?,
        }
        empty(&mut client);
    }
    apply(&mut client, &down).map_err(|(_, message)| format!("DOWN: {message}\n{}", down))?;
    same(
        "DOWN (- before, + after down.sql)",
        &facts_before,
        &facts(&mut client),
        &down,
    )?;
    if let Some(left) = difference(&model_before, &introspect(&mut client).unwrap()) {
        return Err(format!("DOWN: {left}\n{}", down));
    }
    if is_change && !intent.contains("-- lossy") {
        same(
            "BACK (- before, + after down.sql)",
            &rows_before,
            &rows(&mut client),
            &down,
        )?;
    }
    snapshot(&case.join("up.snap"), &up)?;
    snapshot(&case.join("down.snap"), &down)
}

fn said(message: &str, expected: &str) -> Result<(), String> {
    let expected = expected.trim();
    if message.contains(expected) {
        Ok(())
    } else {
        Err(format!("says {message:?}, where {expected:?} was expected"))
    }
}

fn same<T: std::fmt::Debug + PartialEq>(what: &str, wanted: &T, found: &T, sql: &str) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (format!("{wanted:#?}"), format!("{found:#?}"));
    let lines: Vec<String> = similar::TextDiff::from_lines(&wanted, &found)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim()))
        .collect();
    Err(format!("{what}:\n{}\n{sql}", lines.join("\n")))
}

/// Compares with the file, or writes it.
fn snapshot(path: &Path, text: &str) -> Result<(), String> {
    let stored = fs::read_to_string(path).unwrap_or_default();
    if stored == text {
        return Ok(());
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(path, text).unwrap();
        return Ok(());
    }
    same(
        &format!("{} (SNAPSHOTS=overwrite writes it)", path.display()),
        &stored,
        &text.to_owned(),
        "",
    )
}
