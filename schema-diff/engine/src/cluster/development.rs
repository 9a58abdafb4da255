//! The permanent server of one project, for users without a server.
//!
//! Its data is in the project and survives power failures; its URL never changes. Concurrent commands share it: each
//! holds a lease on it. Programs that were given the URL (an application, the `diesel` command) connect to it. Some
//! time after the last user has finished, its supervisor, a separate process, stops it. [`Development::keep`] keeps it
//! running until it is stopped explicitly.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use postgres::NoTls;
use postgres::error::SqlState;

use super::account::Account;
use super::directory::{self, LockedDirectory};
use super::error::server_message;
use super::location::Location;
use super::postmaster::Postmaster;
use super::runtime::{self, Lease, Runtime};
use super::{Binaries, ClusterError, database_url, template};

pub use super::status::{DATABASE, Status};

/// The environment variable for the number of seconds that an unused server keeps running.
pub const IDLE_VARIABLE: &str = "SCHEMA_DIFF_DB_IDLE_SECONDS";

const IDLE_SECONDS: u64 = 60;

const SUPERVISOR: &str = include_str!("supervisor.sh");

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "max_locks_per_transaction=1024",
    "dynamic_shared_memory_type=mmap",
    "jit=off",
    "logging_collector=off",
    "log_destination=stderr",
];

/// After a power failure, the server replays its write-ahead log before it answers.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A use of the development server, which keeps running at least until this is dropped.
#[derive(Debug)]
pub struct Development {
    location: Location,
    runtime: Runtime,
    _lease: Lease,
}

impl Development {
    /// Returns the server of a project. It is created if it does not exist, and started if it is not running.
    ///
    /// # Errors
    ///
    /// [`ClusterError::OtherMajor`] if another major version than that of the binaries created the data;
    /// [`ClusterError::DidNotStart`] with the end of the log.
    pub fn open(project_root: &Path, binaries: &Binaries) -> Result<Self, ClusterError> {
        let account = Account::for_servers()?;
        let location = Location::prepare(project_root, account)?;
        let runtime = Runtime::of(&runtime::digest(&location.root));
        let _starting = runtime.lock(account)?;
        // `cargo clean` removes the data of a running server.
        if location.major().is_some()
            && let Some(lease) = join(&runtime)
        {
            return Ok(Self {
                location,
                runtime,
                _lease: lease,
            });
        }
        // The server is about to stop, or has lost its supervisor or its data.
        runtime.stop(&location.data())?;
        runtime.keep(false)?;
        ensure_data(&location, binaries, account)?;
        let lease = launch(&location, &runtime, binaries, account)?;
        Ok(Self {
            location,
            runtime,
            _lease: lease,
        })
    }

    /// Returns the major version that created a project's data, so that binaries of that version can be searched for.
    #[must_use]
    pub fn major(project_root: &Path) -> Option<u32> {
        Location::find(project_root).ok()?.major()
    }

    /// Returns the status, without starting anything.
    ///
    /// # Errors
    ///
    /// The project's root does not exist.
    pub fn status(project_root: &Path) -> Result<Status, ClusterError> {
        let location = Location::find(project_root)?;
        let runtime = Runtime::of(&runtime::digest(&location.root));
        let process = runtime.postmaster().map(Postmaster::id);
        Ok(Status {
            process,
            kept: process.is_some() && runtime.is_kept(),
            major: location.major(),
            url: database_url::of_socket(runtime.path(), DATABASE),
            home: location.home,
        })
    }

    /// Shuts the server down, even if it is used; returns `false` if it was not running.
    ///
    /// # Errors
    ///
    /// The project's root or the socket's directory cannot be used.
    pub fn stop(project_root: &Path) -> Result<bool, ClusterError> {
        let location = Location::find(project_root)?;
        let runtime = Runtime::of(&runtime::digest(&location.root));
        if !runtime.path().exists() {
            return Ok(false);
        }
        let _stopping = runtime.lock(Account::for_servers()?)?;
        runtime.keep(false)?;
        runtime.stop(&location.data())
    }

    /// Deletes the data and starts an empty server.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open), and if the data cannot be removed.
    pub fn reset(project_root: &Path, binaries: &Binaries) -> Result<Self, ClusterError> {
        Self::stop(project_root)?;
        let data = Location::find(project_root)?.data();
        if data.exists() {
            fs::remove_dir_all(&data).map_err(ClusterError::io(format!("remove {}", data.display())))?;
        }
        Self::open(project_root, binaries)
    }

    /// Keeps the server running until it is stopped explicitly, whether or not it is used.
    ///
    /// # Errors
    ///
    /// The marker file beside the socket cannot be written.
    pub fn keep(&self) -> Result<(), ClusterError> {
        self.runtime.keep(true)
    }

