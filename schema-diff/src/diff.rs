//! `diff`: prints what `autogenerate` would write, without writing it.

use clap::Args;
use serde_json::json;

use super::{EXIT_FINDINGS, EXIT_OK, Failed, GenerateOptions, ReportOptions, Screen, autogenerate};
use schema_diff_engine::{
    config::Project,
    generate::{self, Draft, Scratch},
    report::{Unmanaged, draft_json, migration_json, unmanaged, unmanaged_json},
};

/// Print the SQL that autogenerate would write
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff diff
  schema-diff diff --down
  schema-diff diff --unmanaged               with unmanaged objects
  schema-diff diff --format json

Exit status: 0 if there are no differences; 1 if there are differences; 2 on an error.")]
pub struct DiffArgs {
    /// Print down.sql too
    #[arg(long)]
    pub down: bool,
    /// Before printing, test the migration as autogenerate does: run up.sql, down.sql and up.sql again on a temporary
    /// (scratch) database
    #[arg(long, conflicts_with = "no_prove")]
    pub prove: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub report: ReportOptions,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub options: GenerateOptions,
}

/// Runs the command.
///
/// # Errors
/// The declared and the existing schema cannot be compared.
pub fn run(args: &DiffArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let mut options = args.options.options();
    options.no_prove = options.no_prove || !args.prove;
    let mut scratch = Scratch::new(project, options.scratch.clone()).installing(screen.installer());
    let mut draft = generate::draft(project, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.clear_progress();
    let unmanaged = args.report.unmanaged.then(|| unmanaged(&draft));
    if draft.changes.is_empty() {
        return no_changes(&draft, unmanaged.as_deref(), screen, json);
    }
    if autogenerate::is_rolling(&options, project) {
        autogenerate::expand(&mut draft, screen)?;
    }
    let migration = generate::finish(&draft, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.clear_progress();
    if json {
        let mut value = draft_json(&draft);
        value["migration"] = migration_json(&migration);
        value["status"] = json!("differs");
        if let Some(found) = &unmanaged {
            value["unmanaged"] = unmanaged_json(found);
        }
        writeln!(screen.out, "{value:#}")?;
    } else {
        screen.message(format!("Compared with {}:", draft.base.description))?;
        autogenerate::summary(&draft, screen, true)?;
        screen.unmanaged(unmanaged.as_deref())?;
        if migration.proof.is_some() {
            autogenerate::proof(&migration, screen)?;
        }
        write!(screen.out, "{}", migration.up)?;
        for part in &migration.later_parts {
            write!(screen.out, "\n{}", part.up)?;
        }
        if args.down {
            for part in migration.later_parts.iter().rev() {
                write!(screen.out, "\n-- down.sql\n{}", part.down)?;
            }
            write!(screen.out, "\n-- down.sql\n{}", migration.down)?;
        }
    }
    Ok(EXIT_FINDINGS)
}

fn no_changes(
    draft: &Draft,
    unmanaged: Option<&[Unmanaged]>,
    screen: &mut Screen<'_>,
    json: bool,
) -> Result<u8, Failed> {
    let (true, Some(found)) = (json, unmanaged) else {
        let status = autogenerate::no_changes(draft, screen, json)?;
        screen.unmanaged(unmanaged)?;
        return Ok(status);
    };
    let mut value = draft_json(draft);
    value["status"] = json!("nothing");
    value["unmanaged"] = unmanaged_json(found);
    writeln!(screen.out, "{value:#}")?;
    Ok(EXIT_OK)
}
