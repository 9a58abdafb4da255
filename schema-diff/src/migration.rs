//! `migration run|revert|redo|list|pending|goto|release|stamp`.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{GenerateOptions, Interruption, autogenerate::AutogenerateArgs};
use schema_diff_engine::config::Project;
use schema_diff_engine::connection::{ConnectionError, DatabaseUrl};
use schema_diff_engine::history::{MigrationDir, MigrationsDirectory, Version, escape};
use schema_diff_engine::runner::{
    Blocker, Count, Direction, Done, Observer, Patience, ProgressSink, Runner, RunnerError, Stalled, State, Status,
    Target,
};

const EXAMPLES: &str = "\
Examples:
  schema-diff migration run                  bring the database to head
  schema-diff migration revert -n 2          revert the last two
  schema-diff migration redo                 revert the last one and run it again
  schema-diff migration goto 20240131        run or revert until that version is the last applied one
  schema-diff migration stamp head           mark all as applied, run none

`schema-diff migration` and `diesel migration` use the same migrations directory and the same table of applied versions (__diesel_schema_migrations), so you can use both on one database.";

/// Run, revert and list migrations
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct MigrationArgs {
    /// Limit how long a migration waits for a table lock, because other sessions queue behind it. After this many
    /// milliseconds the migration is rolled back and tried again later. The value 0 means no limit [default: max_stall
    /// in schema-diff.toml, else 250]
    #[arg(long, global = true, value_name = "MILLISECONDS")]
    max_stall: Option<u64>,
    /// If a migration cannot get a lock, keep trying to run it for at most this many seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 600)]
    retry_for: u64,
    /// Run a concurrent index statement even if a transaction has been open for more than a minute. The statement then
    /// waits as long as that transaction takes. Without this option, such a statement is not started until the
    /// transaction has ended, and the run fails after --retry-for seconds
    #[arg(long, global = true)]
    wait_for_transactions: bool,
    /// If another process is running migrations on the same database, wait at most this many seconds for it to finish
    /// [default: no limit]
    #[arg(long, global = true, value_name = "SECONDS")]
    lock_timeout: Option<u64>,
    #[command(subcommand)]
    command: MigrationCommand,
}

impl MigrationArgs {
    /// Returns the arguments of `autogenerate` with which `release` writes its migration.
    pub(super) fn release(&self) -> Option<AutogenerateArgs> {
        match &self.command {
            MigrationCommand::Release(args) => Some(AutogenerateArgs {
                message: args.message.clone(),
                options: args.options.clone(),
            }),
            _ => None,
        }
    }

    /// Returns whether the command runs the SQL of migrations; listing and stamping do not.
    pub(super) const fn runs(&self) -> bool {
        !matches!(
            self.command,
            MigrationCommand::List
                | MigrationCommand::Pending
                | MigrationCommand::Release(_)
                | MigrationCommand::Stamp(_)
        )
    }
}

#[derive(Debug, Subcommand)]
enum MigrationCommand {
    /// Run all pending migrations
    #[command(after_help = "Example:\n  schema-diff migration run --to 20240131")]
    Run {
        /// Run at most this many migrations
        #[arg(short, long, value_name = "N")]
        number: Option<usize>,
        /// Run pending migrations up to and including this one. VERSION is a version, the beginning of a version, or
        /// the name of a migration's directory
        #[arg(long, value_name = "VERSION", conflicts_with = "number")]
        to: Option<Target>,
    },
    /// Revert the last migration
    #[command(after_help = "Example:\n  schema-diff migration revert -n 3")]
    Revert(CountArgs),
    /// Revert the last migration and run it again
    #[command(after_help = "Example:\n  schema-diff migration redo --all")]
    Redo(CountArgs),
    /// List all migrations and their state
    #[command(after_help = "Example:\n  schema-diff migration list --format json")]
    List,
    /// List the pending migrations; the exit status is 1 if there are pending migrations, else 0
    #[command(after_help = "Example:\n  schema-diff migration pending || schema-diff migration run")]
    Pending,
    /// Run or revert migrations until the migration with this version is the last applied migration
    #[command(after_help = "Examples:\n  schema-diff migration goto 20240131\n  schema-diff migration goto base")]
    Goto(TargetArgs),
    /// Write the migration that removes what earlier ones have kept for a program that no longer runs (see
    /// `autogenerate --rolling`)
    #[command(after_help = "Example:\n  schema-diff migration release -m \"users.mail is gone\"")]
    Release(Box<ReleaseArgs>),
    /// Mark the migration VERSION and all earlier migrations as applied, and all later ones as pending; no migration is
    /// run or reverted
    #[command(after_help = "Example:\n  schema-diff migration stamp head")]
    Stamp(TargetArgs),
}

