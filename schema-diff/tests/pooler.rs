//! Migrations behind PgBouncer, if it is installed: `SCHEMA_DIFF_REQUIRE_POOLER=1` makes it required.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

#[path = "support/postgres.rs"]
mod postgres_server;

use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use postgres::{Client, NoTls};
use postgres_server::{client, server};
use schema_diff_engine::runner::{Count, Runner, Silent};

/// A pooler in front of the server; it ends with the value.
struct Pooler {
    directory: tempfile::TempDir,
    process: Child,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Pooler {
    /// Starts it; `None` if it is not installed.
    fn start(mode: &str) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(program) = program else {
            assert!(
                std::env::var_os("SCHEMA_DIFF_REQUIRE_POOLER").is_none(),
                "PgBouncer is not installed"
            );
            eprintln!("skipped: PgBouncer is not installed");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let configuration = format!(
            "[databases]\n* = host={} port=5432\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {}\nlisten_port = 6432\n\
             auth_type = any\nauth_file =\npool_mode = {mode}\nignore_startup_parameters = extra_float_digits\n",
            server().dir().display(),
            path.display()
        );
        // `any` connects everybody as one user.
        let configuration = configuration.replace("port=5432\n", "port=5432 user=postgres\n");
        fs::write(path.join("pgbouncer.ini"), configuration).unwrap();
        let mut command = Command::new(program);
        if let Some((uid, gid)) = postgres_server::unprivileged() {
            postgres_server::own(path, Some((uid, gid)));
            command.uid(uid).gid(gid);
        }
        let log = fs::File::create(path.join("log")).unwrap();
        let process = command
            .arg("-q")
            .arg(path.join("pgbouncer.ini"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Some(Self { directory, process })
    }

    fn url(&self, database: &str) -> String {
        let directory = self.directory.path().display();
        format!("postgresql:///{database}?host={directory}&port=6432&user=postgres")
    }

    fn wait(&self) {
        let began = Instant::now();
        while let Err(error) = Client::connect(&self.url("postgres"), NoTls) {
            let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_secs(20), "{error}: {log}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn migrations() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let migration = directory.path().join("2024-01-01-000000_m");
    fs::create_dir(&migration).unwrap();
    fs::write(migration.join("up.sql"), "CREATE TABLE t (id int PRIMARY KEY)").unwrap();
    fs::write(migration.join("down.sql"), "DROP TABLE t").unwrap();
    directory
}

#[test]
fn a_session_of_its_own_is_needed() {
    for (mode, is_refused) in [("session", false), ("transaction", true), ("statement", true)] {
        let Some(pooler) = Pooler::start(mode) else { return };
        pooler.wait();
        let database = format!("behind_{mode}");
        server()
            .client("postgres")
            .batch_execute(&format!("CREATE DATABASE {database}"))
            .unwrap();
        let migrations = migrations();
        let mut runner = Runner::open(&pooler.url(&database), migrations.path()).unwrap();
        let run = runner.run(Count::All, None, &mut Silent);
        match is_refused {
            true => {
                let error = run.unwrap_err().to_string();
                assert!(error.contains("pooler in transaction mode"), "{mode}: {error}");
                let mut direct = client(&server().url(&database));
                let left = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
                assert_eq!(direct.query_one(left, &[]).unwrap().get::<_, i64>(0), 0, "{mode}");
            }
            false => {
                assert_eq!(run.unwrap().ran.len(), 1);
                assert_eq!(runner.revert(Count::All, &mut Silent).unwrap().reverted.len(), 1);
            }
        }
    }
}
