//! The command line as a whole.

use std::{io, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};

use super::{
    EXIT_OK, Screen,
    autogenerate::{self, AutogenerateArgs},
    check::{self, CheckArgs},
    db::{self, Db, DbError},
    diff::{self, DiffArgs},
    history::{self, HistoryArgs, HistoryCommandError},
    migration::{self, MigrationArgs, MigrationError},
};
use crate::{
    cluster::{Binaries, ClusterError, Development, development::DATABASE},
    config::{ConfigError, Project},
    generate::GenerateError,
    history::HistoryError,
    write::WriteError,
};

/// Autogenerate for Diesel: edit schema.rs, get a proven migration
#[derive(Debug, Parser)]
#[command(
    name = "schema-diff",
    version,
    after_help = "Start here:
  $EDITOR src/schema.rs
  schema-diff autogenerate -m \"add iso3code\"
  schema-diff migration run

Without DATABASE_URL everything runs on a private Postgres of this project.
Exit status: 0 nothing to say; 1 differences or findings; 2 it could not be done."
)]
pub struct Cli {
    /// How results are shown
    #[arg(long, value_enum, global = true, default_value_t = Format::Text)]
    pub format: Format,
    /// Work on the project in this directory instead of the current one
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    #[command(subcommand)]
    #[expect(missing_docs, reason = "its variants are documented")]
    pub command: Command,
}

/// How results are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(visible_alias = "revision")]
    Autogenerate(AutogenerateArgs),
    Diff(DiffArgs),
    Check(CheckArgs),
    Migration(MigrationArgs),
    History(HistoryArgs),
    /// The project's own Postgres, for development without a server
    Db(Db),
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is another door's error")]
pub enum Failed {
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    HistoryCommand(#[from] HistoryCommandError),
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("{0}")]
    Terminal(#[from] io::Error),
}

impl Failed {
    /// The message; errors in source files are shown with the source.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Generate(GenerateError::Parse(errors)) => errors.render(color),
            other => format!("error: {other}"),
        }
    }
}

/// Runs the command; data to `screen.out`, words to `screen.err`. Gives the exit status.
///
/// # Errors
/// It could not be done.
pub fn run(cli: &Cli, screen: &mut Screen<'_>) -> Result<u8, Failed> {
    let here = match &cli.directory {
        Some(directory) => directory.clone(),
        None => std::env::current_dir()?,
    };
    let json = cli.format == Format::Json;
    let project = Project::discover(&here)?;
    for warning in &project.warnings {
        screen.remark("warning", &warning.to_string())?;
    }
    match &cli.command {
        Command::Autogenerate(args) => autogenerate::run(args, &project, screen, json),
        Command::Diff(args) => diff::run(args, &project, screen, json),
        Command::Check(args) => check::run(args, &project, screen, json),
        Command::Migration(args) => {
            let database = Database::open(&project)?;
            Ok(migration::run(
                args,
                &project,
                &database.url,
                screen.out,
                screen.err,
                json,
            )?)
        }
        Command::History(args) => {
            let database = Database::open(&project)?;
            Ok(history::run(
                args,
                &project,
                Some(&database.url),
                screen.out,
                screen.err,
                json,
            )?)
        }
        Command::Db(args) => {
            db::run(args, &project.root, screen.out, screen.err)?;
            Ok(EXIT_OK)
        }
    }
}

/// The database that migrations run on: that of `DATABASE_URL`, else the project's own.
struct Database {
    url: String,
    /// Keeps the project's own server running meanwhile.
    _server: Option<Development>,
}

impl Database {
    fn open(project: &Project) -> Result<Self, Failed> {
        if let Some((url, _)) = project.environment.database_url() {
            return Ok(Self {
                url: url.to_owned(),
                _server: None,
            });
        }
        let binaries = Binaries::discover(project.postgres_bin.as_deref(), Development::major(&project.root))?;
        let server = Development::open(&project.root, &binaries)?;
        server.ensure_database(DATABASE)?;
        Ok(Self {
            url: server.url(DATABASE),
            _server: Some(server),
        })
    }
}
