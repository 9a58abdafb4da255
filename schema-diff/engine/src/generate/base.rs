//! Reads the existing schema, which `schema.rs` is compared with: that of a database at head, or of the history
//! replayed on a scratch database.

use postgres::Client;

use super::{GenerateError, Options, servers::Scratch};
use crate::{
    config::Project,
    connection::{self, DatabaseUrl},
    history::{HistoryError, MigrationDir, MigrationsDirectory, Undecided, Version},
    introspect::introspect,
    model::Schema,
    replay,
};

/// The source of the existing schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum From {
    /// The database of `DATABASE_URL`, or the history if it is not set.
    #[default]
    Default,
    /// The database of `DATABASE_URL`.
    Database,
    /// The history.
    Migrations,
}

/// The existing schema, with its source.
pub struct Base {
    /// The schema.
    pub schema: Schema,
    /// The source, for messages.
    pub description: String,
    /// Migrations that the database does not have yet. Changes found against it would include theirs.
    pub pending: Vec<String>,
}

impl Base {
    /// Returns the major version of the server.
    pub const fn major(&self) -> u32 {
        self.schema.major_version()
    }
}

/// Reads the existing schema.
///
/// # Errors
/// No connection, no history, or a catalog that cannot be read.
pub fn read(
    project: &Project,
    options: &Options,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Base, GenerateError> {
    let url = database_url(project)?;
    let without = options.without.as_ref();
    match (options.from, url) {
        (From::Database, None) => Err(GenerateError::NoDatabase),
        (From::Default | From::Database, Some(url)) => database(project, url, without, progress),
        (From::Default, None) | (From::Migrations, _) => history(project, without, scratch, progress),
    }
}

/// Returns `DATABASE_URL`, if it is set.
///
/// # Errors
/// It is not a URL of Postgres. The error names its origin.
pub fn database_url(project: &Project) -> Result<Option<DatabaseUrl>, GenerateError> {
    let Some((url, origin)) = project.environment.database_url() else {
        return Ok(None);
    };
    let url = DatabaseUrl::parse(url).map_err(|source| GenerateError::DatabaseUrl {
        origin,
        source: Box::new(source),
    })?;
    Ok(Some(url))
}

fn database(
    project: &Project,
    url: DatabaseUrl,
    without: Option<&Version>,
    progress: &mut dyn FnMut(&str),
) -> Result<Base, GenerateError> {
    progress("reading the database");
    let mut client = connection::connect_to(&url, &project.environment)?;
    let schema = introspect(&mut client)?;
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let applied = applied(&mut client);
    let is_applied = |version: &Version| applied.iter().any(|other| other == version.as_str());
    if let Some(version) = without.filter(|version| is_applied(version)) {
        return Err(GenerateError::Applied {
            version: version.clone(),
            database: url.to_string(),
        });
    }
    let pending = directory
        .migrations()
        .iter()
        .filter(|migration| !is_applied(&migration.version) && Some(&migration.version) != without)
        .map(|migration| migration.name.clone())
        .collect();
    Ok(Base {
        schema,
        description: format!("the database {url}"),
        pending,
    })
}

/// Reads the versions in Diesel's table; none if the table does not exist.
fn applied(client: &mut Client) -> Vec<String> {
    client
        .query(
            "SELECT version::text FROM __diesel_schema_migrations ORDER BY version",
            &[],
        )
        .map(|rows| rows.iter().map(|row| row.get(0)).collect())
        .unwrap_or_default()
}

fn history(
    project: &Project,
    without: Option<&Version>,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Base, GenerateError> {
    let directory = match MigrationsDirectory::read_if_present(&project.migrations_dir) {
        Err(HistoryError::NoDirectory { .. }) => MigrationsDirectory::default(),
        other => other?,
    };
    let migrations: Vec<&MigrationDir> = directory
        .migrations()
        .iter()
        .filter(|migration| Some(&migration.version) != without)
        .collect();
    for migration in &migrations {
        undecided(migration)?;
    }
    let count = migrations.len();
    let server = scratch.server(0)?;
    progress(&format!(
        "replaying {count} migration{} on a scratch database",
        if count == 1 { "" } else { "s" }
    ));
    let database = server.create_database("history")?;
    let mut client = database.connect()?;
    for migration in migrations {
        replay::up(&mut client, migration)?.map_err(|rejected| GenerateError::Replay {
            place: rejected.place(),
            message: rejected.message,
        })?;
    }
    let schema = introspect(&mut client)?;
    Ok(Base {
        schema,
        description: format!(
            "the migration history in `{}`",
            project.relative(&project.migrations_dir).display()
        ),
        pending: Vec::new(),
    })
}

/// Checks that a migration is not undecided, because an undecided one does not lead to a schema yet.
pub(super) fn undecided(migration: &MigrationDir) -> Result<(), GenerateError> {
    match Undecided::find(&migration.up_sql()?) {
        None => Ok(()),
        Some(found) => Err(GenerateError::Undecided {
            place: format!("{}:{}", migration.up().display(), found.line),
            question: found.question,
        }),
    }
}
