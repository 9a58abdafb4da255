//! Statements that stop a migration, with a message, before anything has changed.

use super::{Phase, Planner};
use crate::model::quote_literal;

/// A block that raises `message` when `condition` (an SQL expression) holds.
pub(crate) fn raise_if(condition: &str, message: &str, hint: &str) -> String {
    let body = format!(
        "BEGIN\n    IF {condition} THEN\n        RAISE EXCEPTION USING\n            MESSAGE = {},\n            HINT = {};\n    END IF;\nEND",
        quote_literal(message),
        quote_literal(hint)
    );
    format!("DO {}", dollar_quoted(&body))
}

/// A block that always raises.
pub(crate) fn raise(message: &str, hint: &str) -> String {
    let body = format!(
        "BEGIN\n    RAISE EXCEPTION USING\n        MESSAGE = {},\n        HINT = {};\nEND",
        quote_literal(message),
        quote_literal(hint)
    );
    format!("DO {}", dollar_quoted(&body))
}

/// A text between dollar quotes that it does not hold itself.
pub(crate) fn dollar_quoted(body: &str) -> String {
    let tag = (0..)
        .map(|number| {
            if number == 0 {
                "$guard$".to_owned()
            } else {
                format!("$guard{number}$")
            }
        })
        .find(|tag| !body.contains(tag.as_str()))
        .unwrap_or_default();
    format!("{tag}\n{body}\n{tag}")
}

impl Planner<'_> {
    /// Stops when `condition` holds; names are those of before.
    pub(super) fn guard(&mut self, condition: &str, message: &str, hint: &str) {
        self.push(Phase::Guard, raise_if(condition, message, hint));
    }
}
