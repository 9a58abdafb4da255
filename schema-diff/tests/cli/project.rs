//! A project in a directory of its own, and the binary run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use regex::Regex;

use crate::postgres_server::Server;

pub const USERS: &str = "\
diesel::table! {
    users (id) {
        id -> Int4,
        email -> Text,
        age -> Nullable<Int2>,
    }
}
";

/// The server of this test program: `guest` needs a password, `poor` may not create databases.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = Server::start("local all guest scram-sha-256\nlocal all all trust", &[], &[], 5432);
        server
            .client("postgres")
            .batch_execute("CREATE ROLE guest LOGIN PASSWORD 'secret'; CREATE ROLE poor LOGIN")
            .unwrap();
        server
    })
}

/// The URL of an empty database.
pub fn database() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = format!("cli_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    server()
        .client("postgres")
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    server().url(&name)
}

pub struct Project {
    dir: tempfile::TempDir,
    url: Option<String>,
}

/// What a run has left.
pub struct Seen {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Project {
    /// Without `DATABASE_URL`.
    pub fn new(schema: &str) -> Self {
        Self::with(schema, None)
    }

    /// With an empty database for `DATABASE_URL`.
    pub fn on_database(schema: &str) -> Self {
        Self::with(schema, Some(database()))
    }

    pub fn with(schema: &str, url: Option<String>) -> Self {
        let base = if Path::new("/dev/shm").is_dir() {
            "/dev/shm"
        } else {
            "/tmp"
        };
        let dir = tempfile::Builder::new()
            .prefix("sdc")
            .rand_bytes(5)
            .tempdir_in(base)
            .unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let project = Self { dir, url };
        fs::create_dir(project.run_dir()).unwrap();
        fs::set_permissions(project.run_dir(), fs::Permissions::from_mode(0o1777)).unwrap();
        project.write("p/Cargo.toml", "[package]\nname = \"p\"\n");
        project.schema(schema);
        project
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("p")
    }

    fn run_dir(&self) -> PathBuf {
        self.dir.path().join("run")
    }

