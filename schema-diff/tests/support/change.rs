//! One schema change with rows, and everything that must hold of its migration.
//!
//! It must apply (up), lead where it is wanted (same), with the same rows (rows), leave nothing more to do (calm), and lead
//! back (down) with the rows (back).
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use clap::Parser;
use schema_diff_engine::{
    cli::GenerateOptions, cluster::ScratchDatabase, introspect::introspect, model::Schema, prove::difference_on,
};

use super::workshop::{Holders, apply, clear, empty, facts, names, rows, workshop};

/// A change.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: String,
    /// The schema and rows that are there, as SQL.
    pub before: String,
    /// What is declared.
    pub schema: String,
    /// Rust enums beside it.
    pub models: Option<String>,
    /// `schema-diff.toml`.
    pub config: Option<String>,
    /// Flags.
    pub arguments: Vec<String>,
    /// Where it has to lead.
    pub wanted: Wanted,
    /// Values cannot come back.
    pub lossy: bool,
    /// Names of constraints and indexes count too.
    pub names: bool,
    /// What `up.sql` says when it refuses the rows; the rest is then tried without rows.
    pub stops: Option<String>,
    /// The same for `down.sql`.
    pub down_stops: Option<String>,
    /// What the tool says instead of writing a migration.
    pub error: Option<String>,
    /// What `up.sql` has to say or do, in so many words.
    pub says: Vec<String>,
    /// Where the migration is kept to be compared with.
    pub snapshots: Option<PathBuf>,
}

/// Where a change leads.
#[derive(Clone, Debug, Default)]
pub enum Wanted {
    /// Nowhere: there is nothing to do.
    #[default]
    Nowhere,
    /// To what this SQL makes of what was there.
    Intent(String),
    /// To what this SQL makes of nothing.
    State(String),
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: GenerateOptions,
}

/// Two databases that a thread uses for one change after the other.
struct Place {
    database: ScratchDatabase,
    wanted: ScratchDatabase,
}

/// How many changes are tried in one place.
const PLACE_LASTS: usize = 12;

impl Place {
    fn new() -> Self {
        Self {
            database: workshop().database(),
            wanted: workshop().database(),
        }
    }
}

/// Tries all changes, a few at a time; panics with those that fail. `CASE=one,another` tries some.
pub fn try_all(mut changes: Vec<Change>, threads: usize) {
    let only = std::env::var("CASE").unwrap_or_default();
    changes.retain(|change| only.split(',').any(|part| change.name.contains(part)));
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut place = Place::new();
                let mut used = 0;
                while let Some(change) = changes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // Nothing vacuums the catalogs of what is made and dropped there.
                    if used == PLACE_LASTS {
                        (place, used) = (Place::new(), 0);
                    }
                    used += 1;
                    if let Err(failure) = change.run(&place) {
                        failures.lock().unwrap().push(format!("{}: {failure}", change.name));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} changes fail:\n\n{}",
        failures.len(),
        changes.len(),
        failures.join("\n\n")
    );
}

impl Change {
    fn project(&self) -> tempfile::TempDir {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        fs::create_dir(root.join("src")).unwrap();
        for (name, text) in [
            ("diesel.toml", Some("")),
            ("src/schema.rs", Some(self.schema.as_str())),
            ("src/models.rs", self.models.as_deref()),
            ("schema-diff.toml", self.config.as_deref()),
        ] {
            if let Some(text) = text {
                fs::write(root.join(name), text).unwrap();
            }
        }
        project
    }

