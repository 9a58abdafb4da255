//! The Postgres that a test run uses, said once: `SCHEMA_DIFF_TEST_POSTGRES` chooses it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that finds no server has failed"
)]

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use schema_diff_engine::cluster::Binaries;

/// The server binaries of this test run: those of the major version or in the directory that `SCHEMA_DIFF_TEST_POSTGRES` names,
/// else what the tool itself would take on this machine.
pub fn binaries() -> &'static Binaries {
    static FOUND: OnceLock<Binaries> = OnceLock::new();
    FOUND.get_or_init(|| {
        let wanted = env::var("SCHEMA_DIFF_TEST_POSTGRES").unwrap_or_default();
        let found = match wanted.parse::<u32>() {
            Ok(major) => of_major(major),
            Err(_) if wanted.is_empty() => Binaries::discover(None, None).unwrap(),
            Err(_) => Binaries::discover(Some(Path::new(&wanted)), None).unwrap(),
        };
        // Past the harness, which keeps to itself what a test prints.
        let _ = writeln!(std::io::stderr(), "these tests run on {found}");
        found
    })
}

fn of_major(major: u32) -> Binaries {
    match (Binaries::discover(None, Some(major)), fetched(major)) {
        (Ok(found), _) if found.major == major => found,
        (_, Some(fetched)) => Binaries::discover(Some(&fetched), None).unwrap(),
        _ => panic!("there is no Postgres {major} on this machine; `.ci/postgres {major}` fetches it"),
    }
}

/// The directory that `.ci/postgres` fetches a major version into.
fn fetched(major: u32) -> Option<PathBuf> {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/postgres/postgres");
    let mut found: Vec<PathBuf> = fs::read_dir(cache)
        .ok()?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{major}.")))
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop()
}
