//! `autogenerate`: writes the migration that brings the database to what `schema.rs` declares.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::json;

use super::{EXIT_OK, Failed, GenerateOptions, Screen, program, prompt};
use schema_diff_engine::{
    compatibility::Order,
    config::Project,
    generate::{self, Draft, GenerateError, Migration, Options, Question, Scratch, questions, reviews},
    history::{MigrationsDirectory, Version},
    matching::Decisions,
    model::Pair,
    report::{draft_json, lines, migration_json},
    traffic::Wait,
    write::{NewMigration, WriteError, write_next},
};

/// The maximum number of remarks unrelated to the change that are shown.
const REMARKS: usize = 5;
/// The maximum number of waits of other sessions that are shown.
const WAITS: usize = 5;

/// Generate the migration that turns the schema of the database (or of the existing migrations) into the one that
/// schema.rs declares
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff autogenerate -m \"add iso3code\"
  schema-diff autogenerate -m \"mail is email\" --rename users.mail:email
  schema-diff autogenerate -m \"age\" --backfill \"users.age=0\"

Before the migration is written, it is tested on a temporary (scratch) database: up.sql, down.sql and up.sql again. If this proof fails, the migration is not written.
Exit status: 0 if the migration was written, or if there was nothing to do; 2 on an error, in which case nothing was written.")]
pub struct AutogenerateArgs {
    /// Description of the migration, which becomes part of the name of the migration's directory
    #[arg(short, long, allow_hyphen_values = true)]
    pub message: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub options: GenerateOptions,
}

