//! `rehearse`: runs migrations on generated rows, while clients use them, and measures.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use serde_json::{Value, json};

use super::{
    EXIT_FAILED, EXIT_FINDINGS, EXIT_OK, Failed, ScratchOptions, Screen,
    migration::{MigrationError, after_or_last, patience},
    options::SizesArgument,
    screen::escape,
};
use schema_diff_engine::{
    config::Project,
    connection::DatabaseUrl,
    generate::{Scratch, table_statistics},
    history::{MigrationsDirectory, Version},
    rehearse::{
        Clients, Latencies, Rehearsal, RehearsedMigration, RehearsedStatement, Request, RowCounts, Status, format,
        rehearse,
    },
    runner::{Patience, Runner, Target},
};

/// Run pending migrations on generated rows while clients read and write, and measure how long the clients wait
///
/// The earlier migrations run on a temporary (scratch) database, and the tables that the pending migrations concern are
/// filled with generated rows: as many as the statistics file says, with the same share of NULLs, number of distinct
/// values and width of texts, at most 1,000,000. Then clients read, insert, update and delete rows with the statements that Diesel sends for
/// the tables as they were before the migrations, while the pending migrations run. The report says for each statement
/// how long it took, how long the clients waited, and which of their statements failed. Times are those of this machine.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff rehearse                         all pending migrations
  schema-diff rehearse --last 3                the last three
  schema-diff rehearse --rows 5000000          on tables with five million rows each
  schema-diff rehearse --html rehearsal.html   with a picture of the time line

Exit status: 0 if no client waited longer than --max-stall (and the moment to give up) and none of their statements failed, or if no client was at work; 1 otherwise; 2 on an error, or if a migration fails.")]
pub struct RehearseArgs {
    /// Rehearse the migrations after this one, whether they are pending or not
    #[arg(long, value_name = "VERSION", conflicts_with = "last")]
    after: Option<Target>,
    /// Rehearse the last COUNT migrations, whether they are pending or not
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    /// The number of rows of each table [default: as many as the statistics say, at most 1000000; without statistics
    /// 100000]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000), help_heading = "Rows")]
    rows: Option<u64>,
    /// The share of NULLs in nullable columns without statistics, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share, help_heading = "Rows")]
    nulls: f32,
    /// Where to read the sizes of the tables [default: file]
    #[arg(long, value_enum, help_heading = "Rows")]
    sizes: Option<SizesArgument>,
    /// The number of clients that read and write
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u16).range(0..=100), help_heading = "Clients")]
    clients: u16,
    /// The number of statements that each client sends per second
    #[arg(long, value_name = "PER_SECOND", default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..), help_heading = "Clients")]
    rate: u16,
    /// How many seconds the transactions of one more client take, which only reads; 0: there is no such client
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds, help_heading = "Clients")]
    long_read: f64,
    /// How many seconds the clients work before the migrations begin, for comparison
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds, help_heading = "Clients")]
    control: f64,
    /// The longest time in milliseconds that a migration may wait for a lock, with clients behind it. The value 0 means
    /// no limit [default: max_stall in schema-diff.toml, else 250]
    #[arg(long, value_name = "MILLISECONDS")]
    max_stall: Option<u64>,
    /// Write the report with a picture to this file, as one HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the picture alone to this file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    scratch: ScratchOptions,
}

