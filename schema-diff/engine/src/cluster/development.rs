//! The lasting server of one project, for those who have not set up one of their own.
//!
//! Its data is in the project and survives power cuts; its URL stays the same. Commands that run at the same time share
//! it: each holds a lease on it, and programs that were given the URL (an application, the `diesel` command) are connected
//! to it. A while after the last of them has gone its supervisor, a process of its own, stops it; [`Development::keep`]
//! has it run until it is stopped by word.

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

/// Sets how many seconds the server waits for its next user.
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

/// After a power cut the server has to read its log before it answers.
const PATIENCE: Duration = Duration::from_secs(120);

/// A use of the development server, which runs at least until this is dropped.
#[derive(Debug)]
pub struct Development {
    location: Location,
    runtime: Runtime,
    _lease: Lease,
}

impl Development {
    /// The running server of a project, started when it does not run yet, made when there is none yet.
    ///
    /// # Errors
    ///
    /// [`ClusterError::OtherMajor`] when the data was made by another major version than the binaries';
    /// [`ClusterError::DidNotStart`] with the end of the log.
    pub fn open(project_root: &Path, binaries: &Binaries) -> Result<Self, ClusterError> {
        let account = Account::for_servers()?;
        let location = Location::prepare(project_root, account)?;
        let runtime = Runtime::of(&runtime::digest(&location.root));
        let _starting = runtime.lock(account)?;
        // `cargo clean` removes the data of a server that runs.
        if location.major().is_some()
            && let Some(lease) = join(&runtime)
        {
            return Ok(Self {
                location,
                runtime,
                _lease: lease,
            });
        }
        // One that is about to end, or has lost its supervisor or its data.
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

    /// The major version that a project's data was made by, so that binaries of that version can be looked for.
    #[must_use]
    pub fn major(project_root: &Path) -> Option<u32> {
        Location::find(project_root).ok()?.major()
    }

    /// What there is, nothing started.
    ///
    /// # Errors
    ///
    /// When the project's root is not there.
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

    /// Stops the server in order, whoever uses it. `false` when it did not run.
    ///
    /// # Errors
    ///
    /// When the project's root or the socket's directory cannot be used.
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

    /// Throws the data away and starts with an empty server.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and when the data cannot be removed.
    pub fn reset(project_root: &Path, binaries: &Binaries) -> Result<Self, ClusterError> {
        Self::stop(project_root)?;
        let data = Location::find(project_root)?.data();
        if data.exists() {
            fs::remove_dir_all(&data).map_err(ClusterError::io(format!("remove {}", data.display())))?;
        }
        Self::open(project_root, binaries)
    }

    /// Has the server run until it is stopped, whether or not somebody uses it.
    ///
    /// # Errors
    ///
    /// When that cannot be noted beside its socket.
    pub fn keep(&self) -> Result<(), ClusterError> {
        self.runtime.keep(true)
    }

    /// How to connect to a database of this server, as its superuser.
    #[must_use]
    pub fn config(&self, database: &str) -> postgres::Config {
        config(&self.runtime, database)
    }

    /// The URL of a database of this server: the same on every run.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        database_url::of_socket(self.runtime.path(), database)
    }

    /// The directory of the server's data and log.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.location.home
    }

    /// Creates a database unless it is there; `true` when it was created.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub fn ensure_database(&self, name: &str) -> Result<bool, ClusterError> {
        let refused = |source| ClusterError::Refused {
            action: format!("create the database {name}"),
            source,
        };
        let mut client = self.config("postgres").connect(NoTls).map_err(refused)?;
        let there = client
            .query_opt("SELECT FROM pg_catalog.pg_database WHERE datname = $1", &[&name])
            .map_err(refused)?;
        if there.is_some() {
            return Ok(false);
        }
        match client.batch_execute(&format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""))) {
            Ok(()) => Ok(true),
            // Another command was faster.
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

/// Takes a lease on a server that runs and goes on running.
fn join(runtime: &Runtime) -> Option<Lease> {
    let mut lease = runtime.lease().ok().flatten()?;
    lease.announce().ok()?;
    match config(runtime, "postgres").connect(NoTls) {
        Ok(_) => {}
        Err(error) if error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS) => {}
        Err(_) => return None,
    }
    // A supervisor that had made up its mind just before has let go of the pipe by now.
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
    let failed = || ClusterError::io(format!("make a data directory in {}", location.home.display()));
    directory::sweep(&location.home, ".making-", account, |_| ());
    let staging = LockedDirectory::create(&location.home, ".making-").map_err(failed())?;
    account.give(staging.path()).map_err(failed())?;
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
    // The supervisor alone shall read from the pipe: the command holds this process's copy of its end.
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
        if ended || start.elapsed() > PATIENCE {
            let words = fs::read_to_string(log).unwrap_or_default();
            let end: Vec<&str> = words.lines().rev().take(20).collect();
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
