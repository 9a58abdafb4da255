//! `autogenerate`: writes the migration that brings the database to what `schema.rs` declares.

use clap::Args;
use serde_json::json;

use super::{EXIT_OK, Failed, GenerateOptions, Screen, prompt};
use crate::{
    config::Project,
    generate::{self, Draft, Migration, Scratch, questions, shown},
    history::MigrationsDirectory,
    model::Pair,
    renames::decide::DecidedBy,
    report::{draft_json, lines, migration_json},
    write::{NewMigration, write},
};

/// Write the migration that leads to what schema.rs declares
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff autogenerate -m \"add iso3code\"
  schema-diff autogenerate -m \"mail is email\" --rename users.mail:email
  schema-diff autogenerate -m \"age\" --backfill \"users.age=0\"

The migration has run on a scratch Postgres, up, down and up again, before it is written.
Exit status: 0 written, or nothing to do; 2 it could not be done, and nothing was written.")]
pub struct AutogenerateArgs {
    /// What the migration is for: it becomes the directory's name
    #[arg(short, long)]
    pub message: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub options: GenerateOptions,
}

/// Runs the command.
///
/// # Errors
/// There is no migration; nothing was written.
pub fn run(args: &AutogenerateArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let mut options = args.options.options();
    let mut scratch = Scratch::new(project, options.scratch.clone());
    let mut draft = generate::draft(project, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.quiet();
    if draft.changes.is_empty() {
        return nothing(&draft, screen, json);
    }
    summary(&draft, screen)?;
    let open = questions(&draft.base.schema, &draft.resolution);
    if screen.interactive && !json && !open.is_empty() && prompt::ask(&open, &mut options.decisions)? {
        draft.decide(&options.decisions)?;
        summary(&draft, screen)?;
    }
    let migration = generate::finish(&draft, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.quiet();
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let written = write(
        &project.migrations_dir,
        jiff::Timestamp::now(),
        &NewMigration {
            message: args.message.clone(),
            up_body: migration.up.clone(),
            down_body: migration.down.clone(),
            run_in_transaction: true,
            revises: directory.head().map(|head| head.version.clone()),
            before_fingerprint: Some(migration.before_fingerprint.clone()),
            after_fingerprint: Some(migration.after_fingerprint.clone()),
        },
    )?;
    proof(&migration, screen)?;
    let path = project.relative(&written.path).display().to_string();
    if json {
        let mut value = draft_json(&draft);
        value["migration"] = migration_json(&migration);
        value["status"] = json!("written");
        value["path"] = json!(path);
        value["version"] = json!(written.version.as_str());
        writeln!(screen.out, "{value:#}")?;
    } else {
        writeln!(screen.out, "{path}")?;
        screen.say("next: read up.sql, then run `schema-diff migration run` (or `diesel migration run`)")?;
    }
    Ok(EXIT_OK)
}

pub(super) fn nothing(draft: &Draft, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    if json {
        let mut value = draft_json(draft);
        value["status"] = json!("nothing");
        writeln!(screen.out, "{value:#}")?;
    } else {
        screen.say(format!(
            "Nothing to do: {} is what schema.rs declares.",
            draft.base.description
        ))?;
    }
    Ok(EXIT_OK)
}

/// The changes, what was decided, what is open.
pub(super) fn summary(draft: &Draft, screen: &mut Screen<'_>) -> Result<(), Failed> {
    let resolution = &draft.resolution;
    let pair = Pair::new(&draft.base.schema, &resolution.after);
    screen.say(format!("Compared with {}:", draft.base.description))?;
    screen.changes(&lines(&draft.changes, pair, &resolution.renames))?;
    for (subject, verdict) in resolution
        .verdicts
        .iter()
        .filter(|(_, verdict)| verdict.by == DecidedBy::Evidence)
    {
        screen.remark(
            "review",
            &format!(
                "{} is taken for a rename: {}",
                shown(subject, verdict),
                verdict.evidence.reasons.join(", ")
            ),
        )?;
    }
    for (subject, verdict) in &resolution.undecided {
        let (rename, drop) = generate::flags(subject, verdict);
        screen.remark(
            "decide",
            &format!(
                "{} may be a rename ({}): say {rename} or {drop}",
                shown(subject, verdict),
                verdict.evidence.reasons.join(", ")
            ),
        )?;
    }
    for warning in &draft.declared.warnings {
        screen.remark(
            "warning",
            &format!(
                "{}:{}: {}",
                warning.location.file.display(),
                warning.location.line,
                warning.message
            ),
        )?;
    }
    for note in &resolution.notes {
        screen.remark("note", note)?;
    }
    Ok(())
}

fn proof(migration: &Migration, screen: &mut Screen<'_>) -> Result<(), Failed> {
    match (&migration.proof, &migration.proved_on) {
        (Some(proof), Some(server)) => {
            for note in &proof.notes {
                screen.remark("note", note)?;
            }
            screen.say(format!(
                "Proved up, down and up again, with {} rows, on {server}.",
                proof.rows_followed
            ))?;
        }
        _ => screen.remark("warning", "not proved: --no-prove was given")?,
    }
    Ok(())
}
