//! The command line as a whole.

use std::{io, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use owo_colors::OwoColorize;

use super::{
    EXIT_OK, Screen,
    autogenerate::{self, AutogenerateArgs},
    check::{self, CheckArgs},
    completions::{self, CompletionsArgs},
    db::{self, Db, DbError},
    diff::{self, DiffArgs},
    history::{self, HistoryArgs, HistoryCommandError},
    init::{self, InitArgs},
    lint::{self, LintArgs},
    migration::{self, MigrationArgs, MigrationError},
    pull::{self, PullArgs},
    rehearse::{self, RehearseArgs},
    review::{self, ReviewArgs, ReviewError},
    screen::harmless,
    stats::{self, StatsArgs},
    verify::{self, VerifyArgs},
};
use schema_diff_engine::{
    cluster::{Binaries, ClusterError, Development, development::DATABASE},
    config::{ConfigError, ConfigWarning, Project},
    diagnostic::Diagnostic,
    generate::{GenerateError, database_url},
    history::HistoryError,
    init::InitError,
    pull::PullError,
    rehearse::RehearseError,
    replay::ReplayError,
    statistics::StatisticsError,
    write::WriteError,
};

/// Generate Diesel migrations: edit schema.rs, and get a migration that has already been run on a temporary (scratch)
/// Postgres database
#[derive(Debug, Parser)]
#[command(
    name = "schema-diff",
    version,
    after_help = "Start here:
  $EDITOR src/schema.rs
  schema-diff autogenerate -m \"add iso3code\"
  schema-diff migration run

If DATABASE_URL is not set, `migration` runs on the project's own Postgres (a development server, see `db`), and `autogenerate` compares schema.rs with the migrations.
Exit status: 0 if the command did its work, or found no differences; 1 if it found differences or problems; 2 on an error."
)]
pub struct Cli {
    /// Output format: text, JSON, or (only for check and lint) GitHub annotations
    #[arg(long, value_enum, global = true, default_value_t = Format::Text, display_order = 900)]
    pub format: Format,
    /// Use the project in the directory DIR
    #[arg(short = 'C', long, global = true, value_name = "DIR", display_order = 901)]
    pub directory: Option<PathBuf>,
    /// Do not download Postgres's server binaries; fail if they are needed and this machine has none [env:
    /// SCHEMA_DIFF_OFFLINE=1]
    #[arg(long, global = true, display_order = 902)]
    pub offline: bool,
    #[command(subcommand)]
    #[expect(missing_docs, reason = "its variants are documented")]
    pub command: Command,
}

