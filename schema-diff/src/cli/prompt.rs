//! Questions on a terminal.

use std::io;

use dialoguer::{Input, Select, theme::SimpleTheme};

use crate::{
    generate::{Question, shown},
    renames::decide::Decisions,
    resolve::Subject,
};

/// Puts the open questions, and adds the answers to the decisions. Gives whether anything was answered.
///
/// # Errors
/// The terminal is gone, or the person left.
pub(super) fn ask(questions: &[Question], decisions: &mut Decisions) -> io::Result<bool> {
    let mut answered = false;
    for question in questions {
        answered |= match question {
            Question::Rename { subject, verdict } => {
                let prompt = format!("{} ({})", shown(subject, verdict), verdict.evidence.reasons.join(", "));
                let answers = [
                    "it was renamed",
                    "dropped and another one added: the values are lost",
                    "decide later: the migration stops until then",
                ];
                let answer = Select::with_theme(&SimpleTheme)
                    .with_prompt(prompt)
                    .items(&answers)
                    .default(0)
                    .interact_opt()
                    .map_err(io::Error::other)?;
                match answer {
                    Some(0) => renamed(subject, &verdict.from, &verdict.to, decisions),
                    Some(1) => dropped(subject, &verdict.from, decisions),
                    _ => false,
                }
            }
            Question::Backfill { table, column, is_new } => {
                let what = if *is_new {
                    "is new and NOT NULL"
                } else {
                    "becomes NOT NULL"
                };
                let prompt = format!(
                    "{}.{column} {what}: SQL for the rows that have no value (empty: stop on such rows)",
                    table.plain()
                );
                let answer: String = Input::with_theme(&SimpleTheme)
                    .with_prompt(prompt)
                    .allow_empty(true)
                    .interact_text()
                    .map_err(io::Error::other)?;
                let given = !answer.trim().is_empty();
                if given {
                    decisions.backfills.insert((table.clone(), column.clone()), answer);
                }
                given
            }
        };
    }
    Ok(answered)
}

fn renamed(subject: &Subject, from: &str, to: &str, decisions: &mut Decisions) -> bool {
    let name = |text: &str| crate::resolve::qualified(text, "public");
    match subject {
        Subject::Table => decisions.tables.push((name(from), name(to))),
        Subject::Column(table) => decisions.columns.push((table.clone(), from.to_owned(), to.to_owned())),
        Subject::Label(of) => decisions.labels.push((of.clone(), from.to_owned(), to.to_owned())),
    }
    true
}

fn dropped(subject: &Subject, from: &str, decisions: &mut Decisions) -> bool {
    match subject {
        Subject::Table => decisions
            .dropped_tables
            .insert(crate::resolve::qualified(from, "public")),
        Subject::Column(table) => decisions.dropped_columns.insert((table.clone(), from.to_owned())),
        Subject::Label(_) => false,
    }
}
