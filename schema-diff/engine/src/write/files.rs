//! Writes the files of a migration.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use nix::fcntl::{Flock, FlockArg};

use super::{WriteError, replaced, slug, swap, timestamp};
use crate::history::{
    Fingerprint, Header, MigrationDir, MigrationsDirectory, PartNumber, SchemaFingerprint, Version, escape,
};
use crate::{compatibility::Order, rollout::Kept};

/// The prefix of staging directories. The dot keeps Diesel and schema-diff from taking one for a migration.
const STAGING: &str = ".schema-diff-";
/// The name of a migration that parts have replaced, while it is removed.
const REPLACED: &str = ".schema-diff-replaced";
/// The name of the directory with the complete parts of a migration, while they are moved to their names.
const COMPLETE: &str = ".schema-diff+complete";

/// A migration to be written.
#[derive(Debug, Clone)]
pub struct NewMigration {
    /// The user's message; any text.
    pub message: String,
    /// The SQL of the upgrade, without a header.
    pub up_body: String,
    /// The SQL of the downgrade, without a header.
    pub down_body: String,
    /// The byte of `up_body` at which the name of the migration's directory is inserted, which is known only when it is
    /// written.
    pub named_at: Option<usize>,
    /// Whether Diesel runs it in a transaction.
    pub run_in_transaction: bool,
    /// The migration that it follows.
    pub revises: Option<Version>,
    /// The fingerprint of the schema before.
    pub before_fingerprint: Option<SchemaFingerprint>,
    /// The fingerprint of the schema after.
    pub after_fingerprint: Option<SchemaFingerprint>,
    /// The user's decisions, one option each.
    pub decided: Vec<String>,
    /// Its number and the number of the parts, if it is a part of a migration.
    pub part: Option<PartNumber>,
    /// What the migration keeps for the program that is still running.
    pub keeps: Vec<Kept>,
    /// The migrations whose kept things this one removes.
    pub releases: Vec<Version>,
    /// When the new program can be deployed; `None` in the parts after the first.
    pub deploy: Option<Order>,
}

/// A migration that has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its directory.
    pub path: PathBuf,
    /// Its version.
    pub version: Version,
}

/// Writes the parts of a migration as [`write()`] does, but only if the last migration is still the one that the first part revises, whose
/// schema was compared. Each of the other parts revises the one before it.
///
/// All parts appear under their names, or none: a writer that is killed while they get their names is finished by the next one.
///
/// # Errors
/// As for [`write()`], and [`WriteError::Overtaken`] if another migration was written in the meantime.
pub fn write_next(dir: &Path, now: Timestamp, parts: &[NewMigration]) -> Result<Vec<Written>, WriteError> {
    let revises = parts.first().and_then(|first| first.revises.as_ref());
    write_checked(dir, now, parts, |latest| match latest {
        Some(latest) if Some(&latest.version) != revises => Err(WriteError::Overtaken {
            name: latest.name.clone(),
        }),
        _ => Ok(()),
    })
}

/// Writes a migration into `dir`, which is created if it does not exist.
///
/// The directory appears under its name complete and on disk, or not at all. Two concurrent writers get two versions.
///
/// # Errors
/// `dir` is not a directory, cannot be written to, or contains migrations that cannot be read or followed.
pub fn write(dir: &Path, now: Timestamp, migration: &NewMigration) -> Result<Written, WriteError> {
    let mut written = write_checked(dir, now, std::slice::from_ref(migration), |_| Ok(()))?;
    Ok(written.remove(0))
}

/// Rewrites the last migration, under its own name. `seen` has the texts of `up.sql` and `down.sql` from which this one
/// was made. Other files in its directory are kept. If the migration has several parts now, the first one has its version, and the others follow.
///
/// At any moment the directory contains all previous files or all new files; several parts appear as [`write_next()`] writes them.
///
/// # Errors
/// The migration has been changed or followed by another one in the meantime, or the directory cannot be read or
/// written.
pub fn rewrite(
    dir: &Path,
    now: Timestamp,
    version: &Version,
    seen: (&str, Option<&str>),
    parts: &[NewMigration],
) -> Result<Vec<Written>, WriteError> {
    let _lock = lock(dir)?;
    let directory = MigrationsDirectory::read(dir)?;
    let Some(old) = directory.head().filter(|head| head.version == *version) else {
        return Err(WriteError::Overtaken {
            name: directory.head().map(|head| head.name.clone()).unwrap_or_default(),
        });
    };
    if (old.up_sql()?.as_str(), old.down_sql()?.as_deref()) != seen {
        return Err(WriteError::Changed { name: old.name.clone() });
    }
    let (staged, _private) = staging(dir)?;
    let written = match parts {
        [only] => vec![rewrite_in_place(&staged, old, only)?],
        _ => rewrite_as_parts(dir, &staged, now, old, parts)?,
    };
    sync(dir).map_err(|source| failed(dir, source))?;
    Ok(written)
}

