//! Reads the existing schema, which `schema.rs` is compared with: that of a database at head, or of the history
//! replayed on a scratch database.

use postgres::{Client, error::ErrorPosition};

use super::{GenerateError, Options, servers::Scratch};
use crate::{
    config::Project,
    connection::{self, DatabaseUrl},
    history::{HistoryError, MigrationDir, MigrationsDirectory, Undecided, Version},
    introspect::introspect,
    model::Schema,
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
        record(&mut client, None);
        replay(&mut client, migration)?;
        record(&mut client, Some(&migration.version));
    }
    let schema = introspect(&mut client)?;
    Ok(Base {
        schema,
        description: format!("the history in {}", project.relative(&project.migrations_dir).display()),
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

/// Creates Diesel's table and records a migration in it, as Diesel does: hand-written migrations may read it or write
/// to it. Errors are ignored, because a migration may drop the table.
fn record(client: &mut Client, version: Option<&Version>) {
    let _ = client.batch_execute(
        "CREATE TABLE IF NOT EXISTS public.__diesel_schema_migrations \
         (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    if let Some(version) = version {
        let _ = client.execute(
            "INSERT INTO public.__diesel_schema_migrations (version) VALUES ($1) ON CONFLICT DO NOTHING",
            &[&version.as_str()],
        );
    }
}

fn replay(client: &mut Client, migration: &MigrationDir) -> Result<(), GenerateError> {
    let sql = migration.up_sql()?;
    let failed = |error: postgres::Error| GenerateError::Replay {
        place: place(migration, &sql, &error),
        message: error.as_db_error().map_or_else(
            || error.to_string(),
            |error| {
                let hint = error.hint().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
                format!("{}: {}{hint}", error.severity(), error.message())
            },
        ),
    };
    if migration.run_in_transaction {
        let mut transaction = client.transaction().map_err(failed)?;
        transaction.batch_execute(&sql).map_err(failed)?;
        transaction.commit().map_err(failed)
    } else {
        client.batch_execute(&sql).map_err(failed)
    }
}

/// Returns the file, with the line if Postgres reports one.
fn place(migration: &MigrationDir, sql: &str, error: &postgres::Error) -> String {
    let path = migration.up();
    let Some(ErrorPosition::Original(at)) = error.as_db_error().and_then(|error| error.position()) else {
        return path.display().to_string();
    };
    let characters = usize::try_from(*at).unwrap_or(1).saturating_sub(1);
    let line = sql.chars().take(characters).filter(|c| *c == '\n').count() + 1;
    format!("{}:{line}", path.display())
}
