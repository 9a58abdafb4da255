//! `migration` and `history` as a person meets them: what goes in, what comes out, and the exit status.
#![allow(clippy::unwrap_used)]

#[path = "support/postgres.rs"]
mod postgres_server;

use std::fs;

use clap::Parser;
use schema_diff_cli::history::HistoryArgs;
use schema_diff_cli::migration::MigrationArgs;
use schema_diff_cli::{history, migration};
use schema_diff_engine::config::{Environment, Project};
use schema_diff_engine::write::{NewMigration, write};

#[derive(Parser)]
#[command(name = "schema-diff", term_width = 100)]
enum Command {
    Migration(MigrationArgs),
    History(HistoryArgs),
}

struct Session {
    dir: tempfile::TempDir,
    url: String,
}

impl Session {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("diesel.toml"), "").unwrap();
        let now = "2024-05-06T07:08:09Z".parse().unwrap();
        let mut revises = None;
        for (message, up, down) in [
            ("add users", "CREATE TABLE users (id int);", "DROP TABLE users;"),
            (
                "add \u{1b}[31mposts\n",
                "CREATE TABLE posts (id int);",
                "DROP TABLE posts;",
            ),
        ] {
            let new = NewMigration {
                keeps: Vec::new(),
                releases: Vec::new(),
                deploy: None,
                message: message.to_owned(),
                up_body: up.to_owned(),
                down_body: down.to_owned(),
                named_at: None,
                run_in_transaction: true,
                decided: Vec::new(),
                revises,
                part: None,
                before_fingerprint: None,
                after_fingerprint: None,
            };
            revises = Some(write(&dir.path().join("migrations"), now, &new).unwrap().version);
        }
        Self {
            dir,
            url: postgres_server::database(),
        }
    }

    fn project(&self) -> Project {
        Project::discover_in(self.dir.path(), Environment::of::<&str, &str>([])).unwrap()
    }

    /// Exit status, standard output, standard error; an error counts as 2 and is printed as the binary would.
    fn run(&self, line: &str) -> (u8, String, String) {
        let json = line.ends_with(" --json");
        let words = line.trim_end_matches(" --json").split(' ');
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let result = match Command::parse_from(["schema-diff"].into_iter().chain(words)) {
            Command::Migration(args) => {
                migration::run(&args, &self.project(), &self.url, &mut out, &mut err, None, json)
                    .map_err(|e| e.to_string())
            }
            Command::History(args) => history::run(&args, &self.project(), Some(&self.url), &mut out, &mut err, json)
                .map_err(|e| e.to_string()),
        };
        let mut err = String::from_utf8(err).unwrap();
        let status = result.unwrap_or_else(|error| {
            err.push_str(&error);
            2
        });
        (
            status,
            String::from_utf8(out).unwrap(),
            err.replace(&format!("{}/", self.dir.path().display()), ""),
        )
    }

    fn json(&self, line: &str) -> (u8, serde_json::Value) {
        let (status, out, _) = self.run(&format!("{line} --json"));
        (status, serde_json::from_str(&out).unwrap())
    }
}

const ONE: &str = "2024-05-06-070809_add_users";
const TWO: &str = "2024-05-06-070810_add_31mposts";

