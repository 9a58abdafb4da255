//! The server process of a data directory, found by its lock files.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A server process that was found alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Postmaster {
    pid: Pid,
}

impl Postmaster {
    /// Finds the live process that a `postmaster.pid` or `.s.PGSQL.5432.lock` names. Process ids are reused, so it
    /// counts only if its command line contains the data directory in that file.
    pub(crate) fn from_lock_file(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let mut lines = text.lines();
        let number: i32 = lines.next()?.trim().parse().ok()?;
        let data = lines.next()?.trim();
        let pid = Pid::from_raw(number);
        let known = number > 1 && !data.is_empty() && command_line(pid).is_some_and(|line| line.contains(data));
        known.then_some(Self { pid })
    }

    /// Returns the process id.
    pub(crate) fn id(self) -> i32 {
        self.pid.as_raw()
    }

    /// Shuts the server down in fast mode: sessions are ended and a checkpoint is written.
    pub(crate) fn stop(self) {
        let _ = kill(self.pid, Signal::SIGINT);
    }

    /// Shuts the server down immediately, for data that is no longer needed.
    pub(crate) fn abort(self) {
        let _ = kill(self.pid, Signal::SIGQUIT);
    }

    /// Waits until the process has ended; returns `false` on a timeout.
    pub(crate) fn wait(self, timeout: Duration) -> bool {
        let start = Instant::now();
        while kill(self.pid, None) != Err(Errno::ESRCH) && !is_zombie(self.pid) {
            if start.elapsed() > timeout {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

fn command_line(pid: Pid) -> Option<String> {
    if Path::new("/proc/self/cmdline").exists() {
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let listed = Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&listed.stdout).into_owned())
}

/// Checks whether the process has ended but its parent has not waited for it, which in a container without an init
/// process never happens.
fn is_zombie(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| Some(stat.rsplit_once(')')?.1.trim_start().starts_with('Z')))
        .unwrap_or(false)
}
