//! The code that makes a program name a column.

use std::fmt;

/// A struct, a query or another place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, relative to the repository's root.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The code, in short; empty for a whole file.
    pub code: String,
    /// What it does, as the rest of a sentence: `selects all columns`.
    pub action: String,
}

impl Origin {
    /// Returns the origin of what a line does.
    pub fn new(file: &str, line: usize, code: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            code: code.into(),
            action: action.into(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code.as_str() {
            "" => write!(f, "{} {}", self.file, self.action),
            code => write!(f, "`{code}` ({}:{}) {}", self.file, self.line, self.action),
        }
    }
}
