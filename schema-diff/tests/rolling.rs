//! `autogenerate --rolling` and `migration release`: the program of before and the new one use a database at the same time.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::{
    collections::BTreeSet,
    fs,
    process::{Command, Output},
};

use postgres::Client;
use schema_diff_engine::cluster::ScratchDatabase;
use serde::Deserialize;
use workshop::{chosen_cases, facts, project_files, workshop};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    before: String,
    schema: String,
    #[serde(default)]
    arguments: Vec<String>,
    /// The text of schema-diff.toml.
    #[serde(default)]
    settings: String,
    /// What `autogenerate` says.
    #[serde(default)]
    says: Vec<String>,
    /// When the new program can be deployed.
    #[serde(default = "migrate_first")]
    deploy: String,
    /// The same for the migration that removes what was kept: of a program that still uses it.
    #[serde(default = "deploy_first")]
    release: String,
    /// What both programs send.
    both: Vec<String>,
    /// A query after that, and its result.
    query: String,
    result: String,
    /// What the new program sends after the release.
    #[serde(default)]
    after: Vec<String>,
    /// A query after that, and its result.
    end_query: String,
    end_result: String,
}

fn migrate_first() -> String {
    "migrate first".to_owned()
}

fn deploy_first() -> String {
    "deploy first".to_owned()
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn cases() -> Vec<Case> {
    let all: Cases = toml::from_str(include_str!("rolling/cases.toml")).unwrap();
    chosen_cases(all.case, |case| &case.name)
}

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
        project.client().batch_execute(&case.before).unwrap();
        project
    }

    fn client(&self) -> Client {
        self.database.connect().unwrap()
    }

    fn output(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_schema-diff"))
            .args(args)
            .current_dir(self.root.path())
            .env("DATABASE_URL", self.database.url())
            .output()
            .unwrap()
    }

    /// Runs the command, which must succeed, and returns what it says.
    fn run(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{}: {args:?}: {text}", self.case.name);
        text
    }

    fn count(&self) -> usize {
        fs::read_dir(self.root.path().join("migrations")).unwrap().count()
    }

    fn expect(&self, query: &str, result: &str) {
        let row = self.client().query_one(query, &[]);
        let row = row.unwrap_or_else(|error| panic!("{}: {query}: {error}", self.case.name));
        assert_eq!(
            row.get::<_, Option<String>>(0).unwrap_or_default(),
            result,
            "{}",
            self.case.name
        );
    }

    fn expect_order(&self, said: &str, order: &str) {
        let first = said.lines().find_map(|line| line.strip_prefix("deploy: "));
        assert_eq!(first.unwrap_or("unknown"), order, "{}: {said}", self.case.name);
    }

    fn send(&self, statements: &[String]) {
        let mut client = self.client();
        for sql in statements {
            client
                .batch_execute(sql)
                .unwrap_or_else(|error| panic!("{}: {sql}: {error:?}", self.case.name));
        }
    }

    fn facts(&self) -> BTreeSet<String> {
        let mut facts = facts(&mut self.client());
        facts.retain(|fact| !fact.contains("__diesel_schema_migrations"));
        facts
    }
}

fn words<'a>(first: &[&'a str], more: &'a [String]) -> Vec<&'a str> {
    first.iter().copied().chain(more.iter().map(String::as_str)).collect()
}

/// The whole way: both programs, a second run, the release, and back.
fn roll(case: &Case, online: &str) {
    let project = Project::new(case);
    let before = project.facts();
    let said = project.run(&words(
        &["autogenerate", "-m", "expand", "--rolling", "--online", online],
        &case.arguments,
    ));
    for text in &case.says {
        assert!(said.contains(text), "{}: {said}", case.name);
    }
    project.expect_order(&said, &case.deploy);
    let expanded = project.count();
    project.run(&["migration", "run"]);
    // Back and forth once, before anything is written.
    project.run(&["migration", "revert", "-n", &expanded.to_string()]);
    assert!(before == project.facts(), "{}: down.sql", case.name);
    project.run(&["migration", "run"]);
    project.send(&case.both);
    project.expect(&case.query, &case.result);
    let again = project.run(&["autogenerate", "-m", "again", "--online", online]);
    assert_eq!(project.count(), expanded, "{}: {again}", case.name);
    project.run(&["check"]);

    if !said.contains("keeps:") {
        let released = project.output(&["migration", "release"]);
        assert_eq!(released.status.code(), Some(2), "{}", case.name);
        return;
    }
    let released = project.run(&["migration", "release", "-m", "contract", "--online", online]);
    project.expect_order(&released, &case.release);
    let contracted = project.count() - expanded;
    project.run(&["migration", "run"]);
    project.run(&["migration", "revert", "-n", &contracted.to_string()]);
    project.run(&["migration", "run"]);
    project.send(&case.after);
    project.expect(&case.end_query, &case.end_result);
    let checked = project.run(&["check"]);
    assert!(!checked.contains("migration release"), "{}: {checked}", case.name);

    // The same schema as without the detour.
    let simple = Project::new(case);
    simple.run(&words(
        &["autogenerate", "-m", "simple", "--online", "never"],
        &case.arguments,
    ));
    simple.run(&["migration", "run"]);
    let (wanted, found) = (simple.facts(), project.facts());
    let differ: Vec<_> = wanted.symmetric_difference(&found).collect();
    assert!(differ.is_empty(), "{} ({online}): {differ:#?}", case.name);
}

#[test]
fn both_programs_run_in_the_simple_form() {
    for case in cases() {
        roll(&case, "never");
    }
}

#[test]
fn both_programs_run_in_the_online_form() {
    for case in cases() {
        roll(&case, "always");
    }
}

/// What is kept is in the way of `pull` and of later changes only where they concern it.
#[test]
fn later_commands_leave_alone_what_is_kept() {
    let Some(case) = cases().into_iter().find(|case| case.name == "a renamed column") else {
        return;
    };
    let project = Project::new(&case);
    project.run(&words(&["autogenerate", "-m", "expand", "--rolling"], &case.arguments));
    project.run(&["migration", "run"]);
    let file = project.root.path().join("src/schema.rs");
    project.run(&["pull"]);
    let pulled = fs::read_to_string(&file).unwrap();
    assert!(
        pulled.contains("email -> Text") && !pulled.contains("mail -> Text, mail") && !pulled.contains(" mail ->"),
        "{pulled}"
    );
    fs::write(&file, case.schema.replace("n ->", "extra -> Nullable<Text>, n ->")).unwrap();
    project.run(&["autogenerate", "-m", "other"]);
    project.run(&["migration", "run"]);
    for (old, new, option) in [
        ("email", "address", ["--rename", "users.email:address"]),
        ("users", "people", ["--rename-table", "users:people"]),
    ] {
        fs::write(
            &file,
            case.schema
                .replace("n ->", "extra -> Nullable<Text>, n ->")
                .replace(old, new),
        )
        .unwrap();
        let output = project.output(&words(&["autogenerate", "-m", "later"], &option.map(str::to_owned)));
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains("column users.mail still exists beside email") && text.contains("migration release"),
            "{text}"
        );
    }
}
