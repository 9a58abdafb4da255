//! What other sessions wait for while a statement runs, and until its transaction ends.

use std::fmt;

use super::LockMode;
use crate::model::QualifiedName;

/// The maximum number of tables whose sizes a text has.
const NAMED: usize = 2;

/// Sessions have to wait: other sessions' statements on the relations are blocked while the migration works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The relations on which other sessions wait, sorted, by their names at the statement.
    pub relations: Vec<QualifiedName>,
    /// The lock for which they wait; `ROW EXCLUSIVE` if only the changed rows are locked.
    pub lock: LockMode,
    /// The work of the statement itself, the largest first.
    pub work: Vec<Work>,
    /// The work of later statements, the largest first: the lock is held until the transaction ends. Tables of unknown
    /// size are left out, because nearly every lock is held while others follow.
    pub later: Vec<Work>,
}

/// Work that takes as long as a table is large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// What is done.
    pub kind: WorkKind,
    /// The table or materialized view.
    pub relation: QualifiedName,
    /// Its size; `None` if it is unknown.
    pub size: Option<Size>,
}

/// What a statement does to all rows of a table. The order is that of the effort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkKind {
    /// It reads them.
    Scan,
    /// It builds indexes.
    Build,
    /// It inserts, updates or deletes rows.
    Write,
    /// It rewrites the table and its indexes.
    Rewrite,
}

/// The size of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Its rows; `None` if the table has never been analyzed.
    pub rows: Option<u64>,
    /// Its bytes on disk without indexes.
    pub bytes: u64,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relations: Vec<String> = self.relations.iter().map(on_one_line).collect();
        let relations = all_of(&relations);
        match self.lock {
            // It blocks neither reads nor writes of a table.
            LockMode::RowExclusive => write!(
                f,
                "other sessions cannot change the rows of {relations} that this statement changes"
            )?,
            LockMode::AccessExclusive => write!(
                f,
                "other sessions cannot read or write {relations} ({} lock)",
                self.lock
            )?,
            _ => write!(f, "other sessions cannot write to {relations} ({} lock)", self.lock)?,
        }
        let only = match self.relations.as_slice() {
            [one] if self.lock != LockMode::RowExclusive => Some(one),
            _ => None,
        };
        let own = listed(self.work.iter().map(|work| work.described(only)));
        match (self.work.is_empty(), self.later.is_empty()) {
            (false, true) => write!(f, " while {own}"),
            (false, false) => write!(f, " while {own}, and then until the migration ends"),
            (true, _) => {
                let later = listed(self.later.iter().map(|work| work.described(only)));
                write!(f, " until the migration ends; before that, {later}")
            }
        }
    }
}

impl Work {
    /// Describes the work. The one relation of which a sentence speaks is `its`.
    fn described(&self, only: Option<&QualifiedName>) -> String {
        let what = match self.kind {
            WorkKind::Rewrite => "rewritten",
            WorkKind::Write => "updated",
            WorkKind::Build => "indexed",
            WorkKind::Scan => "read",
        };
        let rows = match self.size.and_then(|size| size.rows) {
            Some(rows) => format!("{} rows", grouped(rows)),
            None => "rows".to_owned(),
        };
        let bytes = self
            .size
            .map_or_else(|| "size unknown".to_owned(), |size| bytes_text(size.bytes));
        if only == Some(&self.relation) {
            format!("its {rows} ({bytes}) are {what}")
        } else {
            format!("the {rows} of {} ({bytes}) are {what}", on_one_line(&self.relation))
        }
    }
}

/// Describes a table with its size: `orders (41,000,000 rows, 3.2 GB)`.
pub fn described(name: &QualifiedName, size: Option<Size>) -> String {
    let shown = on_one_line(name);
    match size {
        None => shown,
        Some(Size { rows: None, bytes }) => format!("{shown} ({})", bytes_text(bytes)),
        Some(Size {
            rows: Some(rows),
            bytes,
        }) => format!("{shown} ({} rows, {})", grouped(rows), bytes_text(bytes)),
    }
}

/// Formats a name without control characters.
fn on_one_line(name: &QualifiedName) -> String {
    let escaped = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    name.plain().chars().map(escaped).collect()
}

/// Joins the first texts with `and`, and counts the others.
fn listed(texts: impl ExactSizeIterator<Item = String>) -> String {
    let more = texts.len().saturating_sub(NAMED);
    let mut parts: Vec<String> = texts.take(NAMED).collect();
    if more > 0 {
        parts.push(format!("{more} more tables are processed"));
    }
    parts.join(" and ")
}

/// Joins names: `a, b and c`.
pub fn all_of(names: &[String]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Formats a number with separators: `41,000,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats bytes: `3.2 GB`, in powers of 1000.
pub fn bytes_text(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let (whole, tenth) = (tenths / 10, tenths % 10);
    if unit == 0 || whole >= 10 || tenth == 0 {
        format!("{whole} {}", UNITS[unit])
    } else {
        format!("{whole}.{tenth} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes_text, grouped};

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            [0, 999, 1000, 41_000_000].map(grouped),
            ["0", "999", "1,000", "41,000,000"]
        );
        let texts = [0, 999, 8192, 64_000_000, 3_250_000_000, 41_000_000_000_000].map(bytes_text);
        assert_eq!(texts, ["0 bytes", "999 bytes", "8.1 kB", "64 MB", "3.2 GB", "41 TB"]);
    }
}
