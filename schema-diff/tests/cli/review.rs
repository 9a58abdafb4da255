//! Migrations that wait for a person: stopped, listed, decided by flags and by hand, and written anew.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::project::{Project, USERS};

/// `email` may have become `mail`: another place, another type, and it is nullable.
pub const OPEN: &str = "\
diesel::table! {
    users (id) {
        id -> Int4,
        age -> Nullable<Int2>,
        e1 -> Nullable<Int8>,
        mail -> Nullable<Varchar>,
    }
}
";

/// `email` has become `e_mail`, by all that speaks for it.
const SURE: &str = "\
diesel::table! {
    users (id) {
        id -> Int4,
        e_mail -> Text,
        age -> Nullable<Int2>,
    }
}
";

/// A project whose last migration is the way from [`USERS`] to another schema, written and not run.
pub fn written(project: Project, schema: &str) -> Project {
    project.ok(&["autogenerate", "-m", "users"]);
    if project.has_url() {
        project.ok(&["migration", "run"]);
        let rows = "INSERT INTO users (email, age) VALUES ('a@b', 1), ('c@d', NULL)";
        project.client().batch_execute(rows).unwrap();
    }
    project.schema(schema);
    project.ok(&["autogenerate", "-m", "mail: 'now'"]);
    project
}

fn open() -> Project {
    written(Project::on_database(USERS), OPEN)
}

fn path(project: &Project) -> PathBuf {
    let entries = fs::read_dir(project.migrations()).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.pop().unwrap()
}

fn name(project: &Project) -> String {
    path(project).file_name().unwrap().to_str().unwrap().to_owned()
}

