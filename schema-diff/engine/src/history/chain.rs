//! Checks whether the migrations of a directory still form the chain in which they were generated.

use std::collections::BTreeMap;
use std::fmt;

use crate::location::Location;

use super::{Fingerprint, Header, HistoryError, MigrationDir, MigrationsDirectory, Undecided, Version};

/// A finding about a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The migration's version.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// The kind of finding.
    pub kind: FindingKind,
}

/// The kinds of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// `up.sql` differs from the generated one.
    UpEdited,
    /// `down.sql` differs from the generated one.
    DownEdited,
    /// A generated migration has no `down.sql` any more.
    DownMissing,
    /// Diesel cannot read `metadata.toml` and silently runs the migration in a transaction.
    UnreadableMetadata(String),
    /// The migration that this one follows is missing.
    Missing(Version),
    /// This one sorts before the migration that it follows.
    OutOfOrder(Version),
    /// Several migrations follow the same one (`None`: the empty database). Reported for the later ones.
    SecondHead {
        /// The migration that they all follow.
        revises: Option<Version>,
        /// The first of them.
        first: Version,
    },
    /// Its `up.sql` raises an error until the user has decided.
    Undecided(Undecided),
    /// A hand-written migration, unknown when this one was generated, runs between it and the one that it follows.
    Inserted(Version),
    /// It runs outside of a transaction, and the program runs the migrations when it starts, at this place: two programs that start at once may
    /// both run it.
    Embedded(Location),
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Information; the migrations can run.
    Note,
    /// The history is inconsistent or undecided.
    Problem,
}

impl Finding {
    /// Returns the severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::UpEdited | FindingKind::DownEdited | FindingKind::DownMissing | FindingKind::Embedded(_) => {
                Severity::Note
            }
            FindingKind::UnreadableMetadata(_)
            | FindingKind::Missing(_)
            | FindingKind::OutOfOrder(_)
            | FindingKind::SecondHead { .. }
            | FindingKind::Undecided(_)
            | FindingKind::Inserted(_) => Severity::Problem,
        }
    }

    /// Returns a stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            FindingKind::UpEdited => "up-edited",
            FindingKind::DownEdited => "down-edited",
            FindingKind::DownMissing => "down-missing",
            FindingKind::UnreadableMetadata(_) => "unreadable-metadata",
            FindingKind::Missing(_) => "missing",
            FindingKind::OutOfOrder(_) => "out-of-order",
            FindingKind::SecondHead { .. } => "second-head",
            FindingKind::Undecided(_) => "undecided",
            FindingKind::Inserted(_) => "inserted",
            FindingKind::Embedded(_) => "embedded",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.kind {
            FindingKind::UpEdited => write!(f, "{name}: up.sql has been edited since it was generated"),
            FindingKind::DownEdited => write!(f, "{name}: down.sql has been edited since it was generated"),
            FindingKind::DownMissing => write!(f, "{name}: down.sql is missing, so it cannot be reverted"),
            FindingKind::UnreadableMetadata(message) => {
                write!(
                    f,
                    "{name}: metadata.toml cannot be read ({message}); Diesel silently ignores it and runs the migration in a transaction"
                )
            }
            FindingKind::Missing(revises) => {
                write!(
                    f,
                    "{name} follows {revises}, which is not in the directory: restore it, or correct the line `-- revises:`"
                )
            }
            FindingKind::OutOfOrder(revises) => write!(
                f,
                "{name} follows {revises} but runs before it: rename its directory to a later timestamp"
            ),
            FindingKind::SecondHead {
                revises: Some(revises),
                first,
            } => {
                write!(
                    f,
                    "{name} and {first} both follow {revises}: check that they do not conflict, then set `-- revises: {first}` in {name}/up.sql"
                )
            }
            FindingKind::SecondHead { revises: None, first } => {
                write!(
                    f,
                    "{name} and {first} both start from an empty database: check that they do not conflict, then set `-- revises: {first}` in {name}/up.sql"
                )
            }
            FindingKind::Undecided(Undecided { line, question }) => {
                write!(f, "{name}/up.sql:{line}: undecided: {question}")
            }
            FindingKind::Embedded(place) => write!(
                f,
                "{}:{}: the program runs the migrations when it starts; two that start at once may both run {name}, which is not a transaction, and leave an index that is not valid: run `schema-diff migration run`, which takes a lock, before the programs start",
                place.file.display(),
                place.line
            ),
            FindingKind::Inserted(between) => write!(
                f,
                "{name} was generated without {between}, which now runs before it: check that they do not conflict, then set `-- revises: {between}` in {name}/up.sql"
            ),
        }
    }
}

