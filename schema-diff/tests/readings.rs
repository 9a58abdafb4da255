//! What is undecided, on rows: the guard stops, the live reading loses nothing, the other one works when it is taken out of its
//! comments; with names that would be SQL if any of it leaked.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its databases has failed")]

#[path = "support/workshop.rs"]
mod workshop;

use std::fs;

use schema_diff_engine::{
    generate::{Options, Question, questions},
    history::Undecided,
    introspect::introspect,
    matching::Fate,
    model::quote_ident,
    prove::difference,
};
use workshop::{apply, texts, workshop};

const NAMES: [[&str; 3]; 4] = [
    ["users", "email", "mail"],
    ["Order; DROP TABLE keep --", "it's $guard$ email", "it's $guard$ mail"],
    [
        "a\r; DROP TABLE keep; --",
        "b\n; DROP TABLE keep; -- email",
        "b\r; DROP TABLE keep; -- mail",
    ],
    [
        "-- ==== alternative 2",
        "' MESSAGE = 'undecided: email",
        "' MESSAGE = 'undecided: mail",
    ],
];

/// Without the guard.
fn unguarded(up: &str) -> String {
    let (before, rest) = up.split_once("DO $guard").unwrap();
    let (tag, rest) = rest.split_once("$\n").unwrap();
    let (_, after) = rest.split_once(&format!("$guard{tag}$;\n")).unwrap();
    format!("{before}{after}")
}

/// The second reading instead of the first: from its heading on, one `-- ` less on every line.
fn second(text: &str) -> String {
    let (before, rest) = text.split_once("\n-- ==== alternative 1: ").unwrap();
    let (_, rest) = rest.split_once("\n-- ==== alternative 2: ").unwrap();
    let (block, after) = rest.rsplit_once("-- ==== end of alternative 2 ====\n").unwrap();
    let (_, block) = block.split_once('\n').unwrap();
    let mut live = String::new();
    for line in block.split_inclusive(['\n', '\r']) {
        let line = line
            .strip_prefix("--")
            .unwrap_or_else(|| panic!("not in a comment: {line:?}"));
        live.push_str(line.strip_prefix(' ').unwrap_or(line));
    }
    format!("{before}\n{live}{after}")
}

#[test]
fn each_of_them_works() {
    for [table, old, new] in NAMES {
        let database = workshop().database();
        let mut client = database.connect().unwrap();
        let (of, from, to) = (quote_ident(table), quote_ident(old), quote_ident(new));
        client
            .batch_execute(&format!(
                "CREATE TABLE keep (id int PRIMARY KEY);
                 CREATE TABLE {of} (id int PRIMARY KEY, {from} text NOT NULL, age int2);
                 INSERT INTO {of} VALUES (1, 'one', 1), (2, 'two', 2);"
            ))
            .unwrap();
        let project = tempfile::tempdir().unwrap();
        fs::create_dir(project.path().join("src")).unwrap();
        fs::write(project.path().join("diesel.toml"), "").unwrap();
        fs::write(
            project.path().join("src/schema.rs"),
            format!(
                "diesel::table! {{ keep (id) {{ id -> Int4, }} }}\n\
                 diesel::table! {{ #[sql_name = {table:?}] t (id) {{ id -> Int4, age -> Nullable<Int2>, e1 -> Nullable<Int8>, \
                 #[sql_name = {new:?}] c -> Nullable<Varchar>, }} }}"
            ),
        )
        .unwrap();
        let before = introspect(&mut client).unwrap();
        let generate = |options: &Options| workshop().generate(project.path(), &database.url(), options);
        let (draft, made) = generate(&Options::default()).unwrap().unwrap();
        let open: Vec<Question> = questions(&draft);
        let Some(Question::Rename {
            before: was,
            candidates,
            ..
        }) = open.first()
        else {
            panic!("nothing is open: {}", made.up);
        };
        assert_eq!(was.name(), old);
        let renamed = Fate::Renamed(candidates[0].after.clone());

        let at = made.named_at.unwrap();
        assert!(made.up[at..].starts_with("up.sql: "), "{}", made.up);
        let found = Undecided::find(&made.up).unwrap();
        let line = made.up.lines().nth(found.line - 1).unwrap();
        assert!(line.starts_with("DO $guard"), "{line}");
        let (code, message) = apply(&mut client, &made.up).unwrap_err();
        assert_eq!(code, "P0001");
        assert!(message.starts_with("undecided: up.sql: was "), "{message}");
        assert!(difference(&before, &introspect(&mut client).unwrap()).is_none());

        let (up, down) = (unguarded(&made.up), &made.down);
        assert_eq!(Undecided::find(&up), None);
        for (up, down, fate, kept) in [
            (up.clone(), down.clone(), renamed, ["one", "two"]),
            (second(&up), second(down), Fate::Dropped, ["-", "-"]),
        ] {
            apply(&mut client, &up).unwrap_or_else(|error| panic!("{error:?}\n{up}"));
            let query = format!("SELECT coalesce({to}, '-') FROM {of} ORDER BY id");
            assert_eq!(texts(&mut client, &query), kept);
            assert!(generate(&Options::default()).unwrap().is_none(), "there is more to do");
            let reached = introspect(&mut client).unwrap();
            apply(&mut client, &down).unwrap_or_else(|error| panic!("{error:?}\n{down}"));
            assert!(difference(&before, &introspect(&mut client).unwrap()).is_none());

            // Said, it is the same, without a guard.
            let mut options = Options::default();
            options.decisions.decide(was, &fate);
            let (draft, said) = generate(&options).unwrap().unwrap();
            assert!(draft.open.is_empty() && said.named_at.is_none() && !said.up.contains("RAISE"));
            apply(&mut client, &said.up).unwrap();
            assert!(difference(&reached, &introspect(&mut client).unwrap()).is_none());
            apply(&mut client, &said.down).unwrap();
            client
                .batch_execute(&format!(
                    "UPDATE {of} SET {from} = CASE id WHEN 1 THEN 'one' ELSE 'two' END"
                ))
                .unwrap();
        }
        assert_eq!(texts(&mut client, "SELECT count(*) FROM keep"), ["0"]);
    }
}