/// How results are shown: as text, as one JSON object, or as annotations for GitHub's workflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "what is said of a value makes every command's --help long")]
pub enum Format {
    Text,
    Json,
    Github,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(InitArgs),
    #[command(visible_alias = "revision")]
    Autogenerate(AutogenerateArgs),
    Diff(DiffArgs),
    Check(CheckArgs),
    Pull(PullArgs),
    Review(Box<ReviewArgs>),
    Migration(MigrationArgs),
    History(HistoryArgs),
    Lint(LintArgs),
    Verify(VerifyArgs),
    Rehearse(RehearseArgs),
    Stats(StatsArgs),
    /// Manage the project's own Postgres server for development; commands use this server if DATABASE_URL is not set
    Db(Db),
    Completions(CompletionsArgs),
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is another door's error")]
pub enum Failed {
    #[error(transparent)]
    Generate(Box<GenerateError>),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    HistoryCommand(#[from] HistoryCommandError),
    #[error(transparent)]
    Review(#[from] ReviewError),
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
    #[error("cannot write `{}`: {source}", path.display())]
    WriteFile { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Init(#[from] InitError),
    #[error(transparent)]
    Pull(Box<PullError>),
    #[error("{0}")]
    Terminal(#[from] io::Error),
    #[error(
        "only `schema-diff check` and `schema-diff lint` accept --format github\n\nhint: for other commands, use --format json"
    )]
    NoAnnotations,
    #[error("`{}` is not a directory\n\nhint: the option -C takes the directory of a project", _0.display())]
    NoDirectory(PathBuf),
}

impl From<GenerateError> for Failed {
    fn from(error: GenerateError) -> Self {
        Self::Generate(Box::new(error))
    }
}

impl From<PullError> for Failed {
    fn from(error: PullError) -> Self {
        match error {
            PullError::Generate(error) => Self::Generate(error),
            PullError::Parse(errors) => GenerateError::Parse(errors).into(),
            PullError::Resolve(errors) => GenerateError::Resolve(errors).into(),
            other => Self::Pull(Box::new(other)),
        }
    }
}

impl Failed {
    /// Formats the error message. Errors in source files are shown with the source.
    pub fn render(&self, color: bool) -> String {
        if let Self::Generate(error) = self {
            match error.as_ref() {
                GenerateError::Parse(errors) => return errors.render(color),
                GenerateError::Resolve(errors) => {
                    return errors.0.iter().map(|problem| problem_text(problem, color)).collect();
                }
                _ => {}
            }
        }
        match self {
            other if color => format!("{}: {}", "error".red().bold(), harmless(&other.to_string())),
            other => format!("error: {}", harmless(&other.to_string())),
        }
    }

    /// Returns whether the user left a prompt.
    pub fn is_interruption(&self) -> bool {
        matches!(self, Self::Terminal(error) if error.kind() == io::ErrorKind::Interrupted)
    }

    /// Returns whether the reader of the output closed it.
    pub fn is_broken_pipe(&self) -> bool {
        let (Self::Terminal(error)
        | Self::HistoryCommand(HistoryCommandError::Output(error))
        | Self::Migration(MigrationError::Output(error))
        | Self::Db(DbError::Output(error))) = self
        else {
            return false;
        };
        error.kind() == io::ErrorKind::BrokenPipe
    }
}

/// Formats a diagnostic like an error in a source file.
fn problem_text(problem: &Diagnostic, color: bool) -> String {
    let label = if color {
        "error".red().bold().to_string()
    } else {
        "error".to_owned()
    };
    let mut text = format!("{label}: {}\n", harmless(&problem.message));
    if let Some(place) = &problem.place {
        text.push_str(&format!(
            "  --> {}:{}:{}\n",
            place.file.display(),
            place.line,
            place.column
        ));
    }
    if !problem.hint.is_empty() {
        text.push_str(&format!("  = help: {}\n", harmless(&problem.hint)));
    }
    text
}

/// Runs the command. Data goes to `screen.out`, messages to `screen.err`. Returns the exit status.
///
/// # Errors
/// The command failed.
pub fn run(cli: &Cli, screen: &mut Screen<'_>) -> Result<u8, Failed> {
    if let Command::Completions(args) = &cli.command {
        completions::run(args, screen.out)?;
        return Ok(EXIT_OK);
    }
    let here = match &cli.directory {
        Some(directory) if !directory.is_dir() => return Err(Failed::NoDirectory(directory.clone())),
        Some(directory) => directory.clone(),
        None => std::env::current_dir()?,
    };
    if cli.format == Format::Github && !matches!(cli.command, Command::Check(_) | Command::Lint(_)) {
        return Err(Failed::NoAnnotations);
    }
    let json = cli.format == Format::Json;
    if let Command::Init(args) = &cli.command {
        return init::run(args, &here, screen, json);
    }
    let mut project = Project::discover(&here)?;
    project.offline |= cli.offline;
    warn(&project, &cli.command, screen)?;
    match &cli.command {
        Command::Autogenerate(args) => autogenerate::run(args, false, &project, screen, json),
        Command::Diff(args) => diff::run(args, &project, screen, json),
        Command::Check(args) => check::run(args, &project, screen, cli.format),
        Command::Pull(args) => pull::run(args, &project, screen, json),
        Command::Review(args) => {
            let database = Database::present(&project, screen)?;
            let url = database.as_ref().map(|database| database.url.as_str());
            review::run(args, &project, url, screen, json)
        }
        Command::Migration(args) => {
            if let Some(release) = args.release() {
                return autogenerate::run(&release, true, &project, screen, json);
            }
            let database = Database::open(&project, screen)?;
            screen.interruption.set_message(
                "open transactions are rolled back; `schema-diff migration list` shows which migrations are applied",
            );
            let progress = screen.interactive.then(|| screen.interruption.clone());
            Ok(migration::run(
                args,
                &project,
                &database.url,
                screen.out,
                screen.err,
                progress,
                json,
            )?)
        }
        Command::History(args) => {
            let database = Database::running(&project, screen)?;
            let url = database.as_ref().map(|database| database.url.as_str());
            Ok(history::run(args, &project, url, screen.out, screen.err, json)?)
        }
        Command::Lint(args) => lint::run(args, &project, screen, cli.format),
        Command::Verify(args) => verify::run(args, &project, screen, json),
        Command::Rehearse(args) => {
            let mut database = None;
            let mut url = |screen: &mut Screen<'_>| {
                let own = database.insert(Database::open(&project, screen)?);
                Ok(own.url.clone())
            };
            rehearse::run(args, &project, &mut url, screen, json)
        }
        Command::Stats(args) => stats::run(args, &project, screen, json),
        Command::Db(args) => {
            let mut installer = screen.installer();
            let installer = (!project.offline).then_some(&mut *installer as _);
            db::run(args, &project.root, installer, screen.out, screen.err, json)?;
            Ok(EXIT_OK)
        }
        Command::Init(_) | Command::Completions(_) => Ok(EXIT_OK),
    }
}

/// Shows the warnings about the configuration that concern the command.
fn warn(project: &Project, command: &Command, screen: &mut Screen<'_>) -> io::Result<()> {
    let writes_or_compares = match command {
        Command::Autogenerate(_) | Command::Diff(_) | Command::Check(_) | Command::Pull(_) | Command::Review(_) => true,
        Command::Migration(args) => args.runs(),
        Command::Init(_)
        | Command::History(_)
        | Command::Lint(_)
        | Command::Verify(_)
        | Command::Rehearse(_)
        | Command::Stats(_)
        | Command::Db(_)
        | Command::Completions(_) => false,
    };
    for warning in &project.warnings {
        if writes_or_compares || !matches!(warning, ConfigWarning::SchemaWouldBeOverwritten { .. }) {
            screen.labeled_message("warning", &warning.to_string())?;
        }
    }
    Ok(())
}

/// The database on which migrations run: that of `DATABASE_URL`, or else the project's own.
struct Database {
    url: String,
    /// Keeps the project's own server running while it is used.
    _server: Option<Development>,
}

impl Database {
    fn open(project: &Project, screen: &mut Screen<'_>) -> Result<Self, Failed> {
        if database_url(project)?.is_some() {
            return Ok(Self::of_url(project));
        }
        screen.progress("starting the project's Postgres");
        let database = Self::own(project, screen);
        screen.clear_progress();
        let (database, server) = database?;
        screen.message(format!("DATABASE_URL is not set: using the project's own {server}."))?;
        Ok(database)
    }

    /// Returns the database, unless it is the project's own and not running: showing the history does not start it.
    fn running(project: &Project, screen: &mut Screen<'_>) -> Result<Option<Self>, Failed> {
        if database_url(project)?.is_some() {
            return Ok(Some(Self::of_url(project)));
        }
        let status = Development::status(&project.root)?;
        if status.process.is_some() {
            return Ok(Self::own(project, screen).ok().map(|(database, _)| database));
        }
        if status.major.is_some() {
            screen.labeled_message(
                "note",
                "the project's Postgres is not running, so applied migrations are not shown; `schema-diff migration list` starts it",
            )?;
        }
        Ok(None)
    }

    /// Returns the database, started if necessary; `None` if the project's own has never been created.
    fn present(project: &Project, screen: &Screen<'_>) -> Result<Option<Self>, Failed> {
        if database_url(project)?.is_some() {
            return Ok(Some(Self::of_url(project)));
        }
        match Development::status(&project.root)?.major {
            None => Ok(None),
            Some(_) => Ok(Some(Self::own(project, screen)?.0)),
        }
    }

    fn of_url(project: &Project) -> Self {
        let url = project.environment.database_url().map(|(url, _)| url.to_owned());
        Self {
            url: url.unwrap_or_default(),
            _server: None,
        }
    }

    /// Returns the project's own database, with a description for messages.
    fn own(project: &Project, screen: &Screen<'_>) -> Result<(Self, String), Failed> {
        let mut installer = screen.installer();
        let binaries = Binaries::discover_or_install(
            project.postgres_bin.as_deref(),
            Development::major(&project.root),
            (!project.offline).then_some(&mut *installer),
        )?;
        let server = Development::open(&project.root, &binaries)?;
        server.ensure_database(DATABASE)?;
        let version = binaries.version_text.split(' ').next().unwrap_or_default();
        let name = format!("Postgres {version} in {}", project.relative(server.home()).display());
        let url = server.url(DATABASE);
        Ok((
            Self {
                url,
                _server: Some(server),
            },
            name,
        ))
    }
}
