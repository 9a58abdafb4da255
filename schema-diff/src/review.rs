//! `review`: answers a migration's open questions or changes its decisions, and rewrites its files.

use clap::Args;
use serde_json::json;

use super::{
    EXIT_FINDINGS, EXIT_OK, Failed, GenerateOptions, Screen,
    autogenerate::{ask_questions, report_written, summary},
    program,
};
use schema_diff_engine::{
    config::Project,
    connection::{ConnectionError, DatabaseUrl},
    generate::{self, Draft, From, GenerateError, Scratch, fingerprint, flag},
    history::{
        FindingKind, Header, HistoryError, MigrationDir, MigrationsDirectory, SchemaFingerprint, Undecided, Version,
        verify,
    },
    matching::Decisions,
    model::Schema,
    report::draft_json,
    runner::{Runner, RunnerError, Status, Target},
    write::{NewMigration, WriteError, rewrite},
};

/// Answer the questions that autogenerate left open in a migration (for example whether a column was renamed or
/// dropped), or change earlier answers; then up.sql and down.sql are rewritten
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff review                                 ask on a terminal; otherwise list open questions
  schema-diff review --rename users.mail:email
  schema-diff review 20260102030405 --drop users.mail

Only the last migration can be reviewed, and only while it is not applied. Earlier answers are kept; a new answer replaces only the earlier answer to the same question.
Exit status: 0 if no question is open; 1 if questions are open; 2 on an error, in which case nothing was written.")]
pub struct ReviewArgs {
    /// Version of the migration [default: the newest migration with an open question; if no migration has one, and an
    /// option such as --rename is passed, the last migration]
    pub version: Option<String>,
    /// Rewrite the migration in these cases too: the migration was edited manually; or schema.rs or the schema of the
    /// database (or of the migrations) has changed since the migration was written
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub options: GenerateOptions,
}

/// Why a migration was not rewritten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The migrations directory cannot be used.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// No migration matches the version, or the database cannot be queried.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// `DATABASE_URL` cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The files could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// There are no migrations.
    #[error("there are no migrations to review\n\nhint: `schema-diff autogenerate -m MESSAGE` writes the first one")]
    NoMigration,
    /// The migration has no header.
    #[error("{name} was not written by schema-diff\n\nhint: edit it manually")]
    HandWritten {
        /// The name of its directory.
        name: String,
    },
    /// Other migrations follow it.
    #[error(
        "{name} cannot be rewritten: {after} follows it, and was generated for the schema that {name} produces\n\nhint: make the change in a new migration, with `schema-diff autogenerate`; or delete the later migrations, if they are not applied anywhere"
    )]
    Followed {
        /// The name of its directory.
        name: String,
        /// The name of the last migration's directory.
        after: String,
    },
    /// It is a part of a migration.
    #[error(
        "{name} is one of the {of} parts of a migration, which cannot be rewritten alone\n\nhint: delete the directories of all {of} parts, and run `schema-diff autogenerate` again with the options that decide otherwise"
    )]
    Part {
        /// The name of its directory.
        name: String,
        /// How many parts there are.
        of: usize,
    },
    /// It keeps something for a running program, or removes that.
    #[error(
        "{name} was written with --rolling or by `schema-diff migration release`, and cannot be rewritten\n\nhint: delete its directory, and write it again with the options that decide otherwise"
    )]
    Rolling {
        /// The name of its directory.
        name: String,
    },
    /// It is applied.
    #[error(
        "{name} is applied in the database, so rewriting it would change nothing there\n\nhint: revert it first, with `schema-diff migration revert`; or write the next migration, with `schema-diff autogenerate`"
    )]
    Applied {
        /// The name of its directory.
        name: String,
    },
    /// Manual edits would be lost.
    #[error(
        "{name}/{file} was edited manually since it was generated, and would be overwritten\n\nhint: --force rewrites it"
    )]
    Edited {
        /// The name of its directory.
        name: String,
        /// The file.
        file: &'static str,
    },
    /// It would lead to another schema.
    #[error(
        "{name} is out of date: {what}\n\nhint: --force rewrites it for the current schema; `schema-diff diff` shows the changes. Or delete the directory and run `schema-diff autogenerate`"
    )]
    Outdated {
        /// The name of its directory.
        name: String,
        /// What has changed.
        what: String,
    },
}