fn column(project: &Project, column: &str) -> Vec<String> {
    let sql = format!("SELECT coalesce({column}, '-') FROM users ORDER BY id");
    let rows = project.client().query(&sql, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Without the guard: what a person does who deletes it.
fn unguarded(up: &str) -> String {
    let (before, rest) = up.split_once("DO $guard$").unwrap();
    let (_, after) = rest.split_once("$guard$;").unwrap();
    format!("{before}{after}")
}

/// The second reading instead of the first.
fn second(text: &str) -> String {
    let (before, rest) = text.split_once("-- ==== alternative 1").unwrap();
    let (_, rest) = rest.split_once("-- ==== alternative 2").unwrap();
    let (block, after) = rest.split_once("-- ==== end of alternative 2 ====\n").unwrap();
    let (_, block) = block.split_once('\n').unwrap();
    let lines = block.lines().map(|line| {
        let line = line
            .strip_prefix("--")
            .unwrap_or_else(|| panic!("{line:?} is not in a comment"));
        format!("{}\n", line.strip_prefix(' ').unwrap_or(line))
    });
    format!("{before}{}{after}", lines.collect::<String>())
}

#[test]
fn until_it_is_decided_everything_says_so() {
    let project = open();
    let name = name(&project);
    let up = project.last("up.sql");
    let line = up.lines().position(|line| line.starts_with("DO $guard$")).unwrap() + 1;
    let ways = [
        "schema-diff review --rename users.email:mail",
        "schema-diff review --drop users.email",
    ];
    let says = |text: &str| {
        for word in ways {
            assert!(text.contains(word), "{word}: {text}");
        }
    };
    says(&up);
    let run = project.run_bare(&["migration", "run"]);
    assert_eq!(run.status, 2);
    says(&run.err);
    assert!(
        run.err
            .contains(&format!("{name}/up.sql: was users.email renamed to mail?")),
        "{}",
        run.err
    );
    for command in ["check", "history"] {
        let seen = project.run_bare(&[command]);
        assert_eq!(seen.status, 1, "{command}: {}", seen.err);
        assert!(
            seen.err
                .contains(&format!("problem: {name}/up.sql:{line}: undecided: was users.email")),
            "{}",
            seen.err
        );
        says(&seen.err);
    }
    let seen = project.run(&["check", "--format", "json"]);
    let value: Value = serde_json::from_str(&seen.out).unwrap();
    assert_eq!(
        (seen.status, &value["status"], &value["findings"][0]["code"]),
        (1, &"undecided".into(), &"undecided".into())
    );
    for args in [&["autogenerate", "-m", "more"][..], &["diff", "--from", "migrations"]] {
        let seen = project.run_bare(args);
        assert_eq!(seen.status, 2, "{}", seen.err);
        assert!(
            seen.err
                .contains(&format!("{name}/up.sql:{line}` contains an open question")),
            "{}",
            seen.err
        );
    }
    assert_eq!(project.slugs().len(), 2);
}

#[test]
fn whoever_deletes_the_guard_loses_nothing() {
    let project = open();
    let up = path(&project).join("up.sql");
    fs::write(&up, unguarded(&fs::read_to_string(&up).unwrap())).unwrap();
    let check = project.run(&["check", "--from", "migrations"]);
    assert_eq!(check.status, 0, "{}", check.err);
    assert!(
        check.err.contains("note: ") && check.err.contains("has been edited"),
        "{}",
        check.err
    );
    project.ok(&["migration", "run"]);
    assert_eq!(column(&project, "mail"), ["a@b", "c@d"]);
    project.ok(&["migration", "revert"]);
    assert_eq!(column(&project, "email"), ["a@b", "c@d"]);
}

#[test]
fn the_second_reading_by_hand() {
    let project = open();
    let (up, down) = (path(&project).join("up.sql"), path(&project).join("down.sql"));
    fs::write(&up, second(&unguarded(&fs::read_to_string(&up).unwrap()))).unwrap();
    fs::write(&down, second(&fs::read_to_string(&down).unwrap())).unwrap();
    project.ok(&["migration", "run"]);
    assert_eq!(project.run(&["check"]).status, 0);
    assert_eq!(column(&project, "mail"), ["-", "-"]);
    project.ok(&["migration", "revert"]);
    assert_eq!(column(&project, "email"), ["", ""]);
}

#[test]
fn decided_by_flags() {
    for way in ["--rename", "--drop"] {
        let project = open();
        let before = name(&project);
        let seen = project.run(&["review"]);
        assert_eq!((seen.status, seen.out.as_str()), (1, ""));
        assert!(
            seen.err.contains("decide: users.email may have been renamed to mail"),
            "{}",
            seen.err
        );
        assert_eq!(project.run(&["review", "--drop", "users.nope"]).status, 2);

        let value = if way == "--rename" {
            "users.email:mail"
        } else {
            "users.email"
        };
        let out = project.ok(&["review", way, value]);
        assert_eq!(out, "migrations/[TIMESTAMP]_mail_now\n");
        assert_eq!((name(&project), project.slugs().len()), (before, 2));
        let up = project.last("up.sql");
        assert!(
            up.contains("\n-- message: mail: 'now'\n") && up.contains(&format!("\n-- decided: {way} {value}\n")),
            "{up}"
        );
        assert_eq!(up.contains("DROP COLUMN email"), way == "--drop", "{up}");
        assert!(!up.contains("guard") && !up.contains("reading"), "{up}");
        assert_eq!(project.run(&["history"]).status, 0);
        let again = project.run(&["review"]);
        assert_eq!(
            (again.status, again.err.as_str()),
            (0, "No migration has an open question.\n")
        );
        project.ok(&["migration", "run"]);
        let expected = if way == "--rename" { ["a@b", "c@d"] } else { ["-", "-"] };
        assert_eq!(column(&project, "mail"), expected);
        assert_eq!(project.run(&["check"]).status, 0);
        project.ok(&["migration", "redo"]);
    }
}

#[test]
fn without_a_database() {
    let project = written(Project::new(USERS), OPEN);
    assert_eq!(project.run(&["check"]).status, 1);
    project.ok(&["review", "--rename", "users.email:mail"]);
    project.ok(&["migration", "run"]);
    assert_eq!(project.run(&["check"]).status, 0);
    // The project's own database has it now, whether or not it runs.
    project.ok(&["db", "stop"]);
    let seen = project.run(&["review", "--drop", "users.email"]);
    assert_eq!(seen.status, 2);
    assert!(seen.err.contains("is applied in the database"), "{}", seen.err);
}

#[test]
fn a_sure_rename_is_turned_round_and_back() {
    let project = written(Project::on_database(USERS), SURE);
    let up = project.last("up.sql");
    assert!(
        up.contains("-- REVIEW: this migration renames users.email -> e_mail"),
        "{up}"
    );
    assert!(up.contains("schema-diff review --drop users.email"), "{up}");
    for line in [
        "DATA LOSS: drops column users.email and all its values",
        "ALTER TABLE users DROP COLUMN email;",
        "ALTER TABLE users ADD COLUMN e_mail TEXT NOT NULL;",
    ] {
        assert!(
            up.contains(&format!(
                "\n--     {}{line}\n",
                if line.starts_with("DATA") { "-- " } else { "" }
            )),
            "{line}\n{up}"
        );
    }
    assert!(
        project
            .last("down.sql")
            .contains("\n--     ALTER TABLE users DROP COLUMN e_mail;\n")
    );
    // Nothing is open, so that nothing is asked; a decision is about the last one.
    assert_eq!(project.run(&["review"]).status, 0);
    project.ok(&["review", "--drop", "users.email", "--backfill", "users.e_mail='x'"]);
    let up = project.last("up.sql");
    assert!(
        up.contains("\nALTER TABLE users DROP COLUMN email;\n")
            && up.contains("ADD COLUMN e_mail TEXT DEFAULT 'x' NOT NULL;"),
        "{up}"
    );
    assert!(!up.contains("REVIEW"), "{up}");
    project.ok(&["review", "--rename", "users.email:e_mail"]);
    let up = project.last("up.sql");
    assert!(
        up.contains("\nALTER TABLE users RENAME COLUMN email TO e_mail;\n") && !up.contains("DROP"),
        "{up}"
    );
    project.ok(&["migration", "run"]);
    assert_eq!(column(&project, "e_mail"), ["a@b", "c@d"]);
}

#[test]
fn what_was_decided_stays_decided() {
    let project = Project::on_database(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    project.ok(&["migration", "run"]);
    project.schema(&OPEN.replace("Nullable<Int2>", "Int2"));
    project.ok(&["autogenerate", "-m", "x", "--backfill", "users.age=7"]);
    project.ok(&["review", "--rename", "users.email:mail"]);
    let up = project.last("up.sql");
    assert!(
        up.contains("SET age = 7 WHERE age IS NULL") && up.contains("RENAME COLUMN email TO mail"),
        "{up}"
    );
    assert!(
        up.contains("-- decided: --backfill users.age=7\n-- decided: --rename users.email:mail\n"),
        "{up}"
    );
    assert!(
        project
            .last("down.sql")
            .contains("does not restore the NULLs of users.age")
    );
}

#[test]
fn refused_with_a_way_out() {
    let refused = |project: &Project, args: &[&str], words: &[&str]| {
        let before = (project.last("up.sql"), project.last("down.sql"));
        let seen = project.run(args);
        assert_eq!((seen.status, seen.out.as_str()), (2, ""), "{args:?} {}", seen.err);
        for word in words {
            assert!(seen.err.contains(word), "{args:?}: {word}: {}", seen.err);
        }
        assert!(seen.err.contains("hint: "), "{}", seen.err);
        assert_eq!(before, (project.last("up.sql"), project.last("down.sql")));
    };
    let rename = ["review", "--rename", "users.email:mail"];

    let project = open();
    refused(&project, &["review", "1999"], &["no migration", "begins with `1999`"]);
    // schema.rs goes on.
    project.schema(&OPEN.replace("e1 ->", "e2 ->"));
    refused(&project, &rename, &["schema.rs has changed", "--force", "autogenerate"]);
    project.ok(&[&rename[..], &["--force"]].concat());
    assert!(project.last("up.sql").contains("e2"));
    // Edited by hand.
    project.schema(OPEN);
    let up = path(&project).join("up.sql");
    let text = fs::read_to_string(&up).unwrap();
    fs::write(&up, format!("{text}-- mine\n")).unwrap();
    refused(&project, &rename, &["up.sql was edited manually", "--force"]);
    project.ok(&[&rename[..], &["--force"]].concat());
    assert!(!project.last("up.sql").contains("mine"));
    // Applied.
    project.ok(&["migration", "run"]);
    refused(&project, &rename, &["is applied in the database", "migration revert"]);
    refused(
        &project,
        &[&rename[..], &["--from", "migrations"]].concat(),
        &["is applied in the database"],
    );
    project.ok(&["migration", "revert"]);
    project.ok(&rename);
    // Followed.
    project.ok(&["migration", "run"]);
    project.schema(&OPEN.replace("e1 ->", "e3 -> Nullable<Bool>,\n        e1 ->"));
    project.ok(&["autogenerate", "-m", "more"]);
    let version = project.versions().swap_remove(1);
    refused(
        &project,
        &["review", &version, "--drop", "users.email"],
        &["cannot be rewritten", "autogenerate"],
    );
    // Somebody else's.
    project.write("p/migrations/2999-01-01-000000_own/up.sql", "SELECT 1;");
    project.write("p/migrations/2999-01-01-000000_own/down.sql", "SELECT 1;");
    refused(&project, &rename, &["was not written by schema-diff"]);

    let empty = Project::on_database(USERS);
    let seen = empty.run(&rename);
    assert_eq!(seen.status, 2);
    assert!(seen.err.contains("there are no migrations to review"), "{}", seen.err);
}

#[test]
fn killed_at_any_moment_it_is_the_old_or_the_new() {
    let project = open();
    project.write(&format!("p/migrations/{}/notes.md", name(&project)), "mine");
    let old = (project.last("up.sql"), project.last("down.sql"));
    let args = ["review", "--rename", "users.email:mail"];
    let began = Instant::now();
    project.ok(&args);
    let whole = began.elapsed();
    let new = (project.last("up.sql"), project.last("down.sql"));
    let restore = || {
        fs::write(path(&project).join("up.sql"), &old.0).unwrap();
        fs::write(path(&project).join("down.sql"), &old.1).unwrap();
    };
    for (at, signal) in [
        (1, Signal::SIGINT),
        (2, Signal::SIGKILL),
        (4, Signal::SIGKILL),
        (5, Signal::SIGKILL),
        (6, Signal::SIGINT),
        (7, Signal::SIGKILL),
    ] {
        restore();
        let run = project.command().args(args).spawn().unwrap();
        std::thread::sleep(whole * at / 7);
        let _ = kill(Pid::from_raw(i32::try_from(run.id()).unwrap()), signal);
        let output = run.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let seen = (project.last("up.sql"), project.last("down.sql"));
        assert!(seen == old || seen == new, "neither the old nor the new: {seen:?}");
        if output.status.code() == Some(2) {
            assert!(err.contains("interrupted: "), "{err}");
        }
        assert_eq!(project.last("notes.md"), "mine");
    }
    restore();
    std::thread::sleep(Duration::from_millis(100));
    project.ok(&args);
    assert_eq!((project.last("up.sql"), project.last("down.sql")), new);
    assert_eq!(
        fs::read_dir(project.migrations()).unwrap().count(),
        2,
        "something was left behind"
    );
}
