//! A Postgres server for one test binary: started by the first test that wants it, gone when the process is, however that ends.
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part of this")]

#[path = "binaries.rs"]
pub mod binaries;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

pub struct Server {
    dir: PathBuf,
    port: u16,
    _watchdog: Child,
}

/// The server that the tests of a binary share.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("local all all trust", &[], &[], 5432))
}

/// The URL of an empty database of its own.
pub fn database() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    server()
        .client("postgres")
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    server().url(&name)
}

pub fn client(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

impl Server {
    /// Starts a server with these rules of pg_hba.conf, more settings, and files (mode 0600) in its data directory.
    pub fn start(rules: &str, settings: &[&str], files: &[(&str, &str)], port: u16) -> Self {
        let bin = &binaries::binaries().dir;
        let base = if Path::new("/dev/shm").is_dir() {
            "/dev/shm"
        } else {
            "/tmp"
        };
        let dir = tempfile::Builder::new().prefix("sdt").tempdir_in(base).unwrap().keep();
        let user = unprivileged();
        own(&dir, user);
        let data = dir.join("d");
        let made = command(&bin.join("initdb"), user)
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::write(data.join("pg_hba.conf"), format!("{rules}\n")).unwrap();
        for (name, text) in files {
            let path = data.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            own(&path, user);
        }
        // The shell stops the server when our end of its standard input is closed, by whatever death.
        let script =
            r#"d=$1; shift; "$@" </dev/null & p=$!; trap '' INT TERM HUP; read _; kill -QUIT $p; wait $p; rm -rf "$d""#;
        let mut watchdog = command(Path::new("/bin/sh"), user);
        watchdog
            .args(["-c", script, "sh"])
            .arg(&dir)
            .arg(bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&dir);
        for setting in ["listen_addresses=", "fsync=off", "max_connections=50"]
            .iter()
            .chain(settings)
        {
            watchdog.args(["-c", setting]);
        }
        let log = fs::File::create(dir.join("log")).unwrap();
        let server = Self {
            _watchdog: watchdog.stdin(Stdio::piped()).stderr(log).spawn().unwrap(),
            dir,
            port,
        };
        let began = Instant::now();
        while Client::connect(&server.url("postgres"), NoTls).is_err() {
            let log = fs::read_to_string(server.dir.join("log")).unwrap_or_default();
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "the server does not start: {log}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// As the administrator, through the socket.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgresql:///{database}?host={}&port={}&user=postgres",
            self.dir.display(),
            self.port
        )
    }

    /// The directory of its socket.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn client(&self, database: &str) -> Client {
        client(&self.url(database))
    }
}

/// Postgres does not run as root.
pub fn unprivileged() -> Option<(u32, u32)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let user = ["postgres", "nobody"]
        .iter()
        .find_map(|name| nix::unistd::User::from_name(name).unwrap())
        .unwrap();
    Some((user.uid.as_raw(), user.gid.as_raw()))
}

pub fn own(path: &Path, user: Option<(u32, u32)>) {
    if let Some((uid, gid)) = user {
        chown(path, Some(uid), Some(gid)).unwrap();
    }
}

fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((uid, gid)) = user {
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
        .stdout(Stdio::null())
        .process_group(0);
    command
}
