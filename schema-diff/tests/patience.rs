//! Migrations that have to wait for locks, with real sessions that hold them and others that would wait behind.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/postgres.rs"]
mod postgres_server;

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use postgres::Client;
use postgres_server::{client, database};
use schema_diff_engine::{
    history::MigrationDir,
    runner::{Blocker, Count, Done, Observer, Patience, Progress, ProgressSink, Runner, RunnerError, Stalled},
};

struct Project {
    directory: tempfile::TempDir,
    url: String,
}

impl Project {
    /// A table, and one migration.
    fn new(up: &str, down: &str, in_transaction: bool) -> Self {
        let project = Self {
            directory: tempfile::tempdir().unwrap(),
            url: database(),
        };
        let migration = project.path().join("2024-01-01-000000_m");
        fs::create_dir(&migration).unwrap();
        fs::write(migration.join("up.sql"), up).unwrap();
        fs::write(migration.join("down.sql"), down).unwrap();
        if !in_transaction {
            fs::write(migration.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
        }
        let set_up =
            "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT n, n FROM generate_series(1, 100) n";
        client(&project.url).batch_execute(set_up).unwrap();
        project
    }

    /// Returns the URL with a setting of the session.
    fn url_with(&self, setting: &str) -> String {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{separator}options=-c%20{setting}", self.url)
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn runner(&self, stall: u64, retry_for: u64) -> Runner {
        let patience = Patience {
            max_stall: (stall > 0).then(|| Duration::from_millis(stall)),
            retry_for: Duration::from_millis(retry_for),
            ..Patience::default()
        };
        Runner::open(&self.url, self.path()).unwrap().with_patience(patience)
    }

    /// Begins a transaction that reads the table, and ends it after a time. Returns the number of its process.
    fn reader(&self, lasts: Duration) -> (i32, thread::JoinHandle<()>) {
        let mut reader = client(&self.url);
        let pid = reader.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
        reader
            .batch_execute("SET application_name = 'report'; BEGIN; SELECT count(*) FROM t")
            .unwrap();
        (pid, commit_after(reader, lasts))
    }

    /// Whether an index is valid, if it exists.
    fn is_valid(&self, index: &str) -> Option<bool> {
        let query = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)";
        let found = client(&self.url).query_opt(query, &[&index]).unwrap();
        found.map(|row| row.get(0))
    }

    fn columns(&self) -> i64 {
        let query =
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped";
        client(&self.url).query_one(query, &[]).unwrap().get(0)
    }
}

/// Ends the transaction of a session after a time.
fn commit_after(mut session: Client, lasts: Duration) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        thread::sleep(lasts);
        session.batch_execute("COMMIT").unwrap();
    })
}

#[derive(Default)]
struct Events(Vec<Stalled>);

/// What a run says of itself.
#[derive(Default)]
struct Seen {
    waiting: Vec<Vec<Blocker>>,
    progress: Arc<Mutex<Vec<Progress>>>,
}

impl Observer for Seen {
    fn waiting_for_transactions(&mut self, _: &MigrationDir, blockers: &[Blocker]) {
        self.waiting.push(blockers.to_vec());
    }

    fn progress_sink(&self) -> Option<ProgressSink> {
        let progress = Arc::clone(&self.progress);
        Some(Arc::new(move |now| progress.lock().unwrap().push(now.clone())))
    }
}

const BUILD: &str = "CREATE INDEX CONCURRENTLY i ON t (a)";
const DROP_INDEX: &str = "DROP INDEX CONCURRENTLY i";