/// Runs the command. `database` is the URL of the database on which migrations run, if there is one.
///
/// # Errors
/// Nothing was written.
pub fn run(
    args: &ReviewArgs,
    project: &Project,
    database: Option<&str>,
    screen: &mut Screen<'_>,
    json: bool,
) -> Result<u8, Failed> {
    screen.interruption.set_message("the migration is unchanged");
    let mut options = args.options.options();
    let given = std::mem::take(&mut options.decisions);
    let has_no_decisions = given == Decisions::default();
    let is_interactive = has_no_decisions && screen.interactive && !json;
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir).map_err(ReviewError::from)?;
    let Some(migration) = chosen(args, &directory, has_no_decisions)? else {
        if json {
            writeln!(screen.out, "{:#}", json!({ "status": "nothing" }))?;
        } else {
            screen.message("No migration has an open question.")?;
        }
        return Ok(EXIT_OK);
    };
    let (up, down) = (
        migration.up_sql().map_err(ReviewError::from)?,
        migration.down_sql().map_err(ReviewError::from)?,
    );
    let Some((header, _)) = Header::parse(&up) else {
        return Err(ReviewError::HandWritten {
            name: migration.name.clone(),
        }
        .into());
    };
    if let Some(part) = header.part {
        return Err(ReviewError::Part {
            name: migration.name.clone(),
            of: part.of,
        }
        .into());
    }
    if !header.keeps.is_empty() || !header.releases.is_empty() {
        return Err(ReviewError::Rolling {
            name: migration.name.clone(),
        }
        .into());
    }
    let last = directory.head().filter(|head| head.version != migration.version);
    if let Some(last) = last {
        return Err(ReviewError::Followed {
            name: migration.name.clone(),
            after: last.name.clone(),
        }
        .into());
    }
    if !args.force && (is_interactive || !has_no_decisions) {
        check_unedited(&directory, migration)?;
    }
    if let Some(url) = database {
        check_unapplied(project, url, migration, options.from)?;
    }

    let mut scratch = Scratch::new(project, options.scratch.clone()).installing(screen.installer());
    options.without = Some(migration.version.clone());
    options.decisions = recorded(&header);
    let mut progress = |text: &str| screen.progress(text);
    let drafted = match generate::draft(project, &options, &mut scratch, &mut progress) {
        Err(GenerateError::ConflictingDecisions { .. }) if args.force => {
            options.decisions = Decisions::default();
            generate::draft(project, &options, &mut scratch, &mut progress)
        }
        drafted => drafted,
    };
    screen.clear_progress();
    let mut draft = match drafted {
        Err(GenerateError::ConflictingDecisions { unused }) => {
            let what = format!(
                "schema.rs or the existing schema has changed, so recorded decisions no longer fit: {}",
                unused.join(", ")
            );
            return Err(outdated(migration, &what));
        }
        drafted => drafted?,
    };
    if !args.force
        && let Some(what) = changed(&header, &draft)
    {
        return Err(outdated(migration, what));
    }
    if draft.changes.is_empty() {
        return Err(outdated(
            migration,
            "schema.rs has changed, and no longer differs from the existing schema",
        ));
    }

    screen.message(format!(
        "Changes of {}, compared with {}:",
        migration.name, draft.base.description
    ))?;
    if has_no_decisions {
        summary(&draft, screen, !is_interactive)?;
    }
    if is_interactive {
        let asked = ask_questions(&mut draft, &mut options.decisions, screen)?;
        if !asked {
            screen.message("There are no open questions.")?;
            return Ok(EXIT_OK);
        }
    } else if has_no_decisions {
        return list_questions(migration, &draft, screen, json);
    } else {
        flag::overrule(&mut options.decisions, given.clone());
        draft.decide(&options.decisions)?;
        draft.validate(&given)?;
        summary(&draft, screen, true)?;
    }
    let made = generate::finish(&draft, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.clear_progress();
    let mut parts = NewMigration::parts_of(&made, &header.message, header.revises.clone());
    if let [only] = parts.as_mut_slice() {
        only.run_in_transaction = migration.run_in_transaction;
    }
    let seen = (up.as_str(), down.as_deref());
    let written = rewrite(
        &project.migrations_dir,
        jiff::Timestamp::now(),
        &migration.version,
        seen,
        &parts,
    )
    .map_err(ReviewError::from)?;
    let written: Vec<(String, Version)> = written
        .into_iter()
        .map(|own| (project.relative(&own.path).display().to_string(), own.version))
        .collect();
    screen
        .interruption
        .set_message(format!("{} was rewritten", migration.name));
    let next = if made.is_undecided {
        format!("answer the open questions with `{} review`", program())
    } else {
        format!("read up.sql, then run `{} migration run`", program())
    };
    report_written(&draft, &made, &written, &next, screen, json)?;
    Ok(if made.is_undecided { EXIT_FINDINGS } else { EXIT_OK })
}

