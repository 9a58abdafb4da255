//! How long work on all rows of a table takes on this machine, estimated from what small tables take.
//!
//! The rates are measured once, on a private server that works as one in production does, and kept in the user's cache. They
//! are those of this machine: a database server with other disks and more users is faster or slower. Files never have them.

mod measure;

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub use measure::measure;

use crate::{
    cluster::cache_directory,
    traffic::{Size, Wait, Work, WorkKind},
};

/// The form of the file.
const FORMAT: u32 = 1;
/// The time may be this many times shorter or longer than estimated.
const SPREAD: f64 = 2.0;

/// The rates of a machine with one major version of Postgres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Reading all rows, as a check does.
    pub scan: Rate,
    /// Building one index.
    pub build: Rate,
    /// Updating all rows of a table with a primary key.
    pub write: Rate,
    /// Rewriting a table and its primary key.
    pub rewrite: Rate,
}

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Nanoseconds per row.
    pub per_row: f64,
    /// Nanoseconds per byte of the table, without indexes.
    pub per_byte: f64,
}

/// An estimated time: it probably takes between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The lower end.
    pub low: Duration,
    /// The upper end.
    pub high: Duration,
}

impl fmt::Display for Estimate {
    /// Writes `20 to 80 s`, `up to 3 s`, `2 to 8 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let high = self.high.as_secs_f64();
        let (unit, seconds) = match high {
            ..100.0 => ("s", 1.0),
            ..6000.0 => ("min", 60.0),
            _ => ("h", 3600.0),
        };
        let low = (self.low.as_secs_f64() / seconds).round();
        let high = (high / seconds).round();
        match (low, high) {
            (_, ..1.0) => f.write_str("less than a second"),
            (..1.0, _) => write!(f, "up to {high:.0} {unit}"),
            _ => write!(f, "{low:.0} to {high:.0} {unit}"),
        }
    }
}

impl Rates {
    /// Returns how long sessions wait; `None` if the size of a table is unknown.
    pub fn estimate(&self, wait: &Wait) -> Option<Estimate> {
        let all = wait.work.iter().chain(&wait.later);
        let seconds: Option<Vec<f64>> = all.map(|work| self.seconds(work)).collect();
        let seconds: f64 = seconds?.iter().sum();
        let at = |factor: f64| Duration::try_from_secs_f64(seconds * factor).unwrap_or(Duration::MAX);
        Some(Estimate {
            low: at(1.0 / SPREAD),
            high: at(SPREAD),
        })
    }

    fn seconds(&self, work: &Work) -> Option<f64> {
        let Size { rows, bytes } = work.size?;
        let rate = match work.kind {
            WorkKind::Scan => self.scan,
            WorkKind::Build => self.build,
            WorkKind::Write => self.write,
            WorkKind::Rewrite => self.rewrite,
        };
        Some(rate.seconds(rows?, bytes))
    }

    /// Reads the rates of this machine with a major version of Postgres; `None` if they were not measured.
    pub fn read(major: u32) -> Option<Self> {
        Self::read_from(&file()?, major)
    }

    fn read_from(path: &Path, major: u32) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        (kept.format == FORMAT).then(|| kept.postgres.get(&major).copied())?
    }

    /// Keeps the rates in the user's cache; returns the file.
    ///
    /// # Errors
    /// There is no cache directory, or it cannot be written to.
    pub fn keep(&self, major: u32) -> io::Result<PathBuf> {
        let path = file().ok_or_else(|| io::Error::other("there is no directory for a cache"))?;
        self.keep_in(&path, major)?;
        Ok(path)
    }

    fn keep_in(&self, path: &Path, major: u32) -> io::Result<()> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut kept: Kept = serde_json::from_str(&text).unwrap_or_default();
        if kept.format != FORMAT {
            kept = Kept::default();
        }
        kept.postgres.insert(major, *self);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        serde_json::to_writer_pretty(&mut new, &kept)?;
        new.persist(path)?;
        Ok(())
    }
}

