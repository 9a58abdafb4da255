//! The directory that outlives runs: prepared data directories and installed binaries.

use std::env;
use std::path::PathBuf;

use nix::unistd::geteuid;

/// Names the cache directory instead of the platform's own place.
pub(crate) const VARIABLE: &str = "SCHEMA_DIFF_CACHE_DIR";

/// The cache directory of this user, which need not exist. Root's is not in root's home: binaries there would be out of
/// reach for the unprivileged account that servers run as.
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

/// Where `db install` puts binaries: one directory a version.
pub(crate) fn installed_binaries() -> Option<PathBuf> {
    Some(directory()?.join("postgres"))
}

/// Where prepared data directories are kept.
pub(crate) fn templates() -> Option<PathBuf> {
    Some(directory()?.join("templates"))
}
