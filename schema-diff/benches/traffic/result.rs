//! The results of runs, one per line of `results.jsonl`.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::PathBuf,
    time::Duration,
};

use schema_diff_engine::rehearse::Rehearsal;
use serde::{Deserialize, Serialize};

use crate::AnyError;

/// Which run it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub postgres: u32,
    pub change: String,
    pub form: String,
    pub rows: u64,
    pub run: usize,
}

/// What was measured. Times are in milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub parts: usize,
    pub took: u64,
    /// The longest statement of a client, and 99.9 % of them.
    pub longest: u64,
    pub p999: u64,
    /// The longest wait for the migration.
    pub waited: u64,
    /// The longest statement of a client before the migration.
    pub before: u64,
    pub statements: usize,
    pub failed: usize,
    pub retried: usize,
    /// The first failures' messages.
    pub failures: Vec<String>,
    pub stopped: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    key: Key,
    #[serde(flatten)]
    measured: Measured,
}

impl Measured {
    pub fn of(rehearsal: &Rehearsal, parts: usize) -> Self {
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            parts,
            took: milliseconds(rehearsal.ended.saturating_sub(rehearsal.began)),
            longest: milliseconds(rehearsal.during.longest),
            p999: milliseconds(rehearsal.during.p999),
            waited: milliseconds(rehearsal.longest_wait()),
            before: milliseconds(rehearsal.control.longest),
            statements: rehearsal.during.count,
            failed: rehearsal.failures.iter().map(|own| own.count).sum(),
            retried: rehearsal.retried,
            failures: rehearsal
                .failures
                .iter()
                .take(3)
                .map(|own| format!("{} {}: {}", own.operation.as_str(), own.table.name, own.message))
                .collect(),
            // The first line is the place of the file.
            stopped: rehearsal
                .stopped
                .as_ref()
                .map(|text| text.lines().skip(1).collect::<Vec<_>>().join(" ").trim().to_owned()),
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} parts, {} ms; longest {} ms, waited {} ms, {} of {} failed",
            self.parts, self.took, self.longest, self.waited, self.failed, self.statements
        )?;
        if let Some(stopped) = &self.stopped {
            write!(f, "; stopped: {stopped}")?;
        }
        Ok(())
    }
}

/// All results so far.
pub struct Results {
    path: PathBuf,
    pub lines: Vec<(Key, Measured)>,
}

impl Results {
    pub fn read() -> Result<Self, AnyError> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/traffic/results.jsonl");
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        let lines: Result<Vec<Line>, _> = text.lines().map(serde_json::from_str).collect();
        let lines = lines?.into_iter().map(|line| (line.key, line.measured)).collect();
        Ok(Self { path, lines })
    }

    pub fn has(&self, key: &Key) -> bool {
        self.lines.iter().any(|(own, _)| own == key)
    }

    pub fn add(&mut self, key: Key, measured: Measured) -> Result<(), AnyError> {
        let line = Line {
            key: key.clone(),
            measured: measured.clone(),
        };
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        writeln!(file, "{}", serde_json::to_string(&line)?)?;
        self.lines.push((key, measured));
        Ok(())
    }
}
