//! Rehearsals: the generated rows are valid and have the shape of the statistics, and what disturbs clients is reported.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::{collections::BTreeMap, fs, time::Duration};

use schema_diff_engine::{
    config::Environment,
    history::MigrationsDirectory,
    model::QualifiedName,
    rehearse::{Clients, Operation, Rehearsal, RehearseError, Request, RowCounts, Status, rehearse},
    runner::Patience,
    statistics::{ColumnStatistics, Statistics, TableStatistics},
};
use workshop::workshop;

/// A migration: up.sql, and whether it runs in a transaction.
type Migration<'a> = (&'a str, bool);

/// Rehearses all migrations but the first.
fn rehearsed(
    migrations: &[Migration<'_>],
    counts: RowCounts<'_>,
    clients: Clients,
) -> Result<Rehearsal, RehearseError> {
    let root = tempfile::tempdir().unwrap();
    for (at, (up, in_transaction)) in migrations.iter().enumerate() {
        let path = root.path().join(format!("2024-01-0{}-000000_step", at + 1));
        fs::create_dir(&path).unwrap();
        fs::write(path.join("up.sql"), up).unwrap();
        if !in_transaction {
            fs::write(path.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
        }
    }
    let directory = MigrationsDirectory::read(root.path()).unwrap();
    let rehearsed = directory
        .migrations()
        .iter()
        .skip(1)
        .map(|own| own.version.clone())
        .collect();
    let request = Request {
        directory: root.path(),
        migrations: directory.migrations(),
        rehearsed: &rehearsed,
        counts,
        clients,
        patience: Patience::default(),
        environment: &Environment::of([("", ""); 0]),
    };
    rehearse(&request, workshop().server(), &mut |_| {})
}

const fn rows(rows: u64) -> RowCounts<'static> {
    RowCounts {
        rows: Some(rows),
        statistics: None,
        nulls: 0.0,
    }
}

fn clients() -> Clients {
    Clients {
        count: 4,
        per_second: 100.0,
        long_read: Duration::ZERO,
        control: Duration::from_millis(500),
    }
}

fn nobody() -> Clients {
    Clients {
        count: 0,
        control: Duration::ZERO,
        long_read: Duration::ZERO,
        ..clients()
    }
}

const TABLES: &str = include_str!("rehearse/tables.sql");

#[test]
fn generated_rows_are_valid() {
    let valid = (include_str!("rehearse/valid.sql"), true);
    let done = rehearsed(&[(TABLES, true), valid], rows(3000), nobody()).unwrap();
    assert_eq!(done.stopped, None);
    let found: BTreeMap<String, (u64, Option<&str>)> = done
        .tables
        .iter()
        .map(|own| (own.name.plain(), (own.rows, own.problem.as_deref())))
        .collect();
    assert_eq!(found.len(), 19, "{found:?}");
    for (table, own) in found {
        let expected = match table.as_str() {
            "codes" => (3, Some("its keys do not allow more different values")),
            "small_keys" => (2 * 3 * 16, Some("its keys do not allow more different values")),
            _ => (3000, None),
        };
        assert_eq!(own, expected, "{table}");
    }
}

#[test]
fn a_rehearsal_without_clients_says_so() {
    let first = "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id int PRIMARY KEY, m mood); CREATE TABLE other (t_id int REFERENCES t)";
    let function = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'";
    let done = rehearsed(&[(first, true), (function, true)], rows(10), clients()).unwrap();
    assert_eq!((done.tables.len(), done.status(None)), (0, Status::Untested));
    // A renamed label locks no table.
    let label = "ALTER TYPE mood RENAME VALUE 'sad' TO 'glum'";
    let done = rehearsed(&[(first, true), (label, true)], rows(100), clients()).unwrap();
    assert_eq!(done.tables.len(), 1);
    assert!(done.is_tested());
    // Rows that are deleted may be referenced.
    let delete = "DELETE FROM t WHERE id > 50";
    let done = rehearsed(&[(first, true), (delete, true)], rows(100), clients()).unwrap();
    assert_eq!(done.tables.len(), 2);
    assert!(done.stopped.unwrap().contains("violates foreign key constraint"));
    let [migration] = done.migrations.as_slice() else {
        panic!("{:?}", done.migrations)
    };
    assert_eq!((migration.statements.len(), migration.is_complete), (1, false));
}

#[test]
fn clients_do_not_break_what_the_migration_needs() {
    let first = "CREATE TABLE t (id serial PRIMARY KEY, email text NOT NULL, low int NOT NULL UNIQUE, high int, CHECK (low <= high))";
    let unique = "SELECT pg_sleep(1); ALTER TABLE t ADD UNIQUE (email)";
    let done = rehearsed(&[(first, true), (unique, true)], rows(400), clients()).unwrap();
    assert_eq!(
        (done.stopped.as_deref(), done.failures.len(), done.excluded.len()),
        (None, 0, 0),
        "{:?}",
        done.excluded
    );
    assert!(done.during.count > 100);
}

#[test]
fn rows_have_the_shape_of_the_statistics() {
    let columns = [("a", 0.25, 40.0, 4), ("b", 0.0, -0.5, 200), ("c", 1.0, 0.0, 8)];
    let columns = columns.map(|(name, null_fraction, distinct, width)| ColumnStatistics {
        name: name.to_owned(),
        null_fraction,
        distinct,
        width,
    });
    let table = TableStatistics {
        rows: Some(4000),
        columns: columns.to_vec(),
        ..TableStatistics::default()
    };
    let statistics = Statistics {
        tables: [(QualifiedName::public("t"), table)].into(),
        ..Statistics::default()
    };
    let counts = RowCounts {
        rows: None,
        statistics: Some(&statistics),
        nulls: 0.0,
    };
    let first = "CREATE TABLE t (id int PRIMARY KEY, a int, b text, c date)";
    let measured = "DO $$ DECLARE own record; BEGIN
        SELECT count(*) AS n, count(a) AS a, count(DISTINCT a) AS da, count(DISTINCT b) AS db, avg(length(b)) AS wb, count(c) AS c INTO own FROM t;
        ASSERT own.n = 0 OR own.n = 4000 AND own.a BETWEEN 2900 AND 3100 AND own.da = 40 AND own.db = 2000 AND own.wb = 200 AND own.c = 0, own;
    END $$; LOCK TABLE t";
    let done = rehearsed(&[(first, true), (measured, true)], counts, nobody()).unwrap();
    assert_eq!(done.stopped, None);
}

#[test]
fn clients_that_wait_are_seen() {
    let first = "CREATE TABLE t (id int PRIMARY KEY, x int); CREATE TABLE other (id int PRIMARY KEY)";
    let slow =
        "ALTER TABLE t ADD COLUMN y int;\n-- a comment\nSELECT pg_sleep(0.8);\nLOCK TABLE other IN ACCESS SHARE MODE";
    let done = rehearsed(&[(first, true), (slow, true)], rows(500), clients()).unwrap();
    assert_eq!(done.stopped, None);
    assert!(
        done.longest_wait() > Duration::from_millis(600),
        "{:?}",
        done.longest_wait()
    );
    assert!(
        done.control.count > 50 && done.control.longest < Duration::from_millis(400),
        "{:?}",
        done.control
    );
    let [migration] = done.migrations.as_slice() else {
        panic!("{:?}", done.migrations)
    };
    let lines: Vec<usize> = migration.statements.iter().map(|own| own.line).collect();
    assert_eq!(lines, [1, 3, 4]);
    let sleep = &migration.statements[1];
    assert!(
        sleep.took >= Duration::from_millis(800) && sleep.blocked > Duration::from_millis(600),
        "{sleep:?}"
    );
    // Prepared statements that list the columns go on working.
    assert_eq!(done.failures, []);
    let page = done.html(Some(Duration::from_millis(250)));
    assert!(
        page.contains("SELECT pg_sleep(0.8)") && page.contains("class=\"wait\""),
        "{page}"
    );
}

#[test]
fn statements_that_fail_are_counted_by_their_reason() {
    let first = "CREATE TABLE \"<t>\" (id int PRIMARY KEY, x int, n int)";
    let drops = "ALTER TABLE \"<t>\" DROP COLUMN x, ALTER n TYPE bigint";
    let done = rehearsed(&[(first, true), (drops, true)], rows(500), clients()).unwrap();
    assert_eq!(done.stopped, None);
    let failed: BTreeMap<Operation, &str> = done
        .failures
        .iter()
        .map(|own| (own.operation, own.message.as_str()))
        .collect();
    assert_eq!(
        failed.get(&Operation::Select),
        Some(&"column <t>.x does not exist"),
        "{failed:?}"
    );
    assert!(
        failed.contains_key(&Operation::Insert) && !failed.contains_key(&Operation::Delete),
        "{failed:?}"
    );
    let page = done.html(None);
    assert!(
        page.contains("column &lt;t&gt;.x does not exist") && !page.contains("<t>"),
        "{page}"
    );
}

#[test]
fn a_cached_plan_is_a_failure() {
    let first = "CREATE TABLE t (id int PRIMARY KEY, n int)";
    let wider = "ALTER TABLE t ALTER n TYPE bigint";
    let done = rehearsed(&[(first, true), (wider, true)], rows(500), clients()).unwrap();
    let failed: Vec<&str> = done.failures.iter().map(|own| own.message.as_str()).collect();
    assert!(
        failed.contains(&"cached plan must not change result type"),
        "{failed:?}"
    );
}

#[test]
fn rows_stop_a_migration_and_triggers_refuse_statements() {
    let counts = RowCounts {
        nulls: 0.2,
        ..rows(200)
    };
    let not_null = "LOCK TABLE frozen; ALTER TABLE no_key ALTER x SET NOT NULL";
    let done = rehearsed(&[(TABLES, true), (not_null, true)], counts, clients()).unwrap();
    let stopped = done.stopped.unwrap();
    assert!(stopped.contains("contains null values"), "{stopped}");
    let [(table, Operation::Update, why)] = done.excluded.as_slice() else {
        panic!("{:?}", done.excluded)
    };
    assert_eq!(
        (table.plain().as_str(), why.as_str()),
        ("frozen", "frozen rows cannot change")
    );
}

#[test]
fn no_row_has_a_label_that_is_dropped() {
    let first = "CREATE TYPE mood AS ENUM ('ok', 'bad', 'gone'); CREATE TYPE kept AS ENUM ('a', 'b');
        CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL, ms mood[], k kept NOT NULL)";
    let drops = "ALTER TYPE kept RENAME VALUE 'a' TO 'c'; ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('ok', 'bad');
        ALTER TABLE t ALTER m TYPE mood USING m::text::mood, ALTER ms TYPE mood[] USING ms::text::mood[]; DROP TYPE mood_old;
        DO $$ BEGIN IF EXISTS (SELECT FROM t) AND NOT EXISTS (SELECT FROM t WHERE k = 'c') THEN RAISE 'no row has the label that is renamed'; END IF; END $$";
    let done = rehearsed(&[(first, true), (drops, true)], rows(200), clients()).unwrap();
    assert_eq!(done.stopped, None);
    let dropped: Vec<_> = done
        .dropped_labels
        .iter()
        .map(|(of, label)| (of.plain(), label.as_str()))
        .collect();
    assert_eq!(dropped, [("mood".to_owned(), "gone")]);
}