/// Returns a finding about the last migration that runs outside of a transaction, if the program runs the migrations when it starts; `place` looks
/// for where it does so.
pub fn embedded(directory: &MigrationsDirectory, place: impl FnOnce() -> Option<Location>) -> Option<Finding> {
    let mut migrations = directory.migrations().iter().rev();
    let last = migrations.find(|own| !own.run_in_transaction)?;
    Some(Finding {
        version: last.version.clone(),
        name: last.name.clone(),
        kind: FindingKind::Embedded(place()?),
    })
}

/// Checks a directory. Returns all findings, in the order of the migrations.
///
/// Hand-written migrations have no header. For them, only unreadable metadata and open questions are reported, and
/// [`FindingKind::Inserted`] for the migration after them.
///
/// # Errors
/// A file cannot be read.
pub fn verify(directory: &MigrationsDirectory) -> Result<Vec<Finding>, HistoryError> {
    let mut findings = Vec::new();
    let mut followers: BTreeMap<Option<Version>, Version> = BTreeMap::new();
    let mut hand_written: Vec<&Version> = Vec::new();
    for migration in directory.migrations() {
        let found = |kind| Finding {
            version: migration.version.clone(),
            name: migration.name.clone(),
            kind,
        };
        findings.extend(
            migration
                .unreadable_metadata
                .clone()
                .map(FindingKind::UnreadableMetadata)
                .map(found),
        );
        let up = migration.up_sql()?;
        findings.extend(Undecided::find(&up).map(FindingKind::Undecided).map(found));
        let Some((header, body)) = Header::parse(&up) else {
            hand_written.push(&migration.version);
            continue;
        };
        findings.extend(edits(migration, &header, body)?.into_iter().map(found));
        findings.extend(place(directory, migration, &header, &hand_written, &followers).map(found));
        followers
            .entry(header.revises)
            .or_insert_with(|| migration.version.clone());
    }
    Ok(findings)
}

fn edits(migration: &MigrationDir, header: &Header, body: &str) -> Result<Vec<FindingKind>, HistoryError> {
    let mut edits = Vec::new();
    if header
        .up
        .as_ref()
        .is_some_and(|generated| *generated != Fingerprint::of_sql(body))
    {
        edits.push(FindingKind::UpEdited);
    }
    if let Some(generated) = &header.down {
        match migration.down_sql()? {
            None => edits.push(FindingKind::DownMissing),
            Some(down) => {
                let body = super::split(&down).map_or(down.as_str(), |(_, body)| body);
                if *generated != Fingerprint::of_sql(body) {
                    edits.push(FindingKind::DownEdited);
                }
            }
        }
    }
    Ok(edits)
}

fn place(
    directory: &MigrationsDirectory,
    migration: &MigrationDir,
    header: &Header,
    hand_written: &[&Version],
    followers: &BTreeMap<Option<Version>, Version>,
) -> Option<FindingKind> {
    if let Some(revises) = &header.revises {
        if directory.get(revises).is_none() {
            return Some(FindingKind::Missing(revises.clone()));
        }
        if *revises >= migration.version {
            return Some(FindingKind::OutOfOrder(revises.clone()));
        }
    }
    if let Some(first) = followers.get(&header.revises) {
        return Some(FindingKind::SecondHead {
            revises: header.revises.clone(),
            first: first.clone(),
        });
    }
    let follows = header.revises.as_ref();
    hand_written
        .iter()
        .rev()
        .find(|version| follows.is_none_or(|follows| *follows < ***version))
        .map(|version| FindingKind::Inserted((*version).clone()))
}
