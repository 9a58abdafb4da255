//! The development server: shared, lasting, and not there for ever.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use postgres::{Client, NoTls};
use schema_diff_engine::cluster::development::DATABASE;
use schema_diff_engine::cluster::{ClusterError, Development};

use super::chosen::binaries;
use super::process::{Place, Player, eventually, say, wait_for_release};

/// Does what a variable says with the server of the test's project.
pub fn play() {
    let root = PathBuf::from(std::env::var("CLUSTER_TEST_PROJECT").unwrap());
    let binaries = binaries();
    let open = || Development::open(&root, binaries).unwrap();
    match std::env::var("CLUSTER_TEST_DO").unwrap().as_str() {
        "hold" => {
            let server = open();
            server.ensure_database(DATABASE).unwrap();
            say(&server.url(DATABASE));
            wait_for_release();
        }
        "keep" => {
            let server = open();
            server.keep().unwrap();
            say(&server.url("postgres"));
        }
        "reset" => say(&Development::reset(&root, binaries).unwrap().url("postgres")),
        "stop" => say(&Development::stop(&root).unwrap().to_string()),
        "status" => {
            let status = Development::status(&root).unwrap();
            say(&format!(
                "{} {} {:?} {}",
                status.process.is_some(),
                status.kept,
                status.major,
                status.home.display()
            ));
        }
        "other major" => match Development::open(&root, binaries).unwrap_err() {
            error @ ClusterError::OtherMajor { .. } => say(&error.to_string().replace('\n', " ")),
            error => panic!("{error:?}"),
        },
        other => panic!("cannot {other}"),
    }
}

fn start(place: &Place, what: &str) -> Player {
    place.start_with(
        "development",
        &[("CLUSTER_TEST_DO", what), ("SCHEMA_DIFF_DB_IDLE_SECONDS", "1")],
    )
}

fn once(place: &Place, what: &str) -> String {
    let mut player = start(place, what);
    let said = player.hears();
    player.ends();
    said
}

/// When the server was started: another time, another server.
fn started(url: &str) -> Option<String> {
    let mut client = Client::connect(url, NoTls).ok()?;
    let row = client.query_one("SELECT pg_postmaster_start_time()::text", &[]).ok()?;
    Some(row.get(0))
}

fn query(url: &str, statement: &str) {
    Client::connect(url, NoTls).unwrap().batch_execute(statement).unwrap();
}

#[test]
fn commands_share_it_it_ends_after_the_last_and_keeps_its_data() {
    let place = Place::new();
    let mut first = start(&place, "hold");
    let mut second = start(&place, "hold");
    let (url, same) = (first.hears(), second.hears());
    assert_eq!(url, same);
    let server = started(&url).unwrap();
    query(&url, "CREATE TABLE kept (a int)");
    first.kill();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(started(&url).as_ref(), Some(&server), "the second still uses it");

    // An application that was given the URL holds no lease.
    let mut application = Client::connect(&url, NoTls).unwrap();
    second.ends();
    std::thread::sleep(Duration::from_millis(2500));
    application.batch_execute("SELECT 1").expect("it is connected");
    drop(application);
    eventually(5, "it ends when nobody uses it", || place.processes().is_empty());

    let mut third = start(&place, "hold");
    assert_eq!(third.hears(), url);
    assert_ne!(started(&url).unwrap(), server);
    query(&url, "SELECT a FROM kept");
    let fsync: String = Client::connect(&url, NoTls)
        .unwrap()
        .query_one("SHOW fsync", &[])
        .unwrap()
        .get(0);
    assert_eq!(fsync, "on");
}

#[test]
fn it_is_kept_until_it_is_stopped_and_reset_throws_everything_away() {
    let place = Place::new();
    let home = place.path().join("project/target/schema-diff/postgres");
    assert_eq!(once(&place, "status"), format!("false false None {}", home.display()));
    assert_eq!(once(&place, "stop"), "false");
    let url = once(&place, "keep");
    let major = binaries().major;
    assert_eq!(
        once(&place, "status"),
        format!("true true Some({major}) {}", home.display())
    );
    std::thread::sleep(Duration::from_millis(2500));
    assert!(started(&url).is_some(), "it is kept");
    query(&url, "CREATE TABLE gone (a int)");
    assert_eq!(once(&place, "stop"), "true");
    assert!(started(&url).is_none());
    assert_eq!(
        once(&place, "status"),
        format!("false false Some({major}) {}", home.display())
    );

    let mut player = start(&place, "reset");
    assert_eq!(player.hears(), url);
    let mut client = Client::connect(&url, NoTls).unwrap();
    assert!(client.batch_execute("SELECT a FROM gone").is_err());
    drop(client);
    eventually(5, "it ends when nobody uses it", || place.processes().is_empty());

    fs::write(home.join("data/PG_VERSION"), "9\n").unwrap();
    let words = once(&place, "other major");
    assert!(
        words.contains("Postgres 9") && words.contains("schema-diff db reset"),
        "{words}"
    );
}

#[test]
fn it_recovers_from_what_is_pulled_from_under_it() {
    let place = Place::new();
    let mut holder = start(&place, "hold");
    let url = holder.hears();
    let first = started(&url).unwrap();
    // `cargo clean`.
    fs::remove_dir_all(place.path().join("project/target")).unwrap();
    holder.kill();
    let mut holder = start(&place, "hold");
    assert_eq!(holder.hears(), url);
    let second = started(&url).unwrap();
    assert_ne!(first, second);

    // Its supervisor is killed: the next command starts it anew, under one that will end it.
    for line in place.processes() {
        let (pid, command) = line.trim().split_once(' ').unwrap();
        if command.trim().starts_with("/bin/sh") {
            std::process::Command::new("kill")
                .args(["-KILL", pid])
                .status()
                .unwrap();
        }
    }
    holder.kill();
    let mut holder = start(&place, "hold");
    holder.hears();
    assert_ne!(started(&url).unwrap(), second);
    holder.ends();
    eventually(5, "it ends when nobody uses it", || place.processes().is_empty());
}

#[test]
fn a_project_that_only_root_can_reach_has_its_data_elsewhere() {
    use std::os::unix::fs::PermissionsExt;
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let place = Place::new();
    let project = place.path().join("project");
    fs::create_dir(&project).unwrap();
    fs::set_permissions(&project, fs::Permissions::from_mode(0o700)).unwrap();
    let mut holder = start(&place, "hold");
    let url = holder.hears();
    query(&url, "CREATE TABLE t (a int)");
    let status = once(&place, "status");
    let home = PathBuf::from(status.rsplit(' ').next().unwrap());
    assert!(home.starts_with("/var/tmp") && home.join("data").exists(), "{status}");
    let note = fs::read_to_string(project.join("target/schema-diff/postgres/location.txt")).unwrap();
    assert!(note.contains(home.to_str().unwrap()), "{note}");
    assert_eq!(once(&place, "stop"), "true");
    fs::remove_dir_all(home).unwrap();
}
