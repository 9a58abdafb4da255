//! `pull` on databases and files: every folder of `tests/pull` is one.
//!
//! | file                       | what it is |
//! |----------------------------|------------|
//! | `before.sql`               | the database |
//! | `schema.rs`, `models.rs`   | the files that are there, if any |
//! | `diesel.toml`, `schema-diff.toml`, `cargo.toml` | the configuration and the package, if they matter |
//! | `expected.rs`              | `src/schema.rs` after pulling |
//! | `expected_models.rs`, `expected_enums.rs` | the others, where they are another; `src/enums.rs` is asked for where it is expected |
//! | `expected.toml`            | `schema-diff.toml` after pulling, where it is another |
//! | `listed.txt`               | what is said to be left over |
//! | `not_rebuilt.txt`          | why the file alone does not give the schema on an empty database |
//!
//! Afterwards nothing differs, whether undeclared things are kept or dropped; pulling again changes nothing; and what the file makes
//! of an empty database is what the file says. `CASE=name` runs some; `SNAPSHOTS=overwrite` writes what is there now.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

#[path = "support/arbitrary.rs"]
mod arbitrary;
#[path = "support/workshop.rs"]
mod workshop;

use std::{
    fs,
    path::{Path, PathBuf},
};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use schema_diff_engine::{
    config::{Environment, Project},
    create,
    generate::{Options as GenerateOptions, Scratch},
    introspect::introspect,
    model::Schema,
    prove::difference,
    pull::{self, Options, Pulled},
    render,
};
use workshop::{apply, clear, workshop};

/// Pulls into the files of a project.
fn pull(root: &Path, url: &str, enums: bool) -> Result<Pulled, String> {
    let project = Project::discover_in(root, Environment::of([("DATABASE_URL", url)])).unwrap();
    let mut scratch = Scratch::new(&project, workshop().choice());
    let options = Options {
        enums: enums.then(|| PathBuf::from("src/enums.rs")),
        ..Options::default()
    };
    let pulled = pull::pull(&project, &options, &mut scratch, &mut |_| {}).map_err(|error| format!("PULL: {error}"))?;
    pull::write(&pulled.files).map_err(|error| format!("WRITE: {error}"))?;
    Ok(pulled)
}

/// Nothing differs, and nothing is left to pull.
fn calm(root: &Path, url: &str, enums: bool) -> Result<(), String> {
    let again = pull(root, url, enums)?;
    if let Some(file) = again.files.first() {
        return Err(format!("AGAIN: {:?}\n{}", again.changes, file.after));
    }
    let path = root.join("schema-diff.toml");
    let written = fs::read_to_string(&path).ok();
    // Views and enum types without a column are listed as left over, and have no words in `schema.rs`.
    for undeclared in ["\"keep\"", "{ others = \"drop\", views = \"keep\", enums = \"keep\" }"] {
        let rest = written.as_deref().unwrap_or_default();
        fs::write(&path, format!("undeclared = {undeclared}\n{rest}")).unwrap();
        let made = workshop()
            .generate(root, url, &GenerateOptions::default())
            .map_err(|error| format!("CALM ({undeclared}): {error}"))?;
        if let Some((draft, made)) = made {
            return Err(format!("CALM ({undeclared}): {:?}\n{}", draft.changes, made.up));
        }
    }
    match written {
        Some(text) => fs::write(&path, text).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    }
    Ok(())
}

/// What the files make of an empty database.
fn rebuilt(root: &Path, enums: bool) -> Result<Schema, String> {
    let database = workshop().database();
    let made = workshop()
        .generate(root, &database.url(), &GenerateOptions::default())
        .map_err(|error| format!("REBUILD: {error}"))?;
    let mut client = database.connect().unwrap();
    if let Some((_, made)) = made {
        apply(&mut client, &made.up).map_err(|(_, message)| format!("REBUILD: {message}\n{}", made.up))?;
    }
    let pulled = pull(root, &database.url(), enums)?;
    if !pulled.files.is_empty() {
        return Err(format!("REBUILT: {:?}", pulled.changes));
    }
    Ok(introspect(&mut client).unwrap())
}

fn folders() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pull");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
}

/// The first major version of Postgres that can have the database: `-- since: 15` as the first line.
fn since(case: &Path) -> u32 {
    let before = fs::read_to_string(case.join("before.sql")).unwrap();
    let version = before.lines().next().and_then(|line| line.strip_prefix("-- since: "));
    version.map_or(0, |version| version.parse().unwrap())
}

