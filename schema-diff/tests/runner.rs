//! Running migrations on a real server, with the real `diesel` binary in between.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/postgres.rs"]
mod postgres_server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use postgres_server::{client, database};
use schema_diff_engine::history::{MigrationDir, Version};
use schema_diff_engine::runner::{Count, Direction, Done, Observer, Runner, RunnerError, Silent, Status, Target};

struct Project {
    dir: tempfile::TempDir,
    url: String,
}

impl Project {
    /// A database and three tables, one migration each.
    fn new() -> Self {
        let project = Self::empty();
        project.add(
            "2024-01-01-000000_one",
            "CREATE TABLE one (id int);",
            Some("DROP TABLE one;"),
        );
        project.add(
            "20240102000000_two",
            "CREATE TABLE two (id int);",
            Some("DROP TABLE two;"),
        );
        project.add(
            "2024-01-03-000000-0000_three",
            "CREATE TABLE three (id int);",
            Some("DROP TABLE three;"),
        );
        project
    }

    fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("migrations")).unwrap();
        fs::write(dir.path().join("diesel.toml"), "").unwrap();
        Self { dir, url: database() }
    }

    fn migrations(&self) -> PathBuf {
        self.dir.path().join("migrations")
    }

    fn add(&self, name: &str, up: &str, down: Option<&str>) -> PathBuf {
        let dir = self.migrations().join(name);
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("up.sql"), up).unwrap();
        if let Some(down) = down {
            fs::write(dir.join("down.sql"), down).unwrap();
        }
        dir
    }

    fn runner(&self) -> Runner {
        Runner::open(&self.url, &self.migrations()).unwrap()
    }

    fn applied(&self) -> Vec<String> {
        let state = self.runner().state().unwrap();
        let applied = state.entries.iter().filter(|entry| entry.status != Status::Pending);
        applied.map(|entry| entry.version.to_string()).collect()
    }

    fn tables(&self) -> String {
        let query = "SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class
                     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '__diesel_schema_migrations'";
        client(&self.url).query_one(query, &[]).unwrap().get(0)
    }

    /// Runs the real binary; `false` when there is none and nobody insists.
    fn diesel(&self, args: &[&str]) -> Option<String> {
        let binary = std::env::var("DIESEL_BIN").unwrap_or_else(|_| "diesel".to_owned());
        let mut command = Command::new(&binary);
        command
            .args(args)
            .current_dir(self.dir.path())
            .env("DATABASE_URL", &self.url);
        command
            .env_remove("MIGRATION_DIRECTORY")
            .env_remove("DIESEL_CONFIG_FILE");
        match command.output() {
            Ok(output) => {
                assert!(
                    output.status.success(),
                    "diesel {args:?}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                Some(String::from_utf8(output.stdout).unwrap())
            }
            Err(error) => {
                assert!(
                    std::env::var_os("SCHEMA_DIFF_REQUIRE_DIESEL").is_none(),
                    "{binary} cannot be run: {error}"
                );
                eprintln!("skipped: no diesel binary (set DIESEL_BIN, or put it on PATH)");
                None
            }
        }
    }
}

fn versions(versions: &[&str]) -> Vec<Version> {
    versions.iter().copied().map(Version::recorded).collect()
}

fn target(text: &str) -> Target {
    text.parse().unwrap()
}

const ONE: &str = "20240101000000";
const TWO: &str = "20240102000000";
const THREE: &str = "202401030000000000";

