//! From the command line to the first answer, and the end.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::client::{get, send};
use crate::postgres::{Place, Postgres, connect};
use crate::server::{Server, command};

const SECRET: &str = "s3cret";

/// Arguments and settings that are wrong, the exit status, and words of the one line that says so.
type Refusal<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], i32, &'a str);

#[test]
fn a_start_that_cannot_be_says_why_in_one_line() {
    let url = Postgres::shared().database();
    let missing = Postgres::shared().url("no_such_database");
    let nobody = format!("postgresql://postgres:{SECRET}@127.0.0.1:1/x");
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = occupied.local_addr().unwrap().port().to_string();
    let cases: &[Refusal<'_>] = &[
        (&["serve"], &[], 2, "unknown argument \"serve\""),
        (&[], &[("DATABASE_URL", "mysql://u:s3cret@h/d")], 2, "DATABASE_URL: "),
        (
            &[],
            &[("DATABASE_URL", "postgres://u:s3cret@h:port/d")],
            2,
            "DATABASE_URL: ",
        ),
        (
            &[],
            &[("DATABASE_URL", "dbname=d password=s3cret")],
            2,
            "DATABASE_URL: it names no host",
        ),
        (
            &[],
            &[("DATABASE_URL", &missing)],
            2,
            "\"no_such_database\" does not exist",
        ),
        (
            &[],
            &[("DATABASE_URL", &nobody), ("ROCKET_DATABASE_WAIT", "1")],
            1,
            "127.0.0.1:1/x did not answer within",
        ),
        (
            &[],
            &[("DATABASE_URL", &url), ("ROCKET_PORT", "many")],
            2,
            "configuration: ",
        ),
        (
            &[],
            &[("DATABASE_URL", &url), ("ROCKET_PORT", "70000")],
            2,
            "configuration: ",
        ),
        (
            &[],
            &[("DATABASE_URL", &url), ("ROCKET_POOL_SIZE", "0")],
            2,
            "configuration: `pool_size`",
        ),
        (
            &[],
            &[("DATABASE_URL", &url), ("ROCKET_STATEMENT_TIMEOUT", "soon")],
            2,
            "configuration: ",
        ),
        (
            &[],
            &[("DATABASE_URL", &url), ("ROCKET_LOG_FORMAT", "yaml")],
            2,
            "configuration: ",
        ),
        (
            &[],
            &[("DATABASE_URL", &url), ("ROCKET_PORT", &port)],
            1,
            "cannot listen on 127.0.0.1:",
        ),
        // Outside of a project there is nobody to start a private one for.
        (&[], &[], 2, "no database: set DATABASE_URL"),
        (&["healthcheck"], &[("ROCKET_PORT", "1")], 1, "not ready: "),
    ];
    for (arguments, settings, status, words) in cases {
        let output = command(settings)
            .args(*arguments)
            .env("ROCKET_LOG_LEVEL", "off")
            .current_dir("/")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(*status), "{settings:?}: {said}");
        assert!(said.contains(words), "{settings:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{settings:?}: {said}");
        assert!(
            said.starts_with("error: ") && !said.contains(SECRET) && !said.contains("panicked"),
            "{said}"
        );
    }
}

