//! The labelled changes: `deploy/labelled/*.toml`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use schema_diff_engine::{
    config::{Environment, Project},
    generate::{self, Migration, Scratch},
    online::Forms,
};
use serde::Deserialize;

use crate::workshop::{options, project_files, workshop};

/// A change, its two programs, and what failed when these ran.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// The database before.
    pub before: String,
    /// schema.rs of the program of before and of the new one.
    pub old: String,
    pub new: String,
    /// Their Rust enums.
    #[serde(default)]
    pub old_models: String,
    #[serde(default)]
    pub new_models: String,
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The text of schema-diff.toml.
    #[serde(default)]
    pub settings: String,
    /// The texts of columns that do not hold any text.
    #[serde(default)]
    pub values: BTreeMap<String, Vec<String>>,
    /// What failed of the program of before after the migration, by table. `None` until the programs have run.
    pub old_breaks: Option<Vec<String>>,
    /// What failed of the new program before the migration, by table.
    pub new_breaks: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// Returns the files of cases.
pub fn files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deploy/labelled");
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|own| own.unwrap().path()).collect();
    found.sort();
    found
}

/// Reads all cases.
pub fn cases() -> Vec<Case> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let all: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        all.case
    };
    files().into_iter().flat_map(read).collect()
}

impl Case {
    /// Returns the labels of the program of before and of the new one, if they have been found.
    pub fn labels(&self) -> Option<[&[String]; 2]> {
        Some([self.old_breaks.as_ref()?, self.new_breaks.as_ref()?])
    }
}

/// Generates and proves the migration of a case, beside an empty database.
pub fn migration(case: &Case) -> Result<Migration, String> {
    let root = project_files(&case.new, &case.settings);
    fs::write(root.path().join("src/models.rs"), &case.new_models).unwrap();
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client.batch_execute(&case.before).map_err(|error| error.to_string())?;
    let mut options = options(case.arguments.iter().map(String::as_str)).unwrap();
    options.online.get_or_insert(Forms::Never);
    let project = Project::discover_in(root.path(), Environment::of([("DATABASE_URL", &database.url())])).unwrap();
    let mut scratch = Scratch::new(&project, workshop().choice());
    let mut draft =
        generate::draft(&project, &options, &mut scratch, &mut |_| {}).map_err(|error| error.to_string())?;
    if options.rolling == Some(true) {
        draft.expand();
    }
    generate::finish(&draft, &options, &mut scratch, &mut |_| {}).map_err(|error| error.to_string())
}
