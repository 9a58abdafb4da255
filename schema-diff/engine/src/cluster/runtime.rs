//! The directory of a development server's socket, and of the other files that are needed only while it runs.
//!
//! Its path depends only on the project's path, so that the server's URL never changes. It is outside the project,
//! whose path may be too long for a socket. Users of the server hold the pipe `leases` open for writing, and its
//! supervisor reads from the pipe.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, Flock, OFlag, fcntl};
use nix::sys::stat::Mode;
use nix::unistd::{geteuid, mkfifo};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::postmaster::Postmaster;
use super::{ClusterError, directory, socket};

/// Long enough for a checkpoint of large shared buffers on a slow disk.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Runtime {
    path: PathBuf,
}

/// A lease on the server. When the last one is dropped, the server may stop.
#[derive(Debug)]
pub(crate) struct Lease(File);

impl Lease {
    /// Tells the supervisor that there is a new user. An error means that the supervisor has ended.
    pub(crate) fn announce(&mut self) -> io::Result<()> {
        self.0.write_all(b"\n")
    }
}

impl Runtime {
    /// Returns the directory for the project whose root has this digest.
    pub(crate) fn of(digest: &str) -> Self {
        Self {
            path: socket::lasting_base().join(format!("schema-diff-{}-{digest}", geteuid().as_raw())),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Creates the directory if it does not exist, and waits until no other command starts or stops the server.
    pub(crate) fn lock(&self, account: Account) -> Result<Flock<File>, ClusterError> {
        socket::check_length(&self.path)?;
        directory::secure(&self.path, account)?;
        directory::lock(&self.path).map_err(ClusterError::io(format!("lock {}", self.path.display())))
    }

    /// Takes a lease; `None` if no supervisor reads from the pipe.
    pub(crate) fn lease(&self) -> io::Result<Option<Lease>> {
        let opened = OpenOptions::new()
            .write(true)
            .custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW).bits())
            .open(self.leases());
        match opened {
            Ok(file) => Ok(Some(Lease(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.raw_os_error() == Some(Errno::ENXIO as i32) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Recreates the pipe. Returns the supervisor's end, and the first lease.
    pub(crate) fn make_leases(&self, account: Account) -> io::Result<(File, Lease)> {
        let path = self.leases();
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        account.chown(&path)?;
        // It is opened without waiting for the other end, but read with waiting.
        let reader = OpenOptions::new()
            .read(true)
            .custom_flags(OFlag::O_NONBLOCK.bits())
            .open(&path)?;
        fcntl(&reader, FcntlArg::F_SETFL(OFlag::empty()))?;
        let lease = self
            .lease()?
            .ok_or_else(|| io::Error::other("another process closed the pipe"))?;
        Ok((reader, lease))
    }

    fn leases(&self) -> PathBuf {
        self.path.join("leases")
    }

    /// Returns the server that listens in this directory.
    pub(crate) fn postmaster(&self) -> Option<Postmaster> {
        Postmaster::from_lock_file(&self.path.join(".s.PGSQL.5432.lock"))
    }

    /// Stops the server that listens in this directory; returns `false` if there is none. Its data may have been
    /// removed while it was running.
    pub(crate) fn stop(&self, data: &Path) -> Result<bool, ClusterError> {
        let Some(server) = self.postmaster() else {
            return Ok(false);
        };
        if data.exists() {
            server.stop()
        } else {
            server.abort()
        }
        if server.wait(STOP_TIMEOUT) {
            return Ok(true);
        }
        server.abort();
        server.wait(STOP_TIMEOUT);
        Ok(true)
    }

    /// Sets whether the server runs until it is stopped, whether or not it is used.
    pub(crate) fn keep(&self, keep: bool) -> Result<(), ClusterError> {
        let path = self.path.join("keep");
        let result = if keep {
            fs::write(&path, "")
        } else {
            fs::remove_file(&path)
        };
        match result {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ClusterError::Io {
                action: format!("write {}", path.display()),
                source: error,
            }),
            _ => Ok(()),
        }
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.path.join("keep").exists()
    }
}

/// Returns a short digest of a project's root.
pub(crate) fn digest(root: &Path) -> String {
    Sha256::digest(root.as_os_str().as_encoded_bytes())
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
