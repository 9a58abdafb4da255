//! Checks that each `down.sql` of a history reverts its `up.sql`.
//!
//! Each migration runs up, down and up again on a copy of the database as the migrations before it have left it, each time
//! in a session of its own. The system catalogs are compared row by row, so that a difference is found whatever kind of
//! object it is. There are no rows: what `down.sql` does to them is not checked. Neither are settings of databases and
//! roles, and privileges and comments of objects that are built in or belong to an extension.

use std::{fmt, path::PathBuf};

use postgres::Client;

use super::{Rejected, ReplayError, allowed, down, refuse_undecided, up};
use crate::{
    catalog_snapshot::{CatalogDifference, CatalogSnapshot, Differs},
    cluster::{ScratchDatabase, ScratchServer},
    history::{MigrationDir, Version},
};

/// The number of differences that a text shows.
const SHOWN: usize = 10;
/// Catalogs whose rows say most about a difference; they are shown first.
const FIRST: [&str; 8] = [
    "pg_namespace",
    "pg_class",
    "pg_proc",
    "pg_type",
    "pg_enum",
    "pg_constraint",
    "pg_attribute",
    "pg_trigger",
];

/// The result of verifying a history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// How many migrations were verified.
    pub count: usize,
    /// The migrations that are not reverted, in the order of their versions.
    pub findings: Vec<Irreversible>,
    /// An `up.sql` that does not run after the migrations before it: nothing after it was verified.
    pub stopped: Option<Rejected>,
}

/// A migration that is not reverted.
#[derive(Clone, Debug, PartialEq)]
pub struct Irreversible {
    /// Its version.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// The file that is at fault.
    pub file: PathBuf,
    /// What happens.
    pub kind: IrreversibleKind,
    /// Why that is intended, if a comment in the file allows it: `-- schema-diff: allow(down-differs) reason`.
    pub allowed: Option<String>,
}

/// How a migration is not reverted.
#[derive(Clone, Debug, PartialEq)]
pub enum IrreversibleKind {
    /// There is no `down.sql`, or no statement in it, although `up.sql` changes something.
    Missing,
    /// `down.sql` fails.
    Fails(Rejected),
    /// After `down.sql`, the database differs from that before `up.sql`.
    Differs(Vec<CatalogDifference>),
    /// After `down.sql`, an enum type still has labels that `up.sql` added: Postgres cannot drop a label.
    KeepsLabels(Vec<CatalogDifference>),
    /// After `down.sql`, `up.sql` fails.
    UpFails(Rejected),
    /// After `down.sql`, `up.sql` leads to another database than the first time.
    UpDiffers(Vec<CatalogDifference>),
}

impl IrreversibleKind {
    /// Returns its code, which comments that allow it name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "down-missing",
            Self::Fails(_) => "down-fails",
            Self::Differs(_) => "down-differs",
            Self::KeepsLabels(_) => "down-keeps-labels",
            Self::UpFails(_) => "up-fails-again",
            Self::UpDiffers(_) => "up-differs-again",
        }
    }

    /// Returns the differences, if it has any.
    pub fn differences(&self) -> &[CatalogDifference] {
        match self {
            Self::Differs(found) | Self::KeepsLabels(found) | Self::UpDiffers(found) => found,
            Self::Missing | Self::Fails(_) | Self::UpFails(_) => &[],
        }
    }
}

impl Irreversible {
    /// Returns whether the migration needs a correction: nothing allows the finding, and it can be avoided.
    pub const fn is_problem(&self) -> bool {
        self.allowed.is_none() && !matches!(self.kind, IrreversibleKind::KeepsLabels(_))
    }
}

/// Verifies migrations, the last `count` of them or all. Those before are run without being verified.
///
/// # Errors
/// A migration cannot be read or is undecided, or a scratch database fails.
pub fn verify(
    migrations: &[MigrationDir],
    count: Option<usize>,
    server: &ScratchServer,
    progress: &mut dyn FnMut(&str),
) -> Result<Verified, ReplayError> {
    let first = count.map_or(0, |count| migrations.len().saturating_sub(count));
    let database = server.create_database("history")?;
    let mut verified = Verified::default();
    for (at, migration) in migrations.iter().enumerate() {
        refuse_undecided(migration)?;
        progress(&format!(
            "verifying {} of {}: {}",
            at + 1,
            migrations.len(),
            migration.name
        ));
        let mut run = Ok(None);
        if at >= first {
            run = verify_one(migration, &server.create_database_from(&database)?)?;
        }
        // On the copy, up.sql has not run, or an object of the whole server may have remained of it.
        let run = match run {
            Err(rejected) => Err(rejected),
            Ok(finding) => {
                verified.count += usize::from(at >= first);
                verified.findings.extend(finding);
                up(&mut database.connect()?, migration)?
            }
        };
        if let Err(rejected) = run {
            verified.stopped = Some(rejected);
            break;
        }
    }
    Ok(verified)
}

/// Verifies one migration on a copy of the database. The inner error is that of the first `up.sql`.
fn verify_one(
    migration: &MigrationDir,
    copy: &ScratchDatabase,
) -> Result<Result<Option<Irreversible>, Rejected>, ReplayError> {
    let down_sql = migration.down_sql()?;
    let kind = match irreversible(migration, down_sql.as_deref(), copy)? {
        Err(rejected) => return Ok(Err(rejected)),
        Ok(None) => return Ok(Ok(None)),
        Ok(Some(kind)) => kind,
    };
    let file = match kind {
        IrreversibleKind::UpFails(_) | IrreversibleKind::UpDiffers(_) => migration.up(),
        _ => migration.down(),
    };
    let texts = [Some(migration.up_sql()?), down_sql];
    let allowed = texts.iter().flatten().find_map(|sql| allowed(sql, kind.code()));
    Ok(Ok(Some(Irreversible {
        version: migration.version.clone(),
        name: migration.name.clone(),
        file,
        kind,
        allowed,
    })))
}