impl MigrationArgs {
    fn patience(&self, project: &Project) -> Patience {
        let usual = patience(self.max_stall, project);
        Patience {
            retry_for: Duration::from_secs(self.retry_for),
            old_transaction: usual.old_transaction.filter(|_| !self.wait_for_transactions),
            ..usual
        }
    }
}

/// Returns the patience with the `max_stall`, in milliseconds, that an option or else the configuration gives.
pub(super) fn patience(max_stall: Option<u64>, project: &Project) -> Patience {
    let usual = Patience::default();
    let given = max_stall.map(Duration::from_millis).or(project.traffic.max_stall);
    Patience {
        max_stall: given.or(usual.max_stall).filter(|limit| !limit.is_zero()),
        ..usual
    }
}

/// Returns the versions after one, or the last ones; `None` if neither is given.
pub(super) fn after_or_last(
    after: Option<&Target>,
    last: Option<usize>,
    directory: &MigrationsDirectory,
) -> Result<Option<BTreeSet<Version>>, MigrationError> {
    let all = directory.migrations().iter().map(|own| &own.version);
    if let Some(after) = after {
        let after = after.resolve(directory)?;
        let later = all.filter(|own| after.as_ref().is_none_or(|after| *own > after));
        return Ok(Some(later.cloned().collect()));
    }
    let first = last.map(|count| directory.migrations().len().saturating_sub(count));
    Ok(first.map(|first| all.skip(first).cloned().collect()))
}

#[derive(Debug, Args)]
struct CountArgs {
    /// How many migrations
    #[arg(short, long, value_name = "N", default_value_t = 1)]
    number: usize,
    /// All applied migrations
    #[arg(short, long, conflicts_with = "number")]
    all: bool,
}

impl CountArgs {
    fn count(&self) -> Count {
        if self.all {
            Count::All
        } else {
            Count::AtMost(self.number)
        }
    }
}

#[derive(Debug, Args)]
struct ReleaseArgs {
    /// Description of the migration, which becomes part of the name of the migration's directory
    #[arg(short, long, allow_hyphen_values = true, default_value = "release")]
    message: String,
    #[command(flatten)]
    options: GenerateOptions,
}