fn share(text: &str) -> Result<f32, String> {
    let share: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    (0.0..=1.0)
        .contains(&share)
        .then_some(share)
        .ok_or_else(|| "not from 0 to 1".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    (0.0..=3600.0)
        .contains(&seconds)
        .then_some(seconds)
        .ok_or_else(|| "not from 0 to 3600".to_owned())
}

/// Runs the command. `url` gives the database whose pending migrations are rehearsed; it is not opened if the arguments
/// select the migrations.
///
/// # Errors
/// The migrations cannot be read or do not run, or there is no scratch database.
pub fn run(
    args: &RehearseArgs,
    project: &Project,
    url: &mut dyn FnMut(&mut Screen<'_>) -> Result<String, Failed>,
    screen: &mut Screen<'_>,
    json: bool,
) -> Result<u8, Failed> {
    let directory = MigrationsDirectory::read(&project.migrations_dir)?;
    let rehearsed = match after_or_last(args.after.as_ref(), args.last, &directory)? {
        Some(selected) => selected,
        None => pending(project, &url(screen)?, &directory)?,
    };
    if rehearsed.is_empty() {
        return nothing(args, screen, json);
    }
    args.html
        .iter()
        .chain(&args.svg)
        .try_for_each(|path| check_writable(path))?;
    let statistics = table_statistics(project, SizesArgument::source(args.sizes))?;
    let patience = patience(args.max_stall, project);
    let request = Request {
        directory: &project.migrations_dir,
        migrations: directory.migrations(),
        rehearsed: &rehearsed,
        counts: RowCounts {
            rows: args.rows,
            statistics: statistics.as_ref(),
            nulls: args.nulls,
        },
        clients: Clients {
            count: args.clients.into(),
            per_second: args.rate.into(),
            long_read: Duration::from_secs_f64(args.long_read),
            control: Duration::from_secs_f64(args.control),
        },
        patience,
        environment: &project.environment,
    };
    let mut scratch = Scratch::new(project, args.scratch.choice())
        .for_rehearsal()
        .installing(screen.installer());
    let server = scratch.server(0)?;
    let done = rehearse(&request, server, &mut |text| screen.progress(text));
    screen.clear_progress();
    let done = done?;
    let write = |path: &PathBuf, text: String| {
        let path = path.clone();
        fs::write(&path, text).map_err(|source| Failed::WriteFile { path, source })
    };
    if let Some(path) = &args.html {
        write(path, done.html(patience.max_stall))?;
    }
    if let Some(path) = &args.svg {
        write(path, done.svg(patience.max_stall))?;
    }
    if json {
        writeln!(screen.out, "{:#}", as_json(&done, project, patience))?;
    } else {
        text(&done, args, statistics.is_some(), patience, screen)?;
    }
    Ok(match done.status(patience.max_stall) {
        Status::Stopped => EXIT_FAILED,
        Status::Disturbed => EXIT_FINDINGS,
        Status::Undisturbed | Status::Untested => EXIT_OK,
    })
}

/// Checks that a file can be written, before the rehearsal.
fn check_writable(path: &Path) -> Result<(), Failed> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let is_directory = path.is_dir().then(|| io::Error::from(io::ErrorKind::IsADirectory));
    let checked = match is_directory {
        Some(error) => Err(error),
        None => tempfile::tempfile_in(parent).map(drop),
    };
    checked.map_err(|source| Failed::WriteFile {
        path: path.to_owned(),
        source,
    })
}

fn pending(project: &Project, url: &str, directory: &MigrationsDirectory) -> Result<BTreeSet<Version>, Failed> {
    let url = DatabaseUrl::parse(url).map_err(MigrationError::from)?;
    let mut runner =
        Runner::open_in(&url, &project.migrations_dir, &project.environment).map_err(MigrationError::from)?;
    let state = runner.state().map_err(MigrationError::from)?;
    let pending = state.pending().map(|own| own.version.clone());
    Ok(pending.filter(|version| directory.get(version).is_some()).collect())
}

fn nothing(args: &RehearseArgs, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let is_selected = args.after.is_some() || args.last.is_some();
    if json {
        writeln!(screen.out, "{:#}", json!({ "status": "nothing", "migrations": [] }))?;
    } else {
        screen.message(match is_selected {
            true => "No migration is selected: nothing to rehearse.",
            false => "Nothing is pending: nothing to rehearse. `--last 1` rehearses the last migration.",
        })?;
    }
    Ok(EXIT_OK)
}

fn text(
    done: &Rehearsal,
    args: &RehearseArgs,
    has_sizes: bool,
    patience: Patience,
    screen: &mut Screen<'_>,
) -> Result<(), Failed> {
    screen.message(format!(
        "Rehearsed on Postgres {} with {} clients, each sending at most {} statements per second:",
        done.server, args.clients, args.rate
    ))?;
    for line in format::preparations(done) {
        screen.message(format!("  {}", escape(&line)))?;
    }
    statements(done, screen)?;
    for line in format::conclusions(done, patience.max_stall) {
        screen.message(escape(&line))?;
    }
    if !has_sizes && args.rows.is_none() {
        screen.labeled_message(
            "note",
            "the sizes of the tables are unknown; --rows sets them, and `schema-diff stats export` writes those of a database to a file",
        )?;
    }
    if let Some(stopped) = &done.stopped {
        screen.labeled_message("error", stopped)?;
    }
    screen.message(format!("Result: {}.", format::result(done, patience.max_stall)))?;
    Ok(())
}

/// Shows the statements with their numbers below their migrations.
fn statements(done: &Rehearsal, screen: &mut Screen<'_>) -> Result<(), Failed> {
    const SHOWN: usize = 48;
    let titles = ["time", "longest", "waited", "failed", "WAL"];
    screen.message(format!(
        "\n{:SHOWN$}  {:>9}  {:>9}  {:>9}  {:>6}  {:>8}",
        "", titles[0], titles[1], titles[2], titles[3], titles[4]
    ))?;
    for migration in &done.migrations {
        screen.message(escape(&format::heading(migration)))?;
        for own in &migration.statements {
            let label: String = format!("  {}: {}", own.line, escape(&format::one_line(&own.sql)));
            let short: String = label.chars().take(SHOWN).collect();
            let [time, longest, waited, failed, wal] = format::cells(own);
            screen.message(format!(
                "{short:SHOWN$}  {time:>9}  {longest:>9}  {waited:>9}  {failed:>6}  {wal:>8}"
            ))?;
        }
    }
    screen.message(format!("\n{}\n", format::LEGEND))?;
    Ok(())
}

fn as_json(done: &Rehearsal, project: &Project, patience: Patience) -> Value {
    let status = match done.status(patience.max_stall) {
        Status::Stopped => "stopped",
        Status::Untested => "untested",
        Status::Disturbed => "disturbed",
        Status::Undisturbed => "undisturbed",
    };
    let tables = done
        .tables
        .iter()
        .map(|own| json!({ "table": own.name.qualified(), "rows": own.rows, "problem": own.problem }));
    let dropped_labels = done.dropped_labels.iter();
    let dropped_labels = dropped_labels.map(|(of, label)| json!({ "type": of.qualified(), "label": label }));
    let excluded = done.excluded.iter().map(|(table, operation, why)| {
        json!({ "table": table.qualified(), "operation": operation.as_str(), "message": why })
    });
    let failures = done.failures.iter().map(|own| {
        json!({
            "table": own.table.qualified(),
            "operation": own.operation.as_str(),
            "message": own.message,
            "count": own.count,
            "first_ms": milliseconds(own.first.saturating_sub(done.began)),
        })
    });
    let migrations = done.migrations.iter().map(|own| migration_json(own, done, project));
    json!({
        "status": status,
        "server_version": done.server,
        "max_stall_ms": patience.max_stall.map(milliseconds),
        "tables": tables.collect::<Vec<_>>(),
        "dropped_labels": dropped_labels.collect::<Vec<_>>(),
        "excluded": excluded.collect::<Vec<_>>(),
        "control": latencies_json(done.control),
        "during": latencies_json(done.during),
        "took_ms": milliseconds(done.ended.saturating_sub(done.began)),
        "longest_wait_ms": milliseconds(done.longest_wait()),
        "failures": failures.collect::<Vec<_>>(),
        "retried": done.retried,
        "stopped": done.stopped,
        "migrations": migrations.collect::<Vec<_>>(),
    })
}

fn migration_json(migration: &RehearsedMigration, done: &Rehearsal, project: &Project) -> Value {
    let statement = |own: &RehearsedStatement| {
        json!({
            "line": own.line,
            "sql": own.sql,
            "began_ms": milliseconds(own.began.saturating_sub(done.began)),
            "took_ms": milliseconds(own.took),
            "longest_client_ms": milliseconds(own.longest),
            "longest_wait_ms": milliseconds(own.blocked),
            "failed": own.failed,
            "wal_bytes": own.wal_bytes,
        })
    };
    json!({
        "version": migration.version.as_str(),
        "name": migration.name,
        "file": project.relative(&migration.file).display().to_string(),
        "attempts": migration.attempts,
        "complete": migration.is_complete,
        "took_ms": milliseconds(migration.ended.saturating_sub(migration.began)),
        "statements": migration.statements.iter().map(statement).collect::<Vec<_>>(),
    })
}

fn latencies_json(own: Latencies) -> Value {
    json!({
        "statements": own.count,
        "median_ms": milliseconds(own.median),
        "p999_ms": milliseconds(own.p999),
        "longest_ms": milliseconds(own.longest),
    })
}

/// Returns milliseconds with one digit after the point.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