    /// Returns the connection settings for a database of this server, as its superuser.
    #[must_use]
    pub fn config(&self, database: &str) -> postgres::Config {
        config(&self.runtime, database)
    }

    /// Returns the URL of a database of this server, which is the same on every run.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        database_url::of_socket(self.runtime.path(), database)
    }

    /// Returns the directory of the server's data and log.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.location.home
    }

    /// Creates a database, unless it exists; returns whether it was created.
    ///
    /// # Errors
    ///
    /// The server refuses.
    pub fn ensure_database(&self, name: &str) -> Result<bool, ClusterError> {
        let refused = |source| ClusterError::Refused {
            action: format!("create the database {name}"),
            source,
        };
        let mut client = self.config("postgres").connect(NoTls).map_err(refused)?;
        let existing = client
            .query_opt("SELECT FROM pg_catalog.pg_database WHERE datname = $1", &[&name])
            .map_err(refused)?;
        if existing.is_some() {
            return Ok(false);
        }
        match client.batch_execute(&format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""))) {
            Ok(()) => Ok(true),
            // Another command has created it first.
            Err(error)
                if matches!(
                    error.code(),
                    Some(&SqlState::DUPLICATE_DATABASE | &SqlState::UNIQUE_VIOLATION)
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(refused(error)),
        }
    }
}

fn config(runtime: &Runtime, database: &str) -> postgres::Config {
    let mut config = postgres::Config::new();
    config.host_path(runtime.path()).user("postgres").dbname(database);
    config
}

/// Takes a lease on a server that is running and will keep running.
fn join(runtime: &Runtime) -> Option<Lease> {
    let mut lease = runtime.lease().ok().flatten()?;
    lease.announce().ok()?;
    match config(runtime, "postgres").connect(NoTls) {
        Ok(_) => {}
        Err(error) if error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS) => {}
        Err(_) => return None,
    }
    // A supervisor that had already decided to stop has closed the pipe by now.
    lease.announce().ok()?;
    Some(lease)
}

fn ensure_data(location: &Location, binaries: &Binaries, account: Account) -> Result<(), ClusterError> {
    let data = location.data();
    if data.exists() {
        return match location.major() {
            Some(found) if found != binaries.major => Err(ClusterError::OtherMajor {
                data,
                found,
                binaries: binaries.major,
                dir: binaries.dir.clone(),
            }),
            _ => Ok(()),
        };
    }
    let failed = || ClusterError::io(format!("create a data directory in {}", location.home.display()));
    directory::sweep(&location.home, ".making-", account, |_| ());
    let staging = LockedDirectory::create(&location.home, ".making-").map_err(failed())?;
    account.chown(staging.path()).map_err(failed())?;
    template::provide(binaries, account, &staging)?;
    template::sync(binaries, account, &staging)?;
    fs::rename(staging.path().join("data"), data).map_err(failed())
}

fn launch(
    location: &Location,
    runtime: &Runtime,
    binaries: &Binaries,
    account: Account,
) -> Result<Lease, ClusterError> {
    let failed = || ClusterError::io(format!("start the server of {binaries}"));
    let (reader, mut lease) = runtime.make_leases(account).map_err(failed())?;
    let log = location.log();
    let _ = fs::remove_file(&log);
    let idle = env::var(IDLE_VARIABLE)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(IDLE_SECONDS)
        .max(1);
    let mut command = account.command(Path::new("/bin/sh"));
    command
        .args(["-c", SUPERVISOR, "sh"])
        .arg(runtime.path())
        .arg(&log)
        .arg(idle.to_string());
    command
        .arg(binaries.dir.join("postgres"))
        .arg("-D")
        .arg(location.data());
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", runtime.path().display()));
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    let mut supervisor = command.stdin(reader).spawn().map_err(failed())?;
    // Only the supervisor may read from the pipe, and the command holds a copy of its end.
    drop(command);
    lease.announce().map_err(failed())?;
    wait_until_ready(runtime, &mut supervisor, &log, binaries)?;
    Ok(lease)
}

fn wait_until_ready(
    runtime: &Runtime,
    supervisor: &mut Child,
    log: &Path,
    binaries: &Binaries,
) -> Result<(), ClusterError> {
    let start = Instant::now();
    loop {
        let error = match config(runtime, "postgres").connect(NoTls) {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let ended = supervisor.try_wait().is_ok_and(|status| status.is_some());
        if ended || start.elapsed() > TIMEOUT {
            let content = fs::read_to_string(log).unwrap_or_default();
            let end: Vec<&str> = content.lines().rev().take(20).collect();
            let end: Vec<&str> = end.into_iter().rev().collect();
            let log = if end.is_empty() {
                server_message(&error)
            } else {
                end.join("\n")
            };
            return Err(ClusterError::DidNotStart {
                binaries: binaries.to_string(),
                log,
            });
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
