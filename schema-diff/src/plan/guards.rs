//! Statements that stop a migration, with a message, before anything has changed.

use super::{Phase, Planner};
use crate::{model::quote_literal, render::dollar_quoted};

/// A block that raises `message` when `condition` (an SQL expression) holds.
pub(crate) fn raise_if(condition: &str, message: &str, hint: &str) -> String {
    let body = format!(
        "\nBEGIN\n    IF {condition} THEN\n        RAISE EXCEPTION USING\n            MESSAGE = {},\n            HINT = {};\n    END IF;\nEND\n",
        quote_literal(message),
        quote_literal(hint)
    );
    format!("DO {}", dollar_quoted("guard", &body))
}

/// A block that always raises.
pub(crate) fn raise(message: &str, hint: &str) -> String {
    let body = format!(
        "\nBEGIN\n    RAISE EXCEPTION USING\n        MESSAGE = {},\n        HINT = {};\nEND\n",
        quote_literal(message),
        quote_literal(hint)
    );
    format!("DO {}", dollar_quoted("guard", &body))
}

impl Planner<'_> {
    /// Stops when `condition` holds; names are those of before.
    pub(super) fn guard(&mut self, condition: &str, message: &str, hint: &str) {
        self.push(Phase::Guard, raise_if(condition, message, hint));
    }
}
