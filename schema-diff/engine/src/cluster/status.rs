//! What can be said of a development server without starting it.

use std::path::PathBuf;

/// The database of a project's development server that commands use.
pub const DATABASE: &str = "development";

/// What is known of a project's development server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The server's process number, when it runs.
    pub process: Option<i32>,
    /// Whether it runs until `db stop`, used or not.
    pub kept: bool,
    /// The major version that made the data; `None` when there is no data yet.
    pub major: Option<u32>,
    /// The directory of data and log.
    pub home: PathBuf,
    /// The URL of the database [`DATABASE`].
    pub url: String,
}
