//! Directories for sockets, whose paths must be short, and for temporary data.

use std::env;
use std::path::{Path, PathBuf};

use super::ClusterError;

/// The environment variable for the directory of sockets and temporary data, instead of /dev/shm and /tmp.
pub(crate) const VARIABLE: &str = "SCHEMA_DIFF_RUN_DIR";

/// The maximum length of a socket's path in bytes: 103 on macOS, 107 on Linux.
const LONGEST: usize = 103;

/// Returns the directories that may be used, the best one first.
pub(crate) fn bases() -> Vec<PathBuf> {
    if let Some(base) = named() {
        return vec![base];
    }
    ["/dev/shm", "/tmp"]
        .into_iter()
        .map(PathBuf::from)
        .filter(|base| base.is_dir())
        .collect()
}

/// Returns the directory for sockets whose paths must be the same on every run.
pub(crate) fn lasting_base() -> PathBuf {
    named().unwrap_or_else(|| PathBuf::from("/tmp"))
}

/// Returns the first directory with enough space for a server: containers often have 64 MB of shared memory, which a
/// server with one large table fills.
pub(crate) fn spacious_base() -> PathBuf {
    const WANTED: u128 = 512 * 1024 * 1024;
    let has_space = |base: &PathBuf| {
        nix::sys::statvfs::statvfs(base).is_ok_and(|system| {
            // Their types differ from system to system.
            system.blocks_available() as u128 * system.fragment_size() as u128 >= WANTED
        })
    };
    bases().into_iter().find(has_space).unwrap_or_else(lasting_base)
}

/// Returns the directory for servers whose data is on a disk, as far as that can be known.
pub(crate) fn disk_base() -> PathBuf {
    let disk = Path::new("/var/tmp");
    named().unwrap_or_else(|| {
        if disk.is_dir() {
            disk.to_path_buf()
        } else {
            lasting_base()
        }
    })
}

/// Checks that a socket's path in a directory would not be too long.
pub(crate) fn check_length(directory: &Path) -> Result<(), ClusterError> {
    let length = directory.as_os_str().len() + "/.s.PGSQL.5432".len();
    if length <= LONGEST {
        return Ok(());
    }
    Err(ClusterError::UnusableDirectory {
        path: directory.to_owned(),
        reason: format!(
            "a socket in it would have a path of {length} bytes, and the maximum is {LONGEST}; set {VARIABLE} to a shorter path"
        ),
    })
}

fn named() -> Option<PathBuf> {
    env::var_os(VARIABLE)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
