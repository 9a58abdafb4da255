//! `check` in CI: annotations, what is left alone, and the hook and the workflow of `docs/ci.md`, run as they stand there.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use schema_diff_engine::{
    model::QualifiedName,
    statistics::{Statistics, TableStatistics},
};

use crate::project::{Project, Seen, USERS, server};

/// The code block of `docs/ci.md` that begins with a line.
fn block(first: &str) -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci.md")).unwrap();
    let mut blocks = page.split("```").skip(1).step_by(2);
    let found = blocks.find_map(|block| {
        let text = block.split_once('\n')?.1;
        text.starts_with(first).then(|| text.to_owned())
    });
    found.unwrap_or_else(|| panic!("docs/ci.md has no block that begins with {first:?}"))
}

/// A project whose history is that of `USERS`, in a repository of its own.
fn repository() -> Project {
    let project = Project::new(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    git(&project, &["init", "--quiet"]);
    git(&project, &["config", "user.email", "t@example.org"]);
    git(&project, &["config", "user.name", "t"]);
    project
}

/// What runs in the project finds the binary on its `PATH`.
fn in_project(project: &Project, program: &str) -> Command {
    let template = project.command();
    let bin = Path::new(env!("CARGO_BIN_EXE_schema-diff"))
        .parent()
        .unwrap()
        .to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths: Vec<PathBuf> = std::iter::once(bin).chain(std::env::split_paths(&path)).collect();
    let mut command = Command::new(program);
    command.current_dir(project.root());
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("PATH", std::env::join_paths(paths).unwrap());
    command
}

fn git(project: &Project, args: &[&str]) -> Seen {
    project.seen(in_project(project, "git").args(args))
}

#[test]
fn the_hook_lets_through_what_has_its_migration() {
    let project = repository();
    let hook = project.root().join(".git/hooks/pre-commit");
    fs::write(&hook, block("#!/bin/sh")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let commit = |all: &str| {
        git(&project, &["add", all]);
        git(&project, &["commit", "--quiet", "-m", "x"])
    };
    let first = commit(".");
    assert_eq!(first.status, 0, "{}", first.err);
    project.schema(&USERS.replace("age ->", "nick -> Nullable<Text>,\n        age ->"));
    let refused = commit("src");
    assert_eq!(refused.status, 1, "{}", refused.err);
    assert!(refused.err.contains("+ users.nick TEXT"), "{}", refused.err);
    git(&project, &["reset", "--quiet"]);
    project.write("p/README", "nothing to do with it\n");
    let other = commit("README");
    assert_eq!(other.status, 0, "{}", other.err);
    project.ok(&["autogenerate", "-m", "nick"]);
    let complete = commit(".");
    assert_eq!(complete.status, 0, "{}", complete.err);
}

#[test]
fn the_workflow_annotates_lines() {
    let project = repository();
    let workflow = block("name: schema");
    let line = workflow.lines().find(|line| line.contains("check --from")).unwrap();
    let command = line.trim().strip_prefix("- run: target/debug/").unwrap();
    let run = || project.seen(in_project(&project, "sh").args(["-c", command]));
    let seen = run();
    assert_eq!((seen.status, seen.out.as_str()), (0, ""), "{}", seen.err);
    project.schema(
        "diesel::table! {\n    users (id) {\n        id -> Int4,\n        email -> Text,\n        nick -> Nullable<Text>,\n    }\n}\n",
    );
    let seen = run();
    assert_eq!(seen.status, 1, "{}", seen.err);
    insta::assert_snapshot!("annotations_of_differences", seen.out);
    project.schema("diesel::table! {\n    users (id) {\n        id -> Int5,\n    }\n}\n");
    let seen = run();
    assert_eq!(seen.status, 2, "{}", seen.err);
    insta::assert_snapshot!("annotations_of_mistakes", seen.out);
    let elsewhere = project.run(&["diff", "--format", "github"]);
    assert_eq!(elsewhere.status, 2);
    assert!(elsewhere.err.contains("accept --format github"), "{}", elsewhere.err);
}

#[test]
fn what_is_left_alone_is_listed() {
    let project = Project::on_database(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    project.ok(&["migration", "run"]);
    let name = project
        .url()
        .split('?')
        .next()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    server()
        .client(&name)
        .batch_execute(
            "CREATE INDEX by_age ON users (age DESC) WHERE age > 0; ALTER TABLE users ADD UNIQUE (email), ADD CHECK (age < 200); \
             ALTER TABLE users ALTER age SET DEFAULT 1; COMMENT ON TABLE users IS 'people'; CREATE VIEW old AS SELECT id FROM users; \
             CREATE TABLE log (line text); CREATE SCHEMA app; CREATE TABLE app.other (id int PRIMARY KEY); CREATE DOMAIN short AS varchar(9); \
             CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
             CREATE TRIGGER stamping BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp(); CREATE POLICY seen ON users USING (true)",
        )
        .unwrap();
    insta::assert_snapshot!("left_alone", project.session(&["check", "--unmanaged"]));
    let diff = project.run(&["diff", "--unmanaged"]);
    assert_eq!(diff.status, 0);
    assert!(diff.err.contains("index by_age (age DESC)"), "{}", diff.err);
    project.schema(&USERS.replace("        age ->", "        #[schema_diff::default(1)]\n        #[schema_diff::index(name = \"by_age\", desc, where = \"age > 0\")]\n        age ->"));
    let diff = project.run(&["diff", "--unmanaged"]);
    assert!(
        !diff.err.contains("by_age") && !diff.err.contains("default"),
        "{}",
        diff.err
    );
}

#[test]
fn what_a_migration_does_is_said_at_its_lines() {
    let project = Project::new(USERS);
    project.write(
        "p/migrations/2024-01-01-000000_users/up.sql",
        "CREATE TABLE users (id int PRIMARY KEY, age smallint);",
    );
    project.write(
        "p/migrations/2024-01-02-000000_drop/up.sql",
        "SET LOCAL lock_timeout = '1s';\nALTER TABLE users\n    DROP COLUMN age;\nCREATE INDEX ON users (id);\n",
    );
    let text = project.run(&["lint"]);
    insta::assert_snapshot!("lint_text", format!("status {}\n{}{}", text.status, text.out, text.err));
    let github = project.run(&["lint", "--last", "1", "--format", "github"]);
    insta::assert_snapshot!("lint_github", format!("status {}\n{}", github.status, github.out));
    assert_eq!(project.run(&["lint", "20240101000000"]).status, 0);
    let unknown = project.run(&["lint", "2023"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown.err.contains("2023") && unknown.err.contains("hint: "),
        "{}",
        unknown.err
    );
    // Below the threshold, only what programs notice is left.
    let users = TableStatistics {
        rows: Some(5),
        bytes: 8192,
        ..TableStatistics::default()
    };
    let statistics = Statistics {
        tables: [(QualifiedName::public("users"), users)].into(),
        ..Statistics::default()
    };
    statistics
        .write(&project.root().join("schema-diff-statistics.json"))
        .unwrap();
    project.write(
        "p/migrations/2024-01-02-000000_drop/up.sql",
        "SET LOCAL lock_timeout = '1s';\nALTER TABLE users DROP COLUMN age; -- schema-diff: allow(ban-drop-column) unused\n\
         CREATE INDEX ON users (id);\n",
    );
    let small = project.run(&["lint"]);
    insta::assert_snapshot!(
        "lint_small",
        format!("status {}\n{}{}", small.status, small.out, small.err)
    );
    project.write(
        "p/migrations/2024-01-03-000000_wrong/up.sql",
        "SELECT 1;\n\nALTER TABLE nothing\n    DROP COLUMN age;\n",
    );
    let wrong = project.run(&["lint"]);
    insta::assert_snapshot!(
        "lint_fails",
        format!("status {}\n{}{}", wrong.status, wrong.out, wrong.err)
    );
}

#[test]
fn a_program_that_runs_such_migrations_when_it_starts_is_named() {
    let project = Project::new(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    fs::write(
        project.root().join("src/main.rs"),
        "use diesel_migrations::{EmbeddedMigrations, embed_migrations};\n\nconst ALL: EmbeddedMigrations = embed_migrations!();\n",
    )
    .unwrap();
    let check = ["check", "--from", "migrations"];
    assert!(
        !project.run(&check).err.contains("embed"),
        "all of them are transactions"
    );
    let index = project.root().join("migrations/2099-01-01-000000_index");
    fs::create_dir(&index).unwrap();
    fs::write(
        index.join("up.sql"),
        "CREATE INDEX CONCURRENTLY by_hand ON users (id);\n",
    )
    .unwrap();
    fs::write(index.join("down.sql"), "DROP INDEX CONCURRENTLY by_hand;\n").unwrap();
    fs::write(index.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    let seen = project.run(&check);
    assert!(
        seen.err
            .contains("note: src/main.rs:3: the program runs the migrations when it starts"),
        "{}",
        seen.err
    );
}
