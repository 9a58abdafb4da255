//! Who a server runs as, and what its processes inherit.
//!
//! Postgres refuses to run as root, so root hands its servers to `postgres`, or to `nobody` where there is no such user.
//! Everybody else runs servers as themselves.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, io};

use nix::unistd::{User, geteuid};

use super::ClusterError;

/// The user that server processes run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// User and group to drop to; nothing when the process is not root.
    unprivileged: Option<(u32, u32)>,
}

impl Account {
    /// The account for servers started by this process.
    pub(crate) fn for_servers() -> Result<Self, ClusterError> {
        if !geteuid().is_root() {
            return Ok(Self { unprivileged: None });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self {
                unprivileged: Some((user.uid.as_raw(), user.gid.as_raw())),
            })
            .ok_or(ClusterError::NoUnprivilegedAccount)
    }

    /// Whether root's privileges are dropped for servers.
    pub(crate) fn is_dropped(self) -> bool {
        self.unprivileged.is_some()
    }

    /// User id of the server processes.
    pub(crate) fn uid(self) -> u32 {
        self.unprivileged.map_or_else(|| geteuid().as_raw(), |(uid, _)| uid)
    }

    /// Hands a file or directory over to the account.
    pub(crate) fn give(self, path: &Path) -> io::Result<()> {
        match self.unprivileged {
            Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
            None => Ok(()),
        }
    }

    /// A command that runs as the account: without the `PG*` variables, which would redirect server programs, with a
    /// locale that every machine has, and in a process group of its own, so that Ctrl-C in the terminal does not reach it.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = self.unprivileged {
            command.uid(uid).gid(gid);
        }
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("PG") || text.starts_with("LC_") || text == "LANG" || text == "LANGUAGE" {
                command.env_remove(&name);
            }
        }
        command
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        command
    }

    /// Whether the account can write in a directory, every directory above it included.
    pub(crate) fn reaches(self, directory: &Path) -> bool {
        self.command(Path::new("/bin/sh"))
            .args(["-c", r#"cd "$1" && [ -w . ]"#, "sh"])
            .arg(directory)
            .status()
            .is_ok_and(|status| status.success())
    }
}
