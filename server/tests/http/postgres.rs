//! A Postgres of the tests' own, gone when they end, however they end.

use std::fs;
use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nix::unistd::{User, geteuid};
use postgres::{Client, NoTls};

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=16MB",
    "max_connections=300",
    "jit=off",
];

/// Stands between the tests and the server: stops and starts it when it is told to. When the tests' end of its input
/// closes, even by SIGKILL, it stops the server and removes everything.
const WATCHDOG: &str = r#"
dir=$1; shift
trap '' INT TERM HUP
"$@" </dev/null & server=$!
while read -r word; do
    case $word in
        stop) kill -INT $server; wait $server; : > "$dir/stopped" ;;
        start) "$@" </dev/null & server=$! ;;
    esac
done
kill -INT $server; wait $server
rm -rf "$dir""#;

/// A directory for a server that may not run yet.
pub struct Place {
    directory: PathBuf,
    account: Option<(u32, u32)>,
}

/// A running server.
pub struct Postgres {
    place: Place,
    watchdog: Child,
}

impl Place {
    pub fn new() -> Self {
        // Sockets need a short path, and data that is thrown away is best kept in memory.
        let base = if Path::new("/dev/shm").is_dir() {
            "/dev/shm"
        } else {
            "/tmp"
        };
        let directory = tempfile::Builder::new()
            .prefix("sdsrv")
            .tempdir_in(base)
            .unwrap()
            .keep();
        let account = geteuid().is_root().then(|| {
            let users = ["postgres", "nobody"]
                .iter()
                .find_map(|name| User::from_name(name).unwrap());
            users.map(|user| (user.uid.as_raw(), user.gid.as_raw())).unwrap()
        });
        if let Some((uid, gid)) = account {
            chown(&directory, Some(uid), Some(gid)).unwrap();
        }
        Self { directory, account }
    }

    /// A URL of a database that is or will be here.
    pub fn url(&self, database: &str) -> String {
        let host = self.directory.display().to_string().replace('/', "%2F");
        format!("postgresql://postgres@{host}/{database}")
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = self.account {
            command.uid(uid).gid(gid);
        }
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command.process_group(0);
        command
    }

    pub fn start(self) -> Postgres {
        let binaries = binaries();
        let data = self.directory.join("data");
        let initdb = self
            .command(&binaries.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert!(
            initdb.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&initdb.stderr)
        );
        let log = fs::File::create(self.directory.join("log")).unwrap();
        let mut watchdog = self.command(Path::new("/bin/sh"));
        watchdog
            .args(["-c", WATCHDOG, "sh"])
            .arg(&self.directory)
            .arg(binaries.join("postgres"))
            .arg("-D")
            .arg(&data);
        watchdog
            .arg("-c")
            .arg(format!("unix_socket_directories={}", self.directory.display()));
        for setting in SETTINGS {
            watchdog.args(["-c", setting]);
        }
        let watchdog = watchdog.stdin(Stdio::piped()).stderr(log).spawn().unwrap();
        let server = Postgres { place: self, watchdog };
        server.wait_until_it_answers();
        server
    }
}

impl Postgres {
    /// The one that all tests share; each makes a database of its own in it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Place::new().start())
    }

    fn wait_until_it_answers(&self) {
        let began = Instant::now();
        while Client::connect(&self.place.url("postgres"), NoTls).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "Postgres does not start, see {:?}",
                self.place.directory
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it, as an administrator in a hurry does: whoever is connected is thrown out.
    pub fn stop(&mut self) {
        let stopped = self.place.directory.join("stopped");
        self.tell("stop");
        while !stopped.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        fs::remove_file(stopped).unwrap();
    }

    /// Starts it again.
    pub fn start_again(&mut self) {
        self.tell("start");
        self.wait_until_it_answers();
    }

    fn tell(&mut self, word: &str) {
        writeln!(self.watchdog.stdin.as_ref().unwrap(), "{word}").unwrap();
    }

    /// The URL of a new and empty database.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test{}", COUNT.fetch_add(1, Ordering::Relaxed));
        connect(&self.place.url("postgres"))
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap();
        self.place.url(&name)
    }

    /// The URL of a database that may not be there.
    pub fn url(&self, database: &str) -> String {
        self.place.url(database)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Where a server was started, its watchdog does it.
        if !self.directory.join("data").exists() {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// A connection beside the server's, to look and to meddle.
pub fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// The binaries of Postgres that `SCHEMA_DIFF_PG_BIN` names, else the newest on this machine.
fn binaries() -> PathBuf {
    if let Some(directory) = std::env::var_os("SCHEMA_DIFF_PG_BIN").filter(|value| !value.is_empty()) {
        return directory.into();
    }
    let complete = |directory: &PathBuf| directory.join("initdb").is_file() && directory.join("postgres").is_file();
    if let Some(directory) = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).find(complete) {
        return directory;
    }
    let mut found: Vec<(u32, PathBuf)> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .flat_map(|parent| fs::read_dir(parent).into_iter().flatten().flatten())
        .filter_map(|entry| {
            let name = entry
                .file_name()
                .to_string_lossy()
                .trim_start_matches("postgresql@")
                .to_owned();
            Some((name.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, directory)| complete(directory))
        .collect();
    found.sort();
    found
        .pop()
        .expect("these tests need initdb and postgres (on Debian: apt install postgresql)")
        .1
}
