//! `check` in pull requests: the order of deployment of migrations that the base does not have, also of hand-written ones.

use std::fs;

use crate::{
    git::git,
    project::{Project, Seen, USERS},
};

const ALLOW: &str = "[deploy]\nallow = [\"migrate-first\", \"either\"]\n";

/// Commits everything.
fn commit(project: &Project) {
    git(&project.root(), &["add", "."]);
    git(&project.root(), &["commit", "--quiet", "-m", "x"]);
}

/// A project whose base has the migration of `USERS`.
fn repository() -> Project {
    let project = Project::new(USERS);
    project.write("p/schema-diff.toml", ALLOW);
    project.ok(&["autogenerate", "-m", "users"]);
    git(&project.root(), &["init", "--quiet"]);
    commit(&project);
    project
}

/// Adds a hand-written migration.
fn add(project: &Project, name: &str, up: &str) {
    let path = project.migrations().join(name);
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("up.sql"), up).unwrap();
    fs::write(path.join("down.sql"), "SELECT 1;").unwrap();
}

fn check(project: &Project, args: &[&str]) -> Seen {
    project.run(&[&["check", "--from", "migrations"], args].concat())
}

/// A project with a hand-written migration that renames a column.
pub fn renamed_by_hand() -> Project {
    let project = repository();
    add(
        &project,
        "2099-01-01-000000_mail",
        "ALTER TABLE users RENAME COLUMN email TO mail;",
    );
    project.schema(&USERS.replace("email", "mail"));
    project
}

#[test]
fn an_order_that_is_not_allowed_is_a_problem() {
    let project = renamed_by_hand();
    let seen = check(&project, &[]);
    assert_eq!(seen.status, 1, "{}", seen.err);
    for part in [
        "[TIMESTAMP]_mail: order of deployment: needs expand and contract; schema-diff.toml allows: either, migrate-first",
        "the old program after [TIMESTAMP]_mail: SELECT of users names the column email, which does not exist any more",
        "the new program before [TIMESTAMP]_mail: SELECT of users names the column mail, which does not exist yet",
        "--rolling keeps what the old program needs",
    ] {
        assert!(seen.err.contains(part), "{part}: {}", seen.err);
    }
    let annotated = check(&project, &["--format", "github"]);
    assert_eq!(annotated.status, 1);
    let start = "::error file=migrations/[TIMESTAMP]_mail/up.sql,title=order of deployment::[TIMESTAMP]_mail: ";
    assert!(annotated.out.starts_with(start), "{}", annotated.out);
    project.write("p/schema-diff.toml", "deploy = [\"expand-and-contract\"]\n");
    let allowed = check(&project, &[]);
    assert_eq!(allowed.status, 0, "{}", allowed.err);
    assert!(
        allowed
            .err
            .contains("needs expand and contract (migrations that HEAD does not have)"),
        "{}",
        allowed.err
    );
}

#[test]
fn a_header_does_not_decide_the_order() {
    let project = repository();
    project.schema(&USERS.replace("email", "mail"));
    project.ok(&["autogenerate", "-m", "mail", "--rename", "users.email:mail"]);
    let last = fs::read_dir(project.migrations())
        .unwrap()
        .map(|own| own.unwrap().path())
        .max()
        .unwrap();
    let up = fs::read_to_string(last.join("up.sql")).unwrap();
    assert!(up.contains("-- deploy: needs expand and contract"), "{up}");
    fs::write(
        last.join("up.sql"),
        up.replace("-- deploy: needs expand and contract", "-- deploy: either"),
    )
    .unwrap();
    let seen = check(&project, &[]);
    assert_eq!(seen.status, 1, "{}", seen.err);
    assert!(
        seen.err.contains("order of deployment: needs expand and contract"),
        "{}",
        seen.err
    );
}

#[test]
fn autogenerate_warns_of_an_order_that_check_refuses() {
    let project = repository();
    project.schema(&USERS.replace("email", "mail"));
    let seen = project.run(&["autogenerate", "-m", "mail", "--rename", "users.email:mail"]);
    assert_eq!(seen.status, 0, "{}", seen.err);
    assert!(
        seen.err
            .contains("check` refuses this order: schema-diff.toml allows either, migrate-first"),
        "{}",
        seen.err
    );
}

#[test]
fn allowed_migrations_pass() {
    let project = repository();
    let none = check(&project, &[]);
    assert_eq!((none.status, none.err.contains("deploy")), (0, false), "{}", none.err);
    project.schema(&USERS.replace("age ->", "nick -> Nullable<Text>,\n        age ->"));
    project.ok(&["autogenerate", "-m", "nick"]);
    let seen = check(&project, &[]);
    assert_eq!(seen.status, 0, "{}", seen.err);
    assert!(
        seen.err.contains("migrate first (migrations that HEAD does not have)"),
        "{}",
        seen.err
    );
    git(&project.root(), &["branch", "base"]);
    commit(&project);
    assert!(!check(&project, &[]).err.contains("migrate first"));
    let seen = check(&project, &["--base", "base"]);
    assert!(
        seen.err.contains("migrate first (migrations that base does not have)"),
        "{}",
        seen.err
    );
    let of_github = project.seen(
        project
            .command()
            .args(["check", "--from", "migrations"])
            .env("GITHUB_BASE_REF", "main"),
    );
    assert_eq!(of_github.status, 2);
    for part in ["git has no commit `origin/main`", "fetch-depth: 0"] {
        assert!(of_github.err.contains(part), "{part}: {}", of_github.err);
    }
}

