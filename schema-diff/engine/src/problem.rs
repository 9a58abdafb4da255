//! What is wrong with a declaration or a decision.

use std::fmt;

use crate::declared::Location;

/// Says what is wrong, where, and the way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What it is wrong with.
    pub origin: Origin,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// What a problem is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// What stands in a file.
    Declared(Location),
    /// An option or an answer; where the declaration that it does not fit stands, if that is known.
    Decision(Option<Location>),
    /// The declaration as a whole, beside what there is.
    Schema,
}

impl Problem {
    /// Describes a problem with what is declared.
    pub fn new(at: Option<&Location>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            origin: at.map_or(Origin::Schema, |at| Origin::Declared(at.clone())),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Describes a problem with what a person decided.
    pub fn of_decision(at: Option<&Location>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            origin: Origin::Decision(at.cloned()),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Returns where it stands.
    pub const fn location(&self) -> Option<&Location> {
        match &self.origin {
            Origin::Declared(at) => Some(at),
            Origin::Decision(at) => at.as_ref(),
            Origin::Schema => None,
        }
    }
}

/// Everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ResolveErrors(pub Vec<Problem>);

impl fmt::Display for ResolveErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            if let Some(place) = problem.location() {
                write!(f, "{}:{}:{}: ", place.file.display(), place.line, place.column)?;
            }
            f.write_str(&problem.message)?;
            if !problem.hint.is_empty() {
                write!(f, "\n  hint: {}", problem.hint)?;
            }
        }
        Ok(())
    }
}