#[test]
fn a_session() {
    let session = Session::new();
    let show = |(status, out, err): (u8, String, String)| format!("{status}\n{out}{err}");
    assert_eq!(
        show(session.run("migration pending")),
        format!("1\n{ONE}\n{TWO}\n`schema-diff migration run` runs them.\n")
    );
    assert_eq!(
        show(session.run("migration run -n 1")),
        format!("0\nRunning migration {ONE}\n")
    );
    let (status, out, _) = session.run("migration list");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        (status, lines[0], lines[2]),
        (0, "Migrations:", format!("  [ ] {TWO}  pending").as_str())
    );
    assert!(lines[1].starts_with(&format!("  [X] {ONE}     20")), "{out}");
    assert_eq!(
        show(session.run("history")),
        "0\n20240506070809 -> 20240506070810 (head, pending), add \\u{1b}[31mposts\\n\n<base> -> 20240506070809 (applied), add users\n"
    );
    assert_eq!(
        show(session.run("migration run")),
        format!("0\nRunning migration {TWO}\n")
    );
    assert_eq!(show(session.run("migration run")), "0\nNothing is pending.\n");
    assert_eq!(show(session.run("migration pending")), "0\nNothing is pending.\n");
    assert_eq!(
        show(session.run("migration redo")),
        format!("0\nRolling back migration {TWO}\nRunning migration {TWO}\n")
    );
    assert_eq!(
        show(session.run("migration goto head")),
        "0\nThe database is at this version already.\n"
    );
    assert_eq!(
        show(session.run("migration revert --all")),
        format!("0\nRolling back migration {TWO}\nRolling back migration {ONE}\n")
    );
    assert_eq!(
        show(session.run("migration revert")),
        "0\nNo migration is applied: nothing to revert.\n"
    );
    assert_eq!(
        show(session.run("migration stamp 2024-05-06-070809")),
        "0\nMarked 20240506070809 as applied\n"
    );
    let (status, _, err) = session.run("migration run --to 1999");
    assert_eq!(
        (status, err.contains("`schema-diff migration list` shows them")),
        (2, true),
        "{err}"
    );
}

#[test]
fn for_machines() {
    let session = Session::new();
    let one = "20240506070809";
    let (status, pending) = session.json("migration pending");
    assert_eq!((status, pending), (1, serde_json::json!({ "pending": [ONE, TWO] })));
    let (_, ran) = session.json("migration goto 20240506070809");
    assert_eq!(ran, serde_json::json!({ "reverted": [], "ran": [one], "failed": null }));
    fs::write(
        session.dir.path().join("migrations").join(TWO).join("up.sql"),
        "SELECT 1;\nSELEC 2;",
    )
    .unwrap();
    let (status, failed) = session.json("migration run");
    assert_eq!(
        (status, &failed["failed"]["line"], &failed["failed"]["direction"]),
        (2, &2.into(), &"up".into()),
        "{failed}"
    );
    let (_, list) = session.json("migration list");
    assert_eq!(
        (&list["current"], &list["migrations"][1]["status"]),
        (&one.into(), &"pending".into()),
        "{list}"
    );
    assert!(
        list["migrations"][0]["run_on"].as_str().unwrap().ends_with('Z'),
        "{list}"
    );
    let (status, history) = session.json("history");
    assert_eq!(
        (status, &history["head"], &history["migrations"][0]["generated"]),
        (0, &"20240506070810".into(), &false.into()),
        "{history}"
    );
    let (_, stamped) = session.json("migration stamp base");
    assert_eq!(
        stamped,
        serde_json::json!({ "marked": [], "unmarked": [one], "unknown": [] })
    );
}

#[test]
fn a_chain_that_is_broken() {
    let session = Session::new();
    fs::remove_dir_all(session.dir.path().join("migrations").join(ONE)).unwrap();
    let (status, _, err) = session.run("history --verbose");
    assert_eq!(status, 1);
    assert!(
        err.contains("problem: 2024-05-06-070810_add_31mposts follows 20240506070809, which is not in the directory"),
        "{err}"
    );
    assert_eq!(session.json("history").1["findings"][0]["code"], "missing");
}

#[test]
fn every_help_has_an_example() {
    for line in [
        "migration",
        "migration run",
        "migration revert",
        "migration redo",
        "migration list",
        "migration pending",
        "migration goto",
        "migration stamp",
        "history",
    ] {
        let words = ["schema-diff"].into_iter().chain(line.split(' ')).chain(["--help"]);
        let help = Command::try_parse_from(words).err().unwrap().to_string();
        assert!(
            help.contains("Example") && help.contains(&format!("schema-diff {line}")),
            "{help}"
        );
    }
}
