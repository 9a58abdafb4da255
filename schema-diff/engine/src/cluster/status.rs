//! The status of a development server, available without starting it.

use std::path::PathBuf;

/// The database of a project's development server that commands use.
pub const DATABASE: &str = "development";

/// The status of a project's development server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The server's process id, if it is running.
    pub process: Option<i32>,
    /// Whether it runs until `db stop`, whether or not it is used.
    pub kept: bool,
    /// The major version that created the data; `None` if there is no data yet.
    pub major: Option<u32>,
    /// The directory of the data and the log.
    pub home: PathBuf,
    /// The URL of the database [`DATABASE`].
    pub url: String,
}
