//! Chooses the binaries that servers are started from: configured ones, those of this machine, or installed ones.

use std::env;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::Origin;
#[cfg(unix)]
use super::account::Account;
use super::binaries::VARIABLE;
#[cfg(unix)]
use super::candidates::{Candidate, candidates, hint};
use super::install::{InstallError, Step, install};
use super::{Binaries, ClusterError};

/// Receives each step of an installation.
pub type Installer<'a> = &'a mut dyn FnMut(&Step);

impl Binaries {
    /// Finds the binaries to start servers from.
    ///
    /// If `configured` (or else the variable [`VARIABLE`]) is set, only that directory is used, and it is an error if
    /// it does not work. Otherwise all candidates of this machine are examined: the first with `preferred_major` is
    /// used, or else the one with the highest version; of equal versions, the first one.
    ///
    /// # Errors
    ///
    /// [`ClusterError::UnusableBinaries`] for a configured directory, [`ClusterError::NoBinaries`] if there are none.
    pub fn discover(configured: Option<&Path>, preferred_major: Option<u32>) -> Result<Self, ClusterError> {
        let variable = env::var_os(VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        match configured.map(Path::to_owned).or(variable) {
            Some(dir) => Self::configured(&dir),
            None => Self::on_this_machine(preferred_major),
        }
    }

    /// Finds binaries as [`discover`](Self::discover) does. If this machine has none, pinned ones are installed, of the
    /// preferred major version if there is a package for it. Without an installer nothing is downloaded.
    ///
    /// # Errors
    ///
    /// Those of `discover`; [`ClusterError::NotInstalled`] if there are no binaries and none could be installed.
    pub fn discover_or_install(
        configured: Option<&Path>,
        preferred_major: Option<u32>,
        installer: Option<Installer<'_>>,
    ) -> Result<Self, ClusterError> {
        let found = Self::discover(configured, preferred_major);
        let Some(installer) = installer else { return found };
        let (rejected, hint) = match found {
            Err(ClusterError::NoBinaries { rejected, hint }) => (rejected, hint),
            found => return found,
        };
        let installed = match install(preferred_major, installer) {
            Err(InstallError::NoPackage { .. }) if preferred_major.is_some() => install(None, installer),
            installed => installed,
        };
        installed.map_err(|source| ClusterError::NotInstalled { rejected, source, hint })
    }

    #[cfg(unix)]
    fn configured(dir: &Path) -> Result<Self, ClusterError> {
        let unusable = |reason| ClusterError::UnusableBinaries {
            dir: dir.to_owned(),
            reason,
        };
        let account = Account::for_servers()?;
        let candidate = Candidate::at(dir, Origin::Configured).map_err(unusable)?;
        let found = candidate.version(account).map_err(unusable)?;
        found.test_run(account).map_err(unusable)?;
        Ok(found)
    }

    #[cfg(unix)]
    fn on_this_machine(preferred_major: Option<u32>) -> Result<Self, ClusterError> {
        let account = Account::for_servers()?;
        let mut rejected = Vec::new();
        let mut found: Vec<Self> = Vec::new();
        for candidate in candidates() {
            match candidate.version(account) {
                Ok(binaries) => found.push(binaries),
                Err(reason) => rejected.push((candidate.dir, reason)),
            }
        }
        // The sort is stable: of equal versions, the candidate that was found first stays first.
        found.sort_by_key(|binaries| {
            (
                Some(binaries.major) != preferred_major,
                std::cmp::Reverse(binaries.major),
            )
        });
        for binaries in found {
            match binaries.test_run(account) {
                Ok(()) => return Ok(binaries),
                Err(reason) => rejected.push((binaries.dir, reason)),
            }
        }
        Err(ClusterError::NoBinaries { rejected, hint: hint() })
    }

    #[cfg(not(unix))]
    fn configured(_: &Path) -> Result<Self, ClusterError> {
        Err(ClusterError::Unsupported)
    }

    #[cfg(not(unix))]
    fn on_this_machine(_: Option<u32>) -> Result<Self, ClusterError> {
        Err(ClusterError::Unsupported)
    }
}
