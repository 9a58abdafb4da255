//! What is wrong, where, and the way out: one session for each thing that can be wrong.

use std::fmt::Write as _;
use std::fs;

use crate::project::{Project, USERS, server};

#[test]
fn schema_rs() {
    let cases = [
        (
            "a syntax error",
            "diesel::table! {\n    users (id) {\n        id -> Int4\n        email -> Text,\n    }\n}\n",
        ),
        (
            "an unknown type",
            "diesel::table! {\n    users (id) {\n        id -> Int4,\n        email -> Txet,\n    }\n}\n",
        ),
        (
            "a key column that is not there",
            "diesel::table! {\n    users (idd) {\n        id -> Int4,\n    }\n}\n",
        ),
        (
            "joinable! to a table that is not there",
            "diesel::table! {\n    users (id) {\n        id -> Int4,\n    }\n}\ndiesel::joinable!(users -> posts (id));\n",
        ),
        (
            "one table twice",
            "diesel::table! {\n    users (id) {\n        id -> Int4,\n    }\n}\ndiesel::table! {\n    users (id) {\n        id -> Int4,\n    }\n}\n",
        ),
        (
            "an enum without labels",
            "pub mod sql_types {\n    #[derive(diesel::sql_types::SqlType)]\n    #[diesel(postgres_type(name = \"mood\"))]\n    pub struct Mood;\n}\n\
             diesel::table! {\n    use diesel::sql_types::*;\n    use super::sql_types::Mood;\n    users (id) {\n        id -> Int4,\n        mood -> Mood,\n    }\n}\n",
        ),
    ];
    let project = Project::on_database("");
    let mut sessions = String::new();
    for (what, schema) in cases {
        project.schema(schema);
        let _ = writeln!(sessions, "# {what}\n{}", project.session(&["diff"]));
    }
    fs::remove_file(project.root().join("src/schema.rs")).unwrap();
    let _ = writeln!(sessions, "# no schema.rs\n{}", project.session(&["diff"]));
    insta::assert_snapshot!("schema_rs", sessions);
    assert!(project.slugs().is_empty());
}

