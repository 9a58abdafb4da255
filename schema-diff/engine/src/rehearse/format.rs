//! The numbers of a rehearsal as texts, for the terminal and for the page. Pure.

use std::time::Duration;

use super::{EVERY, Rehearsal, RehearsedMigration, RehearsedStatement, Status};
use crate::statement::{bytes_text, grouped};

/// What the numbers of a statement are.
pub const LEGEND: &str = "time: of the statement, in the last attempt; longest: the longest statement of a client meanwhile; waited: the longest \
     wait of a client for the migration meanwhile; failed: statements of clients that failed meanwhile; WAL: what was written to the write-ahead \
     log meanwhile, by clients too";

/// The most characters of a statement in one line.
const LINE: usize = 200;

/// Formats a time: `850 µs` as `0.9 ms`, `12 ms`, `3.4 s`, `2 min 5 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        _ if time.is_zero() => "0 ms".to_owned(),
        ..0.01 => format!("{:.1} ms", seconds * 1000.0),
        ..1.0 => format!("{:.0} ms", seconds * 1000.0),
        ..100.0 => format!("{seconds:.1} s"),
        _ => format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

/// Formats a number of rows.
pub fn rows(number: u64) -> String {
    match number {
        1 => "1 row".to_owned(),
        many => format!("{} rows", grouped(many)),
    }
}

/// Returns the start of a statement in one line.
pub fn one_line(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.join(" ").chars().take(LINE).collect()
}

/// Returns the heading of a migration's statements.
pub fn heading(migration: &RehearsedMigration) -> String {
    let attempts = match migration.attempts {
        0 | 1 => String::new(),
        many => format!(", tried {many} times"),
    };
    let took = duration(migration.ended.saturating_sub(migration.began));
    match migration.is_complete {
        true => format!("{} ({took}{attempts})", migration.name),
        false => format!("{} (failed{attempts})", migration.name),
    }
}

/// Returns the numbers of a statement: its time, the longest statement of a client, the longest wait, how many failed,
/// and the write-ahead log.
pub fn cells(statement: &RehearsedStatement) -> [String; 5] {
    let unless_zero = |time: Duration| match time.is_zero() {
        true => "-".to_owned(),
        false => duration(time),
    };
    [
        duration(statement.took),
        unless_zero(statement.longest),
        unless_zero(statement.blocked),
        statement.failed.to_string(),
        statement.wal_bytes.map_or_else(|| "-".to_owned(), bytes_text),
    ]
}

/// Returns what the rehearsal shows, in sentences.
pub fn conclusions(rehearsal: &Rehearsal, max_stall: Option<Duration>) -> Vec<String> {
    let mut lines = Vec::new();
    let (control, during) = (rehearsal.control, rehearsal.during);
    if control.count > 0 {
        lines.push(format!(
            "Without a migration, the longest statement of a client took {} (99.9 % took at most {}; {} statements).",
            duration(control.longest),
            duration(control.p999),
            grouped(control.count as u64)
        ));
    }
    if rehearsal.is_tested() {
        lines.push(format!(
            "With the migrations, the longest took {} (99.9 % took at most {}; {} statements).",
            duration(during.longest),
            duration(during.p999),
            grouped(during.count as u64)
        ));
        let wait = rehearsal.longest_wait();
        lines.push(match (wait.is_zero(), max_stall) {
            (true, _) => format!(
                "No client was seen to wait for the migrations (the server is asked every {}).",
                duration(EVERY)
            ),
            (false, Some(limit)) => format!(
                "The longest wait of a client for the migrations was {}; max_stall is {}.",
                duration(wait),
                duration(limit)
            ),
            (false, None) => format!(
                "The longest wait of a client for the migrations was {}.",
                duration(wait)
            ),
        });
    }
    for own in &rehearsal.failures {
        let when = rehearsal
            .statement_at(own.first)
            .map_or_else(String::new, |(migration, statement)| {
                format!(", first at {} line {}", migration.name, statement.line)
            });
        lines.push(format!(
            "{} of {} failed in the running program{when}: {}",
            match own.count {
                1 => format!("1 {}", own.operation.as_str()),
                many => format!("{} {}s", grouped(many as u64), own.operation.as_str()),
            },
            own.table.plain(),
            own.message
        ));
    }
    if rehearsal.retried > 0 {
        lines.push(format!(
            "{} statements failed and succeeded when they were sent once more.",
            grouped(rehearsal.retried as u64)
        ));
    }
    lines
}

/// Returns what was prepared: the tables with their rows, and the statements that no client sends.
pub fn preparations(rehearsal: &Rehearsal) -> Vec<String> {
    let tables = rehearsal.tables.iter().map(|own| {
        let problem = own.problem.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        format!("{}: {}{problem}", own.name.plain(), rows(own.rows))
    });
    let excluded = rehearsal.excluded.iter().map(|(table, operation, why)| {
        format!(
            "{} of {} fails without a migration, too, and does not count: {why}",
            operation.as_str(),
            table.plain()
        )
    });
    let labels = rehearsal.dropped_labels.iter().map(|(of, label)| {
        format!(
            "no row has the label {label} of enum type {}, which the migrations drop",
            of.plain()
        )
    });
    tables.chain(labels).chain(excluded).collect()
}

/// Returns the result in one sentence.
pub fn result(rehearsal: &Rehearsal, max_stall: Option<Duration>) -> &'static str {
    match rehearsal.status(max_stall) {
        Status::Stopped => "a migration failed",
        Status::Untested => "no client was at work, so nothing is known about the running program",
        Status::Disturbed => "the running program is disturbed",
        Status::Undisturbed => "the running program goes on working",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let times = [0, 40, 900, 12_345, 999_999, 1_500_000, 125_000_000]
            .map(Duration::from_micros)
            .map(duration);
        assert_eq!(
            times,
            ["0 ms", "0.0 ms", "0.9 ms", "12 ms", "1000 ms", "1.5 s", "2 min 5 s"]
        );
    }
}