/// Returns the exit status for open questions, and writes them with `json`. No file is written.
fn list_questions(migration: &MigrationDir, draft: &Draft, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    if json {
        let mut value = draft_json(draft);
        value["status"] = json!(if draft.is_undecided() { "open" } else { "nothing" });
        value["version"] = json!(migration.version.as_str());
        writeln!(screen.out, "{value:#}")?;
    }
    Ok(if draft.is_undecided() { EXIT_FINDINGS } else { EXIT_OK })
}

/// Returns the named migration; without a name, the newest one with an open question; without one, the last migration
/// if there are decisions.
fn chosen<'a>(
    args: &ReviewArgs,
    directory: &'a MigrationsDirectory,
    has_no_decisions: bool,
) -> Result<Option<&'a MigrationDir>, ReviewError> {
    if let Some(wanted) = &args.version {
        let version = Target::Version(wanted.clone()).resolve(directory)?;
        return Ok(version.and_then(|version| directory.get(&version)));
    }
    for migration in directory.migrations().iter().rev() {
        if Undecided::find(&migration.up_sql()?).is_some() {
            return Ok(Some(migration));
        }
    }
    match directory.head() {
        _ if has_no_decisions => Ok(None),
        None => Err(ReviewError::NoMigration),
        head => Ok(head),
    }
}

fn check_unedited(directory: &MigrationsDirectory, migration: &MigrationDir) -> Result<(), ReviewError> {
    let findings = verify(directory)?;
    let mut own = findings.iter().filter(|finding| finding.version == migration.version);
    let file = own.find_map(|finding| match finding.kind {
        FindingKind::UpEdited => Some("up.sql"),
        FindingKind::DownEdited | FindingKind::DownMissing => Some("down.sql"),
        _ => None,
    });
    match file {
        None => Ok(()),
        Some(file) => Err(ReviewError::Edited {
            name: migration.name.clone(),
            file,
        }),
    }
}

fn check_unapplied(project: &Project, url: &str, migration: &MigrationDir, from: From) -> Result<(), ReviewError> {
    let url = DatabaseUrl::parse(url)?;
    let state =
        Runner::open_in(&url, &project.migrations_dir, &project.environment).and_then(|mut runner| runner.state());
    let state = match state {
        // If the history is compared, the database may be unreachable.
        Err(_) if from == From::Migrations => return Ok(()),
        state => state?,
    };
    let is_applied = |version: &Version| {
        let mut entries = state.entries.iter();
        entries.any(|entry| entry.version == *version && entry.status != Status::Pending)
    };
    if is_applied(&migration.version) {
        return Err(ReviewError::Applied {
            name: migration.name.clone(),
        });
    }
    Ok(())
}

/// Returns the decisions that the header records. An invalid line was written by another version, or by hand.
fn recorded(header: &Header) -> Decisions {
    let mut decisions = Decisions::default();
    for text in &header.decided {
        let _ = flag::decide(&mut decisions, text);
    }
    decisions
}

/// Returns what has changed since the migration was written.
fn changed(header: &Header, draft: &Draft) -> Option<&'static str> {
    let differs = |known: &SchemaFingerprint, schema: &Schema| known.differs_from(&fingerprint(schema)) == Some(true);
    if header
        .before
        .as_ref()
        .is_some_and(|known| differs(known, &draft.base.schema))
    {
        return Some("the existing schema has changed");
    }
    let alternative = draft.alternative.as_ref().map(|alternative| &alternative.resolution);
    let mut resolutions = [Some(&draft.resolution), alternative].into_iter().flatten();
    let known = header.after.as_ref()?;
    let is_other = resolutions.all(|resolution| differs(known, &resolution.after));
    is_other.then_some("schema.rs has changed")
}

fn outdated(migration: &MigrationDir, what: &str) -> Failed {
    ReviewError::Outdated {
        name: migration.name.clone(),
        what: what.to_owned(),
    }
    .into()
}
