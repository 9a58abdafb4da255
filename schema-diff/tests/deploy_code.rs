//! When the new program can be deployed, as the program's code narrows it: `deploy_code/cases.toml` has the code of before, committed in a git
//! repository, and the code of after in its working tree. Each case is proved on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/git.rs"]
mod git;
#[path = "support/workshop.rs"]
mod workshop;

use std::{collections::BTreeMap, fs, path::Path};

use git::git;
use schema_diff_engine::{
    cluster::ScratchDatabase,
    compatibility::Finding,
    generate::{Migration, Options},
    online::Forms,
    report::migration_json,
};
use serde::Deserialize;
use workshop::{chosen_cases, options, workshop};

/// A change of one of the starts, and what it means for the programs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    start: String,
    /// The columns of `users` after the change; as `table!` has them.
    columns: String,
    #[serde(default)]
    arguments: Vec<String>,
    /// Files of before.
    #[serde(default)]
    code: BTreeMap<String, String>,
    /// Files of after that differ.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// How git knows the program of before.
    #[serde(default)]
    git: Git,
    /// When the new program can be deployed.
    order: String,
    /// A part of each finding about the program of before.
    #[serde(default)]
    old: Vec<String>,
    /// A part of each finding about the new program.
    #[serde(default)]
    new: Vec<String>,
    /// A part of what the screen says of the program of before.
    #[serde(default)]
    assumes: String,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Git {
    /// The program of before is committed, the new one is not.
    #[default]
    Committed,
    /// Both are committed.
    Both,
    /// There is no repository.
    None,
    /// There is a repository without a commit.
    Unborn,
}

/// A database with its `table!`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    database: String,
    columns: String,
    /// The other tables.
    #[serde(default)]
    others: String,
    /// Code that every case has.
    code: String,
}

#[derive(Deserialize)]
struct Cases {
    start: BTreeMap<String, Start>,
    case: Vec<Case>,
}

fn write(root: &Path, files: &BTreeMap<String, String>) {
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn schema(columns: &str, start: &Start) -> BTreeMap<String, String> {
    let text = format!("diesel::table! {{ users (id) {{ {columns} }} }} {}", start.others);
    BTreeMap::from([("src/schema.rs".to_owned(), text)])
}

fn commit(root: &Path) {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "one"]);
}

/// Writes both versions of the program into a directory, the old one into git.
fn project(case: &Case, start: &Start) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let common = BTreeMap::from([
        ("diesel.toml".to_owned(), String::new()),
        ("schema-diff.toml".to_owned(), "[deploy]\ncode = true\n".to_owned()),
        ("src/models.rs".to_owned(), start.code.clone()),
    ]);
    write(root, &common);
    write(root, &schema(&start.columns, start));
    write(root, &case.code);
    match case.git {
        Git::None => {}
        Git::Unborn => git(root, &["init", "-q"]),
        Git::Committed | Git::Both => {
            git(root, &["init", "-q"]);
            commit(root);
        }
    }
    write(root, &schema(&case.columns, start));
    write(root, &case.after);
    if matches!(case.git, Git::Both) {
        commit(root);
    }
    directory
}

fn migration(root: &Path, database: &ScratchDatabase, options: &Options) -> Result<Migration, String> {
    let made = workshop().generate(root, &database.url(), options);
    made.map_err(|error| error.to_string())?
        .map(|(_, made)| made)
        .ok_or_else(|| "no change".to_owned())
}

/// Compares findings with parts of them, each of which has to match one.
fn differ(program: &str, found: &[Finding], wanted: &[String]) -> Option<String> {
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    let is_wanted = |text: &&String| wanted.iter().any(|part| text.contains(part.as_str()));
    let is_found = |part: &&String| texts.iter().any(|text| text.contains(part.as_str()));
    let more: Vec<&String> = texts.iter().filter(|text| !is_wanted(text)).collect();
    let missing: Vec<&String> = wanted.iter().filter(|part| !is_found(part)).collect();
    (!more.is_empty() || !missing.is_empty()).then(|| format!("{program}: found {more:#?}, missing {missing:#?}"))
}

fn problems(case: &Case, start: &Start) -> Vec<String> {
    let directory = project(case, start);
    let database = workshop().database();
    database.connect().unwrap().batch_execute(&start.database).unwrap();
    let mut options = options(case.arguments.iter().map(String::as_str)).unwrap();
    options.online.get_or_insert(Forms::Never);
    let made = match migration(directory.path(), &database, &options) {
        Ok(made) => made,
        Err(error) => return vec![error],
    };
    let found = &made.compatibility;
    let mut problems = Vec::new();
    if found.order.to_string() != case.order {
        problems.push(format!("{}, not {}", found.order, case.order));
    }
    problems.extend(differ("old", &found.old, &case.old));
    problems.extend(differ("new", &found.new, &case.new));
    let assumption = found.assumption().unwrap_or_default();
    if !assumption.contains(&case.assumes) || assumption.is_empty() != case.assumes.is_empty() {
        problems.push(format!("assumes {assumption:?}, not {:?}", case.assumes));
    }
    problems
}

fn cases() -> Cases {
    toml::from_str(include_str!("deploy_code/cases.toml")).unwrap()
}

#[test]
fn the_code_says_what_is_used() {
    let Cases { start, case } = cases();
    assert!(case.len() >= 25, "there are only {} cases", case.len());
    let cases = chosen_cases(case, |case| &case.name);
    let wrong: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            let problems = problems(case, &start[&case.start]);
            problems.into_iter().map(|problem| format!("{}: {problem}", case.name))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Unless the configuration says that the code is complete, what no query uses counts as used, and is only named.
#[test]
fn the_code_decides_only_if_the_configuration_says_so() {
    let Cases { start, mut case } = cases();
    case.retain(|case| case.name == "a column that no query names");
    let start = &start[&case[0].start];
    let directory = project(&case[0], start);
    fs::write(directory.path().join("schema-diff.toml"), "").unwrap();
    let database = workshop().database();
    database.connect().unwrap().batch_execute(&start.database).unwrap();
    let options = Options {
        online: Some(Forms::Never),
        ..Options::default()
    };
    let found = migration(directory.path(), &database, &options).unwrap().compatibility;
    assert_eq!(found.order.to_string(), "deploy first");
    let assumption = found.assumption().unwrap();
    assert!(
        assumption.contains("was found that uses users.fax; with code = true"),
        "{assumption}"
    );
}

/// The header, the screen's text and JSON name the file and the line.
#[test]
fn the_header_and_json_say_where() {
    let Cases { start, mut case } = cases();
    case.retain(|case| case.name == "a struct that selects it");
    let [case] = case.as_slice() else {
        panic!("no such case")
    };
    let directory = project(case, &start[&case.start]);
    let database = workshop().database();
    database
        .connect()
        .unwrap()
        .batch_execute(&start[&case.start].database)
        .unwrap();
    let made = migration(directory.path(), &database, &Options::default()).unwrap();
    let line = "-- DEPLOY: the old program after the migration: SELECT of users names the column fax, which does not exist any more: \
                `struct Fax` (src/lib.rs:3) selects fax";
    assert!(made.up.contains(line), "{}", made.up);
    let shown = migration_json(&made);
    let finding = &shown["deploy"]["old"][0];
    assert_eq!(
        (finding["file"].as_str(), finding["line"].as_u64()),
        (Some("src/lib.rs"), Some(3))
    );
    assert_eq!(shown["deploy"]["code"].as_str().map(str::len), Some(40));
}
