//! `docs/json.md` lists every field that `--format json` writes, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::deploy::renamed_by_hand;
use crate::postgres_server::client;
use crate::project::{Project, USERS};

fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                found.insert(path.clone());
                paths(value, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{at}[]"), found)),
        _ => {}
    }
}

/// The fields of each section of the page: its headings are commands, its tables begin with a field.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/json.md");
    let text = fs::read_to_string(page).unwrap();
    let mut sections = BTreeMap::new();
    let mut commands: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            commands = heading.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        } else if let Some(field) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            for command in &commands {
                sections
                    .entry(command.clone())
                    .or_insert_with(BTreeSet::new)
                    .insert(field.to_owned());
            }
        }
    }
    sections
}

#[test]
fn the_page_is_true() {
    let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut run = |project: &Project, name: &str, args: &[&str], status: i32| {
        let seen = project.run(&[args, &["--format", "json"]].concat());
        assert_eq!(seen.status, status, "{args:?}: {}", seen.err);
        let value: Value =
            serde_json::from_str(&seen.out).unwrap_or_else(|error| panic!("{args:?}: {error}\n{}", seen.out));
        paths(&value, "", written.entry(name.to_owned()).or_default());
    };
    let project = Project::on_database(USERS);
    run(&project, "autogenerate", &["autogenerate", "-m", "users"], 0);
    run(&project, "migration pending", &["migration", "pending"], 1);
    run(&project, "migration run", &["migration", "run"], 0);
    run(&project, "migration redo", &["migration", "redo"], 0);
    run(&project, "migration list", &["migration", "list"], 0);
    run(&project, "migration goto", &["migration", "goto", "base"], 0);
    run(&project, "migration stamp", &["migration", "stamp", "head"], 0);
    run(&project, "migration stamp", &["migration", "stamp", "base"], 0);
    run(&project, "migration run", &["migration", "run"], 0);
    run(&project, "diff", &["diff"], 0);
    // One rename by evidence, one that is open, and something to fill.
    project.schema("diesel::table! {\n    users (id) {\n        id -> Int4,\n        e_mail -> Text,\n        size -> Nullable<Int2>,\n        nick -> Text,\n    }\n}\n");
    run(&project, "check", &["check", "--unmanaged"], 1);
    run(&project, "diff", &["diff", "--prove", "--unmanaged"], 1);
    run(&project, "autogenerate", &["autogenerate", "-m", "more"], 0);
    run(&project, "history", &["history"], 1);
    run(&project, "check", &["check"], 1);
    run(&project, "review", &["review"], 1);
    run(&project, "review", &["review", "--drop", "users.age"], 0);
    run(&project, "review", &["review"], 0);
    let first = fs::read_dir(project.migrations())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .min()
        .unwrap();
    fs::create_dir(project.migrations().join("2099-01-01-000000_bad")).unwrap();
    fs::write(project.migrations().join("2099-01-01-000000_bad/up.sql"), "SELEC 1;").unwrap();
    fs::write(project.migrations().join("2099-01-01-000000_bad/down.sql"), "SELECT 1;").unwrap();
    run(&project, "migration goto", &["migration", "goto", "2099"], 2);
    run(&project, "migration run", &["migration", "run"], 2);
    run(&project, "migration redo", &["migration", "revert", "--all"], 0);
    fs::write(
        first.join("up.sql"),
        format!("{}-- edited\n", fs::read_to_string(first.join("up.sql")).unwrap()),
    )
    .unwrap();
    run(&project, "history", &["history"], 0);

    run(&renamed_by_hand(), "check", &["check", "--from", "migrations"], 1);

    // A view that cannot do without a column that goes.
    let code = Project::on_database("diesel::table! { t (id) { id -> Int4, } }");
    client(code.url())
        .batch_execute("CREATE TABLE t (id int PRIMARY KEY, n int); CREATE VIEW v AS SELECT id FROM t WHERE n > 0")
        .unwrap();
    run(&code, "diff", &["diff"], 1);

    let database = Project::on_database(USERS);
    client(database.url())
        .batch_execute("CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE); CREATE VIEW v AS SELECT 1 AS a")
        .unwrap();
    run(&database, "pull", &["pull", "--diff"], 1);
    run(&database, "pull", &["pull", "--baseline"], 0);
    run(&database, "init", &["init"], 0);

    let own = Project::new(USERS);
    own.ok(&["autogenerate", "-m", "users"]);
    let name = own.migrations().read_dir().unwrap().next().unwrap().unwrap().path();
    fs::write(
        name.join("up.sql"),
        format!("{}-- edited\n", fs::read_to_string(name.join("up.sql")).unwrap()),
    )
    .unwrap();
    run(&own, "check", &["check"], 0);
    run(&own, "db status", &["db", "status"], 0);
    run(&own, "db url", &["db", "url"], 0);
    run(&own, "db stop", &["db", "stop"], 0);

    // Two tables that are rewritten in one transaction.
    let sized = Project::on_database(
        "diesel::table! { a (id) { id -> Int4, n -> Nullable<Int8>, } }\n\
         diesel::table! { b (id) { id -> Int4, n -> Nullable<Int8>, } }",
    );
    client(sized.url())
        .batch_execute(
            "CREATE TABLE a (id int PRIMARY KEY, n int); CREATE TABLE b (id int PRIMARY KEY, n int); \
             INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1); ANALYZE",
        )
        .unwrap();
    fs::write(sized.root().join("schema-diff.toml"), "[traffic]\nlarge_rows = 1\n").unwrap();
    sized.with_cache();
    run(&sized, "stats measure", &["stats", "measure"], 0);
    run(
        &sized,
        "diff",
        &["diff", "--prove", "--sizes", "database", "--online", "never"],
        1,
    );
    run(&sized, "stats export", &["stats", "export"], 0);
    run(&sized, "verify", &["verify"], 0);
    run(&sized, "lint", &["lint"], 0);
    sized.ok(&["autogenerate", "-m", "wider", "--online", "never"]);
    let wider = sized.migrations().read_dir().unwrap().next().unwrap().unwrap().path();
    fs::write(wider.join("up.sql"), "CREATE TABLE c (id int);").unwrap();
    fs::write(wider.join("down.sql"), "SELECT 1;").unwrap();
    run(&sized, "verify", &["verify"], 1);
    sized.write("p/migrations/2999-01-01-000000_drop/up.sql", "DROP TABLE c;");
    run(&sized, "lint", &["lint"], 1);
    let short = ["rehearse", "--rows", "100", "--control", "1", "--long-read", "0"];
    sized.write(
        "p/migrations/2999-01-02-000000_drop/up.sql",
        "ALTER TABLE a DROP COLUMN n; DROP TYPE mood; CREATE TYPE mood AS ENUM ('a'); SELECT pg_sleep(0.2);",
    );
    sized.write(
        "p/migrations/0000-01-01-000000_base/up.sql",
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, n int); CREATE RULE r AS ON DELETE TO a DO ALSO SELECT 1 / (old.id - old.id);",
    );
    run(&sized, "rehearse", &[&short[..], &["--last", "1"]].concat(), 1);
    run(&sized, "rehearse", &["rehearse", "--last", "0"], 0);
    for step in ["2999-01-02-000000_drop", "0000-01-01-000000_base"] {
        fs::remove_dir_all(sized.migrations().join(step)).unwrap();
    }
    fs::write(wider.join("up.sql"), "SELEC 1;").unwrap();
    run(&sized, "verify", &["verify"], 2);
    run(&sized, "lint", &["lint"], 2);

    // A migration in parts.
    let parts = Project::on_database(
        "diesel::table! { #[schema_diff::unique(n)] a (id) { id -> Int4, n -> Nullable<Int4>, } }",
    );
    client(parts.url())
        .batch_execute("CREATE TABLE a (id int PRIMARY KEY, n int)")
        .unwrap();
    run(&parts, "diff", &["diff", "--online", "always"], 1);
    run(
        &parts,
        "autogenerate",
        &["autogenerate", "-m", "key", "--online", "always"],
        0,
    );
    run(&parts, "history", &["history"], 0);

    let documented = documented();
    for (command, fields) in &written {
        let promised = documented
            .get(command)
            .unwrap_or_else(|| panic!("docs/json.md has no section for `{command}`"));
        let unsaid: Vec<_> = fields.difference(promised).collect();
        assert!(
            unsaid.is_empty(),
            "docs/json.md does not name these fields of `{command}`: {unsaid:?}"
        );
    }
    // Commands that share a section are one: what one of them writes, the others may.
    let mut together: BTreeMap<&BTreeSet<String>, BTreeSet<&String>> = BTreeMap::new();
    for (command, promised) in &documented {
        together
            .entry(promised)
            .or_default()
            .extend(written.get(command).into_iter().flatten());
    }
    for (promised, fields) in together {
        let unwritten: Vec<_> = promised.iter().filter(|field| !fields.contains(field)).collect();
        assert!(
            unwritten.is_empty(),
            "docs/json.md names fields that nothing writes: {unwritten:?}"
        );
    }
}
