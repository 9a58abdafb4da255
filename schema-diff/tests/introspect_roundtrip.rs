//! Reading and rendering are each other's inverse: what is read from a database, rendered and applied to an empty one,
//! reads the same.
//!
//! `tests/introspect/*.sql` are the odd databases; adding a case is adding a file (`since_14.sql` is for servers from
//! that version on). Random ones come on top.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use postgres::Client;
use proptest::{prelude::*, test_runner::TestRunner};
use schema_diff_engine::{
    create,
    introspect::{IntrospectError, QUERIES, introspect, introspect_observed},
    model::default_name,
    model::{ColumnRef, ConstraintKind, CustomType, Schema, Session, TableName, TypeName, subset},
    render,
};
use support::{arbitrary::arbitrary_schema, server::Server};

/// Creates a schema in an empty database and reads it again.
fn create_and_read(schema: &Schema) -> Result<Schema, String> {
    let (mut client, _) = Server::shared().database();
    let statements = [create::missing_roles(schema), create::schema(schema)];
    for statement in &render::all(statements.iter().flatten()) {
        client.batch_execute(statement).map_err(|failure| {
            let cause = failure
                .as_db_error()
                .map_or_else(|| failure.to_string(), ToString::to_string);
            format!("{cause}\n{statement}")
        })?;
    }
    introspect(&mut client).map_err(|failure| failure.to_string())
}

/// The lines in which two schemas differ.
fn difference(before: &Schema, after: &Schema) -> String {
    let (before, after) = (format!("{before:#?}"), format!("{after:#?}"));
    let diff = similar::TextDiff::from_lines(&before, &after);
    diff.unified_diff().context_radius(8).to_string()
}

fn assert_round_trip(name: &str, schema: &Schema) {
    match create_and_read(schema) {
        Ok(again) => assert!(
            *schema == again,
            "{name} reads differently:\n{}",
            difference(schema, &again)
        ),
        Err(failure) => panic!("{name} cannot be created: {failure}"),
    }
}

fn load(path: &Path) -> Client {
    let (mut client, _) = Server::shared().database();
    let sql = fs::read_to_string(path).unwrap();
    if let Err(failure) = client.batch_execute(&sql) {
        panic!("{} does not load: {failure:?}", path.display());
    }
    client
}

fn odd_databases() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/introspect");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    let (mut client, _) = Server::shared().database();
    let version = introspect(&mut client).unwrap().major_version();
    paths.retain(|path| {
        let since = path
            .file_stem()
            .and_then(|stem| stem.to_str()?.strip_prefix("since_")?.parse::<u32>().ok());
        since.is_none_or(|since| version >= since)
    });
    paths.sort();
    assert!(paths.len() > 5);
    paths
}

#[test]
fn odd_databases_read_the_same_again() {
    for path in odd_databases() {
        let schema = introspect(&mut load(&path)).unwrap();
        assert_round_trip(&path.display().to_string(), &schema);
    }
}

#[test]
fn every_subset_can_be_created_and_reads_as_it_was() {
    for path in odd_databases() {
        let schema = introspect(&mut load(&path)).unwrap();
        for table in schema.tables.keys() {
            let part = subset(&schema, &BTreeSet::from([table.clone()]));
            assert!(part.tables.contains_key(table));
            let name = format!("{} of {}", table.plain(), path.display());
            let again = create_and_read(&part).unwrap_or_else(|failure| panic!("{name} cannot be created: {failure}"));
            let (part, again) = (without_type_users(part), without_type_users(again));
            assert!(
                part == again,
                "{name} reads differently:\n{}",
                difference(&part, &again)
            );
        }
    }
}