#[test]
fn dot_env_is_read_and_a_broken_one_named() {
    let directory = tempfile::tempdir().unwrap();
    let run = |text: &str| {
        fs::write(directory.path().join(".env"), text).unwrap();
        let output = command(&[]).current_dir(directory.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, said) = run("DATABASE_URL=mysql://localhost/x\n");
    assert_eq!(status, Some(2));
    assert!(said.contains("DATABASE_URL: "), "{said}");
    let (status, said) = run("PASSWORD s3cret\n");
    assert_eq!(status, Some(2));
    assert!(said.contains("cannot read .env") && !said.contains(SECRET), "{said}");
}

#[test]
fn a_database_that_comes_later_is_waited_for() {
    let place = Place::new();
    let mut server = Server::spawn(&place.url("postgres"), &[]);
    let waiting = server.read_until("waiting for the database");
    assert!(waiting.contains("WARN"), "{waiting}");
    // Tries that fail for the same reason are not worth a line each.
    thread::sleep(Duration::from_millis(800));
    let _postgres = place.start();
    let more = server.wait_until_listening();
    assert!(more.contains("the database answers"), "{more}");
    assert!(more.matches("waiting for the database").count() <= 1, "{more}");
    assert_eq!(get(server.port, "/readyz").status, 200);
    let healthcheck = |port: u16| {
        command(&[("ROCKET_PORT", &port.to_string())])
            .arg("healthcheck")
            .status()
            .unwrap()
            .code()
    };
    assert_eq!(healthcheck(server.port), Some(0));
}

#[test]
fn a_server_that_waits_stops_when_it_is_told_to() {
    let place = Place::new();
    let mut server = Server::spawn(&place.url("postgres"), &[]);
    server.read_until("waiting for the database");
    server.signal(Signal::SIGTERM);
    assert_eq!(server.end(Duration::from_secs(2)).0.code(), Some(0));
}

#[test]
fn sigterm_lets_the_request_under_way_end() {
    let url = Postgres::shared().database();
    let mut server = Server::start(&url, &[]);
    let port = server.port;
    send(port, "POST /country", &[], b"");
    let mut meddler = connect(&url);
    let mut lock = meddler.transaction().unwrap();
    lock.batch_execute("LOCK TABLE countries IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let request = thread::spawn(move || get(port, "/country/GB"));
    let mut watcher = connect(&url);
    let began = Instant::now();
    while watcher
        .query("SELECT FROM pg_locks WHERE NOT granted", &[])
        .unwrap()
        .is_empty()
    {
        assert!(began.elapsed() < Duration::from_secs(5), "the request does not arrive");
    }
    server.signal(Signal::SIGTERM);
    thread::sleep(Duration::from_millis(200));
    lock.rollback().unwrap();
    assert_eq!(request.join().unwrap().status, 200);
    let (status, said) = server.end(Duration::from_secs(8));
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn logs_are_json_if_wanted_and_nothing_goes_to_standard_output() {
    let url = Postgres::shared().database();
    let settings = [
        ("ROCKET_LOG_FORMAT", "json"),
        ("ROCKET_LOG_LEVEL", "debug"),
        ("ROCKET_PORT", "0"),
    ];
    let mut command: Command = command(&settings);
    let mut child = command
        .env("DATABASE_URL", &url)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(700));
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap()),
        Signal::SIGTERM,
    )
    .unwrap();
    let _ = child.wait();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.stdout.is_empty(),
        "{:?}",
        String::from_utf8_lossy(&output.stdout)
    );
    let said = String::from_utf8(output.stderr).unwrap();
    for line in said.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    assert!(said.contains("listening on"), "{said}");
}

#[cfg(feature = "development")]
#[test]
fn without_a_database_url_the_private_postgres_serves_and_keeps_what_it_is_given() {
    let project = tempfile::Builder::new().prefix("sdsrv").tempdir_in("/tmp").unwrap();
    fs::write(project.path().join("diesel.toml"), "").unwrap();
    fs::create_dir(project.path().join("src")).unwrap();
    // Its server has to get at its data, whoever it runs as.
    fs::set_permissions(project.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let start = || {
        let mut server = Server::of(
            command(&[("SCHEMA_DIFF_DB_IDLE_SECONDS", "1"), ("PATH", "/usr/bin:/bin")])
                .current_dir(project.path().join("src")),
        );
        server.wait_until_listening();
        server
    };
    let mut first = start();
    assert_eq!(send(first.port, "POST /country", &[], b"").status, 201);
    let second = start();
    assert_eq!(get(second.port, "/country/GB").status, 200, "both use one database");
    first.signal(Signal::SIGTERM);
    assert_eq!(first.end(Duration::from_secs(8)).0.code(), Some(0));
    assert_eq!(
        get(second.port, "/country/GB").status,
        200,
        "and it stays while one of them runs"
    );
}
