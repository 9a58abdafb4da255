//! What a migration says of other sessions that have to wait, by the sizes of the tables: `traffic/cases.toml` was written from
//! Postgres's manual and the statements, not from what the tool says.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::{collections::BTreeMap, fs, path::Path};

use schema_diff_engine::{
    generate::{Migration, Options, SizesFrom},
    matching::Decisions,
    model::QualifiedName,
    online::Forms,
    plan::Statement,
    statistics::{DEFAULT_FILE, Statistics, TableStatistics},
};
use serde::Deserialize;
use workshop::{texts, workshop};

#[derive(Deserialize)]
struct Cases {
    before: String,
    schema: BTreeMap<String, String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    after: BTreeMap<String, String>,
    #[serde(default)]
    renames: BTreeMap<String, String>,
    #[serde(default)]
    up: Vec<String>,
    #[serde(default)]
    down: Vec<String>,
}

fn table(rows: Option<u64>, bytes: u64) -> TableStatistics {
    TableStatistics {
        rows,
        bytes,
        ..TableStatistics::default()
    }
}

fn statistics() -> Statistics {
    let tables = [
        ("big", table(Some(5_000_000), 400_000_000)),
        ("other", table(Some(2_000_000), 90_000_000)),
        ("small", table(Some(10), 8192)),
        ("fat", table(None, 1_000_000_000)),
    ];
    let tables = tables.into_iter().map(|(name, of)| (QualifiedName::public(name), of));
    Statistics {
        tables: tables.collect(),
        ..Statistics::default()
    }
}