#[derive(Debug, Args)]
struct TargetArgs {
    /// A migration: its version, the beginning of its version, the name of its directory, or `head` for the last
    /// migration; or `base` for the state before the first migration
    #[arg(value_name = "VERSION")]
    target: Target,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The migrations or the database caused an error.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl From<ConnectionError> for MigrationError {
    fn from(error: ConnectionError) -> Self {
        Self::Runner(error.into())
    }
}

/// Runs the command. Data goes to `out`, messages to `err`; `progress` shows what takes long, on a terminal. Returns the exit
/// status.
///
/// # Errors
/// The database, the directory or a migration causes an error. With `json`, a failed migration is written to `out` as
/// well.
pub fn run(
    args: &MigrationArgs,
    project: &Project,
    url: &str,
    out: &mut dyn Write,
    err: &mut dyn Write,
    progress: Option<Interruption>,
    json: bool,
) -> Result<u8, MigrationError> {
    let url = DatabaseUrl::parse(url)?;
    let mut runner = Runner::open_in(&url, &project.migrations_dir, &project.environment)?
        .with_lock_timeout(args.lock_timeout.map(Duration::from_secs))
        .with_patience(args.patience(project));
    let mut printer = Printer {
        err,
        progress,
        shown: None,
    };
    let done = match &args.command {
        // It writes a migration, and runs none.
        MigrationCommand::Release(_) => return Ok(0),
        MigrationCommand::List => return list(&runner.state()?, project, out, json),
        MigrationCommand::Pending => return pending(&runner.state()?, out, printer.err, json),
        MigrationCommand::Stamp(args) => return stamp(&mut runner, &args.target, out, &mut printer, json),
        MigrationCommand::Run { number, to } => {
            runner.run(number.map_or(Count::All, Count::AtMost), to.as_ref(), &mut printer)
        }
        MigrationCommand::Revert(args) => runner.revert(args.count(), &mut printer),
        MigrationCommand::Redo(args) => runner.redo(args.count(), &mut printer),
        MigrationCommand::Goto(args) => runner.goto(&args.target, &mut printer),
    };
    printer.plain();
    if json {
        write_json(out, &outcome(&done))?;
    }
    let done = done?;
    if done == Done::default() {
        writeln!(printer.err, "{}", nothing_to_do(&args.command))?;
    }
    Ok(0)
}

fn nothing_to_do(command: &MigrationCommand) -> &'static str {
    match command {
        MigrationCommand::Revert(_) | MigrationCommand::Redo(_) => "No migration is applied: nothing to revert.",
        MigrationCommand::Goto(_) => "The database is at this version already.",
        _ => "Nothing is pending.",
    }
}

fn outcome(done: &Result<Done, RunnerError>) -> Value {
    match done {
        Ok(done) => json!({ "reverted": done.reverted, "ran": done.ran, "failed": null }),
        Err(RunnerError::Failed(failure)) => {
            json!({ "reverted": failure.done.reverted, "ran": failure.done.ran, "failed": failure })
        }
        Err(error) => json!({ "reverted": [], "ran": [], "failed": { "message": error.to_string() } }),
    }
}

fn list(state: &State, project: &Project, out: &mut dyn Write, json: bool) -> Result<u8, MigrationError> {
    if json {
        let entries = state.entries.iter().map(entry).collect::<Vec<_>>();
        write_json(out, &json!({ "current": state.current(), "migrations": entries }))?;
        return Ok(0);
    }
    let names = state
        .entries
        .iter()
        .map(|entry| escape(entry.name.as_deref().unwrap_or(entry.version.as_str())));
    let names = names.collect::<Vec<_>>();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    writeln!(out, "Migrations:")?;
    for (entry, name) in state.entries.iter().zip(names) {
        let (mark, note) = match entry.status {
            Status::Applied(run_on) => ('X', run_on.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            Status::Pending if entry.out_of_order => (' ', "pending, although a later migration is applied".to_owned()),
            Status::Pending => (' ', "pending".to_owned()),
            Status::Unknown(run_on) => {
                let dir = project.relative(&project.migrations_dir).display();
                ('?', format!("{}, not in {dir}", run_on.strftime("%Y-%m-%d %H:%M:%S")))
            }
        };
        writeln!(out, "  [{mark}] {name:width$}  {note}")?;
    }
    Ok(0)
}

fn entry(entry: &schema_diff_engine::runner::Entry) -> Value {
    let (status, run_on) = match entry.status {
        Status::Applied(run_on) => ("applied", Some(run_on)),
        Status::Pending => ("pending", None),
        Status::Unknown(run_on) => ("unknown", Some(run_on)),
    };
    json!({
        "version": entry.version,
        "name": entry.name,
        "status": status,
        "run_on": run_on.map(|run_on| format!("{run_on}Z")),
        "out_of_order": entry.out_of_order,
    })
}

fn pending(state: &State, out: &mut dyn Write, err: &mut dyn Write, json: bool) -> Result<u8, MigrationError> {
    let names = state
        .pending()
        .filter_map(|entry| entry.name.as_deref())
        .collect::<Vec<_>>();
    if json {
        write_json(out, &json!({ "pending": names }))?;
    } else {
        for name in &names {
            writeln!(out, "{}", escape(name))?;
        }
        match names.len() {
            0 => writeln!(err, "Nothing is pending.")?,
            _ => writeln!(err, "`schema-diff migration run` runs them.")?,
        }
    }
    Ok(u8::from(!names.is_empty()))
}

fn stamp(
    runner: &mut Runner,
    target: &Target,
    out: &mut dyn Write,
    printer: &mut Printer<'_>,
    json: bool,
) -> Result<u8, MigrationError> {
    let stamped = runner.stamp(target, printer)?;
    if json {
        write_json(out, &serde_json::to_value(&stamped).map_err(io::Error::from)?)?;
        return Ok(0);
    }
    for version in &stamped.marked {
        writeln!(printer.err, "Marked {version} as applied")?;
    }
    for version in &stamped.unmarked {
        writeln!(printer.err, "Marked {version} as pending")?;
    }
    for version in &stamped.unknown {
        writeln!(
            printer.err,
            "Skipped {version}: it is recorded as applied, but not in the migrations directory"
        )?;
    }
    if stamped.marked.is_empty() && stamped.unmarked.is_empty() {
        writeln!(printer.err, "Nothing to mark.")?;
    }
    Ok(0)
}

fn write_json(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// Reports the events to the user. A closed standard error must not stop a migration halfway.
struct Printer<'a> {
    err: &'a mut dyn Write,
    progress: Option<Interruption>,
    /// The last stall that was shown: who blocked, and when.
    shown: Option<(Vec<i32>, Duration)>,
}

/// The time after which the same stall is shown again.
const SHOWN_AGAIN: Duration = Duration::from_secs(30);

impl Printer<'_> {
    /// Returns the stream for a line, without the progress below it.
    fn plain(&mut self) -> &mut dyn Write {
        self.progress.iter().for_each(Interruption::clear);
        self.err
    }
}