#[test]
fn what_runs_outside_a_transaction_concerns_the_tables_that_it_names() {
    let first = "CREATE TABLE t (id int PRIMARY KEY, x int); CREATE TABLE \"The other\" (id int PRIMARY KEY, x int); CREATE TABLE unused (id int)";
    let index = ("CREATE INDEX CONCURRENTLY ON t (x) -- not unused", false);
    let block = ("DO $$ BEGIN UPDATE \"The other\" SET x = 1; COMMIT; END $$", false);
    let done = rehearsed(&[(first, true), index, block], rows(300), clients()).unwrap();
    assert_eq!(done.stopped, None);
    let found: Vec<String> = done.tables.iter().map(|own| own.name.plain()).collect();
    assert_eq!(found, ["The other", "t"]);
    let took: Vec<usize> = done.migrations.iter().map(|own| own.statements.len()).collect();
    assert_eq!(took, [1, 1]);
}

#[test]
fn a_migration_that_fails_without_rows_is_an_error() {
    let first = "CREATE TABLE t (id int PRIMARY KEY)";
    let error = rehearsed(
        &[(first, true), ("SELECT 1;\nALTER TABLE missing ADD x int", true)],
        rows(10),
        nobody(),
    );
    let text = error.err().unwrap().to_string();
    assert!(
        text.contains("up.sql:2` fails") && text.contains("\"missing\" does not exist"),
        "{text}"
    );
}
