//! Questions for the user, in one form that the terminal, the JSON output and the files format each in their way.

use super::{Draft, Flag};
use crate::{
    compare::Change,
    matching::{CodeName, Evidence, Fate, Rename},
    model::{ObjectId, TableName},
    prove::Broken,
    resolve::{Code, Dependent},
};

/// A question that only the user can answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Whether an object was renamed, or dropped and another one added.
    Rename {
        /// The existing object.
        before: ObjectId,
        /// The possible renames, the likeliest first.
        candidates: Vec<Rename>,
        /// What happens to it if it is not renamed.
        alternative: Fate,
        /// Whether the evidence is sufficient: then it is written as a rename, unless the user decides otherwise.
        sure: bool,
    },
    /// What fills a mandatory column.
    Backfill {
        /// The table, by its name after.
        table: TableName,
        /// The column.
        column: String,
        /// Whether the column is new; otherwise it becomes mandatory.
        is_new: bool,
    },
    /// What happens to code that reads dropped objects.
    Code(Dependent),
}

/// Returns the renames that the evidence has decided, for the user to review.
pub fn reviews(draft: &Draft) -> Vec<Question> {
    draft
        .decided_by_evidence()
        .map(|rename| Question::Rename {
            before: rename.before.clone(),
            candidates: vec![rename.clone()],
            alternative: draft.unless_renamed(&rename.before),
            sure: true,
        })
        .collect()
}

/// Returns all open questions.
pub fn questions(draft: &Draft) -> Vec<Question> {
    let mut questions: Vec<Question> = draft
        .open
        .iter()
        .map(|open| Question::Rename {
            before: open.before.clone(),
            candidates: open.candidates.clone(),
            alternative: draft.unless_renamed(&open.before),
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
        let open = found.is_some_and(|found| {
            if is_new {
                !found.can_be_omitted()
            } else {
                !found.nullable
            }
        });
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
    /// Returns the object in question, for messages: `users.mail`.
    pub fn about(&self) -> String {
        match self {
            Self::Rename { before, .. } => about(before),
            Self::Backfill { table, column, .. } => format!("{}.{column}", table.plain()),
            Self::Code(dependent) => dependent.code.shown(),
        }
    }

    /// Returns the options that decide it, of which one is required.
    pub fn options(&self) -> Vec<Flag> {
        match self {
            Self::Rename {
                before,
                candidates,
                alternative,
                ..
            } => {
                let renamed = candidates.iter().map(|rename| Fate::Renamed(rename.after.clone()));
                let fates = renamed.chain([alternative.clone()]);
                fates.map(|fate| Flag::of(before, &fate)).collect()
            }
            Self::Backfill { table, column, .. } => vec![Flag::backfill(table, column, "EXPRESSION")],
            Self::Code(dependent) => options_of(dependent),
        }
    }

    /// Formats the question as one line.
    pub fn text(&self) -> String {
        let options = join_or(self.options().iter().map(ToString::to_string));
        match self {
            Self::Rename {
                candidates, sure: true, ..
            } => {
                let drop = self.options().pop().map(|flag| flag.to_string()).unwrap_or_default();
                let taken = candidates.first().map_or_else(String::new, |rename| {
                    format!("{} ({})", shown(rename), describe_evidence(&rename.evidence))
                });
                format!("{taken} is treated as a rename; if it is not one, pass {drop}")
            }
            Self::Rename { candidates, .. } => {
                let may = join_or(
                    candidates
                        .iter()
                        .map(|rename| format!("{} ({})", rename.after.name(), describe_evidence(&rename.evidence))),
                );
                format!(
                    "{} may have been renamed to {may}: pass {options}; until then up.sql raises an error",
                    self.about()
                )
            }
            Self::Code(dependent) => format!(
                "{}: pass {options}; until then up.sql raises an error",
                describe_dependent(dependent)
            ),
            Self::Backfill { is_new, .. } => {
                let (what, rows) = if *is_new {
                    ("is new and NOT NULL", "any rows")
                } else {
                    ("becomes NOT NULL", "rows without a value")
                };
                format!(
                    "{} {what}: pass {options}; without it up.sql raises an error if there are {rows}",
                    self.about()
                )
            }
        }
    }
}

/// What can happen to code that reads dropped objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFate {
    /// It is recreated as it is.
    Kept,
    /// It is dropped too.
    Dropped,
    /// It is replaced by a statement of the user.
    Replaced,
}

/// Returns what can happen to a piece of code.
pub fn code_fates(dependent: &Dependent) -> Vec<CodeFate> {
    let keeps = matches!(dependent.code, Code::Function(..)) && !dependent.is_dropped;
    let kept = keeps.then_some(CodeFate::Kept);
    kept.into_iter()
        .chain([CodeFate::Dropped, CodeFate::Replaced])
        .collect()
}

/// Returns the beginning of a statement that replaces a piece of code.
pub const fn replacement_of(code: &Code) -> &'static str {
    match code {
        Code::View(_) => "SELECT ...",
        Code::Function(..) => "CREATE FUNCTION ...",
        Code::Trigger(..) => "CREATE TRIGGER ...",
        Code::Rule(..) => "CREATE RULE ...",
    }
}

