//! Migrations in parts that let other sessions go on working: which changes get them, and what both runners make of them.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

#[path = "online/concurrent.rs"]
mod concurrent;
#[path = "online/kills.rs"]
mod kills;
#[path = "support/workshop.rs"]
mod workshop;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use postgres::Client;
use schema_diff_engine::{
    cluster::ScratchDatabase,
    diagnostic::DiagnosticCode,
    generate::{Migration, Options},
    online::Forms,
    runner::{Count, Runner, Silent},
    write::{NewMigration, write_next},
};
use serde::Deserialize;
use workshop::{chosen_cases, facts, options, project_files, rows, workshop};

/// A change of a database with rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    before: String,
    schema: String,
    #[serde(default)]
    arguments: Vec<String>,
    /// The statistics file.
    #[serde(default)]
    statistics: Option<String>,
    /// The text of schema-diff.toml.
    #[serde(default)]
    settings: String,
    /// `auto`, `always` or `never`.
    #[serde(default = "always")]
    online: String,
    /// A part of each part's up.sql, in order.
    parts: Vec<String>,
    /// What no part has.
    #[serde(default)]
    never: Vec<String>,
    /// A part of each note about what has no online form.
    #[serde(default)]
    notes: Vec<String>,
}

fn always() -> String {
    "always".to_owned()
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn cases() -> Vec<Case> {
    let all: Cases = toml::from_str(include_str!("online/cases.toml")).unwrap();
    chosen_cases(all.case, |case| &case.name)
}

/// A case beside its database.
struct Project<'a> {
    case: &'a Case,
    root: tempfile::TempDir,
    database: ScratchDatabase,
}

impl<'a> Project<'a> {
    fn new(case: &'a Case) -> Self {
        let project = Self {
            case,
            root: project_files(&case.schema, &case.settings),
            database: workshop().database(),
        };
        if let Some(statistics) = &case.statistics {
            fs::write(project.root.path().join("schema-diff-statistics.json"), statistics).unwrap();
        }
        project.client().batch_execute(&case.before).unwrap();
        project
    }

    fn client(&self) -> Client {
        self.database.connect().unwrap()
    }

    fn migrations(&self) -> PathBuf {
        self.root.path().join("migrations")
    }

    fn generate(&self, forms: Forms) -> Option<Migration> {
        let options = Options {
            online: Some(forms),
            ..options(self.case.arguments.iter().map(String::as_str)).unwrap()
        };
        let made = workshop().generate(self.root.path(), &self.database.url(), &options);
        let made = made.unwrap_or_else(|error| panic!("{}: {error}", self.case.name))?.1;
        for note in &made.proof.as_ref().unwrap().notes {
            let is_fallback = note.code == DiagnosticCode::OnlineFormUnproved;
            assert!(!is_fallback, "{}: {note}", self.case.name);
        }
        Some(made)
    }

    /// Generates the migration as the case says.
    fn generate_as_wanted(&self) -> Migration {
        let forms = match self.case.online.as_str() {
            "auto" => Forms::Auto,
            "never" => Forms::Never,
            _ => Forms::Always,
        };
        self.generate(forms).unwrap()
    }

    /// Returns the notes about what has no online form.
    fn notes(&self) -> Vec<String> {
        let proof = self.generate_as_wanted().proof.unwrap();
        let is_missing = |code| code == DiagnosticCode::OnlineFormMissing;
        let notes = proof.notes.iter().filter(|own| is_missing(own.code));
        notes.map(|own| own.message.clone()).collect()
    }

    /// Generates the migration as the case says, and writes it.
    fn write(&self) -> Vec<String> {
        let made = self.generate_as_wanted();
        let parts = NewMigration::parts_of(&made, "a case", None);
        write_next(&self.migrations(), jiff::Timestamp::now(), &parts).unwrap();
        parts.into_iter().map(|part| part.up_body).collect()
    }

    fn runner(&self) -> Runner {
        Runner::open(&self.database.url(), &self.migrations()).unwrap()
    }

    /// Runs the real binary; false if there is none and it is not required.
    fn diesel(&self, args: &[&str]) -> bool {
        let binary = std::env::var("DIESEL_BIN").unwrap_or_else(|_| "diesel".to_owned());
        let output = Command::new(&binary)
            .arg("migration")
            .args(args)
            .current_dir(self.root.path())
            .env("DATABASE_URL", self.database.url())
            .env_remove("MIGRATION_DIRECTORY")
            .env_remove("DIESEL_CONFIG_FILE")
            .output();
        let Ok(output) = output else {
            assert!(
                std::env::var_os("SCHEMA_DIFF_REQUIRE_DIESEL").is_none(),
                "{binary} cannot be run"
            );
            return false;
        };
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: diesel {args:?}: {text}", self.case.name);
        true
    }

