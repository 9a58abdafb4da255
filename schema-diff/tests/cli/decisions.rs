//! Flags that decide something: heeded, or refused; never overheard.

use std::fmt::Write as _;

use crate::project::{Project, USERS};

#[test]
fn that_speak_of_nothing() {
    let project = Project::on_database(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    project.ok(&["migration", "run"]);
    project.schema("diesel::table! {\n    users (id) {\n        id -> Int4,\n        age -> Nullable<Int4>,\n        nick -> Text,\n    }\n}\ndiesel::table! {\n    posts (id) {\n        id -> Int4,\n    }\n}\n");
    let mut sessions = String::new();
    for args in [
        ["--rename", "users.foo:nick"],
        ["--rename", "users.email:nik"],
        ["--rename", "nope.email:nick"],
        ["--rename", "users"],
        ["--rename-table", "nope:posts"],
        ["--rename-table", "users:nope"],
        ["--rename-label", "mood.sad:glum"],
        ["--drop", "users.nope"],
        ["--drop", "nope"],
        ["--drop", "users.id"],
        ["--drop", "users"],
        ["--backfill", "users.nik=''"],
        ["--backfill", "users.id=0"],
        ["--backfill", "posts.id=0"],
        ["--backfill", "nope.id=0"],
        ["--backfill", "users.nick"],
        ["--using", "users.nick=''"],
        ["--using", "users.nope=''"],
        ["--using", "posts.id=0"],
    ] {
        let _ = writeln!(sessions, "{}", project.session(&["diff", args[0], args[1]]));
    }
    insta::assert_snapshot!("flags", sessions);
    for args in [
        ["--rename", "users.email:nick"].as_slice(),
        &["--drop", "users.email"],
        &[
            "--drop",
            "users.email",
            "--backfill",
            "users.nick='x'",
            "--using",
            "users.age=age + 1",
        ],
    ] {
        let seen = project.run(&[&["diff"], args].concat());
        assert_eq!(seen.status, 1, "{args:?}\n{}", seen.err);
    }
}

#[test]
fn a_backfill_that_is_no_sql() {
    let project = Project::on_database(USERS);
    project.ok(&["autogenerate", "-m", "users"]);
    project.ok(&["migration", "run"]);
    project.schema(&USERS.replace("age ->", "nick -> Text,\n        age ->"));
    let seen = project.run(&["autogenerate", "-m", "nick", "--backfill", "users.nick=no sql"]);
    assert_eq!((seen.status, seen.out.as_str()), (2, ""));
    assert!(
        seen.err.contains("no sql") && seen.err.contains("syntax error"),
        "{}",
        seen.err
    );
    assert_eq!(project.slugs(), ["users"]);
}