fn rewrite_in_place(staged: &Path, old: &MigrationDir, migration: &NewMigration) -> Result<Written, WriteError> {
    swap::copy_other_files(&old.path, staged).map_err(|source| failed(staged, source))?;
    stage(staged, migration, &old.name)?;
    swap::swap(staged, &old.path).map_err(|source| failed(&old.path, source))?;
    Ok(Written {
        path: old.path.clone(),
        version: old.version.clone(),
    })
}

fn rewrite_as_parts(
    dir: &Path,
    staging: &Path,
    now: Timestamp,
    old: &MigrationDir,
    parts: &[NewMigration],
) -> Result<Vec<Written>, WriteError> {
    let written = stage_all(dir, staging, now, First::Replaces(old), parts)?;
    if let Some(first) = written.first() {
        let first = staged(staging, first);
        swap::copy_other_files(&old.path, &first).map_err(|source| failed(&first, source))?;
    }
    replaced::note(staging, &old.name).map_err(|source| failed(staging, source))?;
    name_all(dir, staging, &written).map_err(|source| failed(dir, source))?;
    Ok(written)
}

fn write_checked(
    dir: &Path,
    now: Timestamp,
    parts: &[NewMigration],
    may_follow: impl Fn(Option<&MigrationDir>) -> Result<(), WriteError>,
) -> Result<Vec<Written>, WriteError> {
    if dir.exists() && !dir.is_dir() {
        return Err(WriteError::NotADirectory {
            path: dir.to_path_buf(),
        });
    }
    fs::create_dir_all(dir).map_err(|source| failed(dir, source))?;
    let _lock = lock(dir)?;

    let mut taken: Option<Version> = None;
    loop {
        let directory = MigrationsDirectory::read(dir)?;
        may_follow(directory.head())?;
        let latest = directory.head().map(|head| head.version.clone()).max(taken);
        let (staging, _private) = staging(dir)?;
        let written = stage_all(dir, &staging, now, First::Follows(latest.as_ref()), parts)?;
        // Without a lock, another writer may have taken a name.
        if let Some(other) = written.iter().find(|own| own.path.exists()) {
            taken = Some(other.version.clone());
            continue;
        }
        match name_all(dir, &staging, &written) {
            Ok(()) => {
                sync(dir).map_err(|source| failed(dir, source))?;
                return Ok(written);
            }
            Err(error) if is_taken(&error) => taken = written.last().map(|own| own.version.clone()),
            Err(source) => return Err(failed(dir, source)),
        }
    }
}

/// Which version the first part gets.
#[derive(Clone, Copy)]
enum First<'a> {
    /// One after the last migration's.
    Follows(Option<&'a Version>),
    /// That of the migration that the parts replace.
    Replaces(&'a MigrationDir),
}

impl First<'_> {
    /// Returns the name of the first part's directory without its number, and its version.
    fn name(self, now: Timestamp, message: &str) -> Result<(String, Version), WriteError> {
        match self {
            Self::Follows(latest) => following(now, latest, message),
            Self::Replaces(old) => Ok((old.name.clone(), old.version.clone())),
        }
    }
}

/// Returns the name of a directory that follows another one, and its version.
fn following(now: Timestamp, latest: Option<&Version>, message: &str) -> Result<(String, Version), WriteError> {
    let stamp = timestamp::after(now, latest).ok_or_else(|| WriteError::NoVersionAfter {
        latest: latest.cloned().unwrap_or_else(|| Version::recorded("")),
    })?;
    Ok((format!("{stamp}_{}", slug(message)), Version::of_directory(&stamp)))
}

/// Writes the parts into a staging directory, under the names that they will have in `dir`.
fn stage_all(
    dir: &Path,
    staging: &Path,
    now: Timestamp,
    first: First<'_>,
    parts: &[NewMigration],
) -> Result<Vec<Written>, WriteError> {
    let mut written: Vec<Written> = Vec::new();
    for part in parts {
        let last = written.last().map(|last| &last.version);
        let (mut name, version) = match last {
            None => first.name(now, &part.message)?,
            last => following(now, last, &part.message)?,
        };
        if let Some(PartNumber { number, of }) = part.part {
            name.push_str(&format!("_{number}_of_{of}"));
        }
        let staged = staging.join(&name);
        fs::create_dir(&staged).map_err(|source| failed(&staged, source))?;
        let part = NewMigration {
            revises: last.cloned().or_else(|| part.revises.clone()),
            ..part.clone()
        };
        stage(&staged, &part, &name)?;
        let path = dir.join(name);
        written.push(Written { path, version });
    }
    Ok(written)
}