    /// Compares the schema and the rows with those of a database on which the simple form has run.
    fn is_as_simple(&self, what: &str) {
        let simple = Project::new(self.case);
        let made = simple.generate(Forms::Never).unwrap();
        assert!(made.later_parts.is_empty());
        let mut client = simple.client();
        workshop::apply(&mut client, &made.up).unwrap();
        self.is_like(&mut client, what);
    }

    fn is_like(&self, other: &mut Client, what: &str) {
        let (mut client, name) = (self.client(), &self.case.name);
        let (wanted, found) = (own_facts(other), own_facts(&mut client));
        let differ: Vec<_> = wanted.symmetric_difference(&found).collect();
        assert!(differ.is_empty(), "{name}: {what}: only in one of them: {differ:#?}");
        assert!(own_rows(other) == own_rows(&mut client), "{name}: {what}: rows");
    }

    /// The command with the migrations of this project.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schema-diff"));
        command
            .arg("migration")
            .args(args)
            .current_dir(self.root.path())
            .env("DATABASE_URL", self.database.url())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

/// The cases that have everything that one migration can have, with statements that add rows.
fn large() -> Vec<(Case, &'static str)> {
    let more = [
        (
            "everything at once",
            "INSERT INTO customers SELECT n, CASE WHEN n % 3 > 0 THEN 'x' || n END, 'n' || n FROM generate_series(1000, 20000) n;
            INSERT INTO orders SELECT n, 1000 + n % 19000, 'c' || n, 1 FROM generate_series(1000, 20000) n",
        ),
        (
            "int to bigint of keys that others reference",
            "INSERT INTO customers (name) SELECT 'n' || n FROM generate_series(1000, 10000) n;
            INSERT INTO orders (customer_id, qty) SELECT 1 + n % 500, 1 + n % 10 FROM generate_series(1000, 20000) n;
            INSERT INTO lines SELECT 1 + n % 2000, n FROM generate_series(2000, 20000) n",
        ),
        (
            "an enum type that loses a label",
            "INSERT INTO t SELECT n, (ARRAY['ok', 'bad'])[1 + n % 2]::\"App\".\"Mood of\", '{bad}', 'n' FROM generate_series(3000, 20000) n;
            INSERT INTO refers SELECT n, (ARRAY['ok', 'bad'])[1 + n % 2]::\"App\".\"Mood of\" FROM generate_series(3000, 20000) n",
        ),
    ];
    let mut cases = cases();
    cases.retain(|case| more.iter().any(|(name, _)| *name == case.name));
    let with_rows = cases.into_iter().filter_map(|case| {
        let own = more.iter().find(|(name, _)| *name == case.name)?;
        Some((case, own.1))
    });
    with_rows.collect()
}

const DIESELS: &str = "__diesel_schema_migrations";

/// The facts without those of Diesel's table.
fn own_facts(client: &mut Client) -> BTreeSet<String> {
    let mut facts = facts(client);
    facts.retain(|fact| !fact.contains(DIESELS));
    facts
}

fn own_rows(client: &mut Client) -> BTreeMap<String, Vec<String>> {
    let mut rows = rows(client);
    rows.retain(|table, _| !table.contains(DIESELS));
    rows
}

#[test]
fn each_change_has_the_parts_that_it_needs() {
    for case in cases() {
        let project = Project::new(&case);
        let found = project.write();
        let matches = found.len() == case.parts.len()
            && found
                .iter()
                .zip(&case.parts)
                .all(|(own, has)| own.contains(has.as_str()));
        assert!(
            matches,
            "{}: {} parts\n{}",
            case.name,
            found.len(),
            found.join("\n-------\n")
        );
        for never in &case.never {
            assert!(
                !found.iter().any(|own| own.contains(never)),
                "{}: {never}\n{}",
                case.name,
                found.join("\n")
            );
        }
    }
}

#[test]
fn notes_say_what_has_no_such_form() {
    for case in cases().into_iter().filter(|case| !case.notes.is_empty()) {
        let notes = Project::new(&case).notes();
        let matches = notes.len() == case.notes.len()
            && notes
                .iter()
                .zip(&case.notes)
                .all(|(own, has)| own.contains(has.as_str()));
        assert!(matches, "{}: {notes:#?}", case.name);
    }
}

/// A migration that names a partition fails on a new database, if no migration creates it.
#[test]
fn partitions_that_no_migration_creates_are_not_named() {
    let all = cases();
    let Some(case) = all.iter().find(|own| own.name == "an index of a partitioned table") else {
        return;
    };
    let project = Project::new(case);
    let first = project.migrations().join("2020-01-01-000000_first");
    fs::create_dir_all(&first).unwrap();
    fs::write(first.join("up.sql"), "CREATE TABLE events ();").unwrap();
    let applied = "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now());
        INSERT INTO __diesel_schema_migrations VALUES ('20200101000000')";
    project.client().batch_execute(applied).unwrap();
    let made = project.generate_as_wanted();
    assert!(
        made.later_parts.is_empty() && !made.up.contains("ON events_"),
        "{}",
        made.up
    );
    assert!(project.notes()[0].contains("no migration creates its partition"));
    fs::write(first.join("up.sql"), &case.before).unwrap();
    assert!(!project.generate_as_wanted().later_parts.is_empty());
}

#[test]
fn our_runner_runs_reverts_and_resumes_them() {
    for case in cases() {
        let project = Project::new(&case);
        let untouched = Project::new(&case);
        let count = project.write().len();
        project.runner().run(Count::AtMost(1), None, &mut Silent).unwrap();
        project.runner().run(Count::All, None, &mut Silent).unwrap();
        project.runner().redo(Count::AtMost(1), &mut Silent).unwrap();
        project.runner().redo(Count::AtMost(count), &mut Silent).unwrap();
        project.runner().revert(Count::AtMost(count), &mut Silent).unwrap();
        if !case.arguments.iter().any(|own| own == "--backfill") {
            project.is_like(&mut untouched.client(), "after all parts are reverted");
        }
        project.runner().run(Count::All, None, &mut Silent).unwrap();
        let again = workshop().generate(project.root.path(), &project.database.url(), &Options::default());
        assert!(again.unwrap().is_none(), "{}: a second run finds changes", case.name);
        project.is_as_simple("after our runner");
    }
}

#[test]
fn diesel_runs_and_reverts_them() {
    for case in cases() {
        let project = Project::new(&case);
        let count = project.write().len().to_string();
        if !project.diesel(&["run"]) {
            return;
        }
        project.diesel(&["redo"]);
        project.diesel(&["revert", "-n", &count]);
        project.diesel(&["run"]);
        project.is_as_simple("after diesel");
    }
}

#[test]
fn a_part_is_not_rewritten_alone() {
    let Some(case) = cases().into_iter().find(|case| case.parts.len() > 1) else {
        return;
    };
    let project = Project::new(&case);
    project.write();
    let binary = Path::new(env!("CARGO_BIN_EXE_schema-diff"));
    let output = Command::new(binary)
        .args(["review", "--drop", "orders.code"])
        .current_dir(project.root.path())
        .env("DATABASE_URL", project.database.url())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("is one of the"), "{text}");
}

