//! The guards of the tool on itself: a migration with a fault of our own making is not written.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its databases has failed")]

#[path = "support/workshop.rs"]
mod workshop;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use schema_diff_engine::{
    catalog_snapshot::{CatalogSnapshot, unknown_columns},
    cluster::ScratchDatabase,
    config::{Environment, Project},
    generate::{self, Draft, Options, Scratch, remaining},
    introspect::introspect,
    model::{Pair, Schema},
    plan::{Direction, Plan, Request, plan},
    prove::{Claim, ProofError, Side, prove},
    render,
};
use workshop::{apply, workshop};

/// Settings that are no part of what is compared, and that a column takes along when it is dropped.
const BEFORE: &str = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, c int); \
    CREATE INDEX t_b ON t ((b + 1)); ALTER INDEX t_b ALTER COLUMN 1 SET STATISTICS 700; \
    CREATE STATISTICS s ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 500; \
    CREATE STATISTICS with_c ON a, c FROM t; COMMENT ON STATISTICS with_c IS 'both'; \
    INSERT INTO t VALUES (1, 1, 1, 1)";
const AFTER: &str = "diesel::table! { t (id) { id -> Int4, a -> Int4, b -> Int8, d -> Nullable<Text>, } }";

/// A project beside a database.
struct Case {
    root: tempfile::TempDir,
    database: ScratchDatabase,
}

impl Case {
    fn new() -> Self {
        let (root, database) = (tempfile::tempdir().unwrap(), workshop().database());
        fs::create_dir(root.path().join("src")).unwrap();
        fs::write(root.path().join("diesel.toml"), "").unwrap();
        fs::write(root.path().join("src/schema.rs"), AFTER).unwrap();
        database.connect().unwrap().batch_execute(BEFORE).unwrap();
        Self { root, database }
    }

    fn draft(&self) -> Draft {
        let url = self.database.url();
        let project = Project::discover_in(self.root.path(), Environment::of([("DATABASE_URL", url)])).unwrap();
        let mut scratch = Scratch::new(&project, workshop().choice());
        generate::draft(&project, &Options::default(), &mut scratch, &mut |_| {}).unwrap()
    }
}

fn planned(draft: &Draft, direction: Direction) -> Plan {
    let (before, after) = (&draft.base.schema, &draft.resolution.after);
    let (matches, flipped) = (&draft.resolution.matches, draft.resolution.matches.flip());
    let (pair, matches): (Pair<&Schema>, _) = match direction {
        Direction::Up => (Pair::new(before, after), matches),
        Direction::Down => (Pair::new(after, before), &flipped),
    };
    plan(Request {
        pair,
        matches,
        backfills: &BTreeMap::new(),
        usings: &BTreeMap::new(),
        fire_triggers: &BTreeSet::new(),
        lift_row_security: &BTreeSet::new(),
        direction,
    })
}

/// Proves the draft's plans without the statements of `down.sql` that have a text.
fn proved_without(draft: &Draft, text: &str) -> Result<(), ProofError> {
    let (up, mut down) = (planned(draft, Direction::Up), planned(draft, Direction::Down));
    let count = down.statements.len();
    down.statements
        .retain(|own| text.is_empty() || !render::sql(&own.ddl).contains(text));
    assert_eq!(text.is_empty(), count == down.statements.len(), "{text}");
    let claim = Claim {
        schemas: Pair::new(&draft.base.schema, &draft.resolution.after),
        matches: &draft.resolution.matches,
        up: &up,
        down: &down,
        parts: 1,
        unsettled: &BTreeSet::new(),
        kept_labels: &BTreeMap::new(),
        fires: false,
        replaced: &BTreeMap::new(),
        converted: &BTreeSet::new(),
        programs: None,
    };
    prove(workshop().server(), claim, &mut |_| {}).map(|_| ())
}

#[test]
fn a_down_that_forgets_a_setting_is_not_proved() {
    let draft = Case::new().draft();
    proved_without(&draft, "").unwrap();
    for (forgotten, fact) in [
        ("ALTER STATISTICS", "pg_statistic_ext s: stxstattarget"),
        ("COMMENT ON STATISTICS", "- pg_description with_c"),
        ("ALTER INDEX t_b ALTER COLUMN 1", "pg_attribute t_b.1: attstattarget"),
    ] {
        match proved_without(&draft, forgotten) {
            Err(ProofError::Catalogs {
                side: Side::Down,
                differences,
            }) => assert!(
                differences.replace("public.", "").contains(fact),
                "{forgotten}: {differences}"
            ),
            other => panic!("{forgotten}: {other:?}"),
        }
    }
}

#[test]
fn what_a_second_run_would_find_is_known() {
    let case = Case::new();
    let draft = case.draft();
    let found = remaining(&draft, &draft.base.schema, workshop().server()).unwrap();
    let up = render::all(planned(&draft, Direction::Up).statements.iter().map(|own| &own.ddl));
    assert_eq!(found, up.iter().map(|sql| format!("{sql};")).collect::<Vec<_>>());
    let mut client = case.database.connect().unwrap();
    apply(&mut client, &up.join(";\n")).unwrap();
    let reached = introspect(&mut client).unwrap();
    assert_eq!(
        remaining(&draft, &reached, workshop().server()).unwrap(),
        Vec::<String>::new()
    );
}

#[test]
fn a_snapshot_knows_every_column_of_the_catalogs() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    assert_eq!(unknown_columns(&mut client).unwrap(), Vec::<String>::new());
}

#[test]
fn a_role_without_rights_takes_the_same_snapshot_without_temporary_tables() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client.batch_execute(BEFORE).unwrap();
    let wanted = CatalogSnapshot::of(&mut client).unwrap();
    client
        .batch_execute("CREATE TEMP TABLE own (id int PRIMARY KEY); CREATE ROLE looks_on")
        .unwrap();
    let mut other = database.connect().unwrap();
    other.batch_execute("SET SESSION AUTHORIZATION looks_on").unwrap();
    assert_eq!(
        wanted.differences(&CatalogSnapshot::of(&mut other).unwrap(), &mut client),
        Vec::new()
    );
}
