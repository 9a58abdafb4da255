//! When a migration lets the new program be deployed: `deploy/cases.toml` was labelled from Postgres's and Diesel's rules, not from what the
//! tool says. Each case is proved on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use schema_diff_engine::{
    compatibility::Finding,
    config::{Environment, Project},
    generate::{self, Migration, Scratch},
    online::Forms,
};
use serde::Deserialize;
use workshop::{chosen_cases, options, project_files, workshop};

/// A change, and what it means for the program of before and the new one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    before: String,
    schema: String,
    /// The Rust enums.
    #[serde(default)]
    models: String,
    #[serde(default)]
    arguments: Vec<String>,
    /// The text of schema-diff.toml.
    #[serde(default)]
    settings: String,
    /// The schema.rs of another running program, `other/schema.rs`.
    other: Option<String>,
    /// When the new program can be deployed.
    order: String,
    /// A part of each finding about the program of before.
    #[serde(default)]
    old: Vec<String>,
    /// A part of each finding about the new program.
    #[serde(default)]
    new: Vec<String>,
    /// Part of a line in up.sql.
    #[serde(default)]
    says: Vec<String>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn cases() -> Vec<Case> {
    let all: Cases = toml::from_str(include_str!("deploy/cases.toml")).unwrap();
    chosen_cases(all.case, |case| &case.name)
}

fn migration(case: &Case) -> Result<Migration, String> {
    let root = project_files(&case.schema, &case.settings);
    std::fs::write(root.path().join("src/models.rs"), &case.models).unwrap();
    let database = workshop().database();
    database.connect().unwrap().batch_execute(&case.before).unwrap();
    let mut options = options(case.arguments.iter().map(String::as_str)).unwrap();
    options.online.get_or_insert(Forms::Never);
    if let Some(text) = &case.other {
        let file = root.path().join("other/schema.rs");
        std::fs::create_dir(root.path().join("other")).unwrap();
        std::fs::write(&file, text).unwrap();
        options.old.push(file);
    }
    let project = Project::discover_in(root.path(), Environment::of([("DATABASE_URL", &database.url())])).unwrap();
    let mut scratch = Scratch::new(&project, workshop().choice());
    let mut draft =
        generate::draft(&project, &options, &mut scratch, &mut |_| {}).map_err(|error| error.to_string())?;
    if options.rolling == Some(true) {
        draft.expand();
    }
    generate::finish(&draft, &options, &mut scratch, &mut |_| {}).map_err(|error| error.to_string())
}

/// Compares findings with parts of them, each of which has to match one.
fn differ(program: &str, found: &[Finding], wanted: &[String]) -> Option<String> {
    let texts: Vec<String> = found
        .iter()
        .map(|own| {
            let program = own.file.as_deref().unwrap_or("own");
            format!("{program}: {own} [{}]", own.certainty.as_str())
        })
        .collect();
    let is_wanted = |text: &&String| wanted.iter().any(|part| text.contains(part.as_str()));
    let is_found = |part: &&String| texts.iter().any(|text| text.contains(part.as_str()));
    let more: Vec<&String> = texts.iter().filter(|text| !is_wanted(text)).collect();
    let missing: Vec<&String> = wanted.iter().filter(|part| !is_found(part)).collect();
    (!more.is_empty() || !missing.is_empty()).then(|| format!("{program}: found {more:#?}, missing {missing:#?}"))
}

fn problems(case: &Case) -> Vec<String> {
    let made = match migration(case) {
        Ok(made) => made,
        Err(error) => return vec![error],
    };
    let found = &made.compatibility;
    let order = found.order.to_string();
    let mut problems = Vec::new();
    if order != case.order {
        problems.push(format!("{order}, not {}", case.order));
    }
    problems.extend(differ("old", &found.old, &case.old));
    problems.extend(differ("new", &found.new, &case.new));
    let unsaid = case.says.iter().filter(|part| !made.up.contains(part.as_str()));
    problems.extend(unsaid.map(|part| format!("up.sql does not say {part}: {}", made.up)));
    problems
}

#[test]
fn each_change_says_what_may_be_deployed_first() {
    let cases = cases();
    let wrong: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            let problems = problems(case);
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
    assert!(
        std::env::var("CASE").is_ok() || cases.len() >= 80,
        "there are only {} cases",
        cases.len()
    );
}
