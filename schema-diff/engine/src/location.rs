//! Locations in source files.

use std::{path::Path, sync::Arc};

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file, relative to the project's root if it lies within.
    pub file: Arc<Path>,
    /// The line; the first is 1, and 0 stands for the whole file.
    pub line: u32,
    /// The column in characters; the first is 1.
    pub column: u32,
    /// The length in characters on that line; 0 if unknown.
    pub length: u32,
}

impl Location {
    /// Returns a file as a whole.
    pub fn file(file: impl AsRef<Path>) -> Self {
        Self {
            file: file.as_ref().into(),
            line: 0,
            column: 0,
            length: 0,
        }
    }
}

impl Default for Location {
    fn default() -> Self {
        Self::file(Path::new(""))
    }
}
