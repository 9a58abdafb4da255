//! Empty databases for tests.
//!
//! They are created on a [`Private`] server, or on a server that the user names by URL. On the latter, the name of
//! every database contains the number of an advisory lock that the session of its creator holds. A database whose lock
//! is free was left by a crash, and the next run drops it. Nothing else on that server is changed.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::error::SqlState;
use postgres::{Client, SimpleQueryMessage};

use super::error::{server_message, with_causes};
use super::{Binaries, ClusterError, Private, database_url};

/// The prefix of all scratch databases' names.
pub const PREFIX: &str = "schema_diff_scratch_";

/// Connects to a URL, which is the server's URL with the name of the database.
pub type Connect = Box<dyn Fn(&str) -> Result<Client, Box<dyn Error + Send + Sync>> + Send + Sync>;

/// Why no scratch database is available.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The private server could not be started.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The server does not answer, or does not accept this user.
    #[error(
        "could not connect to the server on which temporary (scratch) databases are created ({url}): {}\n\n\
         hint: check the URL in --scratch-url (or SCHEMA_DIFF_SCRATCH_URL); if both are omitted, schema-diff starts a temporary server of its own",
        with_causes(source.as_ref())
    )]
    Unreachable {
        /// The URL without its password.
        url: String,
        /// The error of the connection.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The role may not create databases.
    #[error(
        "role \"{role}\" is not allowed to create databases on {url}, but scratch databases require that\n\n\
         hint: let a superuser run `ALTER ROLE {} CREATEDB;`; or omit both --scratch-url (or SCHEMA_DIFF_SCRATCH_URL) and --scratch-on-server, so that schema-diff starts a temporary server of its own",
        quoted(.role)
    )]
    NotAllowed {
        /// The role.
        role: String,
        /// The URL without its password.
        url: String,
    },
    /// The server refused for another reason.
    #[error("could not {action}: {}", server_message(.source))]
    Refused {
        /// The operation, as text that follows "could not".
        action: String,
        /// The server's error.
        source: postgres::Error,
    },
}

/// What a private server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    /// To try statements on few rows, fast.
    Proof,
    /// To measure statements on many rows.
    Rehearsal,
}

/// A server on which scratch databases are created.
#[derive(Debug, Clone)]
pub struct ScratchServer {
    server: Arc<Server>,
}

struct Server {
    // Before the server, so that the session ends before it.
    session: Mutex<Client>,
    place: Place,
    /// A part of the names of this run's databases.
    marker: String,
    made: AtomicU64,
    role: String,
    version: String,
    version_number: u32,
    /// Whether the server waits for its disk.
    is_durable: bool,
}

enum Place {
    Private(Private),
    Given { url: String, connect: Connect },
}

impl ScratchServer {
    /// Starts a private server.
    ///
    /// # Errors
    ///
    /// The server cannot be started.
    pub fn private(binaries: &Binaries) -> Result<Self, ScratchError> {
        Self::new(Place::Private(Private::start(binaries)?))
    }

    /// Starts a private server that works as one in production does: it waits for its disk, and writes the log that a
    /// standby needs.
    ///
    /// # Errors
    ///
    /// The server cannot be started.
    pub fn rehearsal(binaries: &Binaries) -> Result<Self, ScratchError> {
        Self::new(Place::Private(Private::start_for(Purpose::Rehearsal, binaries)?))
    }

    /// Uses the server that a URL names, and drops the databases that crashed runs have left there.
    ///
    /// # Errors
    ///
    /// The server cannot be reached with the URL.
    pub fn at_url(url: &str, connect: Connect) -> Result<Self, ScratchError> {
        let server = Self::new(Place::Given {
            url: url.to_owned(),
            connect,
        })?;
        server.server.sweep();
        Ok(server)
    }

    fn new(place: Place) -> Result<Self, ScratchError> {
        let mut session = place.connect(None)?;
        let refused = |source| ScratchError::Refused {
            action: "ask the server for its version".to_owned(),
            source,
        };
        let facts = first_row(
            &mut session,
            "SELECT current_user, current_setting('server_version'), current_setting('server_version_num'), current_setting('fsync')",
        )
        .map_err(refused)?;
        let [role, version, number, fsync] = facts;
        let marker = match place {
            Place::Private(_) => String::new(),
            Place::Given { .. } => acquire_marker(&mut session)?,
        };
        let server = Server {
            session: Mutex::new(session),
            place,
            marker,
            made: AtomicU64::new(0),
            role,
            version,
            version_number: number.parse().unwrap_or(0),
            is_durable: fsync != "off",
        };
        Ok(Self {
            server: Arc::new(server),
        })
    }

