//! What a person has to look at: written on top of `up.sql`, and asked on a terminal.

use std::fmt::Write as _;

use crate::{
    compare::{Change, compare},
    model::{Pair, Schema, TableName},
    plan::guards::raise,
    renames::decide::{DecidedBy, Verdict},
    resolve::{Resolution, Subject},
    sql_text::comment_line,
};

/// Something that only a person can say.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Was it renamed, or dropped and another one added?
    Rename {
        /// What it is about.
        subject: Subject,
        /// The names and what speaks for them.
        verdict: Verdict,
    },
    /// What fills a mandatory column?
    Backfill {
        /// The table, by its name after.
        table: TableName,
        /// The column.
        column: String,
        /// Whether the column is new; else it only becomes mandatory.
        is_new: bool,
    },
}

/// Everything that is open.
pub fn questions(before: &Schema, resolution: &Resolution) -> Vec<Question> {
    let renames = resolution.undecided.iter().flat_map(|(subject, open)| {
        open.candidates.iter().take(1).map(|verdict| Question::Rename {
            subject: subject.clone(),
            verdict: verdict.clone(),
        })
    });
    let mut questions: Vec<Question> = renames.collect();
    for change in compare(Pair::new(before, &resolution.after), &resolution.renames) {
        let (table, column, is_new) = match change {
            Change::AddColumn { table, column } => (table.after, column, true),
            Change::AlterColumn { table, column, delta } if delta.nullable => (table.after, column.after, false),
            _ => continue,
        };
        let Some(found) = resolution
            .after
            .tables
            .get(&table)
            .and_then(|found| found.column(&column))
        else {
            continue;
        };
        let open = if is_new { !found.fills_itself() } else { !found.nullable };
        if open && !resolution.backfills.contains_key(&(table.clone(), column.clone())) {
            questions.push(Question::Backfill { table, column, is_new });
        }
    }
    questions
}

/// The flags that say it was renamed, and that it was not.
pub fn flags(subject: &Subject, verdict: &Verdict) -> (String, String) {
    let Verdict { from, to, .. } = verdict;
    match subject {
        Subject::Table => (format!("--rename-table {from}:{to}"), format!("--drop {from}")),
        Subject::Column(table) => {
            let table = table.plain();
            (
                format!("--rename {table}.{from}:{to}"),
                format!("--drop {table}.{from}"),
            )
        }
        Subject::Type => (format!("--rename-type {from}:{to}"), String::new()),
        Subject::Namespace => (format!("--rename-schema {from}:{to}"), String::new()),
        Subject::Label(name) => (format!("--rename-label {}.{from}:{to}", name.plain()), String::new()),
    }
}

/// What is renamed to what, for people.
pub fn shown(subject: &Subject, verdict: &Verdict) -> String {
    let Verdict { from, to, .. } = verdict;
    match subject {
        Subject::Table => format!("table {from} -> {to}"),
        Subject::Column(table) => format!("{}.{from} -> {to}", table.plain()),
        Subject::Type => format!("enum type {from} -> {to}"),
        Subject::Namespace => format!("schema {from} -> {to}"),
        Subject::Label(name) => format!("label {from} -> {to} of {}", name.plain()),
    }
}

/// The top of `up.sql`: notes on renames that were written, and a guard for those that somebody has to decide.
pub(super) fn review(resolution: &Resolution) -> String {
    let mut text = String::new();
    for (subject, verdict) in resolution
        .verdicts
        .iter()
        .filter(|(_, verdict)| verdict.by == DecidedBy::Evidence)
    {
        let (_, drop) = flags(subject, verdict);
        let _ = writeln!(
            text,
            "-- REVIEW: {} is written as a rename: {}.",
            comment_line(&shown(subject, verdict)),
            comment_line(&verdict.evidence.reasons.join(", "))
        );
        if !drop.is_empty() {
            let _ = writeln!(
                text,
                "--   If it is another one, run autogenerate again with: {}",
                comment_line(&drop)
            );
        }
    }
    for note in &resolution.notes {
        let _ = writeln!(text, "-- NOTE: {}", comment_line(note));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for (subject, open) in &resolution.undecided {
        let Some(verdict) = open.candidates.first() else {
            continue;
        };
        let (rename, drop) = flags(subject, verdict);
        let what = shown(subject, verdict);
        let ways = if drop.is_empty() {
            rename
        } else {
            format!("{rename}  or  {drop}")
        };
        let _ = writeln!(
            text,
            "-- DECIDE: {} may be a rename ({}).",
            comment_line(&what),
            comment_line(&verdict.evidence.reasons.join(", "))
        );
        let _ = writeln!(
            text,
            "--   Below it is written as drop + add, which loses the values. Delete this directory and run autogenerate again with"
        );
        let _ = writeln!(text, "--     {}", comment_line(&ways));
        let _ = writeln!(text, "--   or, if drop + add is right, delete this guard.");
        let message = format!("undecided: {what} may be a rename, and this migration would drop its values");
        let _ = writeln!(
            text,
            "{};\n",
            raise(
                &message,
                &format!("Run autogenerate again with {ways}; see the comments in up.sql")
            )
        );
    }
    text
}
