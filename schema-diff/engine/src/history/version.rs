//! A migration's version, which Diesel derives from the name of its directory.

use std::fmt;

/// The maximum length of a version in Diesel's table, in characters.
pub const MAX_VERSION: usize = 50;

/// A migration's version: its directory's name up to the first `_`, without dashes. Versions are ordered as strings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// Returns the version of a directory with this name. A whole name, a version with dashes and a bare version all
    /// give the same.
    #[must_use]
    pub fn of_directory(name: &str) -> Self {
        Self(name.split('_').next().unwrap_or_default().replace('-', ""))
    }

    /// Returns a version exactly as it is in Diesel's table.
    #[must_use]
    pub fn recorded(version: impl Into<String>) -> Self {
        Self(version.into())
    }

    /// Returns the version as it is in Diesel's table.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
