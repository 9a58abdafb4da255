//! `verify`: checks that each migration's `down.sql` reverts its `up.sql`.

use clap::Args;
use serde_json::{Value, json};

use super::{EXIT_FAILED, EXIT_FINDINGS, EXIT_OK, Failed, ScratchOptions, Screen};
use schema_diff_engine::{
    catalog_snapshot::{CatalogDifference, Differs},
    config::Project,
    generate::Scratch,
    history::MigrationsDirectory,
    replay::{Irreversible, Verified, verify},
};

/// Check that each down.sql reverts its up.sql
///
/// On a temporary (scratch) database on which all earlier migrations have run, each migration (even a hand-written one)
/// is run, reverted and run again. When down.sql has run, the system catalogs must be the same as before up.sql. When
/// up.sql has run the second time, they must be the same as after its first run. Not checked are: rows; settings of
/// databases and roles; and privileges and comments on built-in objects or on objects of an extension. To allow a
/// finding, write a comment with the code of the finding and a reason into up.sql or down.sql: `-- schema-diff:
/// allow(down-differs) the reason`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff verify
  schema-diff verify --last 1
  schema-diff verify --format json

Exit status: 0 if each down.sql reverts its up.sql; 1 if there are findings; 2 on an error. Allowed findings do not count; neither do labels that up.sql adds to an enum, because Postgres cannot drop them.")]
pub struct VerifyArgs {
    /// Verify only the last COUNT migrations; earlier migrations are run but not verified
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    #[command(flatten)]
    scratch: ScratchOptions,
}

/// Runs the command.
///
/// # Errors
/// The migrations cannot be read or do not run, or there is no scratch database.
pub fn run(args: &VerifyArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let migrations = directory.migrations();
    let verified = if migrations.is_empty() {
        Verified::default()
    } else {
        let mut scratch = Scratch::new(project, args.scratch.choice()).installing(screen.installer());
        let server = scratch.server(0)?;
        let verified = verify(migrations, args.last, server, &mut |text| screen.progress(text));
        screen.clear_progress();
        verified?
    };
    let Verified {
        count,
        findings: found,
        stopped,
    } = &verified;
    let has_problem = found.iter().any(Irreversible::is_problem);
    if json {
        let findings: Vec<Value> = found.iter().map(|finding| finding_json(finding, project)).collect();
        let status = match (stopped, has_problem) {
            (Some(_), _) => "stopped",
            (None, true) => "findings",
            (None, false) => "reverted",
        };
        let stopped = stopped
            .as_ref()
            .map(|rejected| json!({ "place": rejected.place(), "message": rejected.message }));
        let value = json!({ "status": status, "verified": count, "stopped": stopped, "findings": findings });
        writeln!(screen.out, "{value:#}")?;
    } else if migrations.is_empty() {
        let path = project.relative(&project.migrations_dir).display().to_string();
        screen.message(format!("There are no migrations in `{path}`."))?;
    } else {
        for finding in found {
            let key = if finding.is_problem() { "problem" } else { "note" };
            let allowed = finding
                .allowed
                .as_ref()
                .map(|reason| format!("\n    allowed: {reason}"));
            screen.labeled_message(key, &format!("{finding}{}", allowed.unwrap_or_default()))?;
        }
        if let Some(rejected) = stopped {
            screen.labeled_message(
                "error",
                &format!(
                    "`{}` fails when it is run after all earlier migrations on a temporary (scratch) database\n\n{}\n\n\
                     hint: fix the migration; later migrations were not verified",
                    rejected.place(),
                    rejected.message
                ),
            )?;
        }
        let migrations = if *count == 1 { "migration" } else { "migrations" };
        let problems = found.iter().filter(|finding| finding.is_problem()).count();
        let result = match (problems, found.len()) {
            (0, 0) => "each down.sql reverts its up.sql".to_owned(),
            (0, _) => "each down.sql reverts its up.sql, except as noted above".to_owned(),
            (1, _) => "1 is not reverted by its down.sql".to_owned(),
            (many, _) => format!("{many} are not reverted by their down.sql"),
        };
        screen.message(format!("Verified {count} {migrations}: {result}."))?;
    }
    Ok(match (stopped, has_problem) {
        (Some(_), _) => EXIT_FAILED,
        (None, true) => EXIT_FINDINGS,
        (None, false) => EXIT_OK,
    })
}

fn finding_json(finding: &Irreversible, project: &Project) -> Value {
    json!({
        "version": finding.version.as_str(),
        "name": finding.name,
        "file": project.relative(&finding.file).display().to_string(),
        "code": finding.kind.code(),
        "severity": if finding.is_problem() { "problem" } else { "note" },
        "allowed": finding.allowed,
        "message": finding.to_string(),
        "differences": finding.kind.differences().iter().map(difference_json).collect::<Vec<_>>(),
    })
}

fn difference_json(difference: &CatalogDifference) -> Value {
    let (what, column, before, after) = match &difference.what {
        Differs::Column { name, before, after } => ("changed", Some(name), before.clone(), after.clone()),
        Differs::Missing(_) => ("missing", None, None, None),
        Differs::Added(_) => ("remains", None, None, None),
    };
    json!({
        "catalog": difference.catalog,
        "object": difference.object,
        "what": what,
        "column": column,
        "before": before,
        "after": after,
    })
}