#[test]
fn a_concurrent_build_does_not_begin_beside_an_old_transaction() {
    let patience = |retry_for| Patience {
        retry_for: Duration::from_millis(retry_for),
        old_transaction: Some(Duration::from_millis(100)),
        ..Patience::default()
    };
    let transactions = [
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1",
        "BEGIN; UPDATE t SET a = 0 WHERE id = 1",
    ];
    for transaction in transactions {
        let project = Project::new(BUILD, DROP_INDEX, false);
        let runner = |patience| project.runner(0, 0).with_patience(patience);
        let mut old = client(&project.url);
        old.batch_execute(transaction).unwrap();
        thread::sleep(Duration::from_millis(200));
        let mut seen = Seen::default();
        let error = runner(patience(600))
            .run(Count::All, None, &mut seen)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("an old transaction is open") && error.contains("--wait-for-transactions"),
            "{error}"
        );
        assert!(error.contains(transaction.rsplit("; ").next().unwrap()), "{error}");
        assert_eq!(seen.waiting.len(), 1);
        assert_eq!(project.is_valid("i"), None);
        // It begins as soon as the transaction has ended.
        let ends = commit_after(old, Duration::from_millis(700));
        runner(patience(60_000)).run(Count::All, None, &mut seen).unwrap();
        ends.join().unwrap();
        assert_eq!(project.is_valid("i"), Some(true));
    }
    // One that only reads, and has no snapshot, is not waited for; neither is a young one.
    for (transaction, old) in [("BEGIN; SELECT * FROM t", 100), ("BEGIN; UPDATE t SET a = 0", 60_000)] {
        let project = Project::new("CREATE INDEX CONCURRENTLY i ON t (a)", DROP_INDEX, false);
        let mut other = client(&project.url);
        other.batch_execute(transaction).unwrap();
        thread::sleep(Duration::from_millis(200));
        let ends = commit_after(other, Duration::from_millis(500));
        let (mut seen, patience) = (Seen::default(), patience(60_000));
        let patience = Patience {
            old_transaction: Some(Duration::from_millis(old)),
            ..patience
        };
        project
            .runner(0, 0)
            .with_patience(patience)
            .run(Count::All, None, &mut seen)
            .unwrap();
        ends.join().unwrap();
        assert_eq!(seen.waiting.len(), 0, "{transaction}");
    }
}

#[test]
fn what_takes_long_is_shown() {
    let project = Project::new(BUILD, DROP_INDEX, false);
    let patience = Patience {
        old_transaction: None,
        ..Patience::default()
    };
    let mut other = client(&project.url);
    other
        .batch_execute("SET application_name = 'shop'; BEGIN; UPDATE t SET a = 0 WHERE id = 1")
        .unwrap();
    let ends = commit_after(other, Duration::from_millis(1500));
    let mut seen = Seen::default();
    project
        .runner(0, 0)
        .with_patience(patience)
        .run(Count::All, None, &mut seen)
        .unwrap();
    ends.join().unwrap();
    assert_eq!(seen.waiting.len(), 0);
    let progress = std::mem::take(&mut *seen.progress.lock().unwrap());
    let waits = |own: &Progress| matches!(own, Progress::Waiting(who) if who[0].application.as_deref() == Some("shop"));
    assert!(progress.iter().any(waits), "{progress:?}");

    let slow = "SELECT pg_sleep(0.6); DO $$ BEGIN RAISE NOTICE 'half of it'; RAISE DEBUG 'nobody knows'; PERFORM pg_sleep(0.2); END $$";
    let project = Project::new(slow, "SELECT 1", true);
    project.runner(0, 0).run(Count::All, None, &mut seen).unwrap();
    let progress = std::mem::take(&mut *seen.progress.lock().unwrap());
    assert_eq!(progress, [Progress::Notice("half of it".to_owned())]);
}

#[test]
fn the_phases_of_a_build_are_shown() {
    let project = Project::new("CREATE INDEX i ON big (md5(a || b))", "DROP INDEX i", true);
    let rows = "CREATE TABLE big AS SELECT n AS a, md5(n::text) AS b FROM generate_series(1, 1500000) n";
    client(&project.url).batch_execute(rows).unwrap();
    let mut seen = Seen::default();
    project.runner(0, 0).run(Count::All, None, &mut seen).unwrap();
    let progress = seen.progress.lock().unwrap();
    let is_build = |own: &Progress| matches!(own, Progress::Build { phase, total, .. } if phase.starts_with("building index") && *total > 0);
    assert!(progress.iter().any(is_build), "{progress:?}");
}

impl Observer for Events {
    fn stalled(&mut self, _: &MigrationDir, stalled: &Stalled) {
        self.0.push(stalled.clone());
    }
}

