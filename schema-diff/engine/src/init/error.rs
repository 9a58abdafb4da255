//! Why a project could not be begun.

use std::path::PathBuf;

use crate::config::ConfigError;

/// Why a project could not be begun.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// The configuration that is there.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file cannot be read or written.
    #[error("`{}`: {source}\n\nhint: existing files were not overwritten; fix it and run init again", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
