//! Which binaries are taken, and what is said when they cannot be.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use schema_diff_engine::cluster::{Binaries, ClusterError, Origin};

use super::process::{Place, say};

/// Says what is discovered with the variables of this process, for the major version in one of them.
pub fn play() {
    let preferred = std::env::var("CLUSTER_TEST_MAJOR")
        .ok()
        .and_then(|text| text.parse().ok());
    match Binaries::discover(None, preferred) {
        Ok(found) => say(&found.to_string()),
        Err(error) => say(&error.to_string().replace('\n', " ")),
    }
}

/// Programs that say what Postgres of a version would say.
fn pretend(directory: &Path, version: &str) {
    fs::create_dir_all(directory).unwrap();
    let script = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
    for name in ["postgres", "initdb"] {
        fs::write(directory.join(name), &script).unwrap();
        fs::set_permissions(directory.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn discovered(place: &Place, variables: &[(&str, &str)]) -> String {
    let all: Vec<_> = [("SCHEMA_DIFF_PG_BIN", "")]
        .into_iter()
        .chain(variables.iter().copied())
        .collect();
    place.start_with("binaries", &all).hears()
}

#[test]
fn the_preferred_major_then_the_highest_then_the_first() {
    let place = Place::new();
    let [old, new, linked] = ["old", "new", "linked"].map(|name| place.path().join(name));
    pretend(&old, "90.4");
    pretend(&new, "91.2 (Test)");
    fs::create_dir(&linked).unwrap();
    symlink(new.join("postgres"), linked.join("postgres")).unwrap();
    let path = format!("relative:{}:{}:/usr/bin:/bin", old.display(), linked.display());
    let with = |major: &str| discovered(&place, &[("PATH", path.as_str()), ("CLUSTER_TEST_MAJOR", major)]);
    assert_eq!(
        with("90"),
        format!("Postgres 90.4 in {} (found on PATH)", old.display())
    );
    assert_eq!(
        with("91"),
        format!("Postgres 91.2 in {} (found on PATH)", new.display())
    );
    assert_eq!(
        with("77"),
        format!("Postgres 91.2 in {} (found on PATH)", new.display())
    );

    // The installed ones come last among equals.
    pretend(&place.path().join("cache/postgres/91.3/bin"), "91.3");
    assert_eq!(with(""), format!("Postgres 91.2 in {} (found on PATH)", new.display()));
    pretend(&place.path().join("cache/postgres/92/bin"), "92.0");
    let installed = place.path().join("cache/postgres/92/bin");
    assert_eq!(
        with(""),
        format!("Postgres 92.0 in {} (installed by schema-diff)", installed.display())
    );
}

#[test]
fn a_configured_directory_is_taken_or_refused_never_replaced() {
    let place = Place::new();
    let dir = place.path().join("bin");
    let configured = || discovered(&place, &[("SCHEMA_DIFF_PG_BIN", dir.to_str().unwrap())]);
    assert!(configured().contains("it contains no `postgres`"));
    pretend(&dir, "17.1");
    assert_eq!(
        configured(),
        format!("Postgres 17.1 in {} (as configured)", dir.display())
    );
    fs::remove_file(dir.join("initdb")).unwrap();
    assert!(configured().contains("contains no `initdb`"));
    pretend(&dir, "nonsense");
    fs::write(dir.join("postgres"), "#!/bin/sh\necho broken library >&2; exit 1\n").unwrap();
    assert!(configured().contains("broken library"), "{}", configured());
    if nix::unistd::geteuid().is_root() {
        pretend(&dir, "17.1");
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(configured().contains("unprivileged user"), "{}", configured());
    }
    let found = Binaries::discover(Some(&super::chosen::binaries().dir), None).unwrap();
    assert_eq!(found.origin, Origin::Configured);
}

#[test]
fn without_binaries_the_message_names_the_commands() {
    let error = ClusterError::NoBinaries {
        rejected: vec![("/opt/pg/bin".into(), "postgres does not run".to_owned())],
        hint: "install them".to_owned(),
    };
    let words = error.to_string();
    assert!(
        words.contains("/opt/pg/bin cannot be used: postgres does not run\n\nhint: install them"),
        "{words}"
    );
}