impl Observer for Printer<'_> {
    fn waiting(&mut self) {
        let _ = writeln!(self.plain(), "Waiting for another migration run to finish ...");
    }

    fn started(&mut self, migration: &MigrationDir, direction: Direction) {
        let name = escape(&migration.name);
        let _ = match direction {
            Direction::Up => writeln!(self.plain(), "Running migration {name}"),
            Direction::Down => writeln!(self.plain(), "Rolling back migration {name}"),
        };
    }
    fn stalled(&mut self, migration: &MigrationDir, stalled: &Stalled) {
        let pids: Vec<i32> = stalled.blockers.iter().map(|blocker| blocker.pid).collect();
        if let Some((last, since)) = &self.shown
            && stalled.attempts > 1
            && *last == pids
            && stalled.since < *since + SHOWN_AGAIN
        {
            return;
        }
        self.shown = Some((pids, stalled.since));
        let name = escape(&migration.name);
        let again = format!("{name} was rolled back after waiting for a lock, and is tried again");
        let _ = match stalled.blockers.as_slice() {
            [] => writeln!(self.plain(), "{again} in {:.1} s", stalled.pause.as_secs_f64()),
            blockers => {
                let who: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
                let since = stalled.since.as_secs();
                writeln!(
                    self.plain(),
                    "{again} (for {since} s so far); the lock is held by {}",
                    who.join("; ")
                )
            }
        };
    }
    fn waiting_for_transactions(&mut self, migration: &MigrationDir, blockers: &[Blocker]) {
        let who: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
        let name = escape(&migration.name);
        let _ = writeln!(
            self.plain(),
            "{name} starts when these old transactions have ended: {}",
            who.join("; ")
        );
    }
    fn progress_sink(&self) -> Option<ProgressSink> {
        let progress = self.progress.clone()?;
        Some(Arc::new(move |now| progress.progress(&escape(&now.to_string()))))
    }
    fn finished(&mut self, _: &MigrationDir, _: Direction, _: Duration) {
        self.plain();
    }
    fn already_built(&mut self, _: &MigrationDir, index: &str) {
        let _ = writeln!(
            self.plain(),
            "Index {} exists already, as an interrupted run has left it: it is not built again",
            escape(index)
        );
    }
    fn dropped_invalid(&mut self, _: &MigrationDir, index: &str) {
        let _ = writeln!(
            self.plain(),
            "Index {} was left invalid by a build that failed: it was dropped, and is built again",
            escape(index)
        );
    }
}
