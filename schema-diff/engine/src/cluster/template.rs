//! Creates data directories: by `initdb` the first time, and then by copying the result.
//!
//! `initdb` takes half a second, copying a tenth. The template is in the user's cache under a key of everything that it
//! depends on, and is put there by an atomic rename: of two runs that start at once, both create one and the first to
//! finish wins. A template whose size differs from its recorded size is not used.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Output, Stdio};

use sha2::{Digest, Sha256};

use super::account::Account;
use super::binaries::UNKNOWN_USER;
use super::directory::{self, Contents, LockedDirectory};
use super::{Binaries, ClusterError, cache};

/// The version of the options for `initdb`; to be changed with them.
const LAYOUT: u32 = 1;

const OPTIONS: &[&str] = &[
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--text-search-config=english",
    "--no-sync",
    "--wal-segsize=1",
];

/// The source of a data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Initdb,
    Template,
}

/// Creates the data directory `data` in a directory that belongs to the account.
pub(crate) fn provide(binaries: &Binaries, account: Account, home: &LockedDirectory) -> Result<Source, ClusterError> {
    let data = &home.path().join("data");
    let Some(templates) = cache::templates() else {
        return initdb(binaries, account, home, data).map(|()| Source::Initdb);
    };
    let template = templates.join(key(binaries));
    if copy_whole(&template, data, account) {
        return Ok(Source::Template);
    }
    let _ = fs::remove_dir_all(data);
    let _ = fs::remove_dir_all(&template);
    initdb(binaries, account, home, data)?;
    // Without a cache every run is as slow as the first, which is no reason to fail.
    let _ = publish(binaries, &templates, &template, data, account);
    Ok(Source::Initdb)
}

/// Syncs a new data directory to disk, for a permanent server.
pub(crate) fn sync(binaries: &Binaries, account: Account, home: &LockedDirectory) -> Result<(), ClusterError> {
    let failed = || ClusterError::io("write the data directory to disk");
    let data = home.path().join("data");
    let mut command = account.command(&binaries.dir.join("initdb"));
    let output = command
        .arg("--sync-only")
        .arg("--pgdata")
        .arg(data)
        .stderr(Stdio::piped())
        .output()
        .map_err(failed())?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    // A user without an entry in the user database continues without the sync.
    if output.status.success() || stderr.contains(UNKNOWN_USER) {
        return Ok(());
    }
    Err(ClusterError::Initdb {
        binaries: binaries.to_string(),
        output: stderr.trim().to_owned(),
    })
}

/// Deletes the template of these binaries.
pub(crate) fn discard(binaries: &Binaries) {
    if let Some(templates) = cache::templates() {
        let _ = fs::remove_dir_all(templates.join(key(binaries)));
    }
}

/// Returns `<major>-<directory>-<version>`, the latter two as digests.
fn key(binaries: &Binaries) -> String {
    let version = format!("{LAYOUT}\n{}", binaries.version_text);
    format!("{}{}", family(binaries), digest(version.as_bytes()))
}

/// Returns the common prefix of the keys of one installation, which does not change with its updates.
fn family(binaries: &Binaries) -> String {
    format!(
        "{}-{}-",
        binaries.major,
        digest(binaries.dir.as_os_str().as_encoded_bytes())
    )
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn copy_whole(template: &Path, data: &Path, account: Account) -> bool {
    let Some(expected) = read_size(&template.join("size")) else {
        return false;
    };
    directory::copy(&template.join("data"), data, Some(account)).is_ok_and(|copied| copied == expected)
}

fn read_size(path: &Path) -> Option<Contents> {
    let text = fs::read_to_string(path).ok()?;
    let (files, bytes) = text.trim().split_once(' ')?;
    Some(Contents {
        files: files.parse().ok()?,
        bytes: bytes.parse().ok()?,
    })
}

fn publish(binaries: &Binaries, templates: &Path, template: &Path, data: &Path, account: Account) -> io::Result<()> {
    fs::create_dir_all(templates)?;
    directory::sweep(templates, ".making-", account, |_| ());
    let staging = LockedDirectory::create(templates, ".making-")?;
    let Contents { files, bytes } = directory::copy(data, &staging.path().join("data"), None)?;
    fs::write(staging.path().join("size"), format!("{files} {bytes}\n"))?;
    staging.publish(template)?;
    remove_predecessors(templates, template, binaries)
}

/// Removes the templates of previous versions of an installation. An updated Postgres has a new key, so they are never
/// used again.
fn remove_predecessors(templates: &Path, template: &Path, binaries: &Binaries) -> io::Result<()> {
    let family = family(binaries);
    for entry in fs::read_dir(templates)?.flatten() {
        if entry.path() != template && entry.file_name().to_string_lossy().starts_with(&family) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn initdb(binaries: &Binaries, account: Account, home: &LockedDirectory, data: &Path) -> Result<(), ClusterError> {
    let failed = || ClusterError::io(format!("run initdb of {binaries}"));
    let run = |more: &[&str]| -> Result<Output, ClusterError> {
        // `initdb` reads nothing. Its standard input keeps the directory locked until it has ended, even if it outlives
        // this process.
        let lock = home.handle().map_err(failed())?;
        account
            .command(&binaries.dir.join("initdb"))
            .arg("--pgdata")
            .arg(data)
            .args(OPTIONS)
            .args(more)
            .stdin(lock)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .map_err(failed())
    };
    // Bytewise order with letters beyond ASCII, if the system has that locale; otherwise plain C.
    let mut output = run(&["--lc-ctype=C.UTF-8"])?;
    if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("locale") {
        let _ = fs::remove_dir_all(data);
        output = run(&[])?;
    }
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if stderr.contains(UNKNOWN_USER) {
        return Err(ClusterError::NoPasswdEntry { uid: account.uid() });
    }
    Err(ClusterError::Initdb {
        binaries: binaries.to_string(),
        output: stderr,
    })
}
