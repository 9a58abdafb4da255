//! The throw-away server: cold and warm, two at once, and what is left after its user has been killed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use schema_diff_engine::cluster::Private;

use super::chosen::binaries;
use super::process::{Place, eventually, say, wait_for_release};

/// Starts a server, says its URL, and stops it when released.
pub fn play() {
    let server = Private::start(binaries()).unwrap();
    say(&server.url("postgres"));
    wait_for_release();
    drop(server);
    say("stopped");
}

#[test]
fn the_server_answers_as_asked_and_is_gone_after() {
    let binaries = binaries();
    let server = Private::start(binaries).unwrap();
    let mut client = server.config("postgres").connect(NoTls).unwrap();
    let row = client
        .query_one(
            "SELECT current_setting('server_version'), current_setting('server_encoding'), \
             current_setting('max_connections')::int, current_setting('listen_addresses'), current_user::text",
            &[],
        )
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), server.version());
    assert_eq!(row.get::<_, &str>(1), "UTF8");
    assert!(row.get::<_, i32>(2) >= 40);
    assert_eq!(row.get::<_, &str>(3), "");
    assert_eq!(row.get::<_, &str>(4), "postgres");
    let data: String = client.query_one("SHOW data_directory", &[]).unwrap().get(0);
    let mode = fs::metadata(Path::new(&data).parent().unwrap())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700, "others could connect");
    let url = server.url("postgres");
    drop(server);
    assert!(!fs::exists(&data).unwrap(), "{data} is still there");
    assert!(Client::connect(&url, NoTls).is_err());
}

#[test]
fn libpq_and_the_driver_read_the_same_url() {
    let server = Private::start(binaries()).unwrap();
    let name = "a b/ü%";
    server
        .config("postgres")
        .connect(NoTls)
        .unwrap()
        .batch_execute(&format!("CREATE DATABASE \"{name}\""))
        .unwrap();
    let url = server.url(name);
    let mut client = Client::connect(&url, NoTls).unwrap();
    assert_eq!(
        client
            .query_one("SELECT current_database()::text", &[])
            .unwrap()
            .get::<_, &str>(0),
        name
    );
    let psql = server.binaries().dir.join("psql");
    if psql.exists() {
        let output = std::process::Command::new(psql)
            .args(["-XAtc", "SELECT current_database()", &url])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), name);
    }
}

#[test]
fn two_start_at_once_with_an_empty_cache_and_a_third_uses_what_they_left() {
    let place = Place::new();
    let mut players = [place.start("private"), place.start("private")];
    let urls: Vec<String> = players.iter_mut().map(super::process::Player::hears).collect();
    assert_ne!(urls[0], urls[1]);
    for url in &urls {
        Client::connect(url, NoTls).unwrap();
    }
    let templates = place.path().join("cache/templates");
    let names: Vec<String> = fs::read_dir(&templates)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(!names[0].starts_with('.'), "{names:?}");
    for player in &mut players {
        player.ends();
    }
    assert_eq!(place.left(), Vec::<std::path::PathBuf>::new());

    // A damaged template is replaced, not used.
    let template = templates.join(&names[0]);
    fs::remove_file(template.join("data/PG_VERSION")).unwrap();
    place.start("private").hears();
    assert!(template.join("data/PG_VERSION").exists());

    let size = template.join("size");
    let before = fs::metadata(&size).unwrap().modified().unwrap();
    let mut warm = place.start("private");
    warm.hears();
    warm.ends();
    assert_eq!(
        fs::metadata(&size).unwrap().modified().unwrap(),
        before,
        "the template was made again"
    );
}

#[test]
fn killing_the_user_leaves_no_server_and_no_data() {
    let place = Place::new();
    let mut player = place.start("private");
    let url = player.hears();
    assert_eq!(place.left().len(), 1);
    assert!(!place.processes().is_empty());
    player.kill();
    let start = Instant::now();
    eventually(2, "the server has gone", || {
        place.left().is_empty() && place.processes().is_empty()
    });
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(Client::connect(&url, NoTls).is_err());
}

#[test]
fn a_user_killed_during_initdb_is_cleaned_up_after_and_a_living_one_is_not() {
    let place = Place::new();
    let mut killed = place.start("private");
    eventually(10, "a directory is there", || !place.left().is_empty());
    std::thread::sleep(Duration::from_millis(60));
    killed.kill();
    let abandoned = place.left();
    assert_eq!(abandoned.len(), 1);
    let mut living = place.start("private");
    let url = living.hears();
    eventually(5, "it is swept", || {
        let mut next = place.start("private");
        next.hears();
        next.ends();
        !place.left().contains(&abandoned[0])
    });
    assert_eq!(place.left().len(), 1);
    Client::connect(&url, NoTls).unwrap();
}

#[test]
fn a_server_whose_watchdog_was_killed_too_is_stopped_by_the_next_run() {
    let place = Place::new();
    let mut player = place.start("private");
    let url = player.hears();
    // The shells before their server; then their user.
    for line in place.processes() {
        let (pid, command) = line.trim().split_once(' ').unwrap();
        if command.trim().starts_with("/bin/sh") {
            std::process::Command::new("kill")
                .args(["-KILL", pid])
                .status()
                .unwrap();
        }
    }
    player.kill();
    Client::connect(&url, NoTls).expect("nobody is left to stop it");
    let abandoned = place.left();
    let mut next = place.start("private");
    next.hears();
    assert!(Client::connect(&url, NoTls).is_err());
    assert!(!place.left().contains(&abandoned[0]));
}
