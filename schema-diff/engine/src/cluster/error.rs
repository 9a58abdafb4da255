//! Errors of finding Postgres binaries and of running servers.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use super::install::InstallError;

/// Why no server is available. Every message ends with what the user can do.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No Postgres binaries were found on this machine.
    #[error("no Postgres server binaries were found on this machine{}\n\nhint: {hint}", rejected_list(.rejected))]
    NoBinaries {
        /// Candidate directories that do not work, with the reasons.
        rejected: Vec<(PathBuf, String)>,
        /// The commands that install binaries, the one for this platform first.
        hint: String,
    },
    /// No Postgres binaries were found on this machine, and none could be installed.
    #[error(
        "no Postgres server binaries were found on this machine, and they could not be installed: {source}{}\n\nhint: {hint}",
        rejected_list(.rejected)
    )]
    NotInstalled {
        /// Candidate directories that do not work, with the reasons.
        rejected: Vec<(PathBuf, String)>,
        /// Why none were installed.
        source: InstallError,
        /// The commands that install binaries, the one for this platform first.
        hint: String,
    },
    /// The configured directory has no working Postgres.
    #[error(
        "{} cannot be used as the directory of Postgres binaries: {reason}\n\n\
         hint: --pg-bin and SCHEMA_DIFF_PG_BIN name the directory that holds `postgres` and `initdb`, such as /usr/lib/postgresql/17/bin",
        dir.display()
    )]
    UnusableBinaries {
        /// The directory as it was given.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Postgres refuses to run as root, and there is no other account to run it as.
    #[error(
        "Postgres does not run as root, and this machine has neither a user `postgres` nor a user `nobody` to run it as\n\n\
         hint: create one with `useradd --system postgres`, or run this command as an ordinary user"
    )]
    NoUnprivilegedAccount,
    /// `initdb` looks up the name of the user who runs it.
    #[error(
        "Postgres cannot run as user id {uid}, which has no entry in the system's user database (/etc/passwd)\n\n\
         hint: give it one (`echo 'dev:x:{uid}:{uid}::/tmp:/bin/sh' >> /etc/passwd`), run as another user, or name a server with --scratch-url"
    )]
    NoPasswdEntry {
        /// The effective user id of this process.
        uid: u32,
    },
    /// `initdb` failed.
    #[error("initdb of {binaries} failed:\n{output}")]
    Initdb {
        /// The Postgres binaries.
        binaries: String,
        /// Its output.
        output: String,
    },
    /// The server stopped, or did not answer in time.
    #[error("the server of {binaries} did not start:\n{log}")]
    DidNotStart {
        /// The Postgres binaries.
        binaries: String,
        /// The end of its log, or the last connection error.
        log: String,
    },
    /// Another major version created the data directory.
    #[error(
        "the project's own database in {} was created by Postgres {found}, but the binaries in {} are Postgres {binaries}\n\n\
         hint: name binaries of Postgres {found} with --pg-bin or SCHEMA_DIFF_PG_BIN, or start again with `schema-diff db reset`, which deletes the data",
        data.display(), dir.display()
    )]
    OtherMajor {
        /// The data directory.
        data: PathBuf,
        /// The major version of the data directory.
        found: u32,
        /// The major version of the binaries.
        binaries: u32,
        /// The directory of the binaries.
        dir: PathBuf,
    },
    /// A directory that the server needs belongs to another user, or its path is too long.
    #[error("{} cannot be used for a server: {reason}", path.display())]
    UnusableDirectory {
        /// The directory.
        path: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
    /// The server answers, but refuses the request.
    #[error("the project's own Postgres refused to {action}: {}", crate::cluster::error::server_message(.source))]
    Refused {
        /// The request.
        action: String,
        /// The server's error.
        source: postgres::Error,
    },
    /// An operation on a file or a process failed.
    #[error("could not {action}: {source}")]
    Io {
        /// The operation, as text that follows "could not".
        action: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// Servers cannot be started on this operating system.
    #[error(
        "private Postgres servers are started on Linux and macOS only\n\n\
         hint: set DATABASE_URL, and name a server for scratch databases with --scratch-url or SCHEMA_DIFF_SCRATCH_URL; or run under WSL"
    )]
    Unsupported,
}

#[cfg(unix)]
impl ClusterError {
    /// Returns a function that makes an [`Io`](Self::Io) error, for `map_err`.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}

/// Returns Postgres's own message, which the `postgres` crate wraps in its error.
pub(crate) fn server_message(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => answer.message().to_owned(),
        None => with_causes(error),
    }
}

/// Formats an error with all its causes on one line.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn rejected_list(rejected: &[(PathBuf, String)]) -> String {
    rejected
        .iter()
        .map(|(dir, reason)| format!("\n  {} cannot be used: {reason}", dir.display()))
        .collect()
}
