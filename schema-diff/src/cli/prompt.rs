//! Questions on a terminal.

use std::io;

use dialoguer::{Input, Select, theme::SimpleTheme};

use super::Screen;
use crate::{
    generate::{Question, shown},
    renames::{Sureness, decide::Decisions},
    resolve::{Subject, qualified},
};

/// Puts the open questions, and adds the answers to the decisions. Gives whether anything was answered.
///
/// # Errors
/// The terminal is gone, or the person left ([`io::ErrorKind::Interrupted`]).
pub(super) fn ask(screen: &mut Screen<'_>, questions: &[Question], decisions: &mut Decisions) -> io::Result<bool> {
    let mut answered = false;
    for question in questions {
        screen.say("")?;
        answered |= match question {
            Question::Rename { subject, verdict } => {
                let sure = verdict.evidence.sureness == Sureness::Sure;
                let looks = if sure { "looks like" } else { "may be" };
                screen.say(format!("{} {looks} a rename:", shown(subject, verdict)))?;
                for reason in &verdict.evidence.reasons {
                    screen.say(format!("  {reason}"))?;
                }
                // These go by being renamed only: there is no flag that drops one.
                let drop = matches!(subject, Subject::Table | Subject::Column(_));
                let mut answers = vec![format!("renamed: {} keeps its values", verdict.to)];
                if drop {
                    answers.push(format!("dropped: the values of {} are lost", verdict.from));
                }
                if !sure {
                    answers.push("decide later: the migration stops until then".to_owned());
                }
                let answer = Select::with_theme(&SimpleTheme)
                    .with_prompt("Which is it")
                    .items(&answers)
                    .default(0)
                    .interact_opt()
                    .map_err(from_terminal)?;
                match answer {
                    Some(0) => renamed(subject, &verdict.from, &verdict.to, decisions),
                    Some(1) if drop => dropped(subject, &verdict.from, decisions),
                    _ => false,
                }
            }
            Question::Backfill { table, column, is_new } => {
                let what = if *is_new {
                    "is new and NOT NULL"
                } else {
                    "becomes NOT NULL"
                };
                screen.say(format!(
                    "{}.{column} {what}: what do the rows get that have no value?",
                    table.plain()
                ))?;
                screen.say("  an SQL expression, such as 0 or 'none' or lower(name); nothing: up.sql stops when there are such rows")?;
                let answer: String = Input::with_theme(&SimpleTheme)
                    .with_prompt("Expression")
                    .allow_empty(true)
                    .interact_text()
                    .map_err(from_terminal)?;
                let answer = answer.trim();
                if !answer.is_empty() {
                    decisions
                        .backfills
                        .insert((table.clone(), column.clone()), answer.to_owned());
                }
                !answer.is_empty()
            }
        };
    }
    Ok(answered)
}

fn from_terminal(error: dialoguer::Error) -> io::Error {
    let dialoguer::Error::IO(error) = error;
    error
}

fn renamed(subject: &Subject, from: &str, to: &str, decisions: &mut Decisions) -> bool {
    let name = |text: &str| qualified(text, "public");
    match subject {
        Subject::Table => decisions.tables.push((name(from), name(to))),
        Subject::Type => decisions.types.push((name(from), name(to))),
        Subject::Namespace => decisions.namespaces.push((from.to_owned(), to.to_owned())),
        Subject::Column(table) => decisions.columns.push((table.clone(), from.to_owned(), to.to_owned())),
        Subject::Label(of) => decisions.labels.push((of.clone(), from.to_owned(), to.to_owned())),
    }
    true
}

fn dropped(subject: &Subject, from: &str, decisions: &mut Decisions) -> bool {
    match subject {
        Subject::Table => decisions.dropped_tables.insert(qualified(from, "public")),
        Subject::Column(table) => decisions.dropped_columns.insert((table.clone(), from.to_owned())),
        Subject::Label(_) | Subject::Type | Subject::Namespace => false,
    }
}