#[test]
fn forwards_and_backwards() {
    let project = Project::new();
    let mut runner = project.runner();
    assert_eq!(runner.state().unwrap().pending().count(), 3);
    assert!(project.applied().is_empty());

    assert_eq!(
        runner.run(Count::AtMost(1), None, &mut Silent).unwrap().ran,
        versions(&[ONE])
    );
    assert_eq!(
        runner
            .run(Count::All, Some(&target("20240102")), &mut Silent)
            .unwrap()
            .ran,
        versions(&[TWO])
    );
    assert_eq!(
        runner.run(Count::All, None, &mut Silent).unwrap().ran,
        versions(&[THREE])
    );
    assert_eq!(runner.run(Count::All, None, &mut Silent).unwrap(), Done::default());
    assert_eq!(project.tables(), "one,three,two");
    assert!(runner.state().unwrap().is_at_head());

    let done = runner.redo(Count::AtMost(2), &mut Silent).unwrap();
    assert_eq!(
        (done.reverted, done.ran),
        (versions(&[THREE, TWO]), versions(&[TWO, THREE]))
    );
    assert_eq!(
        runner.revert(Count::AtMost(1), &mut Silent).unwrap().reverted,
        versions(&[THREE])
    );
    assert_eq!(project.tables(), "one,two");
    assert_eq!(
        runner.revert(Count::All, &mut Silent).unwrap().reverted,
        versions(&[TWO, ONE])
    );
    assert_eq!(project.tables(), "");
    assert_eq!(runner.redo(Count::All, &mut Silent).unwrap(), Done::default());
}

#[test]
fn goto_either_way() {
    let project = Project::new();
    let mut runner = project.runner();
    assert_eq!(
        runner.goto(&target("2024-01-02"), &mut Silent).unwrap().ran,
        versions(&[ONE, TWO])
    );
    assert_eq!(
        runner.goto(&target("head"), &mut Silent).unwrap().ran,
        versions(&[THREE])
    );
    assert_eq!(
        runner
            .goto(&target("2024-01-01-000000_one"), &mut Silent)
            .unwrap()
            .reverted,
        versions(&[THREE, TWO])
    );
    assert_eq!(project.tables(), "one");

    assert!(
        matches!(runner.goto(&target("202401"), &mut Silent), Err(RunnerError::AmbiguousTarget { candidates, .. }) if candidates.len() == 3)
    );
    assert!(matches!(
        runner.goto(&target("1999"), &mut Silent),
        Err(RunnerError::UnknownTarget { .. })
    ));
    assert!(matches!(
        runner.goto(&target(""), &mut Silent),
        Err(RunnerError::UnknownTarget { .. })
    ));

    // Applied out of order: what is beyond goes back, what is before is filled in.
    runner.goto(&target("head"), &mut Silent).unwrap();
    project.add(
        "2024-01-01-120000_between",
        "CREATE TABLE between_them (id int);",
        Some("DROP TABLE between_them;"),
    );
    let pending: Vec<_> = runner.state().unwrap().pending().cloned().collect();
    assert!(pending.iter().all(|entry| entry.out_of_order) && pending.len() == 1);
    let done = runner.goto(&target(TWO), &mut Silent).unwrap();
    assert_eq!(
        (done.reverted, done.ran),
        (versions(&[THREE]), versions(&["20240101120000"]))
    );
    assert_eq!(
        runner.goto(&target("base"), &mut Silent).unwrap().reverted,
        versions(&[TWO, "20240101120000", ONE])
    );
}

#[test]
fn stamping_runs_nothing() {
    let project = Project::new();
    let mut runner = project.runner();
    assert_eq!(
        runner.stamp(&target("2024-01-02"), &mut Silent).unwrap().marked,
        versions(&[ONE, TWO])
    );
    assert_eq!(
        (project.applied(), project.tables()),
        (vec![ONE.to_owned(), TWO.to_owned()], String::new())
    );
    client(&project.url)
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('2025')")
        .unwrap();

    let stamped = runner.stamp(&target("base"), &mut Silent).unwrap();
    assert_eq!(
        (stamped.unmarked, stamped.unknown),
        (versions(&[ONE, TWO]), versions(&["2025"]))
    );
    assert_eq!(project.applied(), ["2025"]);
    assert_eq!(
        runner.stamp(&target("head"), &mut Silent).unwrap().marked,
        versions(&[ONE, TWO, THREE])
    );
}

