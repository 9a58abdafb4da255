//! What can go wrong between "a Postgres, please" and a server that answers.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use super::install::InstallError;

/// Why there is no server. Every message ends in what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// Nothing on this machine can run a server.
    #[error("no Postgres server binaries were found on this machine{}\n\nhint: {hint}", rejected_list(.rejected))]
    NoBinaries {
        /// Directories that looked right and did not work, with the reason.
        rejected: Vec<(PathBuf, String)>,
        /// The commands that mend it, this platform's own first.
        hint: String,
    },
    /// Nothing on this machine can run a server, and nothing was installed that could.
    #[error(
        "no Postgres server binaries were found on this machine{}, and they could not be installed: {source}\n\nhint: {hint}",
        rejected_list(.rejected)
    )]
    NotInstalled {
        /// Directories that looked right and did not work, with the reason.
        rejected: Vec<(PathBuf, String)>,
        /// Why nothing was installed.
        source: InstallError,
        /// The commands that mend it, this platform's own first.
        hint: String,
    },
    /// The directory that was named has no working Postgres.
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
    /// Postgres refuses to run as root, and there is nobody else to run it as.
    #[error(
        "Postgres does not run as root, and this machine has neither a user `postgres` nor a user `nobody` to run it as\n\n\
         hint: make one with `useradd --system postgres`, or run this command as an ordinary user"
    )]
    NoUnprivilegedAccount,
    /// `initdb` looks up the name of the user who runs it.
    #[error(
        "Postgres does not run under user id {uid}, which has no entry in the user database\n\n\
         hint: give it one (`echo 'dev:x:{uid}:{uid}::/tmp:/bin/sh' >> /etc/passwd`), run as another user, or name a server with --scratch-url"
    )]
    NoPasswdEntry {
        /// The effective user id of this process.
        uid: u32,
    },
    /// `initdb` failed.
    #[error("initdb of {binaries} failed:\n{output}")]
    Initdb {
        /// Which Postgres.
        binaries: String,
        /// What it printed.
        output: String,
    },
    /// The server ended, or did not answer in time.
    #[error("the server of {binaries} did not start:\n{log}")]
    DidNotStart {
        /// Which Postgres.
        binaries: String,
        /// The end of its log, or why it was given up.
        log: String,
    },
    /// The data directory was made by another major version.
    #[error(
        "the development database in {} was made by Postgres {found}, and the binaries in {} are Postgres {binaries}\n\n\
         hint: name binaries of Postgres {found} with --pg-bin or SCHEMA_DIFF_PG_BIN, or start afresh with `schema-diff db reset`, which throws the data away",
        data.display(), dir.display()
    )]
    OtherMajor {
        /// The data directory.
        data: PathBuf,
        /// Major version of the data directory.
        found: u32,
        /// Major version of the binaries.
        binaries: u32,
        /// Where the binaries are.
        dir: PathBuf,
    },
    /// A directory that the server needs is in somebody else's hands, or has too long a path.
    #[error("{} cannot be used for a server: {reason}", path.display())]
    UnusableDirectory {
        /// The directory.
        path: PathBuf,
        /// Why it is refused.
        reason: String,
    },
    /// The server answers, and refuses what was asked.
    #[error("the development server refused to {action}: {}", crate::cluster::error::server_message(.source))]
    Refused {
        /// What was asked of it.
        action: String,
        /// Its answer.
        source: postgres::Error,
    },
    /// A file or a process could not be handled.
    #[error("could not {action}: {source}")]
    Io {
        /// What was tried, as words that follow "could not".
        action: String,
        /// Why it failed.
        source: io::Error,
    },
    /// This operating system is not one that servers are started on.
    #[error(
        "private Postgres servers are started on Linux and macOS only\n\n\
         hint: set DATABASE_URL, and name a server for scratch databases with --scratch-url or SCHEMA_DIFF_SCRATCH_URL; or run under WSL"
    )]
    Unsupported,
}

#[cfg(unix)]
impl ClusterError {
    /// An [`Io`](Self::Io) error maker, for `map_err`.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}

/// Postgres's own words, which the `postgres` crate keeps one level down.
pub(crate) fn server_message(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => answer.message().to_owned(),
        None => with_causes(error),
    }
}

/// An error with everything that it was caused by, in one line.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

fn rejected_list(rejected: &[(PathBuf, String)]) -> String {
    rejected
        .iter()
        .map(|(dir, reason)| format!("\n  {} cannot be used: {reason}", dir.display()))
        .collect()
}
