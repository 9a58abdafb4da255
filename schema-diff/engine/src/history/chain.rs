//! Whether the migrations of a directory still form the chain that they were generated as.

use std::collections::BTreeMap;
use std::fmt;

use super::{Fingerprint, Header, HistoryError, MigrationDir, MigrationsDirectory, Undecided, Version};

/// Something about a migration that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The migration that it is about.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// What it is.
    pub kind: FindingKind,
}

/// What can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// `up.sql` is not what was generated.
    UpEdited,
    /// `down.sql` is not what was generated.
    DownEdited,
    /// A generated migration lost its `down.sql`.
    DownMissing,
    /// Diesel cannot read `metadata.toml` and silently runs the migration in a transaction.
    UnreadableMetadata(String),
    /// The migration that this one follows is not there.
    Missing(Version),
    /// This one sorts before the migration that it follows.
    OutOfOrder(Version),
    /// Other migrations follow the same one (`None`: the empty database). Named on the later ones.
    SecondHead {
        /// What they all follow.
        revises: Option<Version>,
        /// The first of them.
        first: Version,
    },
    /// It stops until a person has decided something.
    Undecided(Undecided),
    /// A hand-written migration runs between this one and the one that it follows: it was generated without knowing that.
    Inserted(Version),
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The history does not hold together.
    Problem,
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::UpEdited | FindingKind::DownEdited | FindingKind::DownMissing => Severity::Note,
            FindingKind::UnreadableMetadata(_)
            | FindingKind::Missing(_)
            | FindingKind::OutOfOrder(_)
            | FindingKind::SecondHead { .. }
            | FindingKind::Undecided(_)
            | FindingKind::Inserted(_) => Severity::Problem,
        }
    }

    /// A word for machines.
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
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.kind {
            FindingKind::UpEdited => write!(f, "{name}: up.sql has been edited since it was generated"),
            FindingKind::DownEdited => write!(f, "{name}: down.sql has been edited since it was generated"),
            FindingKind::DownMissing => write!(f, "{name}: down.sql is missing, so this cannot be reverted"),
            FindingKind::UnreadableMetadata(message) => {
                write!(
                    f,
                    "{name}: metadata.toml cannot be read ({message}); Diesel ignores it without a word and runs this in a transaction"
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
                    "{name} and {first} both follow {revises}: check that they agree, then set `-- revises: {first}` in {name}/up.sql"
                )
            }
            FindingKind::SecondHead { revises: None, first } => {
                write!(
                    f,
                    "{name} and {first} both start from an empty database: check that they agree, then set `-- revises: {first}` in {name}/up.sql"
                )
            }
            FindingKind::Undecided(Undecided { line, question }) => {
                write!(f, "{name}/up.sql:{line}: undecided: {question}")
            }
            FindingKind::Inserted(between) => write!(
                f,
                "{name} was generated without knowing of {between}, which now runs before it: check that they agree, then set `-- revises: {between}` in {name}/up.sql"
            ),
        }
    }
}

/// Everything that there is to say about a directory, in the order of the migrations.
///
/// Hand-written migrations have no header, and are only ever found in other migrations' way.
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
