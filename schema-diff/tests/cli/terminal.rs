//! On a terminal: questions are asked, progress goes away, and leaving changes nothing.

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::project::{Project, USERS};
use crate::review::OPEN;

const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";

fn start(project: &Project, args: &[&str]) -> PtySession {
    start_in(project, args, (80, 24), &[])
}

/// On a terminal of so many columns and rows, with more in its environment.
fn start_in(project: &Project, args: &[&str], (columns, rows): (u16, u16), more: &[(&str, &str)]) -> PtySession {
    let piped = project.command();
    let mut command = std::process::Command::new("sh");
    let script = format!("stty cols {columns} rows {rows}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(piped.get_program());
    command.args(args).current_dir(project.root());
    for (name, value) in piped.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.envs(more.iter().copied());
    let options = Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true);
    spawn_with_options(command, options).unwrap()
}

fn press(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

fn ends(mut session: PtySession, status: i32) -> String {
    let rest = session.exp_eof().unwrap();
    // The type of the status is not in reach.
    let ended = format!("{:?}", session.process().wait().unwrap());
    assert!(ended.ends_with(&format!(", {status})")), "{ended}\n{rest}");
    rest
}

/// A database that has users, and a schema.rs in which `email` is `e_mail` by all that speaks for it, and `nick` is new and mandatory.
fn changed() -> Project {
    let project = Project::on_database(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    project.ok(&["migration", "run"]);
    project.schema("diesel::table! {\n    users (id) {\n        id -> Int4,\n        e_mail -> Text,\n        age -> Nullable<Int2>,\n        nick -> Text,\n    }\n}\n");
    project
}

/// The same, and `email` may be `mail` or may not.
fn unsure() -> Project {
    let project = changed();
    project.schema(OPEN);
    project
}

#[test]
fn a_rename_is_accepted_and_a_backfill_given() {
    let project = changed();
    let mut session = start(&project, &["autogenerate", "-m", "nick"]);
    session.exp_string("A possible rename").unwrap();
    session.exp_string("> users.email").unwrap();
    session.exp_string("(*) renamed to e_mail").unwrap();
    session.exp_string("same position").unwrap();
    session.exp_string("( ) dropped: its values are lost").unwrap();
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, "\r");
    session.exp_string("is new and NOT NULL").unwrap();
    session.exp_string("Expression").unwrap();
    press(&mut session, "'none'\r");
    session.exp_string("With these answers:").unwrap();
    session.exp_string("is renamed to").unwrap();
    let rest = ends(session, 0);
    assert!(
        rest.contains("Proved by running up.sql, down.sql and up.sql again") && rest.contains("migrations/"),
        "{rest}"
    );
    let up = project.last("up.sql");
    assert!(
        up.contains("RENAME COLUMN email TO") && up.contains("'none'") && !up.contains("$guard$"),
        "{up}"
    );
    assert!(up.contains("-- decided: --rename users.email:e_mail\n"), "{up}");
    project.ok(&["migration", "run"]);
    project.ok(&["migration", "redo"]);
    assert_eq!(project.run(&["check"]).status, 0);
    project.ok(&["migration", "revert", "--all"]);
}

#[test]
fn a_drop_is_chosen() {
    for keys in [RIGHT, "2", "l"] {
        let project = changed();
        let mut session = start(&project, &["autogenerate", "-m", "nick"]);
        session.exp_string("Esc: cancel").unwrap();
        press(&mut session, keys);
        session.exp_string("(*) dropped: its values are lost").unwrap();
        session.exp_string("Esc: cancel").unwrap();
        press(&mut session, "\r");
        for _ in 0..2 {
            session.exp_string("Expression").unwrap();
            press(&mut session, "''\r");
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
}

#[test]
fn decided_later_it_stops_and_is_reviewed() {
    let project = unsure();
    let mut session = start(&project, &["autogenerate", "-m", "nick"]);
    session
        .exp_string("( ) decide later: until then up.sql raises an error")
        .unwrap();
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, "3");
    session.exp_string("(*) decide later").unwrap();
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, "\r");
    session
        .exp_string("decide: users.email may have been renamed to mail")
        .unwrap();
    ends(session, 0);
    let seen = project.run(&["migration", "run"]);
    assert_eq!(seen.status, 2);
    assert!(seen.err.contains("raises an error:"), "{}", seen.err);

    // Leaving leaves it as it is.
    let undecided = project.last("up.sql");
    let mut session = start(&project, &["review"]);
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, "\x1b");
    let rest = ends(session, 2);
    assert!(rest.contains("interrupted: the migration is unchanged"), "{rest}");
    assert_eq!(project.last("up.sql"), undecided);

    let mut session = start(&project, &["review"]);
    session.exp_string("(*) renamed to mail").unwrap();
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, "\r");
    session.exp_string("With these answers:").unwrap();
    ends(session, 0);
    project.ok(&["migration", "run"]);
    assert_eq!(project.run(&["check"]).status, 0);
}