#[test]
fn a_failing_migration_keeps_the_ones_before_it() {
    let project = Project::new();
    let sql = "CREATE TABLE four (id int);\n\n-- \u{e9}\u{1f600}\nCREATE TABLE nope (id no_such_type);\n";
    project.add("2024-01-04-000000_four", sql, None);
    let Err(RunnerError::Failed(failure)) = project.runner().run(Count::All, None, &mut Silent) else {
        panic!("did not fail")
    };
    assert_eq!(failure.line, Some(4));
    assert_eq!(failure.done.ran, versions(&[ONE, TWO, THREE]));
    assert_eq!(failure.message, "type \"no_such_type\" does not exist");
    assert!(!failure.guard && failure.in_transaction);
    assert_eq!(project.tables(), "one,three,two");
    assert_eq!(project.applied(), [ONE, TWO, THREE]);
    let told = failure.to_string();
    assert!(
        told.contains("2024-01-04-000000_four/up.sql:4") && told.contains("the 3 migrations before it were completed"),
        "{told}"
    );
}

#[test]
fn what_a_failure_says() {
    let cases: &[(&str, &str, Option<usize>, bool)] = &[
        ("", "the file is empty", None, false),
        (
            "SELECT 1;\nSELEC 2;\n",
            "syntax error at or near \"SELEC\"",
            Some(2),
            false,
        ),
        (
            "SELECT 1;\n\nCREATE TABLE x (",
            "syntax error at end of input",
            Some(3),
            false,
        ),
        (
            "DO $$ BEGIN\n  RAISE EXCEPTION 'don''t: decide about users.mail first';\nEND $$;",
            "don't: decide about users.mail first",
            None,
            true,
        ),
        (
            "DO $$ BEGIN\n  raise exception '% rows of %, 100%% sure', 3, 'users';\nEND $$;",
            "3 rows of users, 100% sure",
            None,
            true,
        ),
        // Postgres points into the text of the inner query, which is no place in the file.
        (
            "-- a comment that is long enough\nDO $$ BEGIN\n  EXECUTE 'SELECT 1 FROM missing';\nEND $$;",
            "relation \"missing\" does not exist",
            None,
            false,
        ),
        (
            "CREATE TABLE d (id int UNIQUE);\nINSERT INTO d VALUES (1), (1);",
            "duplicate key value violates unique constraint \"d_id_key\"",
            None,
            false,
        ),
        (
            "SET search_path = pg_catalog;",
            "relation \"__diesel_schema_migrations\" does not exist",
            None,
            false,
        ),
    ];
    for (sql, message, line, guard) in cases {
        let project = Project::empty();
        project.add("1_x", sql, None);
        let Err(RunnerError::Failed(failure)) = project.runner().run(Count::All, None, &mut Silent) else {
            panic!("{sql}")
        };
        assert!(failure.message.contains(message), "{sql}: {}", failure.message);
        assert_eq!((failure.line, failure.guard), (*line, *guard), "{sql}: {failure}");
        assert!(failure.to_string().contains(message), "{failure}");
        assert!(project.applied().is_empty());
    }
}

#[test]
fn detail_and_hint_are_shown() {
    let project = Project::empty();
    project.add(
        "1_x",
        "DO $$ BEGIN RAISE EXCEPTION 'stop' USING DETAIL = 'two\nlines', HINT = 'do this'; END $$;",
        None,
    );
    let error = project
        .runner()
        .run(Count::All, None, &mut Silent)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("raises an error:\n\n    stop\n    detail: two\n    lines\n    hint: do this\n"),
        "{error}"
    );
}

#[test]
fn a_failed_redo_leaves_everything_as_it_was() {
    let project = Project::new();
    let mut runner = project.runner();
    runner.run(Count::All, None, &mut Silent).unwrap();
    fs::write(project.migrations().join("20240102000000_two/up.sql"), "nonsense").unwrap();
    let Err(RunnerError::Failed(failure)) = runner.redo(Count::AtMost(2), &mut Silent) else {
        panic!("did not fail")
    };
    assert_eq!((failure.direction, failure.done), (Direction::Up, Done::default()));
    assert_eq!(
        (project.tables().as_str(), project.applied()),
        ("one,three,two", [ONE, TWO, THREE].map(str::to_owned).to_vec())
    );
}

