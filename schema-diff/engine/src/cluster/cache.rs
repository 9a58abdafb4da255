//! The directory that is kept between runs, with prepared data directories and installed binaries.

use std::env;
use std::path::PathBuf;

use nix::unistd::geteuid;

/// The environment variable for the cache directory. Without it, the platform's default is used.
pub(crate) const VARIABLE: &str = "SCHEMA_DIFF_CACHE_DIR";

/// Returns the cache directory of this user, which may not exist. Root's is not in root's home: the unprivileged
/// account that servers run as could not access binaries there.
pub(crate) fn directory() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(path) = set(VARIABLE) {
        return Some(path);
    }
    let macos = cfg!(target_os = "macos");
    let parent = if geteuid().is_root() {
        PathBuf::from(if macos { "/Library/Caches" } else { "/var/cache" })
    } else if macos {
        set("HOME")?.join("Library/Caches")
    } else {
        set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?
    };
    Some(parent.join("schema-diff"))
}

/// Returns the directory into which `db install` puts binaries, one subdirectory per version.
pub(crate) fn installed_binaries() -> Option<PathBuf> {
    Some(directory()?.join("postgres"))
}

/// Returns the directory of prepared data directories.
pub(crate) fn templates() -> Option<PathBuf> {
    Some(directory()?.join("templates"))
}