#[test]
fn hand_written_migrations_have_an_order() {
    for (up, schema, order) in [
        // Each program reads the values of the other one.
        (
            "ALTER TABLE users RENAME COLUMN email TO x; ALTER TABLE users RENAME COLUMN nick TO email; ALTER TABLE users RENAME COLUMN x TO nick;",
            "diesel::table! { users (id) { id -> Int4, email -> Text, nick -> Text, } }",
            "needs expand and contract",
        ),
        (
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
             CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION no();",
            "diesel::table! { users (id) { id -> Int4, email -> Text, nick -> Text, } }",
            "needs expand and contract",
        ),
        (
            "CREATE RULE r AS ON INSERT TO users DO INSTEAD NOTHING;",
            "diesel::table! { users (id) { id -> Int4, email -> Text, nick -> Text, } }",
            "needs expand and contract",
        ),
        (
            "UPDATE users SET nick = lower(nick);",
            "diesel::table! { users (id) { id -> Int4, email -> Text, nick -> Text, } }",
            "either",
        ),
        (
            "CREATE TABLE others (id int);",
            "diesel::table! { users (id) { id -> Int4, email -> Text, nick -> Text, } }",
            "unknown",
        ),
    ] {
        let project = Project::new("");
        project.write("p/schema-diff.toml", ALLOW);
        add(
            &project,
            "2000-01-01-000000_users",
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, nick text NOT NULL);",
        );
        git(&project.root(), &["init", "--quiet"]);
        commit(&project);
        add(&project, "2099-01-01-000000_more", up);
        project.schema(schema);
        let seen = check(&project, &[]);
        let is_allowed = order == "either";
        assert_eq!(seen.status, i32::from(!is_allowed), "{up}: {}", seen.err);
        let wanted = match is_allowed {
            true => "either (migrations that HEAD does not have)".to_owned(),
            false => format!("[TIMESTAMP]_more: order of deployment: {order}"),
        };
        assert!(seen.err.contains(&wanted), "{up}: {}", seen.err);
    }
}

#[test]
fn what_cannot_be_used_is_an_error() {
    let project = repository();
    let no_base = check(&project, &["--base", "nothing"]);
    assert_eq!(no_base.status, 2);
    assert!(no_base.err.contains("git has no commit `nothing`"), "{}", no_base.err);
    assert!(no_base.err.contains("--base"), "{}", no_base.err);
    let no_file = check(&project, &["--old", "other/schema.rs"]);
    assert_eq!(no_file.status, 2);
    assert!(
        no_file.err.contains("there is no file `other/schema.rs`"),
        "{}",
        no_file.err
    );
    project.write("p/other.rs", "diesel::table! { users (id) { id -> } }");
    let no_schema = check(&project, &["--old", "other.rs"]);
    assert_eq!(no_schema.status, 2);
    assert!(no_schema.err.contains("other.rs:1"), "{}", no_schema.err);
    project.write(
        "p/schema-diff.toml",
        "[deploy]\nallow = [\"either\", \"migrate first\"]\n",
    );
    let no_order = check(&project, &[]);
    assert_eq!(no_order.status, 2);
    for part in [
        "schema-diff.toml:2:",
        "cannot be \"migrate first\": expected one of \"migrate-first\"",
    ] {
        assert!(no_order.err.contains(part), "{part}: {}", no_order.err);
    }
    project.write("p/schema-diff.toml", "[deploy]\nallowed = [\"either\"]\n");
    let no_key = check(&project, &[]);
    assert!(
        no_key.err.contains("unknown key `allowed`: did you mean `allow`?"),
        "{}",
        no_key.err
    );
}

#[test]
fn another_program_counts() {
    let project = repository();
    project.write("p/other.rs", USERS);
    let reader = USERS.replace("email", "gone");
    project.write("p/reader.rs", &reader);
    add(&project, "2099-01-01-000000_age", "ALTER TABLE users DROP COLUMN age;");
    project.schema(&without_age());
    let seen = check(&project, &["--old", "other.rs"]);
    assert_eq!(seen.status, 1, "{}", seen.err);
    assert!(seen.err.contains("order of deployment: deploy first"), "{}", seen.err);
    let json = check(&project, &["--old", "other.rs", "--format", "json"]).out;
    assert!(json.contains("\"program\": \"other.rs\""), "{json}");
    project.schema(&without_age().replace("id ->", "nick -> Nullable<Text>,\n        id ->"));
    let seen = project.run(&["autogenerate", "-m", "nick", "--old", "reader.rs"]);
    assert_eq!(seen.status, 0, "{}", seen.err);
    let note = "reader.rs declares what the database does not have, and is tried without it: users.gone, users.age";
    assert!(seen.err.contains(note), "{}", seen.err);
}

/// Returns `USERS` without the column `age`.
fn without_age() -> String {
    USERS
        .lines()
        .filter(|line| !line.contains("age ->"))
        .map(|line| format!("{line}\n"))
        .collect()
}
