//! Compares what the engine found with the labels.
//!
//! A break is a program, a table, and whether reading or writing it fails: the statements of one kind fail together, and a finding names the
//! first of them. Reading: `SELECT`, by key, joins, what `RETURNING` reads. Writing: `INSERT`, upsert, `UPDATE`, `DELETE`.

use std::{collections::BTreeSet, fmt};

use schema_diff_engine::compatibility::{Cause, Compatibility, Finding, Kind};

/// A break: the program, the table, whether it is read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Break {
    program: &'static str,
    table: String,
    is_read: bool,
}

/// How many breaks were found, missed, and found without a label; of tables, whatever is done with them, and of reading and writing.
#[derive(Clone, Copy, Default)]
pub struct Score {
    pub right: usize,
    pub missed: usize,
    pub wrong: usize,
}

impl Score {
    /// Counts the breaks of a case.
    pub fn count<T: Ord>(&mut self, found: &BTreeSet<T>, labels: &BTreeSet<T>) {
        self.right += found.intersection(labels).count();
        self.missed += labels.difference(found).count();
        self.wrong += found.difference(labels).count();
    }

    /// Returns the part of breaks that were found.
    pub fn recall(&self) -> f64 {
        part(self.right, self.missed)
    }

    /// Returns the part of what was found that is a break.
    pub fn precision(&self) -> f64 {
        part(self.right, self.wrong)
    }
}

#[expect(clippy::cast_precision_loss, reason = "they are small")]
fn part(right: usize, other: usize) -> f64 {
    if right + other == 0 {
        1.0
    } else {
        right as f64 / (right + other) as f64
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { right, missed, wrong } = self;
        let (recall, precision) = (100.0 * self.recall(), 100.0 * self.precision());
        write!(
            f,
            "{right} found, {missed} missed, {wrong} without a label: recall {recall:.1} %, precision {precision:.1} %"
        )
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_read { "reads" } else { "writes" };
        write!(f, "the {} program {verb} {}", self.program, self.table)
    }
}

/// Returns the breaks of which tables, whatever is done with these.
fn tables(breaks: &BTreeSet<Break>) -> BTreeSet<(&'static str, String)> {
    breaks.iter().map(|own| (own.program, own.table.clone())).collect()
}

/// What was found in several cases.
#[derive(Default)]
pub struct Measure {
    cases: usize,
    harmless: usize,
    pub breaks: Score,
    tables: Score,
    /// The disagreements.
    pub wrong: Vec<String>,
}

impl Measure {
    /// Returns whether there are enough changes, and a third of them harmless.
    pub const fn is_varied(&self) -> bool {
        self.cases >= 300 && self.harmless * 3 >= self.cases
    }

    /// Compares what the engine found for a case with its labels: those of the program of before, and of the new one.
    pub fn add(&mut self, name: &str, compatibility: &Compatibility, labels: [&[String]; 2]) {
        let wanted = labelled(labels);
        let found = found(compatibility, &wanted);
        self.cases += 1;
        self.harmless += usize::from(wanted.is_empty());
        self.breaks.count(&found, &wanted);
        self.tables.count(&tables(&found), &tables(&wanted));
        let missed = wanted.difference(&found).map(|own| format!("{name}: missed: {own}"));
        self.wrong.extend(missed);
        let findings = compatibility.old.iter().chain(&compatibility.new);
        let findings: Vec<String> = findings.map(ToString::to_string).collect();
        let more = found.difference(&wanted);
        self.wrong
            .extend(more.map(|own| format!("{name}: no label: {own}: {}", findings.join("; "))));
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} cases, {} of them harmless", self.cases, self.harmless)?;
        writeln!(f, "breaks: {}\ntables: {}", self.breaks, self.tables)?;
        self.wrong.iter().try_for_each(|own| writeln!(f, "{own}"))
    }
}

/// Returns the breaks of labels.
fn labelled([old, new]: [&[String]; 2]) -> BTreeSet<Break> {
    let of = |program, all: &[String]| {
        let each = all.iter().flat_map(move |text| {
            let (table, statements) = text.split_once(": ").unwrap();
            let statements: Vec<&str> = statements
                .split(", ")
                .map(|own| own.trim_end_matches(" [refused]"))
                .collect();
            let broken = |statement: &&str| Break {
                program,
                table: table.to_owned(),
                // If the row is not even inserted, nothing is read.
                is_read: is_read(statement) && !(*statement == "returning" && statements.contains(&"insert")),
            };
            statements.iter().map(broken).collect::<Vec<_>>()
        });
        each.collect::<Vec<_>>()
    };
    of("old", old).into_iter().chain(of("new", new)).collect()
}

fn is_read(statement: &str) -> bool {
    let first = statement.split(' ').next().unwrap_or_default();
    ["select", "find", "join", "returning"].contains(&first)
}

/// Returns what the engine found. A name that does not exist is that of all statements that use it: whether any of them writes is a matter of
/// the program, not of the finding.
fn found(compatibility: &Compatibility, wanted: &BTreeSet<Break>) -> BTreeSet<Break> {
    let of = |program, all: &[Finding]| {
        let is_read = |own: &Finding| own.statement != Kind::Join && is_read_by(own);
        // A join fails if one of its tables is not read.
        let has_reads = all.iter().any(is_read);
        let all = all.iter().filter(move |own| own.statement != Kind::Join || !has_reads);
        let breaks = all.flat_map(move |own| {
            let of = |is_read| Break {
                program,
                table: own.table.plain(),
                is_read,
            };
            let writes = is_named(own).then(|| of(false)).filter(|own| wanted.contains(own));
            std::iter::once(of(is_read_by(own))).chain(writes)
        });
        breaks.collect::<Vec<_>>()
    };
    of("old", &compatibility.old)
        .into_iter()
        .chain(of("new", &compatibility.new))
        .collect()
}

fn is_read_by(finding: &Finding) -> bool {
    matches!(finding.statement, Kind::Select | Kind::SelectByKey | Kind::Join)
}

fn is_named(finding: &Finding) -> bool {
    finding.cause == Cause::Name && is_read_by(finding) && finding.statement != Kind::Join
}
