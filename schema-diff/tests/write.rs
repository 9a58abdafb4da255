//! Writing migrations, reading them back, and what the chain says about them.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use schema_diff_engine::history::{
    Fingerprint, HistoryError, MigrationsDirectory, PartNumber, SchemaFingerprint, Severity, Version, verify,
};
use schema_diff_engine::write::{NewMigration, WriteError, Written, rewrite, write, write_next};

fn migration(message: &str, revises: Option<&Version>) -> NewMigration {
    NewMigration {
        keeps: Vec::new(),
        releases: Vec::new(),
        deploy: None,
        message: message.to_owned(),
        up_body: "CREATE TABLE x (id int);".to_owned(),
        down_body: "DROP TABLE x;\n".to_owned(),
        named_at: None,
        run_in_transaction: true,
        part: None,
        decided: Vec::new(),
        revises: revises.cloned(),
        before_fingerprint: Some(SchemaFingerprint::of(1, ["before"])),
        after_fingerprint: Some(SchemaFingerprint::of(1, ["after"])),
    }
}

fn now() -> Timestamp {
    "2024-05-06T07:08:09.5Z".parse().unwrap()
}

fn written(dir: &Path, message: &str, revises: Option<&Version>) -> Written {
    write(dir, now(), &migration(message, revises)).unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let migrations = dir.path().join("deep/migrations");
    let Written { path, version } = written(&migrations, "add iso3code", None);
    assert_eq!(path, migrations.join("2024-05-06-070809_add_iso3code"));
    assert_eq!(version.as_str(), "20240506070809");
    assert_eq!(names(&path), ["down.sql", "up.sql"]);
    assert_eq!(names(&migrations), ["2024-05-06-070809_add_iso3code"]);
    assert_eq!(
        fs::read_to_string(path.join("up.sql")).unwrap(),
        format!(
            "-- schema-diff: {}\n-- message: add iso3code\n-- revises: none\n-- before: {}\n-- after: {}\n-- up: {}\n-- down: {}\n\nCREATE TABLE x (id int);\n",
            env!("CARGO_PKG_VERSION"),
            SchemaFingerprint::of(1, ["before"]),
            SchemaFingerprint::of(1, ["after"]),
            Fingerprint::of_sql("CREATE TABLE x (id int);"),
            Fingerprint::of_sql("DROP TABLE x;"),
        )
    );
    assert!(
        fs::read_to_string(path.join("down.sql"))
            .unwrap()
            .ends_with("-- reverts: add iso3code\n\nDROP TABLE x;\n")
    );
    // As readable as whatever else this user makes.
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    fs::create_dir(dir.path().join("usual")).unwrap();
    assert_eq!(mode(&path), mode(&dir.path().join("usual")));

    let outside = NewMigration {
        run_in_transaction: false,
        ..migration("concurrently", Some(&version))
    };
    let second = write(&migrations, now(), &outside).unwrap();
    assert_eq!(second.version.as_str(), "20240506070810");
    assert_eq!(
        fs::read_to_string(second.path.join("metadata.toml")).unwrap(),
        "run_in_transaction = false\n"
    );
    let read = MigrationsDirectory::read(&migrations).unwrap();
    assert_eq!(
        read.migrations()
            .iter()
            .map(|m| m.run_in_transaction)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(verify(&read).unwrap(), []);
}

#[test]
fn after_whatever_is_there() {
    for (existing, expected) in [
        ("2024-05-06-070809-0000_by_diesel", "20240506070810"),
        ("20240506070809_x", "20240506070810"),
        ("2024-05-06-070808_x", "20240506070809"),
        ("2031-12-31-235959_typed_wrong", "20320101000000"),
        ("00000000000000_diesel_initial_setup", "20240506070809"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(existing)).unwrap();
        fs::write(dir.path().join(existing).join("up.sql"), "--").unwrap();
        assert_eq!(written(dir.path(), "x", None).version.as_str(), expected, "{existing}");
        assert_eq!(
            MigrationsDirectory::read(dir.path()).unwrap().head().unwrap().title(),
            "x"
        );
    }
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("V2__x")).unwrap();
    fs::write(dir.path().join("V2__x/up.sql"), "--").unwrap();
    assert!(
        matches!(write(dir.path(), now(), &migration("x", None)), Err(WriteError::NoVersionAfter { latest }) if latest.as_str() == "V2")
    );
}

