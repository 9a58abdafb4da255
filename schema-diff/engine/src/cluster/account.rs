//! The account that servers run as, and the environment of their processes.
//!
//! Postgres refuses to run as root. Root's servers run as `postgres`, or as `nobody` if there is no such user.
//! Everybody else's servers run under the user's own account.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, io};

use nix::unistd::{User, geteuid};

use super::ClusterError;

/// The account that server processes run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// The user and group to switch to; `None` if the process is not root.
    unprivileged: Option<(u32, u32)>,
}

impl Account {
    /// Returns the account for servers started by this process.
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

    /// Returns whether root's privileges are dropped for servers.
    pub(crate) fn is_dropped(self) -> bool {
        self.unprivileged.is_some()
    }

    /// Returns the user id of the server processes.
    pub(crate) fn uid(self) -> u32 {
        self.unprivileged.map_or_else(|| geteuid().as_raw(), |(uid, _)| uid)
    }

    /// Makes the account the owner of a file or directory.
    pub(crate) fn chown(self, path: &Path) -> io::Result<()> {
        match self.unprivileged {
            Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
            None => Ok(()),
        }
    }

    /// Returns a command that runs as the account: without the `PG*` variables, which would redirect server programs,
    /// with a locale that every machine has, and in a separate process group, so that Ctrl-C in the terminal does not
    /// reach it.
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

    /// Checks whether the account can write to a directory, which requires access to every directory above it.
    pub(crate) fn reaches(self, directory: &Path) -> bool {
        self.command(Path::new("/bin/sh"))
            .args(["-c", r#"cd "$1" && [ -w . ]"#, "sh"])
            .arg(directory)
            .status()
            .is_ok_and(|status| status.success())
    }
}
