//! Errors of writing a migration.

use std::io;
use std::path::PathBuf;

use crate::history::{HistoryError, Version};

/// Why a migration was not written. No part of it remains.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The other migrations cannot be read, so that no version for a new one can be found.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The path of the migrations directory is not a directory.
    #[error("`{}` is not a directory, so no migration can be written into it\n\nhint: move the file of that name elsewhere, or set another directory as `dir` under [migrations_directory] in diesel.toml", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// A directory or file cannot be written.
    #[error("cannot write `{}`: {source}{}", path.display(), hint(source))]
    Write {
        /// The directory or file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// Another migration has been written since the schemas were compared.
    #[error(
        "another run has meanwhile written `{name}`, which this migration does not take into account: this migration was not written\n\nhint: run the command again"
    )]
    Overtaken {
        /// The name of the other migration's directory.
        name: String,
    },
    /// The migration has been changed since it was read.
    #[error("`{name}` was changed while this command ran: nothing was written\n\nhint: run the command again")]
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