/// A project in a directory, beside a database with the tables of all cases.
fn project(root: &Path, schema: &str) {
    fs::create_dir(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    fs::write(root.join("src/schema.rs"), schema).unwrap();
}

fn waits(statements: &[Statement]) -> Vec<String> {
    statements
        .iter()
        .flat_map(|own| &own.waits)
        .map(ToString::to_string)
        .collect()
}

fn comments(sql: &str) -> Vec<String> {
    let locks = sql.lines().filter_map(|line| line.strip_prefix("-- LOCK: "));
    locks.map(|line| line.trim_end_matches('.').to_owned()).collect()
}

impl Case {
    fn migration(&self, cases: &Cases) -> Migration {
        let root = tempfile::tempdir().unwrap();
        let mut declared = cases.schema.clone();
        declared.extend(self.after.clone());
        let tables = declared.values().filter(|text| !text.is_empty());
        let schema: String = tables.map(|text| format!("diesel::table! {{ {text} }}\n")).collect();
        project(root.path(), &schema);
        statistics().write(&root.path().join(DEFAULT_FILE)).unwrap();
        let database = workshop().database();
        database.connect().unwrap().batch_execute(&cases.before).unwrap();
        let renamed = self.renames.iter();
        let options = Options {
            decisions: Decisions {
                tables: renamed
                    .map(|(from, to)| (QualifiedName::public(from), QualifiedName::public(to)))
                    .collect(),
                dropped_tables: self
                    .after
                    .iter()
                    .filter(|(_, text)| text.is_empty())
                    .map(|(name, _)| QualifiedName::public(name))
                    .collect(),
                ..Decisions::default()
            },
            online: Some(Forms::Never),
            ..Options::default()
        };
        let made = workshop().generate(root.path(), &database.url(), &options);
        made.unwrap_or_else(|error| panic!("{}: {error}", self.name)).unwrap().1
    }
}

#[test]
fn what_others_wait_for_is_said() {
    let cases: Cases = toml::from_str(include_str!("traffic/cases.toml")).unwrap();
    assert!(cases.case.len() > 12);
    let mut differences = String::new();
    for case in &cases.case {
        let migration = case.migration(&cases);
        let found = [waits(&migration.up_statements), waits(&migration.down_statements)];
        if found != [case.up.clone(), case.down.clone()] {
            differences.push_str(&format!("{}: {found:#?}\n{}", case.name, migration.up));
        }
        assert_eq!(
            [comments(&migration.up), comments(&migration.down)],
            found,
            "{}",
            case.name
        );
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn sizes_are_those_of_the_catalog() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client
        .batch_execute(
            "CREATE SCHEMA \"a.b\"; CREATE TABLE \"a.b\".\"say \"\"hi\"\"\" (id int PRIMARY KEY, x int); \
             CREATE TABLE counted (id int PRIMARY KEY, x int, y text); \
             INSERT INTO counted SELECT i, CASE WHEN i % 4 > 0 THEN i % 3 END, repeat('y', 100) FROM generate_series(1, 20000) i; \
             ANALYZE counted; DELETE FROM counted WHERE id <= 5000; \
             CREATE TABLE grown (id int); INSERT INTO grown SELECT generate_series(1, 1000); ANALYZE grown; \
             INSERT INTO grown SELECT generate_series(1, 9000); \
             CREATE TABLE never (id int); INSERT INTO never SELECT generate_series(1, 1000); \
             CREATE MATERIALIZED VIEW m AS SELECT * FROM counted; CREATE PUBLICATION p FOR TABLE counted; \
             CREATE TEMPORARY TABLE temporary (id int)",
        )
        .unwrap();
    let found = Statistics::read(&mut client).unwrap();
    let names: Vec<String> = found.tables.keys().map(QualifiedName::plain).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    let table = |name: &str| &found.tables[&QualifiedName::public(name)];
    let bytes: u64 = texts(&mut client, "SELECT pg_table_size('counted')")[0]
        .parse()
        .unwrap();
    let counted = table("counted");
    assert_eq!(
        (counted.rows, counted.bytes, counted.published),
        (Some(20_000), bytes, true)
    );
    assert!(counted.index_bytes > 0);
    let x = counted.columns.iter().find(|column| column.name == "x").unwrap();
    assert!(
        (0.2..0.3).contains(&x.null_fraction) && (x.distinct - 3.0).abs() < 0.1,
        "{x:?}"
    );
    // The density of the last ANALYZE on the pages of now.
    assert!((8_000..12_000).contains(&table("grown").rows.unwrap()));
    assert_eq!(table("never").rows, None);
    assert_eq!(found.tables[&QualifiedName::new("a.b", "say \"hi\"")].bytes, 0);
}

#[test]
fn a_role_without_privileges_reads_sizes() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client
        .batch_execute(
            "CREATE TABLE secret (id int PRIMARY KEY, open int); INSERT INTO secret SELECT i, i FROM generate_series(1, 500) i; \
             ANALYZE secret; CREATE ROLE only_sizes; GRANT SELECT (open) ON secret TO only_sizes; SET ROLE only_sizes",
        )
        .unwrap();
    let found = Statistics::read(&mut client).unwrap();
    client
        .batch_execute("RESET ROLE; DROP OWNED BY only_sizes; DROP ROLE only_sizes")
        .unwrap();
    let secret = &found.tables[&QualifiedName::public("secret")];
    let columns: Vec<&str> = secret.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((secret.rows, columns), (Some(500), vec!["open"]));
}

#[test]
fn a_locked_table_does_not_hold_up_for_long() {
    let database = workshop().database();
    let (mut client, mut other) = (database.connect().unwrap(), database.connect().unwrap());
    client.batch_execute("CREATE TABLE t (id int)").unwrap();
    let mut transaction = other.transaction().unwrap();
    transaction
        .batch_execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let error = Statistics::read(&mut client).unwrap_err();
    assert_eq!(error.code().unwrap().code(), "55P03");
    transaction.rollback().unwrap();
    assert_eq!(Statistics::read(&mut client).unwrap().tables.len(), 1);
}

#[test]
fn the_database_itself_may_say_its_sizes() {
    let root = tempfile::tempdir().unwrap();
    project(
        root.path(),
        "diesel::table! { t (id) { id -> Int4, #[schema_diff::index] x -> Nullable<Int4>, } }",
    );
    fs::write(root.path().join("schema-diff.toml"), "[traffic]\nlarge_rows = 2_000\n").unwrap();
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    let fill = |rows: u32| format!("INSERT INTO t SELECT i, i FROM generate_series(1, {rows}) i; ANALYZE t");
    client
        .batch_execute(&format!("CREATE TABLE t (id int PRIMARY KEY, x int); {}", fill(1000)))
        .unwrap();
    let said = |sizes: SizesFrom| {
        let options = Options {
            sizes,
            online: Some(Forms::Never),
            ..Options::default()
        };
        let made = workshop().generate(root.path(), &database.url(), &options).unwrap();
        waits(&made.unwrap().1.up_statements)
    };
    assert_eq!(said(SizesFrom::Database), Vec::<String>::new());
    assert_eq!(
        said(SizesFrom::File),
        ["other sessions cannot write to t (SHARE lock) while its rows (size unknown) are indexed"]
    );
    client.batch_execute(&format!("TRUNCATE t; {}", fill(3000))).unwrap();
    let [wait] = said(SizesFrom::Database).try_into().unwrap();
    assert!(
        wait.starts_with("other sessions cannot write to t (SHARE lock) while its 3,000 rows ("),
        "{wait}"
    );
}
