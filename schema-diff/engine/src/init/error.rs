//! Errors of setting up a project.

use std::path::PathBuf;

use crate::config::ConfigError;

/// Why a project could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// The existing configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file cannot be read or written.
    #[error("`{}`: {source}\n\nhint: existing files were not overwritten; fix the problem and run init again", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
}
