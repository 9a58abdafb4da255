//! A private Postgres server for a test binary, gone when the binary ends, however it ends.

use std::{
    io::Write as _,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use nix::unistd::{Uid, User};
use postgres::{Client, Config, NoTls};

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=32MB",
    "max_connections=50",
    "max_locks_per_transaction=4096",
    "jit=off",
    "log_min_messages=fatal",
];

/// Waits for its standard input to end, as it does when the test binary ends, then stops the server and cleans up.
const WATCHDOG: &str = r#"dir=$1; shift; "$@" </dev/null & server=$!; trap '' INT TERM HUP
read -r _; kill -QUIT $server 2>/dev/null; wait $server; rm -rf "$dir""#;

/// A running server.
pub struct Server {
    directory: PathBuf,
    databases: AtomicUsize,
    _watchdog: Child,
    _alive: ChildStdin,
}

impl Server {
    /// The server of this test binary, started by the first who asks.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Self::start(&binaries()))
    }

    fn start(binaries: &Path) -> Self {
        let base = if Path::new("/dev/shm").is_dir() {
            "/dev/shm"
        } else {
            "/tmp"
        };
        let directory = tempfile::Builder::new()
            .prefix("sd-test-")
            .tempdir_in(base)
            .unwrap()
            .keep();
        let user = ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten());
        let user = user.filter(|_| Uid::effective().is_root());
        if let Some(user) = &user {
            chown(&directory, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            if let Some(user) = &user {
                command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            }
            for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
                command.env_remove(name);
            }
            command
                .env("LC_ALL", "C")
                .env("TZ", "UTC")
                .current_dir("/")
                .process_group(0);
            command
        };
        let data = directory.join("data");
        let initdb = command(&binaries.join("initdb"))
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            initdb.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&initdb.stderr)
        );

        let mut watchdog = command(Path::new("/bin/sh"));
        watchdog
            .args(["-c", WATCHDOG, "sh"])
            .arg(&directory)
            .arg(binaries.join("postgres"))
            .arg("-D")
            .arg(&data);
        watchdog
            .arg("-c")
            .arg(format!("unix_socket_directories={}", directory.display()));
        SETTINGS.iter().for_each(|setting| {
            watchdog.args(["-c", setting]);
        });
        let mut watchdog = watchdog
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut alive = watchdog.stdin.take().unwrap();
        alive.flush().unwrap();
        let server = Self {
            directory,
            databases: AtomicUsize::new(0),
            _watchdog: watchdog,
            _alive: alive,
        };
        let begun = Instant::now();
        while let Err(failure) = server.config("postgres").connect(NoTls) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "the server does not answer: {failure}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// How to reach a database as the superuser `postgres`.
    pub fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.directory).user("postgres").dbname(database);
        config
    }

    /// A connection to a new, empty database, and its name.
    pub fn database(&self) -> (Client, String) {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut client = self.config("postgres").connect(NoTls).unwrap();
        client
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap();
        (self.config(&name).connect(NoTls).unwrap(), name)
    }
}

/// Where the server's programs are: `SCHEMA_DIFF_TEST_PG_BIN`, or the newest that Debian has.
fn binaries() -> PathBuf {
    if let Some(given) = std::env::var_os("SCHEMA_DIFF_TEST_PG_BIN") {
        return PathBuf::from(given);
    }
    let mut majors: Vec<u32> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_string_lossy().parse().ok())
        .collect();
    majors.sort_unstable();
    let newest = majors
        .last()
        .expect("no Postgres below /usr/lib/postgresql; set SCHEMA_DIFF_TEST_PG_BIN");
    PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"))
}
