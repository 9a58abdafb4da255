//! The server as a process, as it is run.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A server process on a port of its own. It ends with this value.
pub struct Server {
    pub port: u16,
    child: Child,
    lines: Box<dyn BufRead + Send>,
}

/// The server with only what it is told here: nothing of the surroundings reaches it.
pub fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .env_clear()
        .env("ROCKET_PORT", "0")
        .env("ROCKET_WORKERS", "2")
        .current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

impl Server {
    /// Starts it and waits until it listens.
    pub fn start(url: &str, settings: &[(&str, &str)]) -> Self {
        let mut server = Self::spawn(url, settings);
        server.wait_until_listening();
        server
    }

    /// Starts it.
    pub fn spawn(url: &str, settings: &[(&str, &str)]) -> Self {
        Self::of(command(settings).env("DATABASE_URL", url))
    }

    /// Starts this very command.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = Box::new(BufReader::new(child.stderr.take().unwrap()));
        Self { port: 0, child, lines }
    }

    /// Reads its log up to the line that names the port, and returns the lines before.
    pub fn wait_until_listening(&mut self) -> String {
        let before = self.read_until("listening on");
        let line = before.lines().last().unwrap();
        self.port = line.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
        before
    }

    /// Reads its log up to a line that holds this.
    pub fn read_until(&mut self, words: &str) -> String {
        let mut read = String::new();
        while !read.lines().last().is_some_and(|line| line.contains(words)) {
            let count = self.lines.read_line(&mut read).unwrap();
            assert!(count > 0, "the server ended: {read}");
        }
        read
    }

    /// Reads the rest of its log as it is written, so that it does not have to wait for a reader.
    pub fn listen(&mut self) -> JoinHandle<String> {
        let mut lines = std::mem::replace(&mut self.lines, Box::new(std::io::empty()));
        thread::spawn(move || {
            let mut rest = String::new();
            lines.read_to_string(&mut rest).unwrap();
            rest
        })
    }

    /// What the system keeps for it in memory, in kilobytes; 0 where nobody says.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().unwrap())
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Waits for its end: how it ended, and the rest of what it said.
    pub fn end(&mut self, limit: Duration) -> (ExitStatus, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < limit, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (status, rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
