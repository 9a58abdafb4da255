//! Why a migration could not be written.

use std::io;
use std::path::PathBuf;

use crate::history::{HistoryError, Version};

/// A migration that was not written. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The other migrations cannot be read, so that no version can be found for a new one.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The place of the migrations directory is taken by something else.
    #[error("`{}` is not a directory, so migrations cannot be written there\n\nhint: move it elsewhere, or name another directory in diesel.toml: [migrations_directory] dir", path.display())]
    NotADirectory {
        /// The place.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot write `{}`: {source}{}", path.display(), hint(source))]
    Write {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another migration has been written since the schemas were compared.
    #[error(
        "`{name}` was written meanwhile, by another run, and this migration does not know of it: nothing was written\n\nhint: run the command again"
    )]
    Overtaken {
        /// The name of the other one's directory.
        name: String,
    },
    /// The migration is not the one that was looked at.
    #[error("`{name}` was changed meanwhile: nothing was written\n\nhint: run the command again")]
    Changed {
        /// The name of its directory.
        name: String,
    },
    /// No timestamp sorts after the last migration.
    #[error(
        "the last migration's version, {latest}, sorts after every timestamp, so that no new migration could run after it\n\n\
         hint: rename its directory to begin with a timestamp, and correct its row in __diesel_schema_migrations"
    )]
    NoVersionAfter {
        /// The last migration.
        latest: Version,
    },
}

fn hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied => "\n\nhint: check who owns the directory and who may write there",
        io::ErrorKind::ReadOnlyFilesystem => {
            "\n\nhint: the file system is read-only; `schema-diff diff` prints the SQL without writing"
        }
        io::ErrorKind::StorageFull => "\n\nhint: the disk is full",
        _ => "",
    }
}