    fn run(&self, place: &Place) -> Result<(), String> {
        let project = self.project();
        let root = project.path();
        let flags = Flags::try_parse_from(std::iter::once("case").chain(self.arguments.iter().map(String::as_str)))
            .map_err(|error| error.to_string())?;
        let options = flags.options.options();
        let url = place.database.url();
        let mut client = place.database.connect().unwrap();
        clear(&mut client);
        client
            .batch_execute(&self.before)
            .map_err(|error| format!("before: {error:?}"))?;
        let made = match (workshop().generate(root, &url, &options), &self.error) {
            (Err(error), Some(expected)) => return said(&error.to_string(), expected),
            (Err(error), None) => return Err(format!("no migration: {error}")),
            (Ok(_), Some(expected)) => return Err(format!("no error, where this was expected: {expected}")),
            (Ok(made), None) => made,
        };
        let is_change = made.is_some();
        let (up, down) = made.map_or_else(Default::default, |(_, made)| (made.up, made.down));
        for expected in &self.says {
            said(&up, expected)?;
        }
        let mut intended = place.wanted.connect().unwrap();
        clear(&mut intended);
        let (state, intent) = match &self.wanted {
            Wanted::Nowhere if is_change => return Err(format!("nothing was to be done, and this is:\n{up}")),
            Wanted::Nowhere => return Ok(()),
            Wanted::Intent(sql) => (self.before.as_str(), sql.as_str()),
            Wanted::State(sql) => (sql.as_str(), ""),
        };
        intended
            .batch_execute(state)
            .map_err(|error| format!("what is wanted: {error:?}"))?;
        let (facts_before, model_before) = (facts(&mut client), introspect(&mut client).unwrap());
        if let Some(expected) = &self.stops {
            match apply(&mut client, &up) {
                Ok(()) => return Err(format!("up.sql runs, where it should have stopped: {expected}\n{up}")),
                Err((_, message)) => said(&message, expected)?,
            }
            empty(&mut client);
            empty(&mut intended);
        }
        let (rows_before, holders) = (rows(&mut client), Holders::of(&mut client));
        intended
            .batch_execute(intent)
            .map_err(|error| format!("intent: {error:?}"))?;
        apply(&mut client, &up).map_err(|(_, message)| format!("UP: {message}\n{up}"))?;
        let unsaid = holders.lost_unsaid(&rows_before, &rows(&mut client), &up);
        if !unsaid.is_empty() {
            return Err(format!("LOST without a word: {unsaid:?}\n{up}"));
        }
        let both = [&mut intended, &mut client];
        self.same(both, &up)?;
        if let Some((_, again)) = workshop()
            .generate(root, &url, &Default::default())
            .map_err(|error| format!("CALM: {error}"))?
        {
            return Err(format!("CALM: a second run finds\n{}\nafter\n{up}", again.up));
        }
        if let Some(expected) = &self.down_stops {
            match apply(&mut client, &down) {
                Ok(()) => {
                    return Err(format!(
                        "down.sql runs, where it should have stopped: {expected}\n{down}"
                    ));
                }
                Err((_, message)) => said(&message, expected)?,
            }
            empty(&mut client);
        }
        apply(&mut client, &down).map_err(|(_, message)| format!("DOWN: {message}\n{down}"))?;
        same(
            "DOWN (- before, + after down.sql)",
            &facts_before,
            &facts(&mut client),
            &down,
        )?;
        back(&mut client, &model_before, &down)?;
        if is_change && !self.lossy {
            let left = rows(&mut client);
            same("BACK (- before, + after down.sql)", &rows_before, &left, &down)?;
        }
        match &self.snapshots {
            None => Ok(()),
            Some(folder) => snapshot(&folder.join("up.snap"), &up).and(snapshot(&folder.join("down.snap"), &down)),
        }
    }

    /// Compares what was reached with what was wanted.
    fn same(&self, [intended, client]: [&mut postgres::Client; 2], up: &str) -> Result<(), String> {
        same("SAME (- wanted, + up.sql)", &facts(intended), &facts(client), up)?;
        if self.names {
            same("NAMES (- wanted, + up.sql)", &names(intended), &names(client), up)?;
        }
        same("ROWS (- wanted, + up.sql)", &rows(intended), &rows(client), up)
    }
}

fn back(client: &mut postgres::Client, before: &Schema, down: &str) -> Result<(), String> {
    let after = introspect(client).unwrap();
    match difference_on(client, before, &after).unwrap() {
        Some(left) => Err(format!("DOWN: {left}\n{down}")),
        None => Ok(()),
    }
}

fn said(message: &str, expected: &str) -> Result<(), String> {
    let expected = expected.trim();
    if message.contains(expected) {
        Ok(())
    } else {
        Err(format!("says {message:?}, where {expected:?} was expected"))
    }
}

fn same<T: std::fmt::Debug + PartialEq>(what: &str, wanted: &T, found: &T, sql: &str) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (format!("{wanted:#?}"), format!("{found:#?}"));
    let lines: Vec<String> = similar::TextDiff::from_lines(&wanted, &found)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim()))
        .collect();
    Err(format!("{what}:\n{}\n{sql}", lines.join("\n")))
}

/// Compares with the file, or writes it (`SNAPSHOTS=overwrite`).
fn snapshot(path: &Path, text: &str) -> Result<(), String> {
    let stored = fs::read_to_string(path).unwrap_or_default();
    if stored == text {
        return Ok(());
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(path, text).unwrap();
        return Ok(());
    }
    same(
        &format!("{} (SNAPSHOTS=overwrite writes it)", path.display()),
        &stored,
        &text.to_owned(),
        "",
    )
}
