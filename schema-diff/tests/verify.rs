//! Histories whose migrations are reverted, or not.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::fs;

use schema_diff_engine::{
    history::MigrationsDirectory,
    replay::{ReplayError, Verified, verify},
};
use workshop::workshop;

/// What a migration begins with in each case: it is reverted.
const FIRST: (&str, &str) = (
    "CREATE TABLE t (id int PRIMARY KEY, x int, kept text DEFAULT 'k'); CREATE TYPE mood AS ENUM ('a'); \
     CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON TABLE t IS 'it'",
    "DROP TABLE t; DROP TYPE mood; DROP FUNCTION one",
);

/// A name, up.sql, down.sql (`None`: no file), and the code of what is found, with an object of its differences.
type Case = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<(&'static str, &'static str)>,
);

const CASES: &[Case] = &[
    ("nothing changes", "UPDATE t SET x = 1", None, None),
    (
        "a column",
        "ALTER TABLE t ADD COLUMN y int",
        Some("ALTER TABLE t DROP COLUMN y"),
        None,
    ),
    (
        "a dropped column comes back, as the last",
        "ALTER TABLE t DROP COLUMN x",
        Some("ALTER TABLE t ADD COLUMN x int"),
        None,
    ),
    (
        "a default is lost",
        "ALTER TABLE t ALTER kept DROP DEFAULT",
        Some("ALTER TABLE t ALTER kept SET DEFAULT 'other'"),
        Some(("down-differs", "public.t.kept")),
    ),
    (
        "a comment is lost",
        "COMMENT ON TABLE t IS 'that'",
        Some("COMMENT ON TABLE t IS NULL"),
        Some(("down-differs", "public.t")),
    ),
    (
        "a privilege stays",
        "GRANT SELECT ON t TO PUBLIC",
        Some("SELECT 1"),
        Some(("down-differs", "public.t")),
    ),
    (
        "a function keeps its new body",
        "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        Some("SELECT one()"),
        Some(("down-differs", "public.one()")),
    ),
    (
        "no file",
        "ALTER TABLE t ADD COLUMN y int",
        None,
        Some(("down-missing", "")),
    ),
    (
        "only a comment",
        "ALTER TABLE t ADD COLUMN y int",
        Some("-- irreversible\n"),
        Some(("down-missing", "")),
    ),
    (
        "an error",
        "ALTER TABLE t ADD COLUMN y int",
        Some("ALTER TABLE t DROP COLUMN z"),
        Some(("down-fails", "")),
    ),
    (
        "a refusal of its own",
        "DROP FUNCTION one",
        Some("DO $$ BEGIN RAISE 'cannot be reverted'; END $$"),
        Some(("down-fails", "")),
    ),
    (
        "labels stay",
        "ALTER TYPE mood ADD VALUE 'b'; ALTER TYPE mood ADD VALUE 'c'",
        Some("SELECT 1"),
        Some(("down-keeps-labels", "public.mood b")),
    ),
    (
        "a row that up.sql does not expect",
        "INSERT INTO t VALUES (1)",
        Some("SELECT 1"),
        Some(("up-fails-again", "")),
    ),
    (
        "a second run that does less",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM t) THEN CREATE TABLE once (id int); INSERT INTO t VALUES (1); END IF; END $$",
        Some("DROP TABLE once"),
        Some(("up-differs-again", "public.once")),
    ),
    (
        "a role of the whole server",
        "CREATE ROLE of_a_migration; GRANT SELECT ON t TO of_a_migration",
        Some("REVOKE SELECT ON t FROM of_a_migration; DROP ROLE of_a_migration"),
        None,
    ),
    (
        "what a session has set does not outlive it",
        "CREATE TABLE z (i int); SET statement_timeout = '1ms'; SET default_transaction_read_only = on; \
         SET search_path = nowhere; PREPARE p AS SELECT 1; LISTEN x; SELECT pg_advisory_lock(1)",
        Some("DROP TABLE z"),
        None,
    ),
    (
        "a child table leaves its parent for a while",
        "CREATE TABLE parent (id int); CREATE TABLE child (x int) INHERITS (parent); \
         ALTER TABLE child NO INHERIT parent",
        Some("ALTER TABLE child INHERIT parent; DROP TABLE child; DROP TABLE parent"),
        None,
    ),
    (
        "one statement outside of a transaction",
        "CREATE INDEX CONCURRENTLY t_x ON t (x)",
        Some("DROP INDEX CONCURRENTLY t_x"),
        None,
    ),
];

fn found(up: &str, down: Option<&str>, last: Option<usize>) -> Result<Verified, ReplayError> {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, up: &str, down: Option<&str>| {
        let path = root.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("up.sql"), up).unwrap();
        if let Some(down) = down {
            fs::write(path.join("down.sql"), down).unwrap();
        }
        if up.contains("CONCURRENTLY") {
            fs::write(path.join("metadata.toml"), "run_in_transaction = false").unwrap();
        }
    };
    write("2026-01-01-000000_first", FIRST.0, Some(FIRST.1));
    write("2026-01-02-000000_second", up, down);
    write(
        "2026-01-03-000000_third",
        "CREATE TABLE later (id int)",
        Some("DROP TABLE later"),
    );
    let directory = MigrationsDirectory::read(root.path()).unwrap();
    verify(directory.migrations(), last, workshop().server(), &mut |_| {})
}

#[test]
fn what_is_not_reverted_is_found() {
    for (name, up, down, expected) in CASES {
        let verified = found(up, *down, None).unwrap();
        assert_eq!((verified.count, verified.stopped), (3, None), "{name}");
        let found = verified.findings;
        let codes: Vec<&str> = found.iter().map(|own| own.kind.code()).collect();
        let wanted: Vec<&str> = expected.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, wanted, "{name}: {found:#?}");
        let (Some(own), Some((_, object))) = (found.first(), expected) else {
            continue;
        };
        assert_eq!(own.name, "2026-01-02-000000_second");
        let mut objects = own.kind.differences().iter().map(|one| one.object.as_str());
        assert!(object.is_empty() || objects.any(|own| own == *object), "{name}: {own}");
    }
}

#[test]
fn a_comment_allows_it() {
    let up = "ALTER TABLE t ADD COLUMN y int";
    let down = "-- schema-diff: allow(down-differs) y is never missed\nSELECT 1";
    let [own] = found(up, Some(down), None).unwrap().findings.try_into().unwrap();
    assert_eq!(own.allowed.as_deref(), Some("y is never missed"));
    assert!(!own.is_problem());
    let other = down.replace("down-differs", "down-fails");
    assert!(found(up, Some(&other), None).unwrap().findings[0].is_problem());
}

#[test]
fn only_the_last_may_be_verified() {
    for (last, expected) in [(1, (1, 0)), (2, (2, 1)), (9, (3, 1))] {
        let verified = found("DROP FUNCTION one", None, Some(last)).unwrap();
        assert_eq!((verified.count, verified.findings.len()), expected, "{last}");
    }
}

#[test]
fn a_migration_that_does_not_run_ends_it() {
    let verified = found("ALTER TABLE nothing\n  ADD x int;\nSELEC", Some(""), None).unwrap();
    let stopped = verified.stopped.unwrap();
    assert!(
        stopped.place().ends_with("2026-01-02-000000_second/up.sql:3"),
        "{stopped:?}"
    );
    assert!(stopped.message.contains("syntax error") && verified.count == 1);
}