#[test]
fn what_cannot_be_reverted_is_said_before_anything_is() {
    let project = Project::new();
    let mut runner = project.runner();
    runner.run(Count::All, None, &mut Silent).unwrap();
    fs::remove_file(project.migrations().join("20240102000000_two/down.sql")).unwrap();
    assert!(
        matches!(runner.revert(Count::AtMost(2), &mut Silent), Err(RunnerError::NoDown { name, .. }) if name == "20240102000000_two")
    );
    assert_eq!(project.applied().len(), 3);
    fs::remove_dir_all(project.migrations().join("20240102000000_two")).unwrap();
    assert!(
        matches!(runner.goto(&target("base"), &mut Silent), Err(RunnerError::NoDirectory { version, .. }) if version.as_str() == TWO)
    );
    assert_eq!(runner.state().unwrap().unknown().count(), 1);
    assert_eq!(
        runner.revert(Count::AtMost(1), &mut Silent).unwrap().reverted,
        versions(&[THREE])
    );
}

#[test]
fn outside_a_transaction() {
    let project = Project::new();
    let dir = project.add(
        "2024-01-04-000000_index",
        "CREATE INDEX CONCURRENTLY one_id ON one (id);",
        Some("DROP INDEX CONCURRENTLY one_id;"),
    );
    fs::write(dir.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    let mut runner = project.runner();
    runner.run(Count::All, None, &mut Silent).unwrap();
    let done = runner.redo(Count::AtMost(2), &mut Silent).unwrap();
    assert_eq!((done.reverted.len(), done.ran.len()), (2, 2));
    fs::write(
        dir.join("down.sql"),
        "BEGIN; DROP INDEX one_id; SELECT nonsense; COMMIT;",
    )
    .unwrap();
    let Err(RunnerError::Failed(failure)) = runner.revert(Count::AtMost(1), &mut Silent) else {
        panic!("did not fail")
    };
    assert!(!failure.in_transaction);
    assert!(
        failure.to_string().contains("does not run in a transaction"),
        "{failure}"
    );
    // The transaction that it left open is gone, and with it the lock.
    assert_eq!(runner.state().unwrap().pending().count(), 0);
    assert_eq!(
        project
            .runner()
            .with_lock_timeout(Some(Duration::ZERO))
            .run(Count::All, None, &mut Silent)
            .unwrap(),
        Done::default()
    );
}

struct Tell(mpsc::Sender<String>);

impl Observer for Tell {
    fn waiting(&mut self) {
        self.0.send("waiting".to_owned()).unwrap();
    }
    fn started(&mut self, migration: &MigrationDir, _: Direction) {
        self.0.send(migration.name.clone()).unwrap();
    }
}

#[test]
fn two_runs_at_once() {
    let project = Project::new();
    // The second run is there, waiting, while an index is built concurrently: it must not be in the way of that.
    let dir = project.add(
        "2024-01-04-000000_index",
        "CREATE INDEX CONCURRENTLY two_id ON two (id);",
        None,
    );
    fs::write(dir.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    fs::write(
        project.migrations().join("2024-01-01-000000_one/up.sql"),
        "SELECT pg_sleep(0.5); CREATE TABLE one (id int);",
    )
    .unwrap();
    let (sender, told) = mpsc::channel();
    let ran: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let (project, sender) = (&project, sender.clone());
                scope.spawn(move || {
                    project
                        .runner()
                        .run(Count::All, None, &mut Tell(sender))
                        .unwrap()
                        .ran
                        .len()
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    drop(sender);
    assert_eq!(ran, 4);
    assert_eq!(project.applied().len(), 4);
    let told: Vec<String> = told.iter().collect();
    assert_eq!(told.iter().filter(|told| *told == "waiting").count(), 3, "{told:?}");
}

#[test]
fn waiting_has_an_end() {
    let project = Project::new();
    let mut holder = client(&project.url);
    holder
        .query("SELECT pg_advisory_lock($1)", &[&schema_diff_engine::runner::LOCK_KEY])
        .unwrap();
    let mut runner = project.runner().with_lock_timeout(Some(Duration::from_millis(100)));
    assert!(matches!(
        runner.run(Count::All, None, &mut Silent),
        Err(RunnerError::LockTimeout { .. })
    ));
    assert_eq!(runner.state().unwrap().pending().count(), 3);
    drop(holder);
    assert_eq!(
        project.runner().run(Count::All, None, &mut Silent).unwrap().ran.len(),
        3
    );
}

#[test]
fn the_state_needs_no_right_to_write() {
    let project = Project::new();
    project.runner().run(Count::AtMost(1), None, &mut Silent).unwrap();
    client(&project.url)
        .batch_execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON __diesel_schema_migrations TO reader")
        .unwrap();
    let url = project.url.replace("user=postgres", "user=reader") + "&options=-c%20default_transaction_read_only%3Don";
    let state = Runner::open(&url, &project.migrations()).unwrap().state().unwrap();
    assert_eq!(
        (state.pending().count(), state.current()),
        (2, Some(&Version::recorded(ONE)))
    );
}

#[test]
fn the_diesel_binary_in_between() {
    let project = Project::new();
    let mut runner = project.runner();
    let Some(_) = project.diesel(&["migration", "list"]) else {
        return;
    };
    runner.run(Count::AtMost(2), None, &mut Silent).unwrap();
    assert!(
        project
            .diesel(&["migration", "list"])
            .unwrap()
            .contains("[X] 20240102000000_two")
    );
    project.diesel(&["migration", "run"]);
    assert!(runner.state().unwrap().is_at_head());
    project.diesel(&["migration", "redo", "--all"]);
    assert_eq!(
        runner.revert(Count::AtMost(1), &mut Silent).unwrap().reverted,
        versions(&[THREE])
    );
    project.diesel(&["migration", "revert"]);
    assert_eq!(
        runner.run(Count::All, None, &mut Silent).unwrap().ran,
        versions(&[TWO, THREE])
    );
    assert_eq!(project.diesel(&["migration", "pending"]).unwrap().trim(), "false");
    runner.stamp(&target("base"), &mut Silent).unwrap();
    assert_eq!(project.diesel(&["migration", "pending"]).unwrap().trim(), "true");
    runner.stamp(&target("head"), &mut Silent).unwrap();
    project.diesel(&["migration", "redo"]);
    runner.goto(&target("base"), &mut Silent).unwrap();
    project.diesel(&["migration", "run"]);
    assert_eq!(project.tables(), "one,three,two");
}

#[test]
fn a_directory_that_diesel_makes_sorts_before_ours() {
    let project = Project::new();
    let Some(_) = project.diesel(&["migration", "generate", "by_hand"]) else {
        return;
    };
    fs::write(
        newest(&project.migrations()).join("up.sql"),
        "CREATE TABLE by_hand (id int);",
    )
    .unwrap();
    let migration = schema_diff_engine::write::NewMigration {
        keeps: Vec::new(),
        releases: Vec::new(),
        deploy: None,
        message: "ours".into(),
        up_body: "CREATE TABLE ours (id int);".into(),
        down_body: "DROP TABLE ours;".into(),
        named_at: None,
        run_in_transaction: true,
        part: None,
        decided: Vec::new(),
        revises: None,
        before_fingerprint: None,
        after_fingerprint: None,
    };
    let written = schema_diff_engine::write::write(&project.migrations(), jiff::Timestamp::now(), &migration).unwrap();
    // A writer that was killed leaves this; Diesel must not mind.
    fs::create_dir(project.migrations().join(".schema-diff-left")).unwrap();
    let output = project.diesel(&["migration", "run"]).unwrap();
    let last = output.lines().last().unwrap();
    assert!(
        last.ends_with(written.path.file_name().unwrap().to_str().unwrap()),
        "{output}"
    );
    project.diesel(&["migration", "redo"]);
}

fn newest(dir: &Path) -> PathBuf {
    let visible = |path: &PathBuf| path.is_dir() && !path.file_name().unwrap().to_string_lossy().starts_with('.');
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(visible)
        .max()
        .unwrap()
}