#[test]
fn leaving_writes_nothing() {
    for (at, key) in [
        ("Esc: cancel", "\x03"),
        ("Esc: cancel", "\x1b"),
        ("Esc: cancel", "q"),
        ("Expression", "\x03"),
    ] {
        let project = changed();
        let mut session = start(&project, &["autogenerate", "-m", "nick"]);
        if at == "Expression" {
            session.exp_string("Esc: cancel").unwrap();
            press(&mut session, "\r");
        }
        session.exp_string(at).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
        press(&mut session, key);
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

/// Ten tables, in each of which a column was renamed; one has a name that would clear the screen.
fn many() -> Project {
    let table = |at: usize, column: &str| {
        format!(
            "diesel::table! {{\n    #[sql_name = {:?}]\n    t{at} (id) {{\n        id -> Int4,\n        {column} -> Text,\n    }}\n}}\n",
            if at == 3 {
                "\u{1b}[2J\u{1b}[Hthree".to_owned()
            } else {
                format!("table_number_{at}")
            }
        )
    };
    let all = |column: &str| (0..10).map(|at| table(at, column)).collect::<String>();
    let project = Project::on_database(&all("phone_number"));
    project.ok(&["autogenerate", "-m", "tables"]);
    project.ok(&["migration", "run"]);
    project.schema(&all("phone_numbers"));
    project
}

#[test]
fn many_questions_in_a_narrow_window() {
    let project = many();
    let mut session = start_in(
        &project,
        &["autogenerate", "-m", "phones"],
        (40, 14),
        &[("NO_COLOR", "1")],
    );
    session.exp_string("10 possible renames (1 of 10)").unwrap();
    let mut seen = String::new();
    for at in 2..=10 {
        seen += &session.exp_string("Esc: cancel").unwrap();
        press(&mut session, DOWN);
        seen += &session.exp_string(&format!("({at} of 10)")).unwrap();
    }
    seen += &session.exp_string("Esc: cancel").unwrap();
    press(&mut session, RIGHT);
    seen += &session.exp_string("(*) dropped").unwrap();
    seen += &session.exp_string("Esc: cancel").unwrap();
    assert!(!seen.contains('\u{1b}'), "{seen:?}");
    assert!(seen.contains("\\u{1b}[2J") && seen.contains("  ..."), "{seen}");
    for line in seen.lines() {
        assert!(line.trim_matches('\r').chars().count() < 40, "{line:?}");
    }
    press(&mut session, "\r");
    session.exp_string("Expression").unwrap();
    press(&mut session, "''\r");
    session.exp_string("With these answers:").unwrap();
    ends(session, 0);
    let up = project.last("up.sql");
    assert_eq!(
        (up.matches("RENAME COLUMN").count(), up.matches("DROP COLUMN").count()),
        (9, 1),
        "{up}"
    );
}

#[test]
fn another_is_chosen() {
    let project = changed();
    project.schema(
        &USERS
            .replace("        email -> Text,\n", "")
            .replace("Int2>,\n", "Int2>,\n        mail -> Text,\n        e_mail -> Text,\n"),
    );
    let mut session = start(&project, &["autogenerate", "-m", "mail"]);
    session.exp_string("(*) renamed to e_mail").unwrap();
    session.exp_string("( ) renamed to mail").unwrap();
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, RIGHT);
    session.exp_string("( ) renamed to e_mail").unwrap();
    session.exp_string("(*) renamed to mail").unwrap();
    session.exp_string("Esc: cancel").unwrap();
    press(&mut session, "\r");
    session.exp_string("users.e_mail is new and NOT NULL").unwrap();
    session.exp_string("Expression").unwrap();
    press(&mut session, "''\r");
    ends(session, 0);
    let up = project.last("up.sql");
    assert!(
        up.contains("RENAME COLUMN email TO mail;") && up.contains("ADD COLUMN e_mail TEXT DEFAULT '' NOT NULL;"),
        "{up}"
    );
}

#[test]
fn one_by_one_where_the_cursor_cannot_move() {
    let project = unsure();
    let mut session = start_in(&project, &["autogenerate", "-m", "x"], (80, 24), &[("TERM", "dumb")]);
    session.exp_string("Possible rename of users.email:").unwrap();
    session.exp_string("1 renamed to mail (").unwrap();
    session.exp_string("2 dropped: its values are lost").unwrap();
    session.exp_string("Answer [1]: ").unwrap();
    press(&mut session, "7\n");
    session.exp_string("Type a number from 1 to 3").unwrap();
    session.exp_string("Answer [1]: ").unwrap();
    press(&mut session, "2\n");
    session.exp_string("With these answers:").unwrap();
    ends(session, 0);
    assert!(project.last("up.sql").contains("-- decided: --drop users.email\n"));
}

#[test]
fn nothing_is_asked_for_programs() {
    let project = changed();
    let session = start(&project, &["autogenerate", "-m", "nick", "--format", "json"]);
    let rest = ends(session, 0);
    assert!(
        !rest.contains("Possible rename of") && rest.contains("\"status\": \"written\""),
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

/// A view and a function that read a dropped column: both are asked about, and the answers are options.
#[test]
fn what_becomes_of_code_is_asked() {
    let project = Project::on_database(
        "diesel::table! {\n    users (id) {\n        id -> Int4,\n        nick -> Nullable<Text>,\n    }\n}\n",
    );
    let code = "CREATE TABLE users (id int PRIMARY KEY, age int, nick text); \
                CREATE VIEW older AS SELECT id, age + 1 AS age FROM users; \
                CREATE FUNCTION twice(older) RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;";
    project.client().batch_execute(code).unwrap();
    let mut session = start(&project, &["autogenerate", "-m", "x"]);
    session
        .exp_string("view older reads users.age, which this migration drops. What should happen to view older?")
        .unwrap();
    session.exp_string("1 dropped; down.sql recreates it").unwrap();
    session
        .exp_string("2 replaced by a statement that you type next")
        .unwrap();
    session.exp_string("Answer [3]: ").unwrap();
    press(&mut session, "9\n");
    session.exp_string("Type a number from 1 to 3").unwrap();
    session.exp_string("Answer [3]: ").unwrap();
    press(&mut session, "2\n");
    session.exp_string("SELECT ... (one line): ").unwrap();
    press(&mut session, "SELECT id, 0 AS age FROM users\n");
    session
        .exp_string("function public.twice(public.older) reads older")
        .unwrap();
    session.exp_string("1 kept: dropped and recreated unchanged").unwrap();
    session.exp_string("Answer [4]: ").unwrap();
    press(&mut session, "1\n");
    session.exp_string("With these answers:").unwrap();
    ends(session, 0);
    let up = project.last("up.sql");
    assert!(
        up.contains("-- decided: --keep twice\n") && up.contains("-- decided: --replace ") && !up.contains("DECIDE"),
        "{up}"
    );
}