    /// Creates an empty database with the encoding UTF8. `purpose` becomes a part of its name, for people who look at
    /// the server.
    ///
    /// # Errors
    ///
    /// [`ScratchError::NotAllowed`] if the role may not create databases, [`ScratchError::Refused`] if the server has
    /// another reason.
    pub fn create_database(&self, purpose: &str) -> Result<ScratchDatabase, ScratchError> {
        let name = self.server.next_name(purpose);
        let strategy = self.server.strategy();
        let create = format!(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'{strategy}",
            quoted(&name)
        );
        let made = self.server.create(&create).or_else(|error| match error.code() {
            // The server's own locale requires another encoding; the locale C works with all.
            Some(&SqlState::INVALID_PARAMETER_VALUE) => {
                self.server.create(&format!("{create} LC_COLLATE 'C' LC_CTYPE 'C'"))
            }
            _ => Err(error),
        });
        self.server.taken(name, made)
    }

    /// Creates a copy of a scratch database. All clients of the original must have been dropped.
    ///
    /// # Errors
    ///
    /// As for [`create_database`](Self::create_database); [`ScratchError::Refused`] also if the original still has
    /// connections.
    pub fn create_database_from(&self, template: &ScratchDatabase) -> Result<ScratchDatabase, ScratchError> {
        let name = self.server.next_name("copy");
        let strategy = self.server.strategy();
        let create = format!(
            "CREATE DATABASE {} TEMPLATE {}{strategy}",
            quoted(&name),
            quoted(&template.name)
        );
        // The server needs a moment to end a session that was just closed.
        let start = Instant::now();
        let made = loop {
            match self.server.create(&create) {
                Err(error)
                    if error.code() == Some(&SqlState::OBJECT_IN_USE) && start.elapsed() < Duration::from_secs(5) =>
                {
                    std::thread::sleep(Duration::from_millis(5));
                }
                result => break result,
            }
        };
        self.server.taken(name, made)
    }

    /// Returns the server's version as it reports it: `15.18 (Debian 15.18-0+deb12u1)`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.server.version
    }

    /// Returns the server's major version: 15 for 15.18.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.server.version_number / 10_000
    }

    /// Describes the server for messages: its binaries, or its URL without the password.
    #[must_use]
    pub fn description(&self) -> String {
        match &self.server.place {
            Place::Private(private) => format!("private {}", private.binaries()),
            Place::Given { url, .. } => {
                let version = self.version().split(' ').next().unwrap_or_default();
                format!("Postgres {version} at {}", database_url::without_password(url))
            }
        }
    }
}

/// A separate database. It is dropped with this value, even if it still has connections.
///
/// The `postgres` client that this uses must not be used or dropped inside an asynchronous runtime.
#[derive(Debug)]
pub struct ScratchDatabase {
    name: String,
    server: Arc<Server>,
}

impl ScratchDatabase {
    /// Opens a session.
    ///
    /// # Errors
    ///
    /// The server no longer accepts the connection.
    pub fn connect(&self) -> Result<Client, ScratchError> {
        self.server.place.connect(Some(&self.name))
    }

    /// Returns the URL of the database.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.server.place {
            Place::Private(private) => private.url(&self.name),
            Place::Given { url, .. } => database_url::with_database(url, &self.name),
        }
    }

    /// Returns its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        // A database that cannot be dropped now is dropped by the next run.
        let _ = self.server.drop_database(&self.name);
    }
}

impl Place {
    /// Connects to a database, or to the one in the URL if none is given.
    fn connect(&self, database: Option<&str>) -> Result<Client, ScratchError> {
        match self {
            Self::Private(private) => private
                .config(database.unwrap_or("postgres"))
                .connect(postgres::NoTls)
                .map_err(|source| ScratchError::Refused {
                    action: "connect to the private server".to_owned(),
                    source,
                }),
            Self::Given { url, connect } => {
                let named = database.map_or_else(|| url.clone(), |name| database_url::with_database(url, name));
                connect(&named).map_err(|source| ScratchError::Unreachable {
                    url: database_url::without_password(&named),
                    source,
                })
            }
        }
    }
}

