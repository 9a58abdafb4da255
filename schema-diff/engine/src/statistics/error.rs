//! Errors of statistics.

use std::{io, path::PathBuf};

/// Why statistics could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// The configured file does not exist.
    #[error("{} does not exist, but schema-diff.toml names it as `statistics`\n\nhint: `schema-diff stats export` writes it from the database of DATABASE_URL", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not of the expected form.
    #[error("{}:{line}:{column}: {message}\n\nhint: `schema-diff stats export` writes the file again", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A file has a table twice.
    #[error("{} has the table {table} twice\n\nhint: `schema-diff stats export` writes the file again", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The table.
        table: String,
    },
    /// The directory of a file to be written does not exist.
    #[error("cannot write the sizes of tables: there is no directory {}", path.display())]
    NoDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// A file has a later form.
    #[error("{} has format {format}, which this version of schema-diff does not support\n\nhint: use the version of schema-diff that wrote it, or write it again with `schema-diff stats export`", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its form.
        format: u32,
    },
}