    fn cache_dir(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    /// Gives the project a cache of its own.
    pub fn with_cache(&self) {
        fs::create_dir(self.cache_dir()).unwrap();
        fs::set_permissions(self.cache_dir(), fs::Permissions::from_mode(0o1777)).unwrap();
    }

    pub fn migrations(&self) -> PathBuf {
        self.root().join("migrations")
    }

    pub fn url(&self) -> &str {
        self.url.as_deref().unwrap()
    }

    pub fn has_url(&self) -> bool {
        self.url.is_some()
    }

    /// A connection to the database of `DATABASE_URL`.
    pub fn client(&self) -> postgres::Client {
        crate::postgres_server::client(self.url())
    }

    /// Writes `src/schema.rs`.
    pub fn schema(&self, text: &str) {
        self.write("p/src/schema.rs", text);
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The binary with nothing of this process's environment that would change what it does.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schema-diff"));
        command.current_dir(self.root());
        for name in [
            "DATABASE_URL",
            "CARGO_PKG_NAME",
            "SCHEMA_DIFF_SCRATCH_URL",
            "DIESEL_CONFIG_FILE",
            "MIGRATION_DIRECTORY",
            "CLICOLOR_FORCE",
            "GITHUB_BASE_REF",
        ] {
            command.env_remove(name);
        }
        command
            .env("SCHEMA_DIFF_PG_BIN", &crate::postgres_server::binaries::binaries().dir)
            .env("SCHEMA_DIFF_RUN_DIR", self.run_dir())
            .env("SCHEMA_DIFF_DB_IDLE_SECONDS", "20")
            .env("TERM", "xterm");
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        if self.cache_dir().exists() {
            command.env("SCHEMA_DIFF_CACHE_DIR", self.cache_dir());
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> Seen {
        self.seen(self.command().args(args))
    }

    pub fn seen(&self, command: &mut Command) -> Seen {
        let output = command.output().unwrap();
        Seen {
            status: output.status.code().unwrap_or(-1),
            out: self.redact(&String::from_utf8(output.stdout).unwrap()),
            err: self.redact(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// As [`Self::run`], with everything that is of this moment.
    pub fn run_bare(&self, args: &[&str]) -> Seen {
        let output = self.command().args(args).output().unwrap();
        Seen {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The versions of the migrations, in order.
    pub fn versions(&self) -> Vec<String> {
        let mut versions: Vec<String> = fs::read_dir(self.migrations())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.split('_').next().unwrap().replace('-', ""))
            .collect();
        versions.sort();
        versions
    }

    /// Runs what has to work, and gives standard output.
    pub fn ok(&self, args: &[&str]) -> String {
        let seen = self.run(args);
        assert_eq!(seen.status, 0, "{args:?}\n{}{}", seen.out, seen.err);
        seen.out
    }

    /// As a session that can be compared: the command, what it writes, the exit status when it is not 0.
    pub fn session(&self, args: &[&str]) -> String {
        self.run(args).session(args, self)
    }

    /// Names of the migrations, without their timestamps.
    pub fn slugs(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.migrations())
            .map(|entries| {
                entries
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .collect()
            })
            .unwrap_or_default();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
            .iter()
            .map(|name| name.split_once('_').unwrap().1.to_owned())
            .collect()
    }

    /// The text of a file of the last migration.
    pub fn last(&self, file: &str) -> String {
        let mut paths: Vec<PathBuf> = fs::read_dir(self.migrations())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        fs::read_to_string(paths.last().unwrap().join(file)).unwrap()
    }

    /// What of this machine and moment is in a text, taken out.
    pub fn redact(&self, text: &str) -> String {
        static RULES: OnceLock<Vec<(Regex, &str)>> = OnceLock::new();
        let rules = RULES.get_or_init(|| {
            [
                (r"\d{4}-\d{2}-\d{2}-\d{6}", "[TIMESTAMP]"),
                (r"\b20\d{12}\b", "[VERSION]"),
                (r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}Z?", "[TIME]"),
                (r"Postgres \d+\.\d+ in /\S+ \(.*?\)", "Postgres [BINARIES]"),
                (r"Postgres \d+\.\d+", "Postgres [RELEASE]"),
                (r"(/|%2F)[a-zF%2/]*(/|%2F)sdt\w+", "[SERVER]"),
                (r"sha256:[0-9a-f]+", "sha256:[DIGEST]"),
                (r"cli_\d+", "[DATABASE]"),
                // Present if the speed of this machine was measured.
                (r" \([^()]* on this machine\)", ""),
            ]
            .map(|(pattern, with)| (Regex::new(pattern).unwrap(), with))
            .into()
        });
        let text = text.replace(self.dir.path().to_str().unwrap(), "[DIR]");
        rules.iter().fold(text, |text, (pattern, with)| {
            pattern.replace_all(&text, *with).into_owned()
        })
    }

    /// Processes of this project's servers.
    pub fn processes(&self) -> Vec<String> {
        let listed = Command::new("ps")
            .args(["-A", "-ww", "-o", "pid=,args="])
            .output()
            .unwrap();
        let name = self.run_dir();
        String::from_utf8_lossy(&listed.stdout)
            .lines()
            .filter(|line| line.contains(name.to_str().unwrap()))
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if self.root().join("target").exists() {
            let _ = self.command().args(["db", "stop"]).output();
        }
    }
}

impl Seen {
    fn session(&self, args: &[&str], project: &Project) -> String {
        let shown: Vec<String> = args
            .iter()
            .map(|arg| {
                if arg.is_empty() || arg.contains([' ', '\'', '\n', ';']) {
                    format!("{arg:?}")
                } else {
                    (*arg).to_owned()
                }
            })
            .collect();
        let status = if self.status == 0 {
            String::new()
        } else {
            format!("[status {}]\n", self.status)
        };
        format!(
            "$ schema-diff {}\n{}{}{status}",
            project.redact(&shown.join(" ")),
            self.out,
            self.err
        )
    }
}

/// Waits until something holds.
pub fn eventually(seconds: u64, what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_secs(seconds),
            "not within {seconds} s: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
