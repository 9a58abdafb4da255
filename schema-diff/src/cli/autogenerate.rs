//! `autogenerate`: writes the migration that brings the database to what `schema.rs` declares.

use clap::Args;
use serde_json::json;

use super::{EXIT_OK, Failed, GenerateOptions, Screen, program, prompt};
use crate::{
    config::Project,
    generate::{self, Draft, Migration, Question, Scratch, questions, shown},
    history::MigrationsDirectory,
    model::Pair,
    renames::decide::DecidedBy,
    report::{draft_json, lines, migration_json},
    write::{NewMigration, WriteError, write_next},
};

/// How many remarks that have nothing to do with the change are shown.
const REMARKS: usize = 5;

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
    #[arg(short, long, allow_hyphen_values = true)]
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
    screen.interruption.means("no migration was written");
    let mut options = args.options.options();
    let mut scratch = Scratch::new(project, options.scratch.clone());
    if project.migrations_dir.exists() && !project.migrations_dir.is_dir() {
        return Err(WriteError::NotADirectory {
            path: project.migrations_dir.clone(),
        }
        .into());
    }
    // Read before anything is compared: should another run write one meanwhile, this one's work is in vain.
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let mut draft = generate::draft(project, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.quiet();
    if draft.changes.is_empty() {
        return nothing(&draft, screen, json);
    }
    let asks = screen.interactive && !json;
    screen.say(format!("Compared with {}:", draft.base.description))?;
    summary(&draft, screen, !asks)?;
    let mut asked = to_ask(&draft);
    while asks && !asked.is_empty() {
        let answered = prompt::ask(screen, &asked, &mut options.decisions)?;
        screen.say("")?;
        if answered {
            draft.decide(&options.decisions)?;
            screen.say("With these answers:")?;
        } else {
            screen.say("As before:")?;
        }
        summary(&draft, screen, true)?;
        // A drop may leave a new column behind that has to be filled.
        let open = to_ask(&draft);
        asked = open.into_iter().filter(|question| !asked.contains(question)).collect();
    }
    let migration = generate::finish(&draft, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.quiet();
    screen.interruption.means(format!(
        "{} shows whether the migration was written",
        project.relative(&project.migrations_dir).display()
    ));
    let written = write_next(
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
    let path = project.relative(&written.path).display().to_string();
    screen.interruption.means(format!("{path} was written"));
    proof(&migration, screen)?;
    if json {
        let mut value = draft_json(&draft);
        value["migration"] = migration_json(&migration);
        value["status"] = json!("written");
        value["path"] = json!(path);
        value["version"] = json!(written.version.as_str());
        writeln!(screen.out, "{value:#}")?;
    } else {
        writeln!(screen.out, "{path}")?;
        let run = match project.environment.database_url() {
            Some(_) => format!("`diesel migration run` or `{} migration run`", program()),
            // Without a URL the `diesel` binary does not know the project's own Postgres.
            None => format!("`{} migration run`", program()),
        };
        screen.say(format!("next: read up.sql, then run {run}"))?;
    }
    Ok(EXIT_OK)
}

/// What a person is asked: all that is open, after the renames that the evidence alone has decided.
fn to_ask(draft: &Draft) -> Vec<Question> {
    let taken = draft
        .resolution
        .verdicts
        .iter()
        .filter(|(_, verdict)| verdict.by == DecidedBy::Evidence)
        .map(|(subject, verdict)| Question::Rename {
            subject: subject.clone(),
            verdict: verdict.clone(),
        });
    taken.chain(questions(&draft.base.schema, &draft.resolution)).collect()
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

/// The changes, what was decided, and, unless it is about to be asked, what is open.
pub(super) fn summary(draft: &Draft, screen: &mut Screen<'_>, with_open: bool) -> Result<(), Failed> {
    let resolution = &draft.resolution;
    let pair = Pair::new(&draft.base.schema, &resolution.after);
    screen.changes(&lines(&draft.changes, pair))?;
    for (subject, verdict) in &resolution.verdicts {
        if verdict.by == DecidedBy::Evidence && with_open {
            let (_, drop) = generate::flags(subject, verdict);
            let otherwise = if drop.is_empty() {
                String::new()
            } else {
                format!("; if it is not: {drop}")
            };
            screen.remark(
                "review",
                &format!(
                    "{} is taken for a rename: {}{otherwise}",
                    shown(subject, verdict),
                    verdict.evidence.reasons.join(", ")
                ),
            )?;
        }
    }
    if with_open {
        for question in questions(&draft.base.schema, resolution) {
            screen.remark("decide", &open(&question))?;
        }
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
    for remark in resolution.remarks.iter().take(REMARKS) {
        screen.remark("note", remark)?;
    }
    if let Some(more) = resolution.remarks.len().checked_sub(REMARKS).filter(|more| *more > 0) {
        screen.say(format!(
            "... and {more} more notes of that kind; --format json has them all"
        ))?;
    }
    Ok(())
}

fn open(question: &Question) -> String {
    match question {
        Question::Rename { subject, verdict } => {
            let (rename, drop) = generate::flags(subject, verdict);
            let ways = if drop.is_empty() {
                rename
            } else {
                format!("{rename} or {drop}")
            };
            format!(
                "{} may be a rename ({}): say {ways}; until then up.sql stops",
                shown(subject, verdict),
                verdict.evidence.reasons.join(", ")
            )
        }
        Question::Backfill { table, column, is_new } => {
            let place = format!("{}.{column}", table.plain());
            let (what, rows) = if *is_new {
                ("is new and NOT NULL", "any rows")
            } else {
                ("becomes NOT NULL", "rows without a value")
            };
            format!(
                "{place} {what}: say --backfill \"{place}=EXPRESSION\"; without it up.sql stops where there are {rows}"
            )
        }
    }
}

pub(super) fn proof(migration: &Migration, screen: &mut Screen<'_>) -> Result<(), Failed> {
    let (Some(proof), Some(server)) = (&migration.proof, &migration.proved_on) else {
        screen.remark(
            "warning",
            "not proved on a scratch database, because --no-prove was given",
        )?;
        return Ok(());
    };
    for note in &proof.notes {
        screen.remark("note", note)?;
    }
    let rows = match proof.rows_followed {
        0 => String::new(),
        1 => ", with a row".to_owned(),
        many => format!(", with {many} rows"),
    };
    screen.say(format!("Proved up, down and up again{rows}, on {server}."))?;
    if let Some((compared, proved)) = migration.other_major {
        screen.remark(
            "warning",
            &format!(
                "proved on Postgres {proved}, but the compared database is Postgres {compared}: what only one of them can do \
                 was not tried; --scratch-url, SCHEMA_DIFF_PG_BIN or --scratch-on-server name a server of its version"
            ),
        )?;
    }
    Ok(())
}