/// A question that is answered later leads to the parts that an answer at once would have led to.
#[test]
fn a_decided_migration_gets_its_parts() {
    let case =
        "before = '''CREATE TABLE t (id int PRIMARY KEY, code int, note text); INSERT INTO t VALUES (1, 2, 'a')'''
        name = 'a question'
        schema = 'diesel::table! { t (id) { id -> Int4, code -> Nullable<Int8>, remark -> Nullable<Text>, } }'
        parts = ['']";
    let case: Case = toml::from_str(case).unwrap();
    let project = Project::new(&case);
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_schema-diff"))
            .args(args)
            .args(["--online", "always"])
            .current_dir(project.root.path())
            .env("DATABASE_URL", project.database.url())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), text)
    };
    let names = || {
        let entries = fs::read_dir(project.migrations()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    };
    let (_, text) = run(&["autogenerate", "-m", "a question"]);
    assert!(text.contains("decide: "), "{text}");
    let [only] = &names()[..] else { panic!("{:?}", names()) };
    let (status, text) = run(&["review", "--rename", "t.note:remark"]);
    assert_eq!(status, Some(0), "{text}");
    let parts = names();
    assert!(
        parts.len() > 1 && parts[0].starts_with(&format!("{only}_1_of_")),
        "{parts:?}"
    );
    project.runner().run(Count::All, None, &mut Silent).unwrap();
    let (status, text) = run(&["check"]);
    assert_eq!(status, Some(0), "{text}");
}

/// `lint` reports nothing about the parts that the tool writes itself but what the reader has to decide.
#[test]
fn lint_finds_no_problem_in_them() {
    let reverts = [
        ("int to bigint of keys", "DROP TABLE small, lines, orders, customers"),
        (
            "an enum type whose new label is used at once",
            "DROP TABLE t; DROP TYPE mood",
        ),
    ];
    for case in cases() {
        if let Some((_, revert)) = reverts.iter().find(|(name, _)| case.name.starts_with(name)) {
            has_no_findings(&case, revert);
        }
    }
}

fn has_no_findings(case: &Case, revert: &str) {
    let project = Project::new(case);
    project.write();
    let base = project.migrations().join("0000-00-00-000000_before");
    fs::create_dir(&base).unwrap();
    fs::write(base.join("up.sql"), &case.before).unwrap();
    fs::write(base.join("down.sql"), revert).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_schema-diff"))
        .arg("lint")
        .current_dir(project.root.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}: {text}{}",
        case.name,
        String::from_utf8_lossy(&output.stderr)
    );
}
