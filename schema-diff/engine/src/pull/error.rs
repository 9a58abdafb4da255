//! Why a database could not be pulled.

use std::path::PathBuf;

use crate::{
    cluster::ScratchError, diagnostic::ResolveErrors, generate::GenerateError, normalize::NormalizeError,
    parse::ParseErrors, prove::ProofError,
};

/// Why a database could not be pulled. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// The database or a scratch database.
    #[error(transparent)]
    Generate(Box<GenerateError>),
    /// The schema file that is there.
    #[error(transparent)]
    Parse(#[from] ParseErrors),
    /// Its attributes.
    #[error("{0}")]
    Resolve(#[from] ResolveErrors),
    /// Its expressions.
    #[error(transparent)]
    Normalize(Box<NormalizeError>),
    /// A file cannot be read or written.
    #[error("`{}`: {source}\n\nhint: nothing was written to it", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file was changed by somebody else while the database was read.
    #[error("`{}` was changed meanwhile\n\nhint: run pull again", path.display())]
    Overtaken {
        /// The file.
        path: PathBuf,
    },
    /// A baseline would not be the first migration.
    #[error("`{}` has migrations already ({first} ...)\n\nhint: a baseline is the first migration of a database that had none; here, `schema-diff autogenerate` writes the next one", directory.display())]
    NotFirst {
        /// The migrations directory.
        directory: PathBuf,
        /// The first of them.
        first: String,
    },
    /// The baseline does not give the database's schema.
    #[error("the baseline could not be proved, and was not written\n\n{0}")]
    Baseline(Box<ProofError>),
    /// The baseline gives another schema.
    #[error("the baseline does not lead to the schema that the database has, and was not written\n\n{0}")]
    BaselineDiffers(String),
    /// No scratch database.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The migrations directory.
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
