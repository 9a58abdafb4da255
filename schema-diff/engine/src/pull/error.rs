//! Errors of pulling a database.

use std::path::PathBuf;

use crate::{
    cluster::ScratchError, diagnostic::ResolveErrors, generate::GenerateError, normalize::NormalizeError,
    parse::ParseErrors, prove::ProofError,
};

/// Why a database could not be pulled. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// The database or a scratch database fails.
    #[error(transparent)]
    Generate(Box<GenerateError>),
    /// The existing schema file is invalid.
    #[error(transparent)]
    Parse(#[from] ParseErrors),
    /// Its attributes are invalid.
    #[error("{0}")]
    Resolve(#[from] ResolveErrors),
    /// Its expressions are invalid.
    #[error(transparent)]
    Normalize(Box<NormalizeError>),
    /// A file cannot be read or written.
    #[error("`{}`: {source}\n\nhint: nothing was written to it", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A file was changed by another program while the database was read.
    #[error("`{}` was changed by another program while the database was read\n\nhint: run pull again", path.display())]
    Overtaken {
        /// The file.
        path: PathBuf,
    },
    /// A baseline would not be the first migration.
    #[error("`{}` has migrations already ({first} ...)\n\nhint: a baseline can only be the first migration; use `schema-diff autogenerate` to write the next migration", directory.display())]
    NotFirst {
        /// The migrations directory.
        directory: PathBuf,
        /// The name of the first migration.
        first: String,
    },
    /// The proof of the baseline failed.
    #[error("the baseline was not written, because its proof on a scratch database failed:\n\n{0}")]
    Baseline(Box<ProofError>),
    /// The baseline creates another schema.
    #[error("the baseline does not recreate the database's schema, and was not written\n\n{0}")]
    BaselineDiffers(String),
    /// No scratch database is available.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The migrations directory cannot be used.
    #[error(transparent)]
    History(#[from] crate::history::HistoryError),
    /// The migration could not be written.
    #[error(transparent)]
    Write(#[from] crate::write::WriteError),
    /// The database could not be stamped.
    #[error(transparent)]
    Stamp(Box<crate::runner::RunnerError>),
}

impl From<GenerateError> for PullError {
    fn from(error: GenerateError) -> Self {
        Self::Generate(Box::new(error))
    }
}

impl From<NormalizeError> for PullError {
    fn from(error: NormalizeError) -> Self {
        Self::Normalize(Box::new(error))
    }
}

impl From<ProofError> for PullError {
    fn from(error: ProofError) -> Self {
        Self::Baseline(Box::new(error))
    }
}
