//! `history`: the chain of migrations, the newest first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};

use schema_diff_engine::config::Project;
use schema_diff_engine::connection::{ConnectionError, DatabaseUrl};
use schema_diff_engine::history::{
    Finding, Header, HistoryError, MigrationDir, MigrationsDirectory, Severity, Version, escape, verify,
};
use schema_diff_engine::runner::{Runner, RunnerError, Status};

/// List the migrations, newest first, each with the migration that it follows
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff history
  schema-diff history --verbose              with fingerprints of the schema before and after
  schema-diff history --format json

Exit status: 0 if the order of the migrations is consistent and no migration has an open question; 1 otherwise (the problems are listed); 2 on an error.")]
pub struct HistoryArgs {
    /// Also show, for each migration, a fingerprint (a hash) of the schema before it and after it
    #[arg(short, long)]
    verbose: bool,
}

/// Why the history cannot be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryCommandError {
    /// The migrations directory cannot be used.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The database cannot be queried.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl From<ConnectionError> for HistoryCommandError {
    fn from(error: ConnectionError) -> Self {
        Self::Runner(error.into())
    }
}

/// Writes the chain to `out` and findings to `err`. With a URL, also shows which migrations are applied. Returns the
/// exit status.
///
/// # Errors
/// The directory cannot be read, or the output cannot be written.
pub fn run(
    args: &HistoryArgs,
    project: &Project,
    url: Option<&str>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    json: bool,
) -> Result<u8, HistoryCommandError> {
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let statuses = match url.map(|url| statuses(url, project)).transpose() {
        Ok(statuses) => statuses,
        // The chain is in the directory, so it is shown even if the database cannot be queried.
        Err(error) => {
            writeln!(err, "warning: applied migrations are not shown: {error}\n")?;
            None
        }
    };
    let findings = verify(&directory)?;
    let links = directory
        .migrations()
        .iter()
        .rev()
        .map(|migration| {
            Ok(Link {
                migration,
                header: migration.header()?,
                status: status(statuses.as_ref(), migration),
            })
        })
        .collect::<Result<Vec<_>, HistoryError>>()?;

    if json {
        write_json(&directory, &links, &findings, out)?;
    } else {
        for link in &links {
            write_link(link, directory.head(), args.verbose, out)?;
        }
        if links.is_empty() {
            writeln!(
                err,
                "There are no migrations in `{}`.",
                project.relative(&directory.path).display()
            )?;
        }
        for finding in &findings {
            let label = if finding.severity() == Severity::Problem {
                "problem"
            } else {
                "note"
            };
            writeln!(err, "{label}: {finding}")?;
        }
    }
    Ok(u8::from(
        findings.iter().any(|finding| finding.severity() == Severity::Problem),
    ))
}

struct Link<'a> {
    migration: &'a MigrationDir,
    header: Option<Header>,
    status: Option<&'static str>,
}

fn statuses(url: &str, project: &Project) -> Result<BTreeMap<Version, Status>, HistoryCommandError> {
    let url = DatabaseUrl::parse(url)?;
    let state = Runner::open_in(&url, &project.migrations_dir, &project.environment)?.state()?;
    Ok(state
        .entries
        .into_iter()
        .map(|entry| (entry.version, entry.status))
        .collect())
}

fn status(statuses: Option<&BTreeMap<Version, Status>>, migration: &MigrationDir) -> Option<&'static str> {
    Some(match statuses?.get(&migration.version)? {
        Status::Pending => "pending",
        Status::Applied(_) | Status::Unknown(_) => "applied",
    })
}

fn write_link(link: &Link<'_>, head: Option<&MigrationDir>, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let version = &link.migration.version;
    let revises = match &link.header {
        Some(header) => header.revises.as_ref().map_or("<base>", Version::as_str),
        None => "hand-written",
    };
    let mut marks = Vec::new();
    marks.extend((head == Some(link.migration)).then_some("head"));
    marks.extend(link.status);
    let marks = if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    };
    writeln!(
        out,
        "{} -> {version}{marks}, {}",
        escape(revises),
        escape(&link.migration.title())
    )?;
    if let (true, Some(header)) = (verbose, &link.header) {
        for (label, fingerprint) in [("before", &header.before), ("after", &header.after)] {
            if let Some(fingerprint) = fingerprint {
                writeln!(out, "    {label:6} {fingerprint}")?;
            }
        }
    }
    Ok(())
}

fn write_json(
    directory: &MigrationsDirectory,
    links: &[Link<'_>],
    findings: &[Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let migrations = links.iter().map(|link| {
        json!({
            "version": link.migration.version,
            "name": link.migration.name,
            "message": link.migration.title(),
            "generated": link.header.is_some(),
            "revises": link.header.as_ref().and_then(|header| header.revises.as_ref()),
            "before": link.header.as_ref().and_then(|header| header.before.as_ref()),
            "after": link.header.as_ref().and_then(|header| header.after.as_ref()),
            "status": link.status,
        })
    });
    let value = json!({
        "head": directory.head().map(|head| &head.version),
        "migrations": migrations.collect::<Vec<Value>>(),
        "findings": findings.iter().map(finding_json).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

/// Returns a finding as JSON.
pub(super) fn finding_json(finding: &Finding) -> Value {
    let severity = if finding.severity() == Severity::Problem {
        "problem"
    } else {
        "note"
    };
    json!({ "version": finding.version, "code": finding.code(), "severity": severity, "message": finding.to_string() })
}
