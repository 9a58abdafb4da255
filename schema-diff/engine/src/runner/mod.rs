//! Runs and reverts migrations, through `diesel_migrations` and on Diesel's own table.
//!
//! The `diesel` binary may do the same to the same database between any two commands: there is no state but Diesel's.
//! Commands that change the database hold an advisory lock of Postgres, so that two runs never collide. This module
//! does not print.

mod concurrent_index;
mod error;
mod lock;
mod observer;
mod old_transactions;
mod patience;
mod progress;
mod sql_file;
mod stamp;
mod state;
mod steps;
mod target;
mod timeouts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::FileBasedMigrations;
use postgres::SimpleQueryMessage;

pub use error::{Failure, RunnerError};
pub use lock::LOCK_KEY;
pub use observer::{Direction, Observer, Silent, StatementTime};
pub use patience::{Blocker, DEFAULT_MAX_STALL, Patience, Stalled};
pub use progress::{Progress, ProgressSink};
pub use stamp::Stamped;
pub use state::{Applied, Entry, State, Status};
pub use target::Target;

use crate::config::Environment;
use crate::connection::{self, DatabaseUrl, Notices};
use crate::history::{MigrationsDirectory, Version};
use patience::Source;
use sql_file::SqlFileMigration;

type Connection = AsyncConnectionWrapper<AsyncPgConnection>;

/// What receives the notices of the migration that runs now.
type NoticeSink = Arc<Mutex<Option<ProgressSink>>>;

/// Passes on the notices of the server, if something receives them now.
fn pass_on(sink: &NoticeSink) -> Notices {
    let sink = Arc::clone(sink);
    Arc::new(move |notice| {
        let sink = sink.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(sink) = sink.filter(|_| notice.severity() != "DEBUG") {
            sink(&Progress::Notice(notice.message().to_owned()));
        }
    })
}

/// A database and a migrations directory.
///
/// It has a separate Tokio runtime: use it from code that is not asynchronous.
pub struct Runner {
    // Declared before the runtime that drives it: fields are dropped in this order.
    connection: Connection,
    _runtime: tokio::runtime::Runtime,
    directory: PathBuf,
    lock_timeout: Option<Duration>,
    patience: Patience,
    source: Source,
}

const WATCH_CLIENT: &str = "SELECT pg_catalog.set_config(name, '1000', false) \
     FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'";

const PROCESS: &str = "SELECT pg_catalog.pg_backend_pid() AS pid";

#[derive(diesel::QueryableByName)]
struct Process {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pid: i32,
}

/// The number of migrations to run or revert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// At most this many.
    AtMost(usize),
    /// All.
    All,
}

impl Count {
    pub(crate) fn limit(self) -> usize {
        match self {
            Self::AtMost(limit) => limit,
            Self::All => usize::MAX,
        }
    }
}

/// What a command did, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Done {
    /// The reverted migrations.
    pub reverted: Vec<Version>,
    /// The migrations that were run.
    pub ran: Vec<Version>,
}

impl Runner {
    /// Connects, with defaults from the process environment. Each command reads the directory again.
    ///
    /// # Errors
    /// The connection fails.
    pub fn open(url: &str, migrations_dir: &Path) -> Result<Self, RunnerError> {
        Self::open_in(&DatabaseUrl::parse(url)?, migrations_dir, &Environment::process())
    }