const ADD: &str = "ALTER TABLE t ADD COLUMN b int;";
const DROP: &str = "ALTER TABLE t DROP COLUMN b;";

#[test]
fn others_do_not_wait_behind_a_migration_that_waits() {
    let project = Project::new(ADD, DROP, true);
    let (pid, reader) = project.reader(Duration::from_secs(4));
    // A client that would fail if it had to wait as long as the migration has to.
    let is_over = Arc::new(AtomicBool::new(false));
    let (over, url) = (Arc::clone(&is_over), project.url.clone());
    let other = thread::spawn(move || {
        let mut other = client(&url);
        other.batch_execute("SET lock_timeout = '2s'").unwrap();
        let mut count = 0;
        while !over.load(Ordering::Relaxed) {
            other.batch_execute("UPDATE t SET a = a + 1 WHERE id = 1").unwrap();
            count += 1;
            thread::sleep(Duration::from_millis(5));
        }
        count
    });
    let mut events = Events::default();
    let done = project.runner(100, 60_000).run(Count::All, None, &mut events).unwrap();
    is_over.store(true, Ordering::Relaxed);
    assert_eq!(done.ran.len(), 1);
    assert_eq!(project.columns(), 3);
    assert!(other.join().unwrap() > 10);
    reader.join().unwrap();
    // From the second attempt on, it is known who blocks.
    let blockers: Vec<_> = events.0.iter().flat_map(|stalled| &stalled.blockers).collect();
    assert!(blockers.iter().any(|blocker| blocker.pid == pid), "{:?}", events.0);
    let text = blockers.iter().find(|blocker| blocker.pid == pid).unwrap().to_string();
    assert!(
        text.contains("report") && text.contains("idle in transaction") && text.contains("FROM t"),
        "{text}"
    );
    assert!(events.0.iter().map(|stalled| stalled.attempts).eq(1..=events.0.len()));
}

#[test]
fn the_attempts_end_and_nothing_has_changed() {
    let project = Project::new(&format!("CREATE TABLE before (id int);\n{ADD}"), "SELECT 1;", true);
    let (pid, reader) = project.reader(Duration::from_secs(6));
    let error = project
        .runner(50, 2_000)
        .run(Count::All, None, &mut Events::default())
        .unwrap_err();
    let RunnerError::Failed(failure) = &error else {
        panic!("{error}")
    };
    let hint = failure.hint.as_deref().unwrap();
    assert!(
        hint.contains(&format!("process {pid} ")) && hint.contains("--retry-for"),
        "{hint}"
    );
    assert!(failure.in_transaction && failure.done == Done::default());
    assert_eq!(project.columns(), 2);
    let leftover = client(&project.url)
        .query_one("SELECT to_regclass('before') IS NULL", &[])
        .unwrap();
    assert!(leftover.get::<_, bool>(0));
    reader.join().unwrap();
}

#[test]
fn revert_and_redo_are_tried_again_too() {
    let project = Project::new(ADD, DROP, true);
    project
        .runner(0, 0)
        .run(Count::All, None, &mut Events::default())
        .unwrap();
    let (_, reader) = project.reader(Duration::from_millis(1500));
    let mut events = Events::default();
    let done = project.runner(50, 60_000).redo(Count::AtMost(1), &mut events).unwrap();
    assert_eq!((done.reverted.len(), done.ran.len(), project.columns()), (1, 1, 3));
    assert!(!events.0.is_empty());
    reader.join().unwrap();
    let (_, reader) = project.reader(Duration::from_millis(1500));
    let mut events = Events::default();
    project
        .runner(50, 60_000)
        .revert(Count::AtMost(1), &mut events)
        .unwrap();
    assert_eq!(project.columns(), 2);
    assert!(!events.0.is_empty());
    reader.join().unwrap();
}

