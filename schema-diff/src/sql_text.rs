//! A plan as the text of `up.sql` or `down.sql`.

use crate::plan::{Phase, Plan};

/// The statements with their comments, a blank line between groups.
pub fn sql_text(plan: &Plan) -> String {
    let mut text = String::new();
    let mut previous: Option<Phase> = None;
    for step in &plan.steps {
        let long = step.sql.contains('\n') || !step.comments.is_empty();
        if previous.is_some_and(|phase| phase != step.phase || long) && !text.is_empty() {
            text.push('\n');
        }
        for comment in &step.comments {
            for line in comment.lines() {
                text.push_str("-- ");
                text.push_str(line);
                text.push('\n');
            }
        }
        text.push_str(&step.sql);
        text.push_str(";\n");
        previous = Some(step.phase);
    }
    text
}

/// Text that may stand in a comment: one line, whatever it holds.
pub fn comment_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
