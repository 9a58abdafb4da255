//! `check`: whether `schema.rs` and what it is compared with agree, for CI.

use std::io;

use clap::Args;
use serde_json::json;

use super::{EXIT_FINDINGS, EXIT_OK, Failed, GenerateOptions, Screen, autogenerate, history::finding_json, program};
use crate::{
    config::Project,
    generate::{self, Scratch},
    history::{Finding, FindingKind, MigrationsDirectory, Severity, verify},
    report::draft_json,
};

/// Check that schema.rs and the database (or the migrations) agree
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff check                          against DATABASE_URL, or the migrations when it is not set
  schema-diff check --from migrations        in CI, without a database
  schema-diff check --format json

Exit status: 0 they agree; 1 they do not, or the history does not hold together; 2 it could not be done.")]
pub struct CheckArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub options: GenerateOptions,
}

/// Runs the command.
///
/// # Errors
/// They could not be compared.
pub fn run(args: &CheckArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let options = args.options.options();
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let findings = verify(&directory)?;
    if findings
        .iter()
        .any(|found| matches!(found.kind, FindingKind::Undecided(_)))
    {
        // Where it leads is not known yet: there is nothing to compare.
        if json {
            let found = findings.iter().map(finding_json).collect::<Vec<_>>();
            writeln!(screen.out, "{:#}", json!({ "status": "undecided", "findings": found }))?;
        } else {
            remarks(&findings, screen)?;
        }
        return Ok(EXIT_FINDINGS);
    }
    let mut scratch = Scratch::new(project, options.scratch.clone());
    let draft = generate::draft(project, &options, &mut scratch, &mut |text| screen.progress(text))?;
    screen.quiet();
    let broken = findings.iter().any(|finding| finding.severity() == Severity::Problem);
    let agrees = draft.changes.is_empty() && !broken;
    if json {
        let mut value = draft_json(&draft);
        value["status"] = json!(if agrees { "agrees" } else { "differs" });
        value["findings"] = json!(findings.iter().map(finding_json).collect::<Vec<_>>());
        writeln!(screen.out, "{value:#}")?;
    } else {
        if draft.changes.is_empty() {
            screen.say(format!("schema.rs and {} agree.", draft.base.description))?;
        } else {
            screen.say(format!("schema.rs and {} differ:", draft.base.description))?;
            autogenerate::summary(&draft, screen, true)?;
            screen.say(format!(
                "next: `{} autogenerate -m MESSAGE` writes the migration",
                program()
            ))?;
        }
        remarks(&findings, screen)?;
    }
    Ok(if agrees { EXIT_OK } else { EXIT_FINDINGS })
}

fn remarks(findings: &[Finding], screen: &mut Screen<'_>) -> io::Result<()> {
    for finding in findings {
        let key = if finding.severity() == Severity::Problem {
            "problem"
        } else {
            "note"
        };
        screen.remark(key, &finding.to_string())?;
    }
    Ok(())
}