#[test]
fn configuration() {
    let mut sessions = String::new();
    let project = Project::new(USERS);
    for (what, file, text) in [
        ("a key that is not known", "schema-diff.toml", "undeclard = \"drop\"\n"),
        (
            "a word that is not known",
            "schema-diff.toml",
            "\nundeclared = \"remove\"\n",
        ),
        ("no TOML", "diesel.toml", "[print_schema\n"),
        ("no .env", ".env", "DATABASE_URL='postgres://\n"),
    ] {
        project.write(&format!("p/{file}"), text);
        let _ = writeln!(sessions, "# {what}\n{}", project.session(&["diff"]));
        fs::remove_file(project.root().join(file)).unwrap();
    }
    let project = Project::on_database(USERS);
    project.write("p/diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
    for args in [["check"].as_slice(), &["history"]] {
        let _ = writeln!(
            sessions,
            "# `diesel migration run` would overwrite schema.rs\n{}",
            project.session(args)
        );
    }
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    let seen = project.run(&["-C", path, "diff"]);
    assert_eq!(seen.status, 2);
    let _ = writeln!(sessions, "# no project\n{}", seen.err.replace(path, "[EMPTY]"));
    let _ = writeln!(
        sessions,
        "# no directory\n{}",
        project.session(&["-C", "nowhere", "diff"])
    );
    insta::assert_snapshot!("configuration", sessions);
}

#[test]
fn servers() {
    let url = |query: &str| server().url("postgres").replace("user=postgres", query);
    let there = Project::with(USERS, Some(crate::project::database()));
    let mut sessions = String::new();
    for (what, url) in [
        (
            "nothing answers on the port",
            "postgres://postgres@127.0.0.1:1/x".to_owned(),
        ),
        ("no socket", "postgres:///x?host=/nonexistent".to_owned()),
        ("no URL", "nonsense".to_owned()),
        ("another kind of database", "mysql://localhost/x".to_owned()),
        ("no such database", server().url("nowhere")),
        ("a wrong password", url("user=guest&password=wrong")),
        ("no password", url("user=guest")),
    ] {
        let project = Project::with(USERS, Some(url));
        let _ = writeln!(sessions, "# {what}\n{}", project.session(&["diff"]));
        // Migrations stumble over the same; a history does without a database.
        assert_eq!(project.run(&["migration", "run"]).status, 2, "{what}");
    }
    for (what, url) in [
        ("--scratch-url that is no URL", "nonsense".to_owned()),
        (
            "--scratch-url where nothing answers",
            "postgres://127.0.0.1:1/x".to_owned(),
        ),
        ("--scratch-url without the right to create databases", url("user=poor")),
    ] {
        let seen = there.session(&["autogenerate", "-m", "x", "--scratch-url", &url]);
        let _ = writeln!(sessions, "# {what}\n{seen}");
    }
    insta::assert_snapshot!("servers", sessions);
    assert!(there.slugs().is_empty(), "something was written");
    let mut no_postgres = there.command();
    no_postgres
        .args(["history"])
        .env("DATABASE_URL", "postgres://127.0.0.1:1/x");
    let seen = there.seen(&mut no_postgres);
    assert_eq!(seen.status, 0, "{}", seen.err);
    assert!(
        seen.err
            .starts_with("warning: applied migrations are not shown: no Postgres answers"),
        "{}",
        seen.err
    );
}

#[test]
fn migrations_directory() {
    let mut sessions = String::new();
    let mut case = |what: &str, prepare: &dyn Fn(&Project), args: &[&str]| {
        let project = Project::on_database(USERS);
        prepare(&project);
        let _ = writeln!(sessions, "# {what}\n{}", project.session(args));
    };
    let write: &[&str] = &["autogenerate", "-m", "x"];
    case(
        "a file in its place",
        &|project| project.write("p/migrations", ""),
        write,
    );
    case(
        "two of one version",
        &|project| {
            project.write("p/migrations/2024-01-01-000000_a/up.sql", "");
            project.write("p/migrations/20240101000000_b/up.sql", "");
        },
        write,
    );
    case(
        "no up.sql",
        &|project| project.write("p/migrations/2024-01-01-000000_a/down.sql", ""),
        write,
    );
    let pending =
        |project: &Project| project.write("p/migrations/2024-01-01-000000_a/up.sql", "CREATE TABLE a (id int);");
    case("a migration is pending", &pending, write);
    case(
        "one that does not run",
        &|project| project.write("p/migrations/2024-01-01-000000_a/up.sql", "SELECT 1;\nSELEC 2;"),
        &["check", "--from", "migrations"],
    );
    case(
        "one that does not run",
        &|project| project.write("p/migrations/2024-01-01-000000_a/up.sql", "SELECT 1;\nSELEC 2;"),
        &["migration", "run"],
    );
    insta::assert_snapshot!("migrations_directory", sessions);
}

/// Whatever a table, a column or an enum is called, and whatever the message says: written, proved, run, reverted.
#[test]
fn names_and_messages() {
    let long = "x".repeat(63);
    let names = [
        "a\"b",
        "a;b",
        "a\\nb",
        "$$",
        "$guard$",
        "' OR 1=1 --",
        "select",
        "\u{e9}\u{1f600}",
        "/* a",
        "a\\\\b",
        &long,
    ];
    let mut schema = String::new();
    for (at, name) in names.iter().enumerate() {
        let name = name.replace('"', "\\\"");
        let _ = write!(
            schema,
            "diesel::table! {{\n    #[sql_name = \"{name}\"]\n    t{at} (id) {{\n        id -> Int4,\n        #[sql_name = \"{name}\"]\n        c -> Text,\n    }}\n}}\n"
        );
    }
    let project = Project::on_database(&schema);
    let messages = [
        ("../../etc/passwd", "etc_passwd"),
        ("two\nlines */ $$ ; DROP TABLE x; --", "two_lines_drop_table_x"),
        ("\u{1f600}", "migration"),
        ("", "migration"),
        ("-dash", "dash"),
    ];
    let scratch = server().url("postgres");
    for (message, slug) in messages {
        project.ok(&["autogenerate", "-m", message, "--scratch-url", &scratch]);
        assert_eq!(project.slugs(), [slug], "{message:?}");
        project.ok(&["migration", "run"]);
        assert_eq!(
            project.run(&["autogenerate", "-m", "again"]).err,
            "Nothing to do: the database [SERVER] matches schema.rs.\n".replace("[SERVER]", &shown(&project))
        );
        project.ok(&["history"]);
        project.ok(&["migration", "redo"]);
        project.ok(&["migration", "revert"]);
        fs::remove_dir_all(project.migrations()).unwrap();
    }
    let message = "m".repeat(300);
    project.ok(&["autogenerate", "-m", &message, "--scratch-url", &scratch]);
    assert_eq!(project.slugs(), ["m".repeat(60)]);
    assert!(project.last("up.sql").contains(&message));

    let too_long = Project::on_database(&USERS.replace("email", &"e".repeat(64)));
    let mut sessions = format!(
        "# a name of 64 bytes\n{}\n",
        too_long.session(&["autogenerate", "-m", "x"])
    );
    let control = Project::on_database(
        "diesel::table! {\n    #[sql_name = \"a\\u{1b}[31mb\\nc\"]\n    users (id) {\n        id -> Int4,\n    }\n}\n",
    );
    let _ = writeln!(
        sessions,
        "# a name that would colour the screen\n{}",
        control.session(&["check"])
    );
    insta::assert_snapshot!("names", sessions);
}

fn shown(project: &Project) -> String {
    let seen = project.run(&["check", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&seen.out).unwrap();
    value["compared_with"]
        .as_str()
        .unwrap()
        .trim_start_matches("the database ")
        .to_owned()
}
