//! Other processes that play a user of this library: this test program again, told by a variable what to do.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

const ROLE: &str = "CLUSTER_TEST_ROLE";

/// A directory for caches, sockets and projects, reachable for the user that servers run as.
pub struct Place(pub tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let base = if Path::new("/dev/shm").is_dir() {
            "/dev/shm"
        } else {
            "/tmp"
        };
        let dir = tempfile::Builder::new()
            .prefix("sdt")
            .rand_bytes(5)
            .tempdir_in(base)
            .unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::create_dir(dir.path().join("run")).unwrap();
        std::fs::set_permissions(dir.path().join("run"), std::fs::Permissions::from_mode(0o1777)).unwrap();
        Self(dir)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What servers have left in the directory for sockets.
    pub fn left(&self) -> Vec<PathBuf> {
        let mut left: Vec<PathBuf> = std::fs::read_dir(self.path().join("run"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        left.sort();
        left
    }

    /// Processes whose command line names this place.
    pub fn processes(&self) -> Vec<String> {
        let listed = Command::new("ps")
            .args(["-A", "-ww", "-o", "pid=,command="])
            .output()
            .unwrap();
        let name = self.path().to_str().unwrap().to_owned();
        String::from_utf8_lossy(&listed.stdout)
            .lines()
            .filter(|line| line.contains(&name))
            .map(str::to_owned)
            .collect()
    }

    /// A child that plays a role with this place's own cache and sockets.
    pub fn start(&self, role: &str) -> Player {
        self.start_with(role, &[])
    }

    pub fn start_with(&self, role: &str, variables: &[(&str, &str)]) -> Player {
        std::fs::create_dir_all(self.path().join("project")).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "process::role",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(ROLE, role)
            .env("SCHEMA_DIFF_CACHE_DIR", self.path().join("cache"))
            .env("SCHEMA_DIFF_RUN_DIR", self.path().join("run"))
            .env("CLUSTER_TEST_PROJECT", self.path().join("project"))
            .env("SCHEMA_DIFF_PG_BIN", &super::chosen::binaries().dir)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Player { child, stdin, stdout }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Watchdogs of killed players may still be at work in it.
        for _ in 0..100 {
            if std::fs::remove_dir_all(self.path()).is_ok() || !self.path().exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

pub struct Player {
    pub child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Player {
    /// The next thing that it says.
    pub fn hears(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "the child has ended");
            // The harness writes the test's name in front of the first line.
            if let Some((_, said)) = line.trim_end().split_once("SAYS ") {
                return said.to_owned();
            }
        }
    }

    /// Lets it go on.
    pub fn release(&mut self) {
        drop(self.stdin.take());
    }

    pub fn ends(&mut self) {
        self.release();
        assert!(self.child.wait().unwrap().success());
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says something to the test that has started this process.
pub fn say(words: &str) {
    println!("SAYS {words}");
    std::io::stdout().flush().unwrap();
}

/// Waits until the test releases this process.
pub fn wait_for_release() {
    let _ = std::io::stdin().lock().read_line(&mut String::new());
}

/// Waits until something holds.
pub fn eventually(seconds: u64, what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_secs(seconds),
            "not within {seconds} s: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    start.elapsed()
}

#[test]
#[ignore = "a part that other tests start"]
fn role() {
    match std::env::var(ROLE).as_deref() {
        Ok("private") => super::private::play(),
        Ok("binaries") => super::binaries::play(),
        Ok("db") => super::db::play(),
        Ok("development") => super::development::play(),
        Ok("scratch") => super::scratch::play(),
        other => panic!("no such role: {other:?}"),
    }
}
