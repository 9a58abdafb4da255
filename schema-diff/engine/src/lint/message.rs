//! What is wrong with a statement, by one rule.

use super::Rule;

/// A sentence about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub rule: Rule,
    pub text: String,
    /// What to do instead, if it is not what the rule's hint says.
    pub hint: Option<&'static str>,
    /// Whether it is only a note.
    pub is_note: bool,
}

impl Message {
    /// Returns a message with the rule's hint.
    pub const fn new(rule: Rule, text: String) -> Self {
        Self {
            rule,
            text,
            hint: None,
            is_note: rule.is_note(),
        }
    }

    /// Returns the message with another hint.
    pub const fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Returns the message as a note.
    pub const fn into_note(mut self) -> Self {
        self.is_note = true;
        self
    }
}