#[test]
fn writers_at_once() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".schema-diff-killed")).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let dir = dir.path();
            scope.spawn(move || {
                for _ in 0..5 {
                    // Half of them under one name.
                    written(dir, if thread % 2 == 0 { "same" } else { "other" }, None);
                }
            });
        }
    });
    assert_eq!(MigrationsDirectory::read(dir.path()).unwrap().migrations().len(), 40);
    assert_eq!(
        names(dir.path()).len(),
        40,
        "something was left behind: {:?}",
        names(dir.path())
    );
}

#[test]
fn where_nothing_can_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("migrations");
    fs::write(&file, "not a directory").unwrap();
    assert!(matches!(
        write(&file, now(), &migration("x", None)),
        Err(WriteError::NotADirectory { .. })
    ));
    assert!(matches!(
        write(&file.join("below"), now(), &migration("x", None)),
        Err(WriteError::Write { .. })
    ));
    // Not even root can write there.
    if Path::new("/proc/self").is_dir() {
        let error = write(Path::new("/proc/self"), now(), &migration("x", None)).unwrap_err();
        assert!(error.to_string().contains("/proc/self"), "{error}");
    }
    assert_eq!(names(dir.path()), ["migrations"]);

    let broken = tempfile::tempdir().unwrap();
    fs::create_dir(broken.path().join("1_no_up")).unwrap();
    assert!(matches!(
        write(broken.path(), now(), &migration("x", None)),
        Err(WriteError::History(HistoryError::NoUpSql { .. }))
    ));
    assert_eq!(names(broken.path()), ["1_no_up"]);
}

#[test]
fn what_diesel_ignores_and_what_it_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    assert!(matches!(
        MigrationsDirectory::read(&path.join("none")),
        Err(HistoryError::NoDirectory { .. })
    ));
    assert!(
        MigrationsDirectory::read_if_present(&path.join("none"))
            .unwrap()
            .migrations()
            .is_empty()
    );
    let add = |name: &str, metadata: Option<&str>| {
        fs::create_dir(path.join(name)).unwrap();
        fs::write(path.join(name).join("up.sql"), "SELECT 1").unwrap();
        if let Some(metadata) = metadata {
            fs::write(path.join(name).join("metadata.toml"), metadata).unwrap();
        }
    };
    fs::write(path.join("README.md"), "").unwrap();
    fs::write(path.join(".diesel_lock"), "").unwrap();
    fs::create_dir(path.join(".hidden")).unwrap();
    add("2017-09-23-182408_dashed", None);
    add("20170309122510_bare", Some(""));
    add("2017-03-09-122511-0000_cli", Some("run_in_transaction = true"));
    add("2018-01-01-000000_broken_metadata", Some("run_in_transaction = \"no\""));
    add(
        "2019-01-01-000000_outside",
        Some("run_in_transaction = false\nother = 1"),
    );
    let read = MigrationsDirectory::read(path).unwrap();
    let seen: Vec<(&str, bool)> = read
        .migrations()
        .iter()
        .map(|m| (m.version.as_str(), m.run_in_transaction))
        .collect();
    assert_eq!(
        seen,
        [
            ("20170309122510", false),
            ("201703091225110000", true),
            ("20170923182408", true),
            ("20180101000000", true),
            ("20190101000000", false)
        ]
    );
    assert_eq!(
        verify(&read)
            .unwrap()
            .iter()
            .map(|finding| finding.code())
            .collect::<Vec<_>>(),
        ["unreadable-metadata"]
    );

    add("20170923182408_again", None);
    assert!(
        matches!(MigrationsDirectory::read(path), Err(HistoryError::Duplicate { names, .. }) if names == ["2017-09-23-182408_dashed", "20170923182408_again"])
    );
    fs::remove_dir_all(path.join("20170923182408_again")).unwrap();
    let long = "1".repeat(51);
    add(&long, None);
    assert!(matches!(MigrationsDirectory::read(path), Err(HistoryError::VersionTooLong { name }) if name == long));
    fs::remove_dir_all(path.join(long)).unwrap();
    fs::create_dir(path.join("no_up")).unwrap();
    assert!(matches!(MigrationsDirectory::read(path), Err(HistoryError::NoUpSql { name, .. }) if name == "no_up"));
}