#[test]
fn without_a_limit_or_with_one_of_its_own_it_waits() {
    let project = Project::new(&format!("SET LOCAL lock_timeout = '30s';\n{ADD}"), DROP, true);
    let (_, reader) = project.reader(Duration::from_millis(1500));
    let mut events = Events::default();
    project.runner(50, 60_000).run(Count::All, None, &mut events).unwrap();
    assert_eq!((events.0.len(), project.columns()), (0, 3));
    reader.join().unwrap();
    let (_, reader) = project.reader(Duration::from_millis(1500));
    project.runner(0, 0).revert(Count::AtMost(1), &mut events).unwrap();
    assert_eq!((events.0.len(), project.columns()), (0, 2));
    reader.join().unwrap();
}

#[test]
fn other_errors_are_not_tried_again() {
    let project = Project::new("ALTER TABLE t ADD COLUMN a int;", "SELECT 1;", true);
    let mut events = Events::default();
    let began = Instant::now();
    let error = project
        .runner(250, 60_000)
        .run(Count::All, None, &mut events)
        .unwrap_err();
    assert!(
        matches!(&error, RunnerError::Failed(failure) if failure.hint.is_none()),
        "{error}"
    );
    assert!(events.0.is_empty() && began.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_concurrent_build_waits_without_a_limit() {
    let project = Project::new(
        "CREATE INDEX CONCURRENTLY t_a ON t (a);",
        "DROP INDEX CONCURRENTLY t_a;",
        false,
    );
    let mut writer = client(&project.url);
    writer.batch_execute("BEGIN; UPDATE t SET a = 0 WHERE id = 2").unwrap();
    let ends = commit_after(writer, Duration::from_millis(1500));
    let mut runner = Runner::open(&project.url_with("lock_timeout%3D100ms"), project.path()).unwrap();
    runner.run(Count::All, None, &mut Events::default()).unwrap();
    assert_eq!(project.is_valid("t_a"), Some(true));
    ends.join().unwrap();
}

#[test]
fn a_limit_for_statements_does_not_end_what_takes_long() {
    let long = "DO $$ BEGIN PERFORM pg_sleep(0.5); COMMIT; END $$;";
    let project = Project::new(long, "SELECT 1;", false);
    let later = project.path().join("2024-01-02-000000_later");
    fs::create_dir(&later).unwrap();
    fs::write(later.join("up.sql"), "SELECT pg_sleep(0.5);").unwrap();
    let url = project.url_with("statement_timeout%3D100ms");
    let mut runner = Runner::open(&url, project.path()).unwrap();
    let error = runner
        .run(Count::All, None, &mut Events::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("later") && error.contains("statement timeout"),
        "{error}"
    );
}

#[test]
fn an_index_that_a_failed_build_left_is_built_again() {
    let up = "-- the index\nCREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);";
    let project = Project::new(up, "DROP INDEX CONCURRENTLY t_a;", false);
    let mut other = client(&project.url);
    other.batch_execute("UPDATE t SET a = 1").unwrap();
    let error = project
        .runner(250, 0)
        .run(Count::All, None, &mut Events::default())
        .unwrap_err();
    assert!(error.to_string().contains("t_a"), "{error}");
    assert_eq!(project.is_valid("t_a"), Some(false));
    other.batch_execute("UPDATE t SET a = id").unwrap();
    project
        .runner(250, 0)
        .run(Count::All, None, &mut Events::default())
        .unwrap();
    assert_eq!(project.is_valid("t_a"), Some(true));
}

#[test]
fn a_valid_index_of_that_name_stays() {
    let project = Project::new("CREATE INDEX CONCURRENTLY t_a ON t (a);", "SELECT 1;", false);
    let mut other = client(&project.url);
    other.batch_execute("CREATE INDEX t_a ON t (id)").unwrap();
    project
        .runner(250, 0)
        .run(Count::All, None, &mut Events::default())
        .unwrap_err();
    let definition = other.query_one("SELECT pg_get_indexdef('t_a'::regclass)", &[]).unwrap();
    assert!(definition.get::<_, String>(0).contains("(id)"));
}

#[test]
fn a_file_that_handles_errors_itself_waits() {
    let up = "DO $$ BEGIN ALTER TABLE t ADD COLUMN b int; EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'skipped'; END $$;";
    let project = Project::new(up, DROP, true);
    let (_, reader) = project.reader(Duration::from_millis(1500));
    let mut events = Events::default();
    project.runner(50, 60_000).run(Count::All, None, &mut events).unwrap();
    assert_eq!((events.0.len(), project.columns()), (0, 3));
    reader.join().unwrap();
}

#[test]
fn what_is_committed_is_not_done_again() {
    let up = "SET lock_timeout = '200ms'; UPDATE t SET a = a + 1 WHERE id = 1; COMMIT; ALTER TABLE t ADD COLUMN b int;";
    let project = Project::new(up, "SELECT 1;", true);
    let (_, reader) = project.reader(Duration::from_millis(3000));
    let mut events = Events::default();
    project
        .runner(50, 60_000)
        .run(Count::All, None, &mut events)
        .unwrap_err();
    let a: i32 = client(&project.url)
        .query_one("SELECT a FROM t WHERE id = 1", &[])
        .unwrap()
        .get(0);
    assert_eq!((events.0.len(), a, project.columns()), (0, 2, 2));
    reader.join().unwrap();
}

#[test]
fn an_error_after_a_stall_has_no_advice_about_locks() {
    let project = Project::new("ALTER TABLE t ADD COLUMN b int; SELECT 1 / 0;", "SELECT 1;", true);
    let (_, reader) = project.reader(Duration::from_millis(1000));
    let mut events = Events::default();
    let error = project
        .runner(50, 60_000)
        .run(Count::All, None, &mut events)
        .unwrap_err();
    assert!(
        matches!(&error, RunnerError::Failed(failure) if failure.hint.is_none()),
        "{error}"
    );
    assert!(!events.0.is_empty());
    reader.join().unwrap();
    let watching = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_blocking_pids%' \
                    AND pid <> pg_backend_pid()";
    let left: i64 = client(&project.url).query_one(watching, &[]).unwrap().get(0);
    assert_eq!(left, 0);
}

#[test]
fn an_index_that_another_session_builds_is_left_to_it() {
    let up = "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);";
    let project = Project::new(up, "SELECT 1;", false);
    let mut writer = client(&project.url);
    writer.batch_execute("BEGIN; UPDATE t SET a = 0 WHERE id = 2").unwrap();
    let url = project.url.clone();
    let builder = thread::spawn(move || client(&url).batch_execute("CREATE INDEX CONCURRENTLY t_a ON t (a)"));
    let mut other = client(&project.url);
    let exists = "SELECT to_regclass('t_a') IS NOT NULL";
    while !other.query_one(exists, &[]).unwrap().get::<_, bool>(0) {
        thread::sleep(Duration::from_millis(20));
    }
    let ends = commit_after(writer, Duration::from_millis(1500));
    project
        .runner(250, 0)
        .run(Count::All, None, &mut Events::default())
        .unwrap();
    builder.join().unwrap().unwrap();
    ends.join().unwrap();
    assert_eq!(project.is_valid("t_a"), Some(true));
}

#[test]
fn only_the_index_of_the_file_is_dropped_even_while_the_table_is_read() {
    let up = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);";
    let project = Project::new(up, "DROP INDEX CONCURRENTLY t_a;", false);
    let mut other = client(&project.url);
    let set_up = "CREATE SCHEMA app; CREATE TABLE app.t (a int); INSERT INTO app.t VALUES (1), (1); UPDATE t SET a = 1";
    other.batch_execute(set_up).unwrap();
    other
        .batch_execute("CREATE UNIQUE INDEX CONCURRENTLY t_a ON app.t (a)")
        .unwrap_err();
    other
        .batch_execute("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)")
        .unwrap_err();
    other.batch_execute("UPDATE t SET a = id").unwrap();
    // A session that has read the table holds a lock on its indexes.
    let (_, reader) = project.reader(Duration::from_millis(1000));
    project
        .runner(250, 0)
        .run(Count::All, None, &mut Events::default())
        .unwrap();
    reader.join().unwrap();
    assert_eq!(
        (project.is_valid("t_a"), project.is_valid("app.t_a")),
        (Some(true), Some(false))
    );
}