/// Moves the staged parts to their names. Several of them first get a common name, from which the next writer finishes if this one is killed.
fn name_all(dir: &Path, staging: &Path, written: &[Written]) -> io::Result<()> {
    let from = match written {
        [only] => return fs::rename(staged(staging, only), &only.path),
        _ => dir.join(COMPLETE),
    };
    sync(staging)?;
    fs::rename(staging, &from)?;
    sync(dir)?;
    replaced::take_away(dir, &from, REPLACED)?;
    for own in written {
        fs::rename(staged(&from, own), &own.path)?;
    }
    fs::remove_dir(from)
}

fn staged(staging: &Path, written: &Written) -> PathBuf {
    staging.join(written.path.file_name().unwrap_or_default())
}

/// Gives parts their names whose writer was killed after all of them were complete.
fn finish_interrupted(dir: &Path) {
    let complete = dir.join(COMPLETE);
    if replaced::take_away(dir, &complete, REPLACED).is_err() {
        return;
    }
    for entry in complete.read_dir().into_iter().flatten().flatten() {
        let _ = fs::rename(entry.path(), dir.join(entry.file_name()));
    }
    let _ = fs::remove_dir(complete);
}

fn failed(path: &Path, source: io::Error) -> WriteError {
    WriteError::Write {
        path: path.to_path_buf(),
        source,
    }
}

/// Locks the directory while a version is chosen and taken. On file systems without locks, only the rename protects
/// against concurrent writers.
///
/// The holder of the lock is the only writer, and cleans up after writers that were killed.
fn lock(dir: &Path) -> Result<Option<Flock<File>>, WriteError> {
    let locked = File::open(dir).and_then(|file| match Flock::lock(file, FlockArg::LockExclusive) {
        Ok(lock) => Ok(Some(lock)),
        Err((_, nix::Error::ENOLCK | nix::Error::EOPNOTSUPP)) => Ok(None),
        Err((_, errno)) => Err(errno.into()),
    });
    let lock = locked.map_err(|source| failed(dir, source))?;
    if lock.is_some() {
        swap::restore_interrupted(dir);
        finish_interrupted(dir);
        sweep(dir);
    }
    Ok(lock)
}

/// Removes the staging directories of killed writers. Those that cannot be removed do no harm.
fn sweep(dir: &Path) {
    for entry in dir.read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(STAGING) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory
    )
}

/// Creates a temporary directory, and one inside it, which is returned first: the outer one is private to its owner, and a migration should
/// not be.
fn staging(dir: &Path) -> Result<(PathBuf, tempfile::TempDir), WriteError> {
    let private = tempfile::Builder::new()
        .prefix(STAGING)
        .tempdir_in(dir)
        .map_err(|source| failed(dir, source))?;
    let staging = private.path().join("migration");
    fs::create_dir(&staging).map_err(|source| failed(&staging, source))?;
    Ok((staging, private))
}

fn stage(staged: &Path, migration: &NewMigration, name: &str) -> Result<(), WriteError> {
    let (up, down) = texts(migration, name);
    let mut files = vec![("up.sql", up), ("down.sql", down)];
    if !migration.run_in_transaction {
        // The key is explicit: Diesel takes a file without it to mean the same, but a reader may not.
        files.push(("metadata.toml", "run_in_transaction = false\n".to_owned()));
    }
    for (name, text) in files {
        let path = staged.join(name);
        let written =
            File::create(&path).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|source| failed(&path, source))?;
    }
    sync(staged).map_err(|source| failed(staged, source))
}

/// Returns the texts of `up.sql` and `down.sql`.
fn texts(migration: &NewMigration, name: &str) -> (String, String) {
    let mut up = ending_in_newline(&migration.up_body);
    if let Some(at) = migration.named_at.filter(|at| up.is_char_boundary(*at)) {
        up.insert_str(at, &format!("{name}/"));
    }
    let down = ending_in_newline(&migration.down_body);
    let header = Header {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        message: migration.message.clone(),
        part: migration.part,
        revises: migration.revises.clone(),
        before: migration.before_fingerprint.clone(),
        after: migration.after_fingerprint.clone(),
        up: Some(Fingerprint::of_sql(&up)),
        down: Some(Fingerprint::of_sql(&down)),
        decided: migration.decided.clone(),
        keeps: migration.keeps.clone(),
        releases: migration.releases.clone(),
        deploy: migration.deploy,
    };
    let back = format!(
        "-- schema-diff: {}\n-- reverts: {}{}\n\n",
        header.tool,
        escape(&migration.message),
        migration
            .part
            .map_or_else(String::new, |part| format!(" (part {part})"))
    );
    (header.format() + &up, back + &down)
}

fn ending_in_newline(body: &str) -> String {
    if body.is_empty() || body.ends_with('\n') {
        body.to_owned()
    } else {
        format!("{body}\n")
    }
}

/// Syncs a directory. Some file systems cannot; the files themselves are on disk by then.
fn sync(dir: &Path) -> io::Result<()> {
    match File::open(dir)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}
