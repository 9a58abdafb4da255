//! Asks questions on a terminal.

use std::io;

use console::Term;
use dialoguer::{Input, theme::SimpleTheme};
use owo_colors::OwoColorize;

use super::{
    Screen,
    form::{Form, Step, Tone},
    screen::escape,
};
use schema_diff_engine::{
    generate::{CodeFate, Flag, Question, code_fates, code_flag, describe_dependent, flag, replacement_of},
    matching::Decisions,
    resolve::Dependent,
};

/// Asks the questions, and adds the answers to the decisions. Returns whether any question was answered.
///
/// # Errors
/// The terminal is closed, or the user cancels ([`io::ErrorKind::Interrupted`]).
pub(super) fn ask(screen: &mut Screen<'_>, questions: &[Question], decisions: &mut Decisions) -> io::Result<bool> {
    screen.message("")?;
    let mut form = Form::new(questions);
    if form.len() > 0 {
        if console::is_dumb() {
            one_by_one(screen, &mut form)?;
        } else {
            on_one_screen(screen, &mut form)?;
        }
    }
    let fates = form.fates();
    let mut answered = !fates.is_empty();
    for (before, fate) in fates {
        decisions.decide(before, &fate);
    }
    for question in questions {
        if let Question::Backfill { table, column, is_new } = question
            && let Some(expression) = expression(screen, question, *is_new)?
        {
            decisions.backfills.insert((table.clone(), column.clone()), expression);
            answered = true;
        }
        if let Question::Code(dependent) = question
            && let Some(flag) = code(screen, dependent)?
        {
            // A recorded option parses to the same decision.
            answered |= flag::decide(decisions, &flag.recorded()).is_ok();
        }
    }
    Ok(answered)
}

/// Asks what happens to code that reads dropped objects; `None` if the user decides later.
fn code(screen: &mut Screen<'_>, dependent: &Dependent) -> io::Result<Option<Flag>> {
    let fates = code_fates(dependent);
    screen.message(format!(
        "{}. What should happen to {}?",
        escape(&describe_dependent(dependent)),
        escape(&dependent.code.shown())
    ))?;
    for (number, fate) in fates.iter().enumerate() {
        let what = match fate {
            CodeFate::Kept => "kept: dropped and recreated unchanged",
            CodeFate::Dropped => "dropped; down.sql recreates it",
            CodeFate::Replaced => "replaced by a statement that you type next",
        };
        screen.message(format!("  {} {what}", number + 1))?;
    }
    let later = fates.len() + 1;
    screen.message(format!("  {later} decide later: until then up.sql raises an error"))?;
    let fate = loop {
        write!(screen.err, "Answer [{later}]: ")?;
        screen.err.flush()?;
        let answer = line()?;
        match answer.trim().parse::<usize>() {
            Ok(number) if number == later => return Ok(None),
            Ok(number) if (1..later).contains(&number) => break fates.get(number - 1),
            Err(_) if answer.trim().is_empty() => return Ok(None),
            _ => screen.message(format!(
                "Type a number from 1 to {later}, or press Enter for the answer in brackets."
            ))?,
        }
    };
    let Some(fate) = fate else { return Ok(None) };
    let mut sql = String::new();
    if *fate == CodeFate::Replaced {
        write!(screen.err, "{} (one line): ", replacement_of(&dependent.code))?;
        screen.err.flush()?;
        line()?.trim().clone_into(&mut sql);
        if sql.is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(code_flag(&dependent.code, *fate, &sql)))
}

fn on_one_screen(screen: &Screen<'_>, form: &mut Form) -> io::Result<()> {
    let term = Term::stderr();
    term.hide_cursor()?;
    let mut drawn = 0;
    let result = loop {
        let (height, width) = term.size();
        let lines = form.lines(usize::from(width), usize::from(height));
        term.clear_last_lines(drawn)?;
        drawn = lines.len();
        let text: Vec<String> = lines
            .into_iter()
            .map(|(tone, line)| toned(tone, line, screen.color))
            .collect();
        term.write_line(&text.join("\n"))?;
        match term.read_key().map(|key| form.key(&key)) {
            Ok(Step::Draw) => {}
            Ok(Step::Accept) => break Ok(()),
            Ok(Step::Leave) => break Err(io::ErrorKind::Interrupted.into()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break Err(io::ErrorKind::Interrupted.into()),
            Err(error) => break Err(error),
        }
    };
    if result.is_ok() {
        term.clear_last_lines(drawn)?;
    }
    term.show_cursor()?;
    result
}

fn toned(tone: Tone, line: String, color: bool) -> String {
    match tone {
        _ if !color => line,
        Tone::Plain => line,
        Tone::Strong => line.bold().to_string(),
        Tone::Faint => line.dimmed().to_string(),
        Tone::Safe => line.green().to_string(),
        Tone::Loss => line.red().bold().to_string(),
        Tone::Later => line.yellow().to_string(),
    }
}

/// Asks one question after the other with numbered answers, on a terminal that cannot move its cursor.
fn one_by_one(screen: &mut Screen<'_>, form: &mut Form) -> io::Result<()> {
    for at in 0..form.len() {
        for line in form.numbered(at) {
            screen.message(line)?;
        }
        loop {
            write!(
                screen.err,
                "Answer [{}]: ",
                form.chosen().get(at).map_or(1, |chosen| chosen + 1)
            )?;
            screen.err.flush()?;
            let answer = line()?;
            let answer = answer.trim();
            if answer.is_empty() {
                break;
            }
            match answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                Some(number) if number < form.answers(at) => {
                    form.choose(at, number);
                    break;
                }
                _ => screen.message(format!(
                    "Type a number from 1 to {}, or press Enter for the answer in brackets.",
                    form.answers(at)
                ))?,
            }
        }
    }
    Ok(())
}

fn line() -> io::Result<String> {
    let mut line = String::new();
    if io::stdin().read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::Interrupted.into());
    }
    Ok(line)
}

fn expression(screen: &mut Screen<'_>, question: &Question, is_new: bool) -> io::Result<Option<String>> {
    let what = if is_new {
        "is new and NOT NULL"
    } else {
        "becomes NOT NULL"
    };
    screen.message(format!(
        "{} {what}: which value should rows without one have?",
        escape(&question.about())
    ))?;
    screen.message(
        "  an SQL expression, such as 0 or 'none' or lower(name); without one, up.sql raises an error if there are such rows",
    )?;
    let answer: String = if console::is_dumb() {
        write!(screen.err, "Expression: ")?;
        screen.err.flush()?;
        line()?
    } else {
        Input::with_theme(&SimpleTheme)
            .with_prompt("Expression")
            .allow_empty(true)
            .interact_text()
            .map_err(from_terminal)?
    };
    let answer = answer.trim();
    Ok((!answer.is_empty()).then(|| answer.to_owned()))
}

fn from_terminal(error: dialoguer::Error) -> io::Error {
    let dialoguer::Error::IO(error) = error;
    error
}