    /// Connects, with defaults from the given environment.
    ///
    /// # Errors
    /// The connection fails.
    pub fn open_in(url: &DatabaseUrl, migrations_dir: &Path, environment: &Environment) -> Result<Self, RunnerError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(RunnerError::Runtime)?;
        let notices = Arc::new(Mutex::new(None));
        let connection = runtime.block_on(connection::connect_async_to(url, environment, pass_on(&notices)))?;
        // The wrapper uses the runtime in which it is created.
        let entered = runtime.enter();
        let mut connection = Connection::from(connection);
        drop(entered);
        let process: Process = diesel::sql_query(PROCESS).get_result(&mut connection)?;
        let source = Source {
            url: url.clone(),
            environment: environment.clone(),
            pid: process.pid,
            lock_timeout_message: std::cell::OnceCell::new(),
            notices,
        };
        Ok(Self {
            connection,
            _runtime: runtime,
            directory: migrations_dir.to_path_buf(),
            lock_timeout: None,
            patience: Patience::default(),
            source,
        })
    }

    /// Sets how long to wait for another run to end; without this, forever.
    #[must_use]
    pub fn with_lock_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// Sets how long a migration may make others wait, and for how long it is tried again.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Returns the number of the server process that runs the migrations.
    pub const fn process(&self) -> i32 {
        self.source.pid
    }

    /// Returns which migrations are applied, pending and unknown. It changes nothing and does not wait for the lock.
    ///
    /// # Errors
    /// The directory or Diesel's table cannot be read.
    pub fn state(&mut self) -> Result<State, RunnerError> {
        let directory = MigrationsDirectory::read_if_present(&self.directory)?;
        state::read(&mut self.connection, &directory)
    }

    /// Runs pending migrations: all, the first `count`, or those up to a target.
    ///
    /// # Errors
    /// A migration fails, with the earlier ones applied; or the lock, the directory or the target is not available.
    pub fn run(&mut self, count: Count, to: Option<&Target>, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        self.locked(observer, |session, observer| session.run(count, to, observer))
    }

    /// Reverts the last `count` migrations.
    ///
    /// # Errors
    /// A migration fails or has no `down.sql`, with the later ones reverted; or the lock or the directory is not
    /// available.
    pub fn revert(&mut self, count: Count, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        self.locked(observer, |session, observer| session.revert(count, observer))
    }

    /// Reverts the last `count` migrations and runs them again, in one transaction if all of them run in one.
    ///
    /// # Errors
    /// A migration fails or has no `down.sql`; or the lock or the directory is not available.
    pub fn redo(&mut self, count: Count, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        self.locked(observer, |session, observer| session.redo(count, observer))
    }

    /// Runs or reverts migrations until a version and everything before it is applied, and nothing after it.
    ///
    /// # Errors
    /// A migration fails or cannot be reverted; or the lock, the directory or the target is not available.
    pub fn goto(&mut self, target: &Target, observer: &mut dyn Observer) -> Result<Done, RunnerError> {
        self.locked(observer, |session, observer| session.goto(target, observer))
    }

    /// Marks everything up to a version as applied and everything after it as pending, without running anything.
    ///
    /// # Errors
    /// The lock, the directory or the target is not available, or the table cannot be written.
    pub fn stamp(&mut self, target: &Target, observer: &mut dyn Observer) -> Result<Stamped, RunnerError> {
        self.locked(observer, |session, _| stamp::stamp(session, target))
    }

    /// Refuses a pooler that gives each transaction another session: the lock and the settings of a run would be lost, or
    /// left to others. A second connection then gets the session that this one has just used.
    fn refuse_shared_session(&mut self) -> Result<(), RunnerError> {
        let own: Process = diesel::sql_query(PROCESS).get_result(&mut self.connection)?;
        let mut second = connection::connect_to(&self.source.url, &self.source.environment)?;
        let row = second.simple_query(PROCESS).unwrap_or_default();
        let other = row.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        match other == Some(own.pid) {
            true => Err(RunnerError::Pooler),
            false => Ok(()),
        }
    }

    /// Does work under the lock. The directory is read after the lock is acquired.
    fn locked<T>(
        &mut self,
        observer: &mut dyn Observer,
        work: impl FnOnce(&mut Session<'_>, &mut dyn Observer) -> Result<T, RunnerError>,
    ) -> Result<T, RunnerError> {
        self.refuse_shared_session()?;
        // A server that supports it checks while it works whether the client still exists: an interrupted run releases
        // its locks within a second. With other servers, the locks are held until the statement ends.
        let _ = self.connection.batch_execute(WATCH_CLIENT);
        lock::acquire(&mut self.connection, self.lock_timeout, observer)?;
        let result = Session::new(&mut self.connection, &self.directory, self.patience, &self.source)
            .and_then(|mut session| work(&mut session, observer));
        match result {
            Ok(done) => lock::release(&mut self.connection).map(|()| done),
            Err(error) => {
                // A migration that does not run in a transaction of this tool may have left its own open. The first
                // error is the one to report; if the connection is closed, the lock is released too.
                let _ = self.connection.batch_execute("ROLLBACK");
                let _ = lock::release(&mut self.connection);
                Err(error)
            }
        }
    }
}

/// The state while the lock is held.
struct Session<'a> {
    connection: &'a mut Connection,
    directory: MigrationsDirectory,
    runnable: BTreeMap<Version, SqlFileMigration>,
    patience: Patience,
    source: &'a Source,
}

impl<'a> Session<'a> {
    fn new(
        connection: &'a mut Connection,
        path: &Path,
        patience: Patience,
        source: &'a Source,
    ) -> Result<Self, RunnerError> {
        let directory = MigrationsDirectory::read(path)?;
        let found: Vec<Box<dyn Migration<Pg>>> = FileBasedMigrations::from_path(path)
            .map_err(|error| RunnerError::Other(error.into()))?
            .migrations()
            .map_err(RunnerError::Other)?;
        let runnable = found
            .into_iter()
            .filter_map(|migration| {
                let version = Version::recorded(migration.name().version().to_string());
                let runnable = SqlFileMigration::new(directory.get(&version)?, migration);
                Some((version, runnable))
            })
            .collect();
        Ok(Self {
            connection,
            directory,
            runnable,
            patience,
            source,
        })
    }
}
