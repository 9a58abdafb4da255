//! The server process behind a data directory, as its lock files tell.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A server process that is known to be alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Postmaster {
    pid: Pid,
}

impl Postmaster {
    /// The living process that a `postmaster.pid` or `.s.PGSQL.5432.lock` names. Process numbers are reused, so it counts
    /// only when its command line names the data directory of that file.
    pub(crate) fn from_lock_file(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let mut lines = text.lines();
        let number: i32 = lines.next()?.trim().parse().ok()?;
        let data = lines.next()?.trim();
        let pid = Pid::from_raw(number);
        let known = number > 1 && !data.is_empty() && command_line(pid).is_some_and(|line| line.contains(data));
        known.then_some(Self { pid })
    }

    /// The process number.
    pub(crate) fn id(self) -> i32 {
        self.pid.as_raw()
    }

    /// Stops the server in order: sessions are ended, everything is written.
    pub(crate) fn stop(self) {
        let _ = kill(self.pid, Signal::SIGINT);
    }

    /// Stops the server at once, for data that nobody wants any more.
    pub(crate) fn abort(self) {
        let _ = kill(self.pid, Signal::SIGQUIT);
    }

    /// Waits until the process has ended; `false` when it has not in time.
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

/// An ended process whose parent has not asked for it yet, for ever so in a container without an init.
fn is_zombie(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| Some(stat.rsplit_once(')')?.1.trim_start().starts_with('Z')))
        .unwrap_or(false)
}
