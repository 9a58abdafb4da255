//! What a person should know or decide, once: the terminal, the JSON and the file tell it each in their form.

use super::{Draft, Fate, Flag};
use crate::{
    compare::Change,
    model::TableName,
    prove::Broken,
    renames::{
        Evidence,
        decide::{CodeName, Verdict},
    },
    resolve::{Code, Dependent, Subject},
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
    /// What becomes of code that reads what is dropped?
    Code(Dependent),
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
    questions.extend(resolution.dependents.iter().cloned().map(Question::Code));
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
            Self::Code(dependent) => dependent.code.shown(),
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
            Self::Code(dependent) => ways_of(dependent),
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
            Self::Code(dependent) => format!("{}: pass {ways}; until then up.sql stops", depends(dependent)),
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

/// What can become of code that reads what is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFate {
    /// It is recreated as it is.
    Kept,
    /// It is dropped too.
    Dropped,
    /// It is replaced by a statement of the user.
    Replaced,
}

/// What can become of a piece of code.
pub fn code_fates(dependent: &Dependent) -> Vec<CodeFate> {
    let keeps = matches!(dependent.code, Code::Function(..)) && !dependent.is_dropped;
    let kept = keeps.then_some(CodeFate::Kept);
    kept.into_iter()
        .chain([CodeFate::Dropped, CodeFate::Replaced])
        .collect()
}

/// How a statement begins that replaces a piece of code.
pub const fn replacement_of(code: &Code) -> &'static str {
    match code {
        Code::View(_) => "SELECT ...",
        Code::Function(..) => "CREATE FUNCTION ...",
        Code::Trigger(..) => "CREATE TRIGGER ...",
        Code::Rule(..) => "CREATE RULE ...",
    }
}

/// The flag that decides what becomes of a piece of code; `sql` replaces it.
pub fn code_flag(code: &Code, fate: CodeFate, sql: &str) -> Flag {
    let name = match code {
        Code::View(name) | Code::Function(name, _) => CodeName {
            table: Some(name.clone()),
            column: None,
        },
        Code::Trigger(table, own) | Code::Rule(table, own) => CodeName {
            table: None,
            column: Some((table.clone(), own.clone())),
        },
    };
    match (fate, code) {
        (CodeFate::Kept, Code::Function(name, _)) => Flag::keep(name),
        (CodeFate::Replaced, _) => Flag::replace(&name, sql),
        (_, Code::View(name) | Code::Function(name, _)) => Flag::drop_table(name),
        (_, Code::Trigger(table, own) | Code::Rule(table, own)) => Flag::drop_column(table, own),
    }
}

/// The flags that decide what becomes of a piece of code.
fn ways_of(dependent: &Dependent) -> Vec<Flag> {
    let code = &dependent.code;
    code_fates(dependent)
        .into_iter()
        .map(|fate| code_flag(code, fate, replacement_of(code)))
        .collect()
}

/// The flags that decide what becomes of a function that fails.
pub(super) fn ways_of_broken(broken: &Broken) -> Vec<Flag> {
    let ways = |name: &TableName| {
        let named = CodeName {
            table: Some(name.clone()),
            column: None,
        };
        vec![
            Flag::replace(&named, "CREATE OR REPLACE FUNCTION ..."),
            Flag::keep(name),
        ]
    };
    broken.function.as_ref().map_or_else(Vec::new, ways)
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

/// Why a piece of code needs a decision.
pub fn depends(dependent: &Dependent) -> String {
    let fate = if dependent.is_dropped {
        "dropped here"
    } else {
        "which changes its type or is recreated here, and the function with it"
    };
    format!("{} reads {}, {fate}", dependent.code.shown(), few(&dependent.reads))
}

/// `a, b, c and 4 more`: a view over a dropped table reads each of its columns.
fn few(names: &[String]) -> String {
    const NAMED: usize = 3;
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED => format!("{} and {} more", first.join(", "), names.len() - NAMED),
        _ => names.join(", "),
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