/// Runs the command. `release`: whether it removes what earlier migrations have kept for a running program.
///
/// # Errors
/// No migration was generated; nothing was written.
pub fn run(
    args: &AutogenerateArgs,
    release: bool,
    project: &Project,
    screen: &mut Screen<'_>,
    json: bool,
) -> Result<u8, Failed> {
    screen.interruption.set_message("no migration was written");
    let mut options = args.options.options();
    options.release = release;
    let mut scratch = Scratch::new(project, options.scratch.clone()).installing(screen.installer());
    if project.migrations_dir.exists() && !project.migrations_dir.is_dir() {
        return Err(WriteError::NotADirectory {
            path: project.migrations_dir.clone(),
        }
        .into());
    }
    // Read before the comparison, so that a migration that another run writes in the meantime is detected.
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let mut draft = generate::draft(project, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.clear_progress();
    if options.accept_renames {
        options.decisions = draft.decisions().clone();
    }
    // A release may drop triggers alone, which are no changes of the declared schema.
    if draft.changes.is_empty() && draft.releases.is_empty() {
        return no_changes(&draft, screen, json);
    }
    let is_interactive = screen.interactive && !json && !options.no_questions;
    screen.message(format!("Compared with {}:", draft.base.description))?;
    summary(&draft, screen, !is_interactive)?;
    if is_interactive {
        ask_questions(&mut draft, &mut options.decisions, screen)?;
    }
    if is_rolling(&options, project) {
        expand(&mut draft, screen)?;
    }
    let migration = generate::finish(&draft, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.clear_progress();
    screen.interruption.set_message(format!(
        "look in `{}` to see whether the migration was written",
        project.relative(&project.migrations_dir).display()
    ));
    let revises = directory.head().map(|head| head.version.clone());
    let parts = NewMigration::parts_of(&migration, &args.message, revises);
    let written = write_next(&project.migrations_dir, jiff::Timestamp::now(), &parts)?;
    let written: Vec<(String, Version)> = written
        .into_iter()
        .map(|own| (project.relative(&own.path).display().to_string(), own.version))
        .collect();
    let paths: Vec<&str> = written.iter().map(|(path, _)| path.as_str()).collect();
    let were = if paths.len() == 1 { "was" } else { "were" };
    screen
        .interruption
        .set_message(format!("{} {were} written", paths.join(", ")));
    let run = match project.environment.database_url() {
        Some(_) => format!("`diesel migration run` or `{} migration run`", program()),
        // Without a URL the `diesel` binary does not know the project's own Postgres.
        None => format!("`{} migration run`", program()),
    };
    let next = if migration.is_undecided {
        format!("answer the open questions with `{} review`, then run {run}", program())
    } else {
        format!("read up.sql, then run {run}")
    };
    report_written(&draft, &migration, &written, &next, screen, json)?;
    if !draft.keeps.is_empty() && !json {
        screen.message(format!(
            "then: when no old program runs any more, `{} migration release -m MESSAGE` writes the migration that removes what was kept",
            program()
        ))?;
    }
    Ok(EXIT_OK)
}

/// Returns whether what the running program needs is kept.
pub(super) fn is_rolling(options: &Options, project: &Project) -> bool {
    !options.release && options.rolling.unwrap_or(project.traffic.rolling)
}

/// Keeps what the running program needs, and says what that is.
pub(super) fn expand(draft: &mut Draft, screen: &mut Screen<'_>) -> Result<(), Failed> {
    if draft.is_undecided() {
        return Err(GenerateError::RollingUndecided.into());
    }
    let known = draft.resolution.diagnostics.len();
    draft.expand();
    for kept in &draft.keeps {
        let text = format!("{}, for the program that is running now", kept.describe());
        screen.labeled_message("keeps", &text)?;
    }
    for note in draft.resolution.diagnostics.iter().skip(known) {
        screen.labeled_message("note", &note.to_string())?;
    }
    Ok(())
}

/// Reports the proof, the path of each part of the migration and the next step; or writes all of it as JSON.
pub(super) fn report_written(
    draft: &Draft,
    migration: &Migration,
    written: &[(String, Version)],
    next: &str,
    screen: &mut Screen<'_>,
    json: bool,
) -> Result<(), Failed> {
    proof(migration, screen)?;
    if json {
        let mut value = draft_json(draft);
        value["migration"] = migration_json(migration);
        value["status"] = json!("written");
        if let Some((path, version)) = written.first() {
            value["path"] = json!(path);
            value["version"] = json!(version.as_str());
        }
        value["paths"] = written.iter().map(|(path, _)| json!(path)).collect();
        writeln!(screen.out, "{value:#}")?;
    } else {
        for (path, _) in written {
            writeln!(screen.out, "{path}")?;
        }
        screen.message(format!("next: {next}"))?;
    }
    Ok(())
}

/// Asks all open questions, and about the renames that the evidence has decided; then shows the resulting changes.
/// Returns whether anything was asked.
pub(super) fn ask_questions(
    draft: &mut Draft,
    decisions: &mut Decisions,
    screen: &mut Screen<'_>,
) -> Result<bool, Failed> {
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut answered = false;
    loop {
        // A drop may leave a new column that has to be filled, and a rename may make other renames possible.
        let mut open = reviews(draft);
        open.extend(questions(draft));
        open.retain(|question| !asked.contains(&question.about()));
        let about_renames = |question: &Question| matches!(question, Question::Rename { .. });
        if open.iter().any(about_renames) {
            open.retain(about_renames);
        }
        if open.is_empty() {
            break;
        }
        answered |= prompt::ask(screen, &open, decisions)?;
        asked.extend(open.iter().map(Question::about));
        draft.decide(decisions)?;
    }
    if !asked.is_empty() {
        screen.message(if answered {
            "With these answers:"
        } else {
            "Nothing was decided; the changes are still:"
        })?;
        summary(draft, screen, true)?;
    }
    Ok(!asked.is_empty())
}

pub(super) fn no_changes(draft: &Draft, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    if json {
        let mut value = draft_json(draft);
        value["status"] = json!("nothing");
        writeln!(screen.out, "{value:#}")?;
    } else {
        screen.message(format!("Nothing to do: {} matches schema.rs.", draft.base.description))?;
    }
    Ok(EXIT_OK)
}

/// Shows the changes, the notes and, if `with_open`, the open questions.
pub(super) fn summary(draft: &Draft, screen: &mut Screen<'_>, with_open: bool) -> Result<(), Failed> {
    let resolution = &draft.resolution;
    let pair = Pair::new(&draft.base.schema, &resolution.after);
    screen.changes(&lines(&draft.changes, pair))?;
    if with_open {
        for question in reviews(draft) {
            screen.labeled_message("review", &question.text())?;
        }
        for question in questions(draft) {
            screen.labeled_message("decide", &question.text())?;
        }
        if let Some(why) = &draft.impossible_rename {
            screen.labeled_message("note", &format!("not all changes can be written as renames: {why}"))?;
        }
    }
    for warning in &draft.declared.warnings {
        screen.labeled_message("warning", &warning.to_string())?;
    }
    for note in resolution.notes().chain(resolution.remarks().take(REMARKS)) {
        screen.labeled_message("note", &note.to_string())?;
    }
    if let Some(more) = resolution
        .remarks()
        .count()
        .checked_sub(REMARKS)
        .filter(|more| *more > 0)
    {
        screen.message(format!(
            "... and {more} more notes like the last ones; --format json lists them all"
        ))?;
    }
    Ok(())
}

pub(super) fn proof(migration: &Migration, screen: &mut Screen<'_>) -> Result<(), Failed> {
    let (Some(proof), Some(server)) = (&migration.proof, &migration.proved_on) else {
        screen.labeled_message(
            "warning",
            "the migration was not proved on a scratch database, because --no-prove was given",
        )?;
        return Ok(());
    };
    for note in &proof.notes {
        screen.labeled_message("note", &note.to_string())?;
    }
    let rows = match proof.rows_followed {
        0 => String::new(),
        1 => ", with 1 generated row".to_owned(),
        many => format!(", with {many} generated rows"),
    };
    screen.message(format!(
        "Proved by running up.sql, down.sql and up.sql again{rows}, on {server}."
    ))?;
    deploy(migration, screen)?;
    waits(migration, screen)?;
    if let Some((compared, proved)) = migration.other_major {
        screen.labeled_message(
            "warning",
            &format!(
                "proved on Postgres {proved}, but the compared database is Postgres {compared}: differences between the two \
                 were not tested; to prove on Postgres {compared}, use --scratch-url, SCHEMA_DIFF_PG_BIN or --scratch-on-server"
            ),
        )?;
    }
    Ok(())
}

/// Shows when the new program can be deployed.
fn deploy(migration: &Migration, screen: &mut Screen<'_>) -> Result<(), Failed> {
    let order = migration.compatibility.order;
    if order == Order::Unknown {
        return Ok(());
    }
    screen.labeled_message("deploy", &order.to_string())?;
    if let Some(when) = order.when_reverted() {
        screen.labeled_message("revert", when)?;
    }
    for remark in &migration.deploy {
        screen.labeled_message("deploy", remark)?;
    }
    if let Some(allowed) = &migration.allowed_orders {
        let text = format!(
            "`{} check` refuses this order: schema-diff.toml allows {}",
            program(),
            allowed.join(", ")
        );
        screen.labeled_message("warning", &text)?;
    }
    if let Some(assumption) = migration.compatibility.assumption() {
        screen.labeled_message("deploy", &assumption)?;
    }
    Ok(())
}

/// Shows what other sessions wait for while up.sql runs.
fn waits(migration: &Migration, screen: &mut Screen<'_>) -> Result<(), Failed> {
    let all: Vec<&Wait> = migration.up_statements.iter().flat_map(|own| &own.waits).collect();
    for wait in all.iter().take(WAITS) {
        let estimate = migration.rates.and_then(|rates| rates.estimate(wait));
        let estimate = estimate.map_or_else(String::new, |estimate| format!(" ({estimate} on this machine)"));
        screen.labeled_message("lock", &format!("{wait}{estimate}"))?;
    }
    if let Some(more) = all.len().checked_sub(WAITS).filter(|more| *more > 0) {
        screen.message(format!("... and {more} more locks; up.sql lists them all"))?;
    }
    let mut work = all.iter().flat_map(|wait| wait.work.iter().chain(&wait.later));
    if work.any(|work| work.size.is_none()) {
        screen.labeled_message(
            "note",
            &format!(
                "the sizes of some tables in the messages above are unknown. Run `{} stats export` with DATABASE_URL set to the production database: this writes the sizes to a file, and later runs report locks only on large tables",
                program()
            ),
        )?;
    }
    Ok(())
}