#[test]
fn random_schemas_read_as_they_were_meant() {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(100);
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig {
            cases,
            failure_persistence: None,
            max_shrink_iters: 100,
            ..ProptestConfig::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&arbitrary_schema(), |schema| {
        let read = create_and_read(&schema).map_err(TestCaseError::fail)?;
        let meant = Schema {
            server_version: read.server_version,
            ..schema
        };
        let read = without_owners(read);
        prop_assert!(meant == read, "{}", difference(&meant, &read));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Leaves out who else uses an enum: a part of a schema does not have them all.
fn without_type_users(mut schema: Schema) -> Schema {
    for kind in schema.types.values_mut() {
        if let CustomType::Enum(found) = kind {
            found.used_by.clear();
            found.used_in_queries = false;
        }
    }
    // What is only restored is no part of creating a schema.
    schema.restored = std::sync::Arc::default();
    schema.callers.clear();
    schema.session.own_namespaces.clear();
    schema
}

fn without_owners(mut schema: Schema) -> Schema {
    schema.tables.values_mut().for_each(|table| table.owner.clear());
    schema.type_access.clear();
    schema.restored = std::sync::Arc::default();
    schema.callers.clear();
    schema.session = Session::default();
    schema
}

#[test]
fn the_number_of_queries_does_not_grow_with_the_tables() {
    let (mut client, _) = Server::shared().database();
    let mut counts = Vec::new();
    for tables in [10, 1_000] {
        client
            .batch_execute(&format!(
                "DO $$ BEGIN FOR i IN 1..{tables} LOOP
                     EXECUTE format('CREATE TABLE IF NOT EXISTS t%s (id serial PRIMARY KEY, a int REFERENCES t1, b text UNIQUE)', i);
                 END LOOP; END $$"
            ))
            .unwrap();
        let mut count = 0;
        let schema = introspect_observed(&mut client, &mut |_| count += 1).unwrap();
        assert_eq!(schema.tables.len(), tables);
        counts.push(count);
    }
    assert_eq!(counts, [QUERIES, QUERIES]);
}

#[test]
fn the_session_is_as_it_was() {
    let (mut client, _) = Server::shared().database();
    client
        .batch_execute("SET search_path = pg_catalog; SET TimeZone = 'Asia/Tokyo'")
        .unwrap();
    introspect(&mut client).unwrap();
    let row = client
        .query_one("SELECT current_setting('search_path'), current_setting('TimeZone'), current_setting('transaction_read_only')", &[])
        .unwrap();
    assert_eq!(
        (row.get(0), row.get(1), row.get(2)),
        ("pg_catalog", "Asia/Tokyo", "off")
    );
    client.batch_execute("CREATE TABLE public.still_writable ()").unwrap();
}

#[test]
fn what_a_role_may_not_see_is_an_error() {
    let (mut client, name) = Server::shared().database();
    client
        .batch_execute(
            "CREATE ROLE \"half blind\" LOGIN;
             CREATE TABLE seen (id int); GRANT SELECT ON seen TO \"half blind\";
             CREATE TABLE \"Un seen\" (id int);
             CREATE TABLE partly (id int, secret text); GRANT SELECT (id) ON partly TO \"half blind\";
             CREATE TABLE __diesel_schema_migrations (version text)",
        )
        .unwrap();
    let mut blind = Server::shared()
        .config(&name)
        .user("half blind")
        .connect(postgres::NoTls)
        .unwrap();
    let hidden = |client: &mut Client| match introspect(client) {
        Err(failure @ IntrospectError::Hidden { .. }) => failure.to_string(),
        other => panic!("{other:?}"),
    };
    let message = hidden(&mut blind);
    assert!(
        message.contains("GRANT SELECT ON \"Un seen\" TO \"half blind\";"),
        "{message}"
    );
    assert!(!message.contains("diesel"), "{message}");
    client
        .batch_execute("GRANT SELECT ON \"Un seen\" TO \"half blind\"")
        .unwrap();
    let message = hidden(&mut blind);
    assert!(message.contains("partly (columns secret)"), "{message}");
    client
        .batch_execute("GRANT SELECT ON partly TO \"half blind\"")
        .unwrap();
    assert_eq!(introspect(&mut blind).unwrap().tables.len(), 3);
}

#[test]
fn default_names_are_those_that_postgres_gives() {
    let (mut client, _) = Server::shared().database();
    let long = "l".repeat(63);
    let wide = "ü€".repeat(12);
    let names = ["t", "With Space", long.as_str(), wide.as_str()];
    let columns = ["c", "Select", &"k".repeat(60), &"ß".repeat(30)];
    for table in names {
        client
            .batch_execute(&format!(
                "CREATE TABLE \"{table}\" (id serial PRIMARY KEY, \"{0}\" int UNIQUE, \"{1}\" int CHECK (\"{1}\" > 0), \
                 \"{2}\" int REFERENCES \"{table}\", \"{3}\" text, UNIQUE (\"{1}\", \"{2}\", \"{3}\") INCLUDE (\"{0}\"), \
                 CHECK (\"{0}\" > \"{1}\")); \
                 CREATE INDEX ON \"{table}\" (\"{2}\", \"{1}\") INCLUDE (\"{0}\"); \
                 CREATE INDEX ON \"{table}\" (lower(\"{3}\"), lower(\"{3}\"), (\"{0}\" + 1))",
                columns[0], columns[1], columns[2], columns[3]
            ))
            .unwrap();
    }
    let schema = introspect(&mut client).unwrap();
    for (name, table) in &schema.tables {
        for constraint in table.constraints.values() {
            let expected = match &constraint.kind {
                ConstraintKind::PrimaryKey { .. } => default_name::primary_key(&name.name),
                ConstraintKind::Unique { columns, include, .. } => {
                    default_name::unique(&name.name, columns.iter().chain(include).map(String::as_str))
                }
                ConstraintKind::Check { columns, .. } => default_name::check(&name.name, columns),
                ConstraintKind::ForeignKey(key) => {
                    default_name::foreign_key(&name.name, key.columns.iter().map(String::as_str))
                }
                ConstraintKind::Exclude { .. } => unreachable!(),
            };
            assert_eq!(constraint.name, expected);
        }
        for index in table.indexes.values() {
            assert_eq!(index.name, default_name::index(&name.name, index));
        }
        assert!(table.column("id").unwrap().serial(name).is_some());
    }
    assert_eq!(schema.tables.len(), names.len());
}

#[test]
fn what_is_not_ours_is_left_out() {
    let (mut client, _) = Server::shared().database();
    client
        .batch_execute(
            "CREATE EXTENSION citext; CREATE EXTENSION pg_stat_statements;
             CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY);
             CREATE TABLE knex_migrations (id serial PRIMARY KEY);
             CREATE TEMP TABLE passing (id int);
             CREATE TABLE ours (id citext PRIMARY KEY)",
        )
        .unwrap();
    let schema = introspect(&mut client).unwrap();
    assert_eq!(schema.tables.keys().collect::<Vec<_>>(), [&TableName::public("ours")]);
    assert_eq!(
        schema.views.len() + schema.functions.len() + schema.types.len() + schema.sequences.len(),
        0
    );
    let unmanaged: Vec<&str> = schema.unmanaged.keys().map(|name| name.name.as_str()).collect();
    // From Postgres 14 on the extension has a second view.
    assert_eq!(
        unmanaged[..3],
        ["__diesel_schema_migrations", "knex_migrations", "pg_stat_statements"]
    );
    assert!(schema.extension_types.contains_key(&TypeName::public("citext")));
}

#[test]
fn dependencies_are_those_that_postgres_knows() {
    let (mut client, _) = Server::shared().database();
    client
        .batch_execute(
            "CREATE TYPE plain AS ENUM ('a'); CREATE TYPE argued AS ENUM ('a'); CREATE TYPE viewed AS ENUM ('a');
             CREATE TYPE cast_only AS ENUM ('a'); CREATE TYPE in_domain AS ENUM ('a'); CREATE DOMAIN d AS in_domain[];
             CREATE TABLE t (id int, a int, b int, p plain DEFAULT 'a' CHECK (p = 'a'), v viewed, vs viewed[],
                             s int GENERATED ALWAYS AS (a + b) STORED);
             CREATE INDEX i ON t (abs(b)) INCLUDE (id) WHERE a > 0;
             CREATE INDEX whole ON t ((1 + 1));
             CREATE FUNCTION f(argued) RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE FUNCTION h() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
             CREATE VIEW w AS SELECT id FROM t WHERE v = 'a' AND 'a'::cast_only = 'a';
             CREATE VIEW over_w AS SELECT count(*) FROM w;
             CREATE TRIGGER u AFTER UPDATE OF a ON t FOR EACH ROW WHEN (NEW.b > 0) EXECUTE FUNCTION g();
             CREATE POLICY p ON t USING (a IN (SELECT id FROM w))",
        )
        .unwrap();
    let schema = introspect(&mut client).unwrap();
    let elsewhere: Vec<&str> = schema
        .enums()
        .filter(|(_, found)| found.used_in_queries || !found.used_by.is_empty())
        .map(|(name, _)| name.name.as_str())
        .collect();
    assert_eq!(elsewhere, ["argued", "cast_only", "in_domain"]);

    let table = &schema.tables[&TableName::public("t")];
    assert_eq!(
        table.column("s").unwrap().generated.as_ref().unwrap().columns,
        ["a", "b"]
    );
    assert_eq!(table.indexes["i"].columns, ["a", "b", "id"]);
    assert!(table.indexes["whole"].columns.is_empty());
    let words = |of: &[ColumnRef]| -> Vec<String> {
        of.iter()
            .map(|on| format!("{}.{}", on.relation.name, on.column.as_deref().unwrap_or("*")))
            .collect()
    };
    assert_eq!(words(&table.triggers["u"].depends_on), ["t.a", "t.b"]);
    assert_eq!(words(&table.policies["p"].depends_on), ["t.a", "w.id"]);
    assert_eq!(
        words(&schema.views[&TableName::public("w")].depends_on),
        ["t.id", "t.v"]
    );
    assert_eq!(words(&schema.views[&TableName::public("over_w")].depends_on), ["w.*"]);
    assert_eq!(words(&schema.functions["public.h()"].depends_on), ["t.*"]);
}
