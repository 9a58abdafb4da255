//! Directories with an owner that may die.
//!
//! The owner holds a lock on the directory itself. A directory whose lock is free has lost its owner, and whoever finds
//! it may remove it: no age, no process number, nothing that a busy machine or a reused number could get wrong.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::unistd::geteuid;

use super::ClusterError;
use super::account::Account;

/// A new directory of mode 0700 that goes when it is dropped, or when a later run finds its lock free.
#[derive(Debug)]
pub(crate) struct LockedDirectory {
    path: PathBuf,
    lock: Flock<File>,
}

impl LockedDirectory {
    /// Makes `<base>/<prefix><random>`.
    pub(crate) fn create(base: &Path, prefix: &str) -> io::Result<Self> {
        // Between its making and its locking the directory looks abandoned: whoever loses it there makes another.
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
            "directories in {} vanish as soon as they are made",
            base.display()
        )))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The open directory. A process that inherits it owns the directory as well, and as long as it lives.
    pub(crate) fn handle(&self) -> io::Result<File> {
        self.lock.try_clone()
    }

    /// Moves the directory to its lasting place, where it has no owner. Fails when something is there already.
    pub(crate) fn publish(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)
    }
}

impl Drop for LockedDirectory {
    fn drop(&mut self) {
        // Gone already when it was published, or cleaned up by a watchdog.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Locks a directory for this process; `None` when somebody else has it, or it is not there any more.
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

/// Waits for the lock of a lasting directory.
pub(crate) fn lock(path: &Path) -> io::Result<Flock<File>> {
    Flock::lock(open(path)?, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
}

/// The lock of a lasting directory, if nobody else holds it.
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

/// Removes the directories `<base>/<prefix>*` whose owner is dead. `before` is called on each first. What belongs to
/// other users is left alone; what cannot be removed is left to the next run.
pub(crate) fn sweep(base: &Path, prefix: &str, account: Account, before: impl Fn(&Path)) {
    let ours = [geteuid().as_raw(), account.uid()];
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let path = entry.path();
        let owned = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir() && ours.contains(&found.uid()));
        if !owned {
            continue;
        }
        if let Ok(Some(_lock)) = try_lock(&path) {
            before(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Makes a directory of mode 0700 for the account under a name that others can guess, or takes the one that is there
/// when nobody else can have put anything into it.
pub(crate) fn secure(path: &Path, account: Account) -> Result<(), ClusterError> {
    let failed = |source| ClusterError::Io {
        action: format!("prepare {}", path.display()),
        source,
    };
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.give(path).map_err(failed),
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
                // A crash between making it and handing it over leaves root as its owner.
                if found.uid() != geteuid().as_raw() {
                    return refuse(format!("it belongs to user id {}; have it removed", found.uid()));
                }
                account.give(path).map_err(failed)?;
            }
            if found.mode() & 0o077 != 0 {
                fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
            }
            Ok(())
        }
        Err(error) => Err(failed(error)),
    }
}

/// How much was copied: enough to tell a whole copy from a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Contents {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

/// Copies a directory with everything in it; the copy belongs to the account.
pub(crate) fn copy(from: &Path, to: &Path, account: Option<Account>) -> io::Result<Contents> {
    let mut contents = Contents::default();
    fs::DirBuilder::new().mode(0o700).create(to)?;
    if let Some(account) = account {
        account.give(to)?;
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
                account.give(&target)?;
            }
        }
    }
    Ok(contents)
}