/// Returns the option that decides what happens to a piece of code. `sql` is the replacement.
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

/// Returns the options that decide what happens to a piece of code.
fn options_of(dependent: &Dependent) -> Vec<Flag> {
    let code = &dependent.code;
    code_fates(dependent)
        .into_iter()
        .map(|fate| code_flag(code, fate, replacement_of(code)))
        .collect()
}

/// Returns the options that decide what happens to a function that fails.
pub(super) fn options_of_broken(broken: &Broken) -> Vec<Flag> {
    let options = |name: &TableName| {
        let named = CodeName {
            table: Some(name.clone()),
            column: None,
        };
        vec![
            Flag::replace(&named, "CREATE OR REPLACE FUNCTION ..."),
            Flag::keep(name),
        ]
    };
    broken.function.as_ref().map_or_else(Vec::new, options)
}

/// Describes an object for messages.
pub fn about(id: &ObjectId) -> String {
    let name = id.name();
    match id {
        ObjectId::Column { relation, .. } => format!("{}.{name}", relation.plain()),
        ObjectId::Type(_) => format!("enum type {name}"),
        ObjectId::Schema(_) => format!("schema {name}"),
        ObjectId::Label { of, .. } => format!("label {name} of {}", of.plain()),
        _ => format!("table {name}"),
    }
}

/// Explains why a piece of code needs a decision.
pub fn describe_dependent(dependent: &Dependent) -> String {
    let fate = if dependent.is_dropped {
        "which this migration drops"
    } else {
        "which changes its type or is recreated by this migration, so the function must be recreated"
    };
    format!(
        "{} reads {}, {fate}",
        dependent.code.shown(),
        shorten_list(&dependent.reads)
    )
}

/// Lists names as `a, b, c and 4 more`, because a view over a dropped table reads each of its columns.
fn shorten_list(names: &[String]) -> String {
    const NAMED: usize = 3;
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED => format!("{} and {} more", first.join(", "), names.len() - NAMED),
        _ => names.join(", "),
    }
}

/// Describes a rename for messages.
pub fn shown(rename: &Rename) -> String {
    let to = rename.after.name();
    match &rename.before {
        ObjectId::Label { of, name } => format!("label {name} of {} -> {to}", of.plain()),
        before => format!("{} -> {to}", about(before)),
    }
}

/// Formats the score of a rename and its reasons.
pub fn describe_evidence(evidence: &Evidence) -> String {
    format!("{} % sure: {}", evidence.percent(), evidence.reasons.join(", "))
}

/// Joins items as `a, b or c`.
pub(super) fn join_or(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    match (items.pop(), items.is_empty()) {
        (Some(last), false) => format!("{} or {last}", items.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}