#[test]
fn the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let codes = || {
        let findings = verify(&MigrationsDirectory::read(path).unwrap()).unwrap();
        findings
            .iter()
            .map(|finding| format!("{} {}", finding.version, finding.code()))
            .collect::<Vec<_>>()
    };
    let first = written(path, "first", None);
    let second = written(path, "second", Some(&first.version));
    let third = written(path, "third", Some(&second.version));
    assert_eq!(codes(), Vec::<String>::new());

    // Edits are notes; line endings and a final newline are no edits.
    let up = fs::read_to_string(second.path.join("up.sql")).unwrap();
    fs::write(second.path.join("up.sql"), up.replace('\n', "\r\n") + "\r\n").unwrap();
    assert_eq!(codes(), Vec::<String>::new());
    fs::write(second.path.join("up.sql"), format!("{up}SELECT 1;\n")).unwrap();
    fs::remove_file(third.path.join("down.sql")).unwrap();
    fs::write(first.path.join("down.sql"), "SELECT 2;").unwrap();
    assert_eq!(
        codes(),
        [
            format!("{} down-edited", first.version),
            format!("{} up-edited", second.version),
            format!("{} down-missing", third.version)
        ]
    );
    let findings = verify(&MigrationsDirectory::read(path).unwrap()).unwrap();
    assert!(findings.iter().all(|finding| finding.severity() == Severity::Note));
    fs::remove_dir_all(&third.path).unwrap();
    fs::write(second.path.join("up.sql"), &up).unwrap();
    fs::remove_dir_all(&first.path).unwrap();
    assert_eq!(codes(), [format!("{} missing", second.version)]);

    // Two branches were merged: both follow the first.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let codes = || {
        let findings = verify(&MigrationsDirectory::read(path).unwrap()).unwrap();
        assert!(findings.iter().all(|finding| finding.severity() == Severity::Problem));
        findings
            .iter()
            .map(|finding| format!("{} {}", finding.version, finding.code()))
            .collect::<Vec<_>>()
    };
    let first = written(path, "first", None);
    let ours = written(path, "ours", Some(&first.version));
    let theirs = written(path, "theirs", Some(&first.version));
    assert_eq!(codes(), [format!("{} second-head", theirs.version)]);
    fs::remove_dir_all(&ours.path).unwrap();
    assert_eq!(codes(), Vec::<String>::new());

    // A hand-written one slips in between.
    fs::create_dir(path.join("2024-05-06-070809-5_by_hand")).unwrap();
    fs::write(path.join("2024-05-06-070809-5_by_hand/up.sql"), "SELECT 1;").unwrap();
    assert_eq!(codes(), [format!("{} inserted", theirs.version)]);
    fs::remove_dir_all(path.join("2024-05-06-070809-5_by_hand")).unwrap();

    // Renamed to before what it follows.
    fs::rename(&theirs.path, path.join("2020-01-01-000000_theirs")).unwrap();
    assert_eq!(codes(), ["20200101000000 out-of-order"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_message_gives_a_migration(message in any::<String>(), up in "[^\0]{0,60}", down in "[ -~\n]{0,60}") {
        let dir = tempfile::tempdir().unwrap();
        let new = NewMigration { up_body: up.clone(), down_body: down, ..migration(&message, None) };
        let Written { path, version } = write(dir.path(), now(), &new).unwrap();
        prop_assert!(version.as_str().len() <= 50);
        prop_assert_eq!(path.parent(), Some(dir.path()));
        let read = MigrationsDirectory::read(dir.path()).unwrap();
        let [only] = read.migrations() else { panic!("not one migration") };
        prop_assert_eq!(&only.version, &version);
        let header = only.header().unwrap().unwrap();
        prop_assert_eq!(header.message, message);
        prop_assert_eq!((header.before, header.after), (new.before_fingerprint, new.after_fingerprint));
        prop_assert!(only.up_sql().unwrap().trim_end_matches('\n').ends_with(up.trim_end_matches('\n')));
        prop_assert_eq!(verify(&read).unwrap(), vec![]);
    }
}

#[test]
fn the_parts_of_a_migration_are_written_together() {
    let dir = tempfile::tempdir().unwrap();
    let part = |number| NewMigration {
        part: Some(PartNumber { number, of: 3 }),
        ..migration("a message", None)
    };
    let parts = [part(1), part(2), part(3)];
    let written = write_next(dir.path(), now(), &parts).unwrap();
    let wanted = [
        "2024-05-06-070809_a_message_1_of_3",
        "2024-05-06-070810_a_message_2_of_3",
        "2024-05-06-070811_a_message_3_of_3",
    ];
    assert_eq!(names(dir.path()), wanted);
    let read = MigrationsDirectory::read(dir.path()).unwrap();
    let headers: Vec<_> = read
        .migrations()
        .iter()
        .map(|own| own.header().unwrap().unwrap())
        .collect();
    let revised: Vec<_> = headers.iter().map(|own| own.revises.clone()).collect();
    assert_eq!(
        revised,
        [None, Some(written[0].version.clone()), Some(written[1].version.clone())]
    );
    assert_eq!(headers[1].part, Some(PartNumber { number: 2, of: 3 }));
    assert_eq!(verify(&read).unwrap(), vec![]);
    assert_eq!(read.migrations()[2].title(), "a message (part 3 of 3)");
    assert!(matches!(
        write_next(dir.path(), now(), &parts),
        Err(WriteError::Overtaken { .. })
    ));

    // A writer was killed after the first part got its name: the next one finishes.
    let complete = dir.path().join(".schema-diff+complete");
    fs::create_dir(&complete).unwrap();
    for name in &wanted[1..] {
        fs::rename(dir.path().join(name), complete.join(name)).unwrap();
    }
    let next = written_after(dir.path(), &written[2].version);
    assert_eq!(next, "2024-05-06-070812_next");
    assert_eq!(names(dir.path()).len(), 4);
    assert_eq!(verify(&MigrationsDirectory::read(dir.path()).unwrap()).unwrap(), vec![]);
}

#[test]
fn a_migration_is_rewritten_as_several_parts() {
    let dir = tempfile::tempdir().unwrap();
    let first = written(dir.path(), "first", None);
    let old = written(dir.path(), "split me", Some(&first.version));
    fs::write(old.path.join("notes.md"), "kept").unwrap();
    let part = |number| NewMigration {
        part: Some(PartNumber { number, of: 2 }),
        ..migration("split me", Some(&first.version))
    };
    let texts = ["up.sql", "down.sql"].map(|file| fs::read_to_string(old.path.join(file)).unwrap());
    let seen = (texts[0].as_str(), Some(texts[1].as_str()));
    let parts = [part(1), part(2)];
    let changed = rewrite(dir.path(), now(), &old.version, ("other", None), &parts);
    assert!(matches!(changed, Err(WriteError::Changed { .. })));
    let written = rewrite(dir.path(), now(), &old.version, seen, &parts).unwrap();
    let wanted = [
        "2024-05-06-070809_first",
        "2024-05-06-070810_split_me_1_of_2",
        "2024-05-06-070811_split_me_2_of_2",
    ];
    assert_eq!(names(dir.path()), wanted);
    assert_eq!(written[0].version, old.version);
    assert_eq!(fs::read_to_string(written[0].path.join("notes.md")).unwrap(), "kept");
    assert_eq!(verify(&MigrationsDirectory::read(dir.path()).unwrap()).unwrap(), vec![]);

    // A writer was killed before the old migration went away, and before the parts got their names: the next one finishes.
    let complete = dir.path().join(".schema-diff+complete");
    fs::create_dir(&complete).unwrap();
    for name in &wanted[1..] {
        fs::rename(dir.path().join(name), complete.join(name)).unwrap();
    }
    let name = old.path.file_name().unwrap().to_str().unwrap();
    fs::create_dir(&old.path).unwrap();
    fs::write(old.path.join("up.sql"), &texts[0]).unwrap();
    fs::write(complete.join("replaced"), name).unwrap();
    written_after(dir.path(), &written[1].version);
    assert_eq!(names(dir.path())[..3], wanted);
    assert_eq!(names(dir.path()).len(), 4);
}

fn written_after(dir: &Path, revises: &Version) -> String {
    let mut all = write_next(dir, now(), &[migration("next", Some(revises))]).unwrap();
    all.remove(0).path.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn only_after_what_it_revises() {
    let dir = tempfile::tempdir().unwrap();
    let next = |message: &str, revises: Option<&Version>| {
        let written = write_next(dir.path(), now(), &[migration(message, revises)]);
        written.map(|mut all| all.remove(0))
    };
    let one = next("one", None).unwrap();
    let late = next("late", None).unwrap_err();
    assert!(
        matches!(&late, WriteError::Overtaken { name } if name.ends_with("_one")),
        "{late}"
    );
    next("two", Some(&one.version)).unwrap();
    assert!(next("late", Some(&one.version)).is_err());
    assert_eq!(names(dir.path()).len(), 2);
}
