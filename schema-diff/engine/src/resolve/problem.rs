//! What is wrong with a declaration.

use std::fmt;

use crate::declared::Location;

/// One thing that is wrong, where, and the way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it stands.
    pub location: Option<Location>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
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
            if let Some(place) = &problem.location {
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

impl super::Resolver<'_> {
    pub(super) fn problem(&mut self, at: Option<&Location>, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem {
            location: at.cloned(),
            message: message.into(),
            hint: hint.into(),
        });
    }
}