impl Server {
    fn session(&self) -> MutexGuard<'_, Client> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how a template is copied. If the server does not wait for its disk, or nobody else uses it, the required
    /// checkpoints do not matter, and copying the files takes a third of the time of writing the blocks to the
    /// write-ahead log.
    const fn strategy(&self) -> &'static str {
        let is_shared = matches!(self.place, Place::Given { .. });
        if (is_shared && self.is_durable) || self.version_number < 150_000 {
            ""
        } else {
            " STRATEGY file_copy"
        }
    }

    /// Returns `schema_diff_scratch_<marker>_<number>_<purpose>`, within the 63 bytes of a name.
    fn next_name(&self, purpose: &str) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let purpose: String = purpose
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .take(16)
            .collect();
        let marker = if self.marker.is_empty() {
            String::new()
        } else {
            format!("{}_", self.marker)
        };
        format!("{PREFIX}{marker}{number}_{purpose}")
    }

    fn create(&self, statement: &str) -> Result<(), postgres::Error> {
        self.session().batch_execute(statement)
    }

    fn taken(
        self: &Arc<Self>,
        name: String,
        made: Result<(), postgres::Error>,
    ) -> Result<ScratchDatabase, ScratchError> {
        match made {
            Ok(()) => Ok(ScratchDatabase {
                name,
                server: Arc::clone(self),
            }),
            Err(source) => Err(match &self.place {
                Place::Given { url, .. } if source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    ScratchError::NotAllowed {
                        role: self.role.clone(),
                        url: database_url::without_password(url),
                    }
                }
                _ => ScratchError::Refused {
                    action: format!("create the scratch database {name}"),
                    source,
                },
            }),
        }
    }

    fn drop_database(&self, name: &str) -> Result<(), postgres::Error> {
        let mut session = self.session();
        if self.version_number >= 130_000 {
            return session.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)));
        }
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            &[&name],
        )?;
        session.batch_execute(&format!("DROP DATABASE IF EXISTS {}", quoted(name)))
    }

    /// Drops the databases of crashed runs, as far as this role is allowed to.
    fn sweep(&self) {
        // Databases first, locks second: a lock is taken before its databases are created, so every database of a live
        // run in the first list has its lock in the second.
        let Ok(databases) = column(
            &mut self.session(),
            "SELECT datname FROM pg_catalog.pg_database \
             WHERE starts_with(datname::text, 'schema_diff_scratch_') AND pg_catalog.pg_has_role(datdba, 'MEMBER') ORDER BY 1",
        ) else {
            return;
        };
        // Locks are listed for all databases of the server, whichever database their holders are connected to.
        let Ok(locks) = column(
            &mut self.session(),
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND objsubid = 1",
        ) else {
            return;
        };
        let held: BTreeSet<String> = locks
            .iter()
            .filter_map(|number| number.parse().ok())
            .map(marker_of)
            .collect();
        for name in databases {
            let Some(marker) = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()) else {
                continue;
            };
            if marker.len() == MARKER_LENGTH && !held.contains(marker) {
                let _ = self.drop_database(&name);
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("role", &self.role)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

const MARKER_LENGTH: usize = 16;

fn marker_of(number: i64) -> String {
    format!("{number:016x}")
}

/// Takes a free advisory lock, until the session ends.
fn acquire_marker(session: &mut Client) -> Result<String, ScratchError> {
    loop {
        let number = i64::from_ne_bytes(RandomState::new().hash_one(std::process::id()).to_ne_bytes());
        let taken = session
            .query_one("SELECT pg_catalog.pg_try_advisory_lock($1)", &[&number])
            .and_then(|row| row.try_get::<_, bool>(0))
            .map_err(|source| ScratchError::Refused {
                action: "mark the scratch databases as in use".to_owned(),
                source,
            })?;
        if taken {
            return Ok(marker_of(number));
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn column(session: &mut Client, query: &str) -> Result<Vec<String>, postgres::Error> {
    let rows = session.simple_query(query)?;
    Ok(rows
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
        .collect())
}

fn first_row<const N: usize>(session: &mut Client, query: &str) -> Result<[String; N], postgres::Error> {
    let rows = session.simple_query(query)?;
    let row = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(std::array::from_fn(|at| {
        row.and_then(|row| row.get(at)).unwrap_or_default().to_owned()
    }))
}
