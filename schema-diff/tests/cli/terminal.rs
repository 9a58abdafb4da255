//! On a terminal: questions are asked, progress goes away, and leaving changes nothing.

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::project::{Project, USERS};

const DOWN: &str = "\x1b[B";

fn start(project: &Project, args: &[&str]) -> PtySession {
    let mut piped = project.command();
    let mut command = std::process::Command::new(piped.get_program());
    command.args(args).current_dir(project.root());
    for (name, value) in piped.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let _ = &mut piped;
    spawn_with_options(
        command,
        Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true),
    )
    .unwrap()
}

fn ends(mut session: PtySession, status: i32) -> String {
    let rest = session.exp_eof().unwrap();
    // The type of the status is not in reach.
    let ended = format!("{:?}", session.process().wait().unwrap());
    assert!(ended.ends_with(&format!(", {status})")), "{ended}\n{rest}");
    rest
}

/// A database that has users, and a schema.rs in which `email` has become `mail`, and `nick` is new and mandatory.
fn changed() -> Project {
    let project = Project::on_database(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    project.ok(&["migration", "run"]);
    project.schema("diesel::table! {\n    users (id) {\n        id -> Int4,\n        nick -> Text,\n        mail -> Text,\n        age -> Nullable<Int2>,\n    }\n}\n");
    project
}

#[test]
fn a_rename_is_accepted_and_a_backfill_given() {
    let project = changed();
    let mut session = start(&project, &["autogenerate", "-m", "nick"]);
    session.exp_string("looks like a rename:").unwrap();
    session.exp_string("same type").unwrap();
    session.exp_string("Which is it").unwrap();
    session.exp_string("dropped: ").unwrap();
    session.send("\r").unwrap();
    session.flush().unwrap();
    session.exp_string("is new and NOT NULL").unwrap();
    session.exp_string("Expression").unwrap();
    session.send("'none'\r").unwrap();
    session.flush().unwrap();
    session.exp_string("With these answers:").unwrap();
    session.exp_string("is renamed to").unwrap();
    let rest = ends(session, 0);
    assert!(
        rest.contains("Proved up, down and up again") && rest.contains("migrations/"),
        "{rest}"
    );
    let up = project.last("up.sql");
    assert!(
        up.contains("RENAME COLUMN email TO") && up.contains("'none'") && !up.contains("$guard$"),
        "{up}"
    );
    project.ok(&["migration", "run"]);
    project.ok(&["migration", "redo"]);
    assert_eq!(project.run(&["check"]).status, 0);
    project.ok(&["migration", "revert", "--all"]);
}

#[test]
fn a_drop_is_chosen() {
    let project = changed();
    let mut session = start(&project, &["autogenerate", "-m", "nick"]);
    session.exp_string("Which is it").unwrap();
    session.exp_string("dropped: ").unwrap();
    session.send(&format!("{DOWN}\r")).unwrap();
    session.flush().unwrap();
    for _ in 0..2 {
        session.exp_string("Expression").unwrap();
        session.send("''\r").unwrap();
        session.flush().unwrap();
    }
    session.exp_string("With these answers:").unwrap();
    session.exp_string("DATA LOSS").unwrap();
    ends(session, 0);
    let up = project.last("up.sql");
    assert!(
        up.contains("DROP COLUMN email") && !up.contains("RENAME") && !up.contains("DECIDE"),
        "{up}"
    );
}

#[test]
fn decided_later_it_stops() {
    let project = changed();
    // Another place, other constraints: not enough to take it for the same.
    project.schema("diesel::table! {\n    users (id) {\n        id -> Int4,\n        age -> Nullable<Int2>,\n        e1 -> Int8,\n        email_address -> Nullable<Text>,\n    }\n}\n");
    let mut session = start(&project, &["autogenerate", "-m", "nick"]);
    session.exp_string("may be a rename:").unwrap();
    session.exp_string("decide later").unwrap();
    session.send(&format!("{DOWN}{DOWN}\r")).unwrap();
    session.flush().unwrap();
    for _ in 0..1 {
        session.exp_string("Expression").unwrap();
        session.send("\r").unwrap();
        session.flush().unwrap();
    }
    session.exp_string("decide: users.email").unwrap();
    ends(session, 0);
    let seen = project.run(&["migration", "run"]);
    assert_eq!(seen.status, 2);
    assert!(seen.err.contains("stops, on purpose"), "{}", seen.err);
}

#[test]
fn leaving_writes_nothing() {
    for at in ["Which is it", "Expression"] {
        let project = changed();
        let mut session = start(&project, &["autogenerate", "-m", "nick"]);
        if at == "Expression" {
            session.exp_string("dropped: ").unwrap();
            session.send("\r").unwrap();
            session.flush().unwrap();
        }
        session.exp_string(at).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
        session.send_control('c').unwrap();
        let rest = ends(session, 2);
        assert_eq!(
            rest.matches("interrupted: no migration was written").count(),
            1,
            "{rest:?}"
        );
        assert!(!rest.contains("error"), "{rest:?}");
        assert_eq!(project.slugs(), ["users"]);
    }
}

#[test]
fn nothing_is_asked_for_programs() {
    let project = changed();
    let session = start(&project, &["autogenerate", "-m", "nick", "--format", "json"]);
    let rest = ends(session, 0);
    assert!(
        !rest.contains("Which is it") && rest.contains("\"status\": \"written\""),
        "{rest}"
    );
}

#[test]
fn colours_on_a_terminal_only() {
    let project = changed();
    let shown = |no_color: bool| {
        let mut piped = project.command();
        piped.args(["check"]);
        let mut command = std::process::Command::new(piped.get_program());
        command
            .arg("check")
            .current_dir(project.root())
            .env("DATABASE_URL", project.url())
            .env("TERM", "xterm")
            .env_remove("NO_COLOR");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
        let rest = ends(session, 1);
        // Progress may move the cursor; colours are what ends in `m`.
        regex::Regex::new("\x1b\\[[0-9;]+m").unwrap().is_match(&rest)
    };
    assert!(shown(false));
    assert!(!shown(true));
    assert!(!project.run(&["check"]).err.contains('\x1b'));
}