impl Rate {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn seconds(self, rows: u64, bytes: u64) -> f64 {
        (rows as f64 * self.per_row + bytes as f64 * self.per_byte) / 1e9
    }

    /// Returns the rate of two tables with few and with many bytes per row: their rows, bytes and seconds.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn of(narrow: (u64, u64, f64), wide: (u64, u64, f64)) -> Self {
        let (rows, bytes, seconds) = (narrow.0 as f64, narrow.1 as f64, narrow.2);
        let ratio = wide.0 as f64 / rows;
        let per_byte = (wide.2 - seconds * ratio) / (wide.1 as f64 - bytes * ratio);
        let per_byte = per_byte.max(0.0);
        let per_row = ((seconds - bytes * per_byte) / rows).max(0.0);
        Self {
            per_row: per_row * 1e9,
            per_byte: per_byte * 1e9,
        }
    }
}

/// The contents of the file.
#[derive(Serialize, Deserialize)]
struct Kept {
    format: u32,
    postgres: BTreeMap<u32, Rates>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            format: FORMAT,
            postgres: BTreeMap::new(),
        }
    }
}

fn file() -> Option<PathBuf> {
    Some(cache_directory()?.join("rates.json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::QualifiedName, statement::LockMode};

    const RATE: Rate = Rate {
        per_row: 1000.0,
        per_byte: 2.0,
    };
    const RATES: Rates = Rates {
        scan: RATE,
        build: RATE,
        write: RATE,
        rewrite: RATE,
    };

    fn work(size: Option<Size>) -> Work {
        Work {
            kind: WorkKind::Scan,
            relation: QualifiedName::public("t"),
            size,
        }
    }

    #[test]
    fn what_a_transaction_does_later_is_waited_for_too() {
        let size = Size {
            rows: Some(1_000_000),
            bytes: 500_000_000,
        };
        let mut wait = Wait {
            relations: Vec::new(),
            lock: LockMode::Share,
            work: vec![work(Some(size))],
            later: vec![work(Some(size))],
        };
        let estimate = RATES.estimate(&wait).expect("sizes are known");
        assert_eq!(
            (estimate.low, estimate.high),
            (Duration::from_secs(2), Duration::from_secs(8))
        );
        wait.later.push(work(None));
        assert_eq!(RATES.estimate(&wait), None);
    }

    #[test]
    fn estimates_are_short() {
        let shown = |low: u64, high: u64| {
            let (low, high) = (Duration::from_millis(low), Duration::from_millis(high));
            Estimate { low, high }.to_string()
        };
        assert_eq!(shown(10, 40), "less than a second");
        assert_eq!(shown(400, 1600), "up to 2 s");
        assert_eq!(shown(20_000, 80_000), "20 to 80 s");
        assert_eq!(shown(120_000, 480_000), "2 to 8 min");
        assert_eq!(shown(7_200_000, 28_800_000), "2 to 8 h");
    }

    #[test]
    fn two_tables_tell_rows_from_bytes() {
        let rate = Rate::of((1_000_000, 40_000_000, 1.04), (100_000, 40_000_000, 0.14));
        assert!(
            (rate.per_row - 1000.0).abs() < 1.0 && (rate.per_byte - 1.0).abs() < 0.01,
            "{rate:?}"
        );
        let odd = Rate::of((1_000_000, 40_000_000, 1.0), (100_000, 40_000_000, 0.05));
        assert!(odd.per_byte == 0.0 && odd.per_row > 0.0, "{odd:?}");
    }

    #[test]
    fn versions_are_kept_side_by_side() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("below/rates.json");
        assert_eq!(Rates::read_from(&path, 15), None);
        RATES.keep_in(&path, 15).expect("kept");
        RATES.keep_in(&path, 18).expect("kept");
        assert_eq!(Rates::read_from(&path, 15), Some(RATES));
        assert_eq!(Rates::read_from(&path, 16), None);
        fs::write(&path, "{").expect("written");
        assert_eq!(Rates::read_from(&path, 15), None);
        RATES.keep_in(&path, 16).expect("kept");
        assert_eq!(Rates::read_from(&path, 16), Some(RATES));
    }
}
