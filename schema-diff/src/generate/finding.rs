//! What a person should know or decide, once: the terminal, the JSON and the file tell it each in their form.

use super::{Draft, Fate, Flag};
use crate::{
    compare::Change,
    model::TableName,
    renames::{Evidence, decide::Verdict},
    resolve::Subject,
};

/// Something that only a person can say.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Was it renamed, or dropped and another one added?
    Rename {
        /// What it is about.
        subject: Subject,
        /// The name before.
        from: String,
        /// What it may have become, the likeliest first.
        candidates: Vec<Verdict>,
        /// What it is if it was not renamed.
        otherwise: Fate,
        /// Whether the evidence alone would do: then it is written as a rename unless somebody says otherwise.
        sure: bool,
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

/// The renames that the evidence has decided: a person may know better.
pub fn reviews(draft: &Draft) -> Vec<Question> {
    draft
        .taken()
        .map(|(subject, verdict)| Question::Rename {
            subject: subject.clone(),
            from: verdict.from.clone(),
            candidates: vec![verdict.clone()],
            otherwise: draft.unless_renamed(subject, &verdict.from),
            sure: true,
        })
        .collect()
}

/// Everything that is open.
pub fn questions(draft: &Draft) -> Vec<Question> {
    let mut questions: Vec<Question> = draft
        .open
        .iter()
        .map(|(subject, open)| Question::Rename {
            subject: subject.clone(),
            from: open.from.clone(),
            candidates: open.candidates.clone(),
            otherwise: draft.unless_renamed(subject, &open.from),
            sure: false,
        })
        .collect();
    let resolution = &draft.resolution;
    for change in &draft.changes {
        let (table, column, is_new) = match change {
            Change::AddColumn { table, column } => (&table.after, column, true),
            Change::AlterColumn { table, column, delta } if delta.nullable => (&table.after, &column.after, false),
            _ => continue,
        };
        let found = resolution
            .after
            .tables
            .get(table)
            .and_then(|found| found.column(column));
        let open = found.is_some_and(|found| if is_new { !found.fills_itself() } else { !found.nullable });
        if open && !resolution.backfills.contains_key(&(table.clone(), column.clone())) {
            questions.push(Question::Backfill {
                table: table.clone(),
                column: column.clone(),
                is_new,
            });
        }
    }
    questions
}

impl Question {
    /// What it is about, for people: `users.mail`.
    pub fn about(&self) -> String {
        match self {
            Self::Rename { subject, from, .. } => about(subject, from),
            Self::Backfill { table, column, .. } => format!("{}.{column}", table.plain()),
        }
    }

    /// The flags that decide it, one of which is to be given.
    pub fn ways(&self, draft: &Draft) -> Vec<Flag> {
        match self {
            Self::Rename {
                subject,
                from,
                candidates,
                otherwise,
                ..
            } => {
                let renamed = candidates.iter().map(|verdict| Fate::Renamed(verdict.to.clone()));
                let fates = renamed.chain([otherwise.clone()]);
                fates.map(|fate| draft.flag(subject, from, &fate)).collect()
            }
            Self::Backfill { table, column, .. } => vec![Flag::backfill(table, column, "EXPRESSION")],
        }
    }

    /// As a line of words.
    pub fn text(&self, draft: &Draft) -> String {
        let ways = or(self.ways(draft).iter().map(ToString::to_string));
        match self {
            Self::Rename {
                subject,
                candidates,
                sure: true,
                ..
            } => {
                let drop = self.ways(draft).pop().map(|flag| flag.to_string()).unwrap_or_default();
                let taken = candidates.first().map_or_else(String::new, |verdict| {
                    format!("{} ({})", shown(subject, verdict), because(&verdict.evidence))
                });
                format!("{taken} is taken for a rename; if it is not: {drop}")
            }
            Self::Rename { candidates, .. } => {
                let may = or(candidates
                    .iter()
                    .map(|verdict| format!("{} ({})", verdict.to, because(&verdict.evidence))));
                format!(
                    "{} may have been renamed to {may}: say {ways}; until then up.sql stops",
                    self.about()
                )
            }
            Self::Backfill { is_new, .. } => {
                let (what, rows) = if *is_new {
                    ("is new and NOT NULL", "any rows")
                } else {
                    ("becomes NOT NULL", "rows without a value")
                };
                format!(
                    "{} {what}: say {ways}; without it up.sql stops where there are {rows}",
                    self.about()
                )
            }
        }
    }
}

/// What something is called, for people.
pub fn about(subject: &Subject, name: &str) -> String {
    match subject {
        Subject::Table => format!("table {name}"),
        Subject::Column(table) => format!("{}.{name}", table.plain()),
        Subject::Type => format!("enum type {name}"),
        Subject::Namespace => format!("schema {name}"),
        Subject::Label(of) => format!("label {name} of {}", of.plain()),
    }
}

/// What is renamed to what, for people.
pub fn shown(subject: &Subject, verdict: &Verdict) -> String {
    let Verdict { from, to, .. } = verdict;
    match subject {
        Subject::Label(of) => format!("label {from} -> {to} of {}", of.plain()),
        _ => format!("{} -> {to}", about(subject, from)),
    }
}

/// How much speaks for a rename, and what.
pub fn because(evidence: &Evidence) -> String {
    format!("{} %: {}", evidence.percent(), evidence.reasons.join(", "))
}

/// `a, b or c`.
pub(super) fn or(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    match (items.pop(), items.is_empty()) {
        (Some(last), false) => format!("{} or {last}", items.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}