fn irreversible(
    migration: &MigrationDir,
    down_sql: Option<&str>,
    copy: &ScratchDatabase,
) -> Result<Result<Option<IrreversibleKind>, Rejected>, ReplayError> {
    super::record(&mut copy.connect()?, None);
    let (before, _) = snapshot(copy)?;
    if let Err(rejected) = up(&mut copy.connect()?, migration)? {
        return Ok(Err(rejected));
    }
    let (after, _) = snapshot(copy)?;
    let down = || match down_sql {
        Some(sql) => Ok(down(&mut copy.connect()?, migration, sql)),
        None => Ok::<_, ReplayError>(Ok(())),
    };
    if let Err(rejected) = down()? {
        return Ok(Ok(Some(IrreversibleKind::Fails(rejected))));
    }
    let (reverted, mut client) = snapshot(copy)?;
    let differences = differences(&before, &reverted, &mut client);
    if !differences.is_empty() {
        let has_no_statement = reverted == after && down_sql.is_none_or(is_empty);
        let is_label = |one: &CatalogDifference| one.catalog == "pg_enum" && matches!(one.what, Differs::Added(_));
        return Ok(Ok(Some(if has_no_statement {
            IrreversibleKind::Missing
        } else if differences.iter().all(is_label) {
            IrreversibleKind::KeepsLabels(differences)
        } else {
            IrreversibleKind::Differs(differences)
        })));
    }
    if let Err(rejected) = up(&mut copy.connect()?, migration)? {
        return Ok(Ok(Some(IrreversibleKind::UpFails(rejected))));
    }
    let (again, mut client) = snapshot(copy)?;
    let differences = self::differences(&after, &again, &mut client);
    if !differences.is_empty() {
        return Ok(Ok(Some(IrreversibleKind::UpDiffers(differences))));
    }
    // Objects of the whole server, such as roles, would be in the way of the next run.
    let _ = down()?;
    Ok(Ok(None))
}

/// Takes a snapshot in a session of its own, which is returned: what the session of a migration has set must not matter.
fn snapshot(database: &ScratchDatabase) -> Result<(CatalogSnapshot, Client), ReplayError> {
    let mut client = database.connect()?;
    Ok((CatalogSnapshot::of(&mut client)?, client))
}

/// Returns the differences, without those that no statement could avoid: `ALTER TABLE ... INHERIT` leaves a column that is
/// inherited local, too.
fn differences(before: &CatalogSnapshot, after: &CatalogSnapshot, client: &mut Client) -> Vec<CatalogDifference> {
    let mut found = before.differences(after, client);
    found.retain(|one| !matches!(&one.what, Differs::Column { name, .. } if name == "attislocal"));
    found
}

/// Returns whether a file has nothing but blank lines and comments to the end of the line.
fn is_empty(sql: &str) -> bool {
    let mut lines = sql.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with("--"))
}

impl fmt::Display for Irreversible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        match &self.kind {
            IrreversibleKind::Missing => f.write_str("there is no down.sql that reverts it")?,
            IrreversibleKind::Fails(rejected) => {
                write!(f, "down.sql fails at {}: {}", rejected.place(), rejected.message)?
            }
            IrreversibleKind::Differs(_) => {
                f.write_str("down.sql does not restore the schema that existed before up.sql")?
            }
            IrreversibleKind::KeepsLabels(_) => {
                f.write_str("down.sql keeps enum labels that up.sql added; Postgres cannot drop a label")?;
            }
            IrreversibleKind::UpFails(rejected) => {
                write!(
                    f,
                    "after down.sql, up.sql fails at {}: {}",
                    rejected.place(),
                    rejected.message
                )?;
            }
            IrreversibleKind::UpDiffers(_) => {
                f.write_str(
                    "when up.sql runs again after down.sql, it produces a different schema than the first time",
                )?;
            }
        }
        write!(f, " [{}]", self.kind.code())?;
        for line in described(self.kind.differences()) {
            write!(f, "\n    {line}")?;
        }
        Ok(())
    }
}

/// Describes the differences, the most telling first.
fn described(differences: &[CatalogDifference]) -> Vec<String> {
    let rank = |one: &CatalogDifference| FIRST.iter().position(|own| *own == one.catalog).unwrap_or(FIRST.len());
    let mut sorted: Vec<&CatalogDifference> = differences.iter().collect();
    sorted.sort_by_key(|one| rank(one));
    let mut lines: Vec<String> = sorted.iter().take(SHOWN).map(|one| describe(one)).collect();
    if let Some(more) = sorted.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("... and {more} more"));
    }
    lines
}

fn describe(difference: &CatalogDifference) -> String {
    let CatalogDifference { catalog, object, what } = difference;
    let show =
        |value: &Option<serde_json::Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
    match what {
        Differs::Column { name, before, after } => {
            format!("{object}: {name} was {}, is {} ({catalog})", show(before), show(after))
        }
        Differs::Missing(_) => format!("{object} is missing ({catalog})"),
        Differs::Added(_) => format!("{object} should not exist ({catalog})"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_empty;

    #[test]
    fn comments_are_no_statements() {
        assert!(is_empty("-- nothing to do\n\n  -- here\n") && is_empty(""));
        assert!(!is_empty("-- x\nSELECT 1;"));
    }
}
