//! A temporary server for this process only.
//!
//! It listens only on a socket in a directory of mode 0700, and is for proofs or for rehearsals: for proofs it keeps its data
//! in memory if the machine has enough, and does not protect it against power failures; for rehearsals it works as a
//! server in production does. It ends when its [`Private`] is dropped, or when the process that holds
//! it ends, by whatever signal.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use postgres::NoTls;

use super::account::Account;
use super::directory::{self, LockedDirectory};
use super::error::server_message;
use super::postmaster::Postmaster;
use super::scratch::Purpose;
use super::socket;
use super::template::{self, Source};
use super::{Binaries, ClusterError, database_url};

const WATCHDOG: &str = include_str!("watchdog.sh");

const PREFIX: &str = "schema-diff-private-";

impl Purpose {
    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Proof => PROOF,
            Self::Rehearsal => REHEARSAL,
        }
    }

    fn base(self) -> PathBuf {
        match self {
            Self::Proof => socket::spacious_base(),
            Self::Rehearsal => socket::disk_base(),
        }
    }
}

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    // In a file of the data directory, so that it is removed with it.
    "dynamic_shared_memory_type=mmap",
    "jit=off",
    "logging_collector=off",
    "log_destination=stderr",
    "log_min_messages=fatal",
];

const PROOF: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=16MB",
    "max_connections=40",
    // Dropping a schema of a thousand tables in one transaction takes a lock on every one of them.
    "max_locks_per_transaction=4096",
    "max_parallel_workers_per_gather=0",
];

const REHEARSAL: &[&str] = &[
    "wal_level=replica",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
    "max_connections=200",
    "max_locks_per_transaction=1024",
];

/// Starting takes a tenth of a second; the limit is for busy machines.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running temporary server. Dropping it stops it and removes its data.
#[derive(Debug)]
pub struct Private {
    binaries: Binaries,
    // Closing its standard input makes the watchdog stop the server.
    watchdog: Child,
    directory: LockedDirectory,
}

impl Private {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    ///
    /// The binaries cannot create a data directory or start on it, or no directory can be created for it.
    pub fn start(binaries: &Binaries) -> Result<Self, ClusterError> {
        Self::start_for(Purpose::Proof, binaries)
    }

    pub(super) fn start_for(purpose: Purpose, binaries: &Binaries) -> Result<Self, ClusterError> {
        let account = Account::for_servers()?;
        let bases: BTreeSet<PathBuf> = socket::bases().into_iter().chain([socket::disk_base()]).collect();
        for base in bases {
            directory::sweep(&base, PREFIX, account, stop_server_of);
        }
        match Self::start_once(binaries, account, purpose) {
            // A power failure may have damaged the template: create a new one.
            Err((ClusterError::DidNotStart { .. }, Source::Template)) => {
                template::discard(binaries);
                Self::start_once(binaries, account, purpose).map_err(|(error, _)| error)
            }
            result => result.map_err(|(error, _)| error),
        }
    }

    fn start_once(binaries: &Binaries, account: Account, purpose: Purpose) -> Result<Self, (ClusterError, Source)> {
        let (directory, source) =
            prepare(binaries, account, &purpose.base()).map_err(|error| (error, Source::Initdb))?;
        Self::launch(binaries, account, purpose, directory).map_err(|error| (error, source))
    }

    fn launch(
        binaries: &Binaries,
        account: Account,
        purpose: Purpose,
        directory: LockedDirectory,
    ) -> Result<Self, ClusterError> {
        let failed = || ClusterError::io(format!("start the server of {binaries}"));
        let mut command = account.command(Path::new("/bin/sh"));
        command.args(["-c", WATCHDOG, "sh"]).arg(directory.path());
        command
            .arg(binaries.dir.join("postgres"))
            .arg("-D")
            .arg(directory.path().join("data"));
        command
            .arg("-c")
            .arg(format!("unix_socket_directories={}", directory.path().display()));
        for setting in SETTINGS.iter().chain(purpose.settings()) {
            command.args(["-c", setting]);
        }
        let lock = directory.handle().map_err(failed())?;
        let watchdog = command.stdin(Stdio::piped()).stdout(lock).spawn().map_err(failed())?;
        let server = Self {
            binaries: binaries.clone(),
            watchdog,
            directory,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&self) -> Result<(), ClusterError> {
        let directory = self.directory.path();
        let start = Instant::now();
        loop {
            let error = match self.config("postgres").connect(NoTls) {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            let ended = directory.join("ended").exists();
            if ended || start.elapsed() > TIMEOUT {
                let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
                let log = if log.trim().is_empty() {
                    server_message(&error)
                } else {
                    log
                };
                return Err(ClusterError::DidNotStart {
                    binaries: self.binaries.to_string(),
                    log: log.trim_end().to_owned(),
                });
            }
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// Returns the connection settings for a database of this server, as its superuser. The database `postgres` always
    /// exists.
    #[must_use]
    pub fn config(&self, database: &str) -> postgres::Config {
        let mut config = postgres::Config::new();
        config
            .host_path(self.directory.path())
            .user("postgres")
            .dbname(database);
        config
    }

    /// Returns the URL of a database of this server, for Diesel, libpq and the `postgres` crate.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        database_url::of_socket(self.directory.path(), database)
    }

    /// Returns the server's version as `postgres` prints it: `15.18 (Debian 15.18-0+deb12u1)`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.binaries.version_text
    }

    /// Returns the binaries that the server was started from.
    #[must_use]
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

fn prepare(binaries: &Binaries, account: Account, base: &Path) -> Result<(LockedDirectory, Source), ClusterError> {
    let failed = || ClusterError::io(format!("create a directory for a server in {}", base.display()));
    let directory = LockedDirectory::create(base, PREFIX).map_err(failed())?;
    socket::check_length(directory.path())?;
    account.chown(directory.path()).map_err(failed())?;
    let source = template::provide(binaries, account, &directory)?;
    Ok((directory, source))
}

/// Stops the server of a directory. If its user and its watchdog were both killed, it is still running.
fn stop_server_of(directory: &Path) {
    if let Some(server) = Postmaster::from_lock_file(&directory.join("data/postmaster.pid")) {
        server.abort();
        server.wait(Duration::from_secs(5));
    }
}
