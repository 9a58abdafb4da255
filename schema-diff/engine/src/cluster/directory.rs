//! Directories whose owning process may die.
//!
//! The owner holds a lock on the directory itself. If the lock is free, the owner has died, and any process may remove
//! the directory. This does not depend on ages or process ids, which a busy machine or a reused id would make
//! unreliable.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::unistd::geteuid;

use super::ClusterError;
use super::account::Account;

/// A new directory of mode 0700. It is removed when this is dropped, or by a later run that finds its lock free.
#[derive(Debug)]
pub(crate) struct LockedDirectory {
    path: PathBuf,
    lock: Flock<File>,
}

impl LockedDirectory {
    /// Creates `<base>/<prefix><random>`.
    pub(crate) fn create(base: &Path, prefix: &str) -> io::Result<Self> {
        // Before it is locked, a new directory looks abandoned and may be removed; then another one is created.
        for _ in 0..20 {
            let path = tempfile::Builder::new()
                .prefix(prefix)
                .rand_bytes(8)
                .permissions(fs::Permissions::from_mode(0o700))
                .tempdir_in(base)?
                .keep();
            if let Ok(Some(lock)) = try_lock(&path) {
                return Ok(Self { path, lock });
            }
        }
        Err(io::Error::other(format!(
            "directories in {} vanish as soon as they are created",
            base.display()
        )))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the open directory. A process that inherits it also owns the directory, as long as the process lives.
    pub(crate) fn handle(&self) -> io::Result<File> {
        self.lock.try_clone()
    }

    /// Moves the directory to its permanent path, where it has no owner. Fails if that path exists.
    pub(crate) fn publish(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)
    }
}

impl Drop for LockedDirectory {
    fn drop(&mut self) {
        // It does not exist if it was published, or if a watchdog removed it.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Locks a directory for this process; `None` if another process holds the lock or the directory no longer exists.
fn try_lock(path: &Path) -> io::Result<Option<Flock<File>>> {
    let directory = match open(path) {
        Ok(directory) => directory,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let lock = match Flock::lock(directory, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => lock,
        Err((_, Errno::EWOULDBLOCK)) => return Ok(None),
        Err((_, errno)) => return Err(errno.into()),
    };
    let same = fs::symlink_metadata(path)
        .and_then(|now| Ok(now.ino() == lock.metadata()?.ino()))
        .unwrap_or(false);
    Ok(same.then_some(lock))
}

/// Waits for the lock of a permanent directory.
pub(crate) fn lock(path: &Path) -> io::Result<Flock<File>> {
    Flock::lock(open(path)?, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
}

/// Locks a permanent directory, unless another process holds the lock.
pub(crate) fn lock_at_once(path: &Path) -> io::Result<Option<Flock<File>>> {
    match Flock::lock(open(path)?, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(Some(lock)),
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, errno)) => Err(errno.into()),
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags((OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW).bits())
        .open(path)
}

/// Removes the directories `<base>/<prefix>*` whose owner has died, and calls `before` on each first. Directories of
/// other users are skipped; those that cannot be removed are left to the next run.
pub(crate) fn sweep(base: &Path, prefix: &str, account: Account, before: impl Fn(&Path)) {
    let trusted = [geteuid().as_raw(), account.uid()];
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let path = entry.path();
        let owned = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir() && trusted.contains(&found.uid()));
        if !owned {
            continue;
        }
        if let Ok(Some(_lock)) = try_lock(&path) {
            before(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Creates a directory of mode 0700 for the account under a predictable name. An existing one is used only if no other
/// user could have written to it.
pub(crate) fn secure(path: &Path, account: Account) -> Result<(), ClusterError> {
    let failed = |source| ClusterError::Io {
        action: format!("prepare {}", path.display()),
        source,
    };
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.chown(path).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(path).map_err(failed)?;
            let refuse = |reason: String| {
                Err(ClusterError::UnusableDirectory {
                    path: path.to_owned(),
                    reason,
                })
            };
            if !found.is_dir() {
                return refuse("it is not a directory; remove it".to_owned());
            }
            if found.uid() != account.uid() {
                // A crash between creating it and changing its owner leaves root as its owner.
                if found.uid() != geteuid().as_raw() {
                    return refuse(format!(
                        "it belongs to user id {}; ask that user to remove it",
                        found.uid()
                    ));
                }
                account.chown(path).map_err(failed)?;
            }
            if found.mode() & 0o077 != 0 {
                fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
            }
            Ok(())
        }
        Err(error) => Err(failed(error)),
    }
}

/// The amount of copied data, which distinguishes a complete copy from a partial one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Contents {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

/// Copies a directory with all its contents. The copy belongs to the account.
pub(crate) fn copy(from: &Path, to: &Path, account: Option<Account>) -> io::Result<Contents> {
    let mut contents = Contents::default();
    fs::DirBuilder::new().mode(0o700).create(to)?;
    if let Some(account) = account {
        account.chown(to)?;
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            let below = copy(&entry.path(), &target, account)?;
            contents.files += below.files;
            contents.bytes += below.bytes;
        } else {
            contents.files += 1;
            contents.bytes += fs::copy(entry.path(), &target)?;
            if let Some(account) = account {
                account.chown(&target)?;
            }
        }
    }
    Ok(contents)
}
