//! What the database has and no committed version of `schema.rs` declares is no drop.
#![allow(clippy::unwrap_used)]

#[path = "support/git.rs"]
mod git;
#[path = "support/workshop.rs"]
mod workshop;

use std::fs;

use git::git;
use schema_diff_engine::{compare::Change, generate::Options, model::TableName};
use workshop::workshop;

fn table(columns: &str) -> String {
    format!("diesel::table! {{ t (id) {{ id -> Int4, name -> Nullable<Text>, {columns} }} }}\n")
}

const MORE: &str = "diesel::table! { more (id) { id -> Int4, } }\n";

/// Each: the committed versions, the working tree, flags of drops, what is dropped, what is left alone.
struct Case {
    name: &'static str,
    committed: Vec<String>,
    now: String,
    drop: Option<&'static str>,
    dropped: &'static [&'static str],
    left: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "never declared: a column that a patch takes out, a table of another program",
            committed: vec![table("") + MORE],
            now: table("extra -> Nullable<Int4>,") + MORE,
            drop: None,
            dropped: &[],
            left: &["column t.hidden", "table jobs"],
        },
        Case {
            name: "declared once: a drop",
            committed: vec![
                table("hidden -> Nullable<Int4>,") + MORE + "diesel::table! { jobs (id) { id -> Int4, } }\n",
                table("") + MORE,
            ],
            now: table(""),
            drop: None,
            dropped: &["jobs", "more", "t.hidden"],
            left: &[],
        },
        Case {
            name: "a decision drops it",
            committed: vec![table("") + MORE],
            now: table("") + MORE,
            drop: Some("hidden"),
            dropped: &["t.hidden"],
            left: &["table jobs"],
        },
        Case {
            name: "versions that speak of another database say nothing",
            committed: vec!["diesel::table! { other (id) { id -> Int4, } }\n".to_owned()],
            now: table("") + MORE,
            drop: None,
            dropped: &["jobs", "t.hidden"],
            left: &[],
        },
        Case {
            name: "versions with the same names and other types say nothing",
            committed: vec!["diesel::table! { t (id) { id -> Text, name -> Nullable<Int8>, } }\n".to_owned()],
            now: table("") + MORE,
            drop: None,
            dropped: &["jobs", "t.hidden"],
            left: &[],
        },
        Case {
            name: "texts are alike, and one version that agrees is enough",
            committed: vec![
                "diesel::table! { t (id) { id -> Int8, name -> Nullable<Varchar>, } }\n".to_owned(),
                "diesel::table! { t (id) { id -> Int4, name -> Nullable<Varchar>, } }\n".to_owned(),
            ],
            now: table("extra -> Nullable<Int4>,") + MORE,
            drop: None,
            dropped: &[],
            left: &["column t.hidden", "table jobs"],
        },
        Case {
            name: "no commit at all",
            committed: Vec::new(),
            now: table("") + MORE,
            drop: None,
            dropped: &["jobs", "t.hidden"],
            left: &[],
        },
    ]
}

#[test]
fn what_was_never_declared_stays() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client
        .batch_execute(
            "CREATE TABLE t (id int PRIMARY KEY, name text, hidden int); CREATE TABLE more (id int PRIMARY KEY); \
             CREATE TABLE jobs (id int PRIMARY KEY);",
        )
        .unwrap();
    for case in cases() {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        fs::create_dir(root.join("src")).unwrap();
        fs::write(root.join("diesel.toml"), "").unwrap();
        git(root, &["init", "-q"]);
        for (at, text) in case.committed.iter().enumerate() {
            fs::write(root.join("src/schema.rs"), text).unwrap();
            git(root, &["add", "."]);
            git(root, &["commit", "-qm", &at.to_string()]);
        }
        fs::write(root.join("src/schema.rs"), &case.now).unwrap();
        let mut options = Options::default();
        if let Some(column) = case.drop {
            let dropped = &mut options.decisions.dropped_columns;
            dropped.insert((TableName::public("t"), column.to_owned()));
        }
        let made = workshop().generate(root, &database.url(), &options).unwrap();
        let mut dropped = Vec::new();
        let mut remarks = Vec::new();
        if let Some((draft, _)) = &made {
            for change in &draft.changes {
                match change {
                    Change::DropTable(name) => dropped.push(name.plain()),
                    Change::DropColumn { table, column } => dropped.push(format!("{}.{column}", table.before.plain())),
                    _ => {}
                }
            }
            remarks = draft.resolution.remarks().map(ToString::to_string).collect();
        }
        dropped.sort();
        assert_eq!(dropped, case.dropped, "{}", case.name);
        for left in case.left {
            assert!(
                remarks.iter().any(|remark| remark.starts_with(left)),
                "{}: {remarks:?}",
                case.name
            );
        }
    }
}
