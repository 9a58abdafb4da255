//! Replaces a directory by another, so that a reader finds either all of the old one or all of the new one.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

/// The prefix of the old directory's name while it is set aside and its place is empty.
const REPLACED_PREFIX: &str = ".schema-diff+aside+";

/// Copies everything from the old directory except the files that are rewritten.
pub(super) fn copy_other_files(old: &Path, new: &Path) -> io::Result<()> {
    for entry in WalkDir::new(old).min_depth(1) {
        let entry = entry?;
        let own = entry.path().strip_prefix(old).unwrap_or(entry.path());
        if matches!(own.to_str(), Some("up.sql" | "down.sql" | "metadata.toml")) {
            continue;
        }
        let copy = new.join(own);
        if entry.file_type().is_dir() {
            fs::create_dir(copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

/// Replaces `old` by `new`. The old directory is then in the place of the new one, or removed.
pub(super) fn swap(new: &Path, old: &Path) -> io::Result<()> {
    match exchange(new, old) {
        Err(error) if is_unknown(&error) => in_two_steps(new, old),
        result => result,
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    Ok(renameat2(AT_FDCWD, new, AT_FDCWD, old, RenameFlags::RENAME_EXCHANGE)?)
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Checks whether the system, or this file system, does not support exchanging.
fn is_unknown(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput | io::ErrorKind::CrossesDevices
    )
}

/// Swaps by two renames. Between them the migration is not under its name; [`restore_interrupted`] repairs that if the
/// process is killed.
fn in_two_steps(new: &Path, old: &Path) -> io::Result<()> {
    let replaced = [REPLACED_PREFIX.as_ref(), old.file_name().unwrap_or_default()].join(OsStr::new(""));
    let replaced = old.with_file_name(replaced);
    fs::rename(old, &replaced)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(&replaced, old)?;
        return Err(error);
    }
    fs::remove_dir_all(replaced)
}

/// Restores a migration that a killed writer has set aside. If its place is taken, it was rewritten, and the old one is
/// removed.
pub(super) fn restore_interrupted(dir: &Path) {
    for entry in dir.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(own) = name.to_str().and_then(|name| name.strip_prefix(REPLACED_PREFIX)) else {
            continue;
        };
        let place = dir.join(own);
        let _ = if place.exists() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::rename(entry.path(), place)
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn directory(path: &Path, text: &str) {
        fs::create_dir_all(path.join("more")).unwrap();
        fs::write(path.join("up.sql"), text).unwrap();
        fs::write(path.join("more/notes"), text).unwrap();
    }

    #[test]
    fn either_way_the_new_one_is_there() {
        for swap in [swap, in_two_steps] {
            let dir = tempfile::tempdir().unwrap();
            let (old, new) = (dir.path().join("old"), dir.path().join("new"));
            directory(&old, "old");
            fs::create_dir(&new).unwrap();
            copy_other_files(&old, &new).unwrap();
            assert!(!new.join("up.sql").exists());
            fs::write(new.join("up.sql"), "new").unwrap();
            swap(&new, &old).unwrap();
            assert_eq!(fs::read_to_string(old.join("up.sql")).unwrap(), "new");
            assert_eq!(fs::read_to_string(old.join("more/notes")).unwrap(), "old");
        }
    }

    #[test]
    fn what_was_set_aside_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let replaced = dir.path().join(format!("{REPLACED_PREFIX}x"));
        directory(&replaced, "old");
        restore_interrupted(dir.path());
        assert_eq!(fs::read_to_string(dir.path().join("x/up.sql")).unwrap(), "old");
        directory(&replaced, "older");
        restore_interrupted(dir.path());
        assert_eq!(fs::read_to_string(dir.path().join("x/up.sql")).unwrap(), "old");
        assert!(!replaced.exists());
    }
}
