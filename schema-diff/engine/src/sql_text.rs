//! Writes the statements of a plan as the text of `up.sql` or `down.sql`.

use crate::{
    plan::{Phase, Statement},
    render::sql,
};

/// Writes the statements with their comments, and a blank line between groups.
pub fn sql_text<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> String {
    let mut text = String::new();
    let mut previous: Option<Phase> = None;
    for statement in statements {
        let sql = sql(&statement.ddl);
        let waits = statement.waits.iter().map(|wait| format!("LOCK: {wait}."));
        let comments: Vec<String> = statement.comments.iter().cloned().chain(waits).collect();
        let long = sql.contains('\n') || !comments.is_empty();
        if previous.is_some_and(|phase| phase != group(statement.phase) || long) && !text.is_empty() {
            text.push('\n');
        }
        for comment in &comments {
            for line in comment.lines() {
                text.push_str("-- ");
                text.push_str(&comment_line(line));
                text.push('\n');
            }
        }
        text.push_str(&sql);
        text.push_str(";\n");
        previous = Some(group(statement.phase));
    }
    text
}

/// Returns the phase by which a statement is grouped: the statement that fills a column appears beside the one that
/// makes it NOT NULL.
const fn group(phase: Phase) -> Phase {
    match phase {
        Phase::Filled => Phase::Fill,
        other => other,
    }
}

/// Writes every line of an SQL text as a comment; without the comment signs, it is the same SQL.
pub fn commented(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + sql.len() / 8);
    let mut starts = true;
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        if starts {
            text.push_str(if matches!(c, '\n' | '\r') { "--" } else { "-- " });
        }
        text.push(c);
        // Postgres ends a comment at a carriage return, too.
        starts = c == '\n' || (c == '\r' && rest.peek() != Some(&'\n'));
    }
    text
}

/// Returns a text that fits in a comment: one line, with control characters replaced by spaces.
pub fn comment_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::commented;

    #[test]
    fn no_line_is_left_out() {
        assert_eq!(commented("a\n\n  b\r\nc\rd;\n"), "-- a\n--\n--   b\r\n-- c\r-- d;\n");
        assert_eq!(commented(""), "");
    }
}
