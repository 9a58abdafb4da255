//! From nothing to a database and back, without a terminal; with the `diesel` binary in between, and two runs at once.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{Project, USERS, server};

#[test]
fn from_nothing_on_the_projects_own_postgres() {
    let project = Project::new(USERS);
    let mut session = String::new();
    let mut say = |args: &[&str]| session.push_str(&format!("{}\n", project.session(args)));
    say(&["history"]);
    say(&["check"]);
    say(&["autogenerate", "-m", "add users"]);
    say(&["history"]);
    say(&["migration", "run"]);
    say(&["autogenerate", "-m", "again"]);
    project.schema(
        &USERS
            .replace("email ->", "mail ->")
            .replace("age -> Nullable<Int2>", "age -> Int2,\n        nick -> Text"),
    );
    say(&["diff", "--down"]);
    say(&[
        "autogenerate",
        "-m",
        "mail",
        "--rename",
        "users.email:mail",
        "--backfill",
        "users.age=0",
        "--backfill",
        "users.nick=''",
    ]);
    say(&["migration", "pending"]);
    say(&["migration", "run"]);
    say(&["migration", "redo"]);
    say(&["migration", "revert"]);
    say(&["migration", "list"]);
    say(&["history"]);
    say(&["check"]);
    say(&["db", "status", "--format", "json"]);
    say(&["db", "stop"]);
    let number = regex::Regex::new(r"(process.*?)\d+").unwrap();
    let hash = regex::Regex::new(r"schema-diff-\w+-\w+|%2F\S*?/development").unwrap();
    let session = number.replace_all(&session, "$1[N]");
    insta::assert_snapshot!("from_nothing", hash.replace_all(&session, "[SOCKET]"));
    insta::assert_snapshot!("up_sql", project.redact(&project.last("up.sql")));
    insta::assert_snapshot!("down_sql", project.redact(&project.last("down.sql")));
}

/// The real binary: named by `DIESEL_BIN`, on `PATH`, or where the project's tools are.
fn diesel() -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/bin/diesel");
    let on_path = env::var_os("PATH").into_iter().flat_map(|path| {
        env::split_paths(&path)
            .map(|dir| dir.join("diesel"))
            .collect::<Vec<_>>()
    });
    env::var_os("DIESEL_BIN")
        .map(PathBuf::from)
        .into_iter()
        .chain(on_path)
        .chain([tools])
        .find(|path| path.is_file())
}

#[test]
fn diesel_in_between() {
    let Some(diesel) = diesel() else {
        assert!(
            env::var_os("SCHEMA_DIFF_REQUIRE_DIESEL").is_none(),
            "SCHEMA_DIFF_REQUIRE_DIESEL is set, and there is no diesel: set DIESEL_BIN"
        );
        eprintln!("SKIPPED: no diesel binary on PATH or in target/tools/bin; DIESEL_BIN names one");
        return;
    };
    let project = Project::on_database(USERS);
    let diesel = |args: &[&str]| {
        let output = Command::new(&diesel)
            .args(args)
            .current_dir(project.root())
            .env("DATABASE_URL", project.url())
            .output()
            .unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "diesel {args:?}: {text}");
        text
    };
    project.write("p/diesel.toml", "");
    project.ok(&["autogenerate", "-m", "users"]);
    diesel(&["migration", "run"]);
    assert_eq!(project.run(&["check"]).status, 0);
    project.schema(&USERS.replace("email", "mail"));
    project.ok(&["autogenerate", "-m", "mail"]);
    project.ok(&["migration", "run"]);
    diesel(&["migration", "redo"]);
    diesel(&["migration", "revert"]);
    assert_eq!(project.run(&["migration", "pending"]).status, 1);
    diesel(&["migration", "run"]);
    assert!(!diesel(&["migration", "list"]).contains("[ ]"));
    assert!(diesel(&["print-schema"]).contains("mail -> Text"));
    assert_eq!(project.run(&["check"]).status, 0);
}

/// What another run has meanwhile written meanwhile was not compared: only one of them can have its migration written.
#[test]
fn two_at_once() {
    let project = Project::on_database(USERS);
    let url = server().url("postgres");
    let mut commands = ["one", "two"].map(|message| {
        let mut command = project.command();
        command.args(["autogenerate", "-m", message, "--scratch-url", &url]);
        command
    });
    let runs: Vec<_> = commands.iter_mut().map(|command| command.spawn().unwrap()).collect();
    let mut seen: Vec<(i32, String)> = runs
        .into_iter()
        .map(|run| run.wait_with_output().unwrap())
        .map(|output| (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap()))
        .collect();
    seen.sort();
    assert_eq!((seen[0].0, seen[1].0), (0, 2), "{seen:?}");
    let (late, way) = (&seen[1].1, ["another run has meanwhile written", "is not up to date"]);
    assert!(way.iter().any(|words| late.contains(words)), "{late}");
    assert_eq!(project.slugs().len(), 1);
    project.ok(&["migration", "run"]);
    assert_eq!(project.run(&["check"]).status, 0);
}
