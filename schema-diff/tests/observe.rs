//! What is observed of statements is what Postgres's manual says of them: `observe/statements.toml` was written from it.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;
use schema_diff_engine::{
    model::QualifiedName,
    observe::{Observation, Observer},
};
use serde::Deserialize;
use workshop::workshop;

#[derive(Deserialize)]
struct Table {
    statement: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    sql: String,
    since: Option<u32>,
    before: Option<u32>,
    #[serde(default)]
    locks: BTreeMap<String, String>,
    #[serde(default)]
    scans: BTreeSet<String>,
    #[serde(default)]
    rewrites: BTreeSet<String>,
    #[serde(default)]
    builds: BTreeSet<String>,
    #[serde(default)]
    writes: BTreeMap<String, u64>,
}

impl Case {
    fn is_of(&self, version: u32) -> bool {
        self.since.is_none_or(|since| version >= since) && self.before.is_none_or(|before| version < before)
    }

    fn difference(&self, found: &Observation) -> Option<String> {
        let name = |name: &QualifiedName| name.name.clone();
        let names = |all: Vec<&QualifiedName>| -> BTreeSet<String> { all.into_iter().map(name).collect() };
        let locks: BTreeMap<String, String> = found
            .locks
            .iter()
            .map(|(on, mode)| (name(on), mode.to_string()))
            .collect();
        let writes: BTreeMap<String, u64> = found.writes.iter().map(|(of, rows)| (name(of), *rows)).collect();
        let scans = names(found.scans.keys().collect());
        let rewrites = names(found.rewrites.iter().collect());
        let builds = names(found.builds.keys().collect());
        let is_same = locks == self.locks
            && scans == self.scans
            && rewrites == self.rewrites
            && builds == self.builds
            && writes == self.writes;
        (!is_same).then(|| {
            format!(
                "{}\n  locks {locks:?}\n  scans {scans:?} rewrites {rewrites:?} builds {builds:?} writes {writes:?}",
                self.sql
            )
        })
    }
}

fn observed(client: &mut Client, sql: &str) -> Observation {
    let mut transaction = client.transaction().unwrap();
    let mut observer = Observer::begin(&mut transaction).unwrap();
    transaction
        .batch_execute(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    observer.observe(&mut transaction).unwrap()
}

#[test]
fn statements_do_what_the_manual_says() {
    let table: Table = toml::from_str(include_str!("observe/statements.toml")).unwrap();
    assert!(table.statement.len() >= 60);
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client.batch_execute(include_str!("observe/schema.sql")).unwrap();
    let differences: Vec<String> = table
        .statement
        .iter()
        .filter(|case| case.is_of(workshop().major_version()))
        .filter_map(|case| case.difference(&observed(&mut client, &case.sql)))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_lock_is_new_only_once_in_a_transaction() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client.batch_execute(include_str!("observe/schema.sql")).unwrap();
    let mut transaction = client.transaction().unwrap();
    let mut observer = Observer::begin(&mut transaction).unwrap();
    let mut next = |sql: &str| {
        transaction.batch_execute(sql).unwrap();
        observer.observe(&mut transaction).unwrap()
    };
    assert_eq!(next("CREATE INDEX ON alone (name)").locks.len(), 1);
    assert!(next("CREATE INDEX ON alone (id)").locks.is_empty());
    assert_eq!(next("ALTER TABLE alone ADD COLUMN a text").locks.len(), 1);
    assert_eq!(next("ALTER TABLE alone ADD COLUMN b text"), Observation::default());
    assert_eq!(next("CREATE TABLE fresh AS SELECT * FROM alone").scans.len(), 1);
    assert!(next("CREATE INDEX ON fresh (name); ALTER TABLE fresh ALTER COLUMN id TYPE bigint").is_empty());
}
