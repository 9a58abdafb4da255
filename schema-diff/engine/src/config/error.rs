//! Errors in a project's configuration, each with the file and, where there is one, the line.

use std::path::{Path, PathBuf};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No ancestor directory looks like a Diesel project.
    #[error(
        "no project found in `{}` or in its parent directories: a project has a diesel.toml, or a Cargo.toml beside a `src` directory\n\n\
         hint: change into the project's directory, or pass this directory with -C DIR. To turn a directory into a project, create an empty diesel.toml in it", start.display()
    )]
    NoProject {
        /// Where the search began.
        start: PathBuf,
    },
    /// A configuration file exists but cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A configuration file contains something invalid.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters, counted from 1.
        column: usize,
        /// What is wrong, and what is expected.
        message: String,
    },
    /// A line of `.env` is not `NAME=value`.
    #[error("{}: cannot be read as a list of NAME=value lines: {message}", path.display())]
    Dotenv {
        /// The `.env` file.
        path: PathBuf,
        /// dotenvy's message.
        message: String,
    },
}

impl ConfigError {
    /// Returns an error that points at a byte offset of a file's text.
    pub(crate) fn at(path: &Path, text: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self::Invalid {
            path: path.to_path_buf(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: message.into(),
        }
    }
}