#[test]
fn every_database_is_pulled_as_expected() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut failures = Vec::new();
    let mut count = 0;
    for case in folders() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains(&wanted) && since(&case) <= workshop().major_version() {
            count += 1;
            if let Err(failure) = run(&case) {
                failures.push(format!("{name}: {failure}"));
            }
        }
    }
    assert!(count > 0, "the cases are not where they are expected");
    assert!(
        failures.is_empty(),
        "{} of {count} fail:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

fn run(case: &Path) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    fs::write(root.join("Cargo.toml"), "[dependencies]\nschema_diff = \"0.1\"\n").unwrap();
    for (from, to) in [
        ("schema.rs", "src/schema.rs"),
        ("models.rs", "src/models.rs"),
        ("diesel.toml", "diesel.toml"),
        ("schema-diff.toml", "schema-diff.toml"),
        ("cargo.toml", "Cargo.toml"),
    ] {
        if case.join(from).exists() {
            fs::copy(case.join(from), root.join(to)).unwrap();
        }
    }
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    let before = fs::read_to_string(case.join("before.sql")).unwrap();
    client
        .batch_execute(&before)
        .map_err(|error| format!("before.sql: {error:?}"))?;

    let enums = case.join("expected_enums.rs").exists();
    let pulled = pull(root, &database.url(), enums)?;
    let listed: String = pulled
        .unsupported
        .iter()
        .map(|left| format!("{}: {}\n", left.kind, left.text))
        .chain(pulled.notes.iter().map(|note| format!("note: {note}\n")))
        .collect();
    compare(
        &case.join("expected.rs"),
        &fs::read_to_string(root.join("src/schema.rs")).unwrap(),
    )?;
    compare(&case.join("listed.txt"), &listed)?;
    for (expected, path) in [
        ("expected_models.rs", "src/models.rs"),
        ("expected_enums.rs", "src/enums.rs"),
        ("expected.toml", "schema-diff.toml"),
    ] {
        if case.join(expected).exists() {
            compare(&case.join(expected), &fs::read_to_string(root.join(path)).unwrap())?;
        }
    }
    calm(root, &database.url(), enums)?;
    if !case.join("not_rebuilt.txt").exists() {
        rebuilt(root, enums)?;
    }
    Ok(())
}

fn compare(expected: &Path, actual: &str) -> Result<(), String> {
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(expected, actual).unwrap();
        return Ok(());
    }
    let wanted = fs::read_to_string(expected).unwrap_or_default();
    if wanted == actual {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(wanted.as_str(), actual);
    Err(format!("{}\n{}", expected.display(), diff.unified_diff()))
}

/// Any schema that Diesel can model becomes files that make the same schema.
#[test]
fn random_schemas_are_pulled_and_rebuilt() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let cases = u32::try_from(number("SCHEMA_DIFF_PROPERTY_PAIRS", 60)).unwrap();
    let mut seeds = [0; 32];
    seeds[..8].copy_from_slice(&number("SCHEMA_DIFF_PROPERTY_SEED", 1).to_le_bytes());
    let config = Config {
        cases,
        max_shrink_iters: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let database = workshop().database();
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seeds));
    let outcome = runner.run(&arbitrary::arbitrary_schema(), |schema| {
        let sql = render::all(&create::schema(&schema)).join(";\n");
        let mut client = database.connect().unwrap();
        clear(&mut client);
        client.batch_execute(&sql).unwrap();
        let wanted = modelled(introspect(&mut client).unwrap());
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir(root.join("src")).unwrap();
        fs::write(root.join("diesel.toml"), "").unwrap();
        // Of a database without tables there is nothing to write.
        fs::write(root.join("src/schema.rs"), "").unwrap();
        let story = |why: String| {
            let text = fs::read_to_string(root.join("src/schema.rs")).unwrap_or_default();
            TestCaseError::fail(format!("{why}\n--- database\n{sql}\n--- schema.rs\n{text}"))
        };
        pull(root, &database.url(), true).map_err(story)?;
        calm(root, &database.url(), true).map_err(story)?;
        let found = rebuilt(root, true).map_err(story)?;
        match difference(&wanted, &found) {
            Some(left) => Err(story(format!("REBUILT: {left}"))),
            None => Ok(()),
        }
    });
    if let Err(failure) = outcome {
        let text = match failure {
            proptest::test_runner::TestError::Fail(why, _) => why.message().to_owned(),
            other => other.to_string(),
        };
        panic!("{text}");
    }
}

/// Without what Diesel cannot model: tables without a key, and types that no table has.
fn modelled(mut schema: Schema) -> Schema {
    schema.tables.retain(|_, table| table.primary_key().is_some());
    let tables = schema.tables.clone();
    let is_used = |name: &schema_diff_engine::model::TypeName| {
        let mut columns = tables.values().flat_map(|table| &table.columns);
        columns.any(|column| column.data_type.name == *name)
    };
    schema.types.retain(|name, _| is_used(name));
    schema
}
