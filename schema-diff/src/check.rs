//! `check`: compares `schema.rs` with the database or the history, for CI.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::{
    EXIT_FINDINGS, EXIT_OK, Failed, Format, GenerateOptions, ReportOptions, Screen, autogenerate, deploy,
    history::finding_json, program,
};
use schema_diff_engine::{
    config::Project,
    declared::Location,
    generate::{self, Draft, Scratch},
    history::{Finding, FindingKind, MigrationsDirectory, Severity, embedded, verify},
    parse::embedded_migrations,
    report::{self, Annotation, draft_json, unmanaged, unmanaged_json},
    rollout::Kept,
};

/// Check that schema.rs declares the same schema as the database, or as the migrations
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff check                          compare with the database of DATABASE_URL; with the migrations if that is not set
  schema-diff check --from migrations        in CI, without a database
  schema-diff check --unmanaged              with unmanaged objects
  schema-diff check --format json
  schema-diff check --format github          annotations on the lines of a pull request
  schema-diff check --base origin/main       with the order of deployment

Exit status: 0 if there are no differences; 1 if there are differences, if a migration still has a question that `schema-diff review` must answer, if the order of the migrations is inconsistent, or if the order in which the new migrations and the program have to be deployed is not allowed; 2 on an error.")]
pub struct CheckArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub report: ReportOptions,
    /// The git commit whose migrations are not new, such as origin/main. The order in which the new ones and the program
    /// can be deployed has to be one of deploy.allow in schema-diff.toml [default: deploy.base in schema-diff.toml, else
    /// the branch of GITHUB_BASE_REF, else HEAD]
    #[arg(long, value_name = "REVISION")]
    pub base: Option<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub options: GenerateOptions,
}

/// Runs the command.
///
/// # Errors
/// The two cannot be compared.
pub fn run(args: &CheckArgs, project: &Project, screen: &mut Screen<'_>, format: Format) -> Result<u8, Failed> {
    let options = args.options.options();
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let mut findings = verify(&directory)?;
    findings.extend(embedded(&directory, || {
        embedded_migrations(&project.root, &project.sources)
    }));
    if findings
        .iter()
        .any(|found| matches!(found.kind, FindingKind::Undecided(_)))
    {
        // The schema after an undecided migration is not known: there is nothing to compare.
        match format {
            Format::Json => {
                let found = findings.iter().map(finding_json).collect::<Vec<_>>();
                writeln!(screen.out, "{:#}", json!({ "status": "undecided", "findings": found }))?;
            }
            Format::Github => annotate(chain(&directory, &findings, project), project, screen)?,
            Format::Text => remarks(&findings, screen)?,
        }
        return Ok(EXIT_FINDINGS);
    }
    let mut scratch = Scratch::new(project, options.scratch.clone()).installing(screen.installer());
    let draft = match generate::draft(project, &options, &mut scratch, &mut |text| screen.progress(text)) {
        Ok(draft) => draft,
        Err(error) => {
            if format == Format::Github {
                annotate(report::mistakes(&error), project, screen)?;
            }
            return Err(error.into());
        }
    };
    screen.clear_progress();
    let broken = findings.iter().any(|finding| finding.severity() == Severity::Problem);
    let agrees = draft.changes.is_empty() && !broken;
    let new = deploy::new_migrations(
        (args.base.as_deref(), options.since.as_deref()),
        project,
        &draft,
        &mut scratch,
        screen,
    )?;
    let is_allowed = new.as_ref().is_none_or(|new| new.is_allowed);
    let unmanaged = args.report.unmanaged.then(|| unmanaged(&draft));
    match format {
        Format::Json => {
            let mut value = draft_json(&draft);
            value["status"] = json!(if !agrees {
                "differs"
            } else if is_allowed {
                "agrees"
            } else {
                "not-deployable"
            });
            value["findings"] = json!(findings.iter().map(finding_json).collect::<Vec<_>>());
            if let Some(new) = &new {
                value["deploy"] = new.json();
            }
            if let Some(found) = &unmanaged {
                value["unmanaged"] = unmanaged_json(found);
            }
            writeln!(screen.out, "{value:#}")?;
        }
        Format::Text | Format::Github => {
            if format == Format::Github {
                let mut all = annotations(&draft, &directory, &findings, project);
                all.extend(new.as_ref().and_then(|new| new.annotation(project)));
                annotate(all, project, screen)?;
            }
            words(&draft, &findings, screen)?;
            if let Some(new) = &new {
                new.show(project, screen)?;
            }
            screen.unmanaged(unmanaged.as_deref())?;
        }
    }
    Ok(if agrees && is_allowed { EXIT_OK } else { EXIT_FINDINGS })
}

fn words(draft: &Draft, findings: &[Finding], screen: &mut Screen<'_>) -> Result<(), Failed> {
    if draft.changes.is_empty() {
        screen.message(format!("schema.rs and {} agree.", draft.base.description))?;
    } else {
        screen.message(format!("schema.rs and {} differ:", draft.base.description))?;
        autogenerate::summary(draft, screen, true)?;
        screen.message(format!(
            "next: `{} autogenerate -m MESSAGE` writes the migration",
            program()
        ))?;
    }
    for pending in &draft.pending {
        let kept: Vec<String> = pending.kept.iter().map(Kept::describe).collect();
        let text = format!(
            "{} keeps what an older program needs ({}): `{} migration release` removes it when no such program runs any more",
            pending.name,
            kept.join("; "),
            program()
        );
        screen.labeled_message("note", &text)?;
    }
    remarks(findings, screen)?;
    Ok(())
}

fn remarks(findings: &[Finding], screen: &mut Screen<'_>) -> io::Result<()> {
    for finding in findings {
        let key = if finding.severity() == Severity::Problem {
            "problem"
        } else {
            "note"
        };
        screen.labeled_message(key, &finding.to_string())?;
    }
    Ok(())
}

fn annotations(
    draft: &Draft,
    directory: &MigrationsDirectory,
    findings: &[Finding],
    project: &Project,
) -> Vec<Annotation> {
    let schema_file = project
        .schema_files
        .first()
        .map(PathBuf::as_path)
        .unwrap_or(Path::new("src/schema.rs"));
    let mut annotations = report::differences(draft, project.relative(schema_file));
    annotations.extend(chain(directory, findings, project));
    annotations
}

/// Returns the annotations for the findings about the chain of migrations.
fn chain(directory: &MigrationsDirectory, findings: &[Finding], project: &Project) -> Vec<Annotation> {
    let located: Vec<(Finding, Option<Location>)> = findings
        .iter()
        .map(|finding| {
            let migration = directory.migrations().iter().find(|own| own.version == finding.version);
            let location = migration.map(|migration| Location::file(project.relative(&migration.up())));
            (finding.clone(), location)
        })
        .collect();
    report::findings(&located)
}

/// Writes annotations for GitHub's workflows.
pub(super) fn annotate(annotations: Vec<Annotation>, project: &Project, screen: &mut Screen<'_>) -> Result<(), Failed> {
    screen.clear_progress();
    let prefix = below_repository(&project.root);
    for annotation in annotations {
        writeln!(screen.out, "{}", annotation.command(&prefix))?;
    }
    Ok(())
}

/// Returns the project's path in its repository, because GitHub's paths are relative to the repository's root.
fn below_repository(root: &Path) -> PathBuf {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let repository = root.ancestors().find(|above| above.join(".git").exists());
    let below = repository.and_then(|repository| root.strip_prefix(repository).ok());
    below.map(Path::to_owned).unwrap_or_default()
}
