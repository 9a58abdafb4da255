//! `lint`: finds what migrations do to a database that is in use.

use std::collections::BTreeSet;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use serde_json::{Value, json};

use super::{
    EXIT_FAILED, EXIT_FINDINGS, EXIT_OK, Failed, Format, ScratchOptions, Screen,
    check::annotate,
    migration::{MigrationError, after_or_last},
    options::SizesArgument,
    program,
    screen::escape,
};
use schema_diff_engine::{
    config::Project,
    declared::Location,
    generate::{Scratch, table_statistics},
    history::{MigrationsDirectory, Version},
    lint::{LintFinding, Linted, Rule, TableSizes, lint},
    replay::Rejected,
    report::{Annotation, Level},
    runner::Target,
};

/// Find statements in migrations that block other sessions or break running programs
///
/// The migrations, even hand-written ones, run on a scratch database. For each statement of an up.sql, Postgres itself
/// reports the locks that the statement takes; the tables that it reads, rewrites or indexes; and the objects that it
/// drops or renames. There are two kinds of findings: statements during which other sessions must wait because a large
/// table, or a table of unknown size, is locked; and changes that make running programs fail. docs/lint.md lists the
/// rules. A rule that squawk (a linter for Postgres migrations) also has carries the same name as in squawk. A
/// migration's statements on tables that the same migration creates are not reported. To allow a finding, write a
/// comment with the name of the rule and a reason above the statement, or after the statement on its last line: `--
/// schema-diff: allow(ban-drop-column) the reason`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff lint                    all migrations
  schema-diff lint --last 1           the last one
  schema-diff lint --after 20260102   only newer ones, if older ones have run in production
  schema-diff lint 20260102030405     this one
  schema-diff lint --format github    annotations on the lines of a pull request

Exit status: 0 if there are no findings (allowed findings and notes do not count); 1 if there are findings; 2 on an error.")]
pub struct LintArgs {
    /// Lint only these migrations. Each VERSION is a version, the beginning of a version, the name of a migration's
    /// directory, or `head` for the last migration
    #[arg(value_name = "VERSION")]
    migrations: Vec<Target>,
    /// Lint only the migrations after this one
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["migrations", "last"])]
    after: Option<Target>,
    /// Lint only the last COUNT migrations
    #[arg(long, value_name = "COUNT", conflicts_with = "migrations")]
    last: Option<usize>,
    /// Do not report findings of this rule; docs/lint.md explains each rule
    #[arg(long, value_name = "RULE", value_parser = rule_parser(), hide_possible_values = true)]
    exclude: Vec<Rule>,
    /// Where to read the sizes of the tables; the sizes decide which tables count as large [default: file]
    #[arg(long, value_enum)]
    sizes: Option<SizesArgument>,
    #[command(flatten)]
    scratch: ScratchOptions,
}

/// Parses the name of a rule. An unknown name is an error that lists all names.
fn rule_parser() -> impl TypedValueParser<Value = Rule> {
    PossibleValuesParser::new(Rule::all().map(Rule::name))
        .try_map(|name| Rule::named(&name).ok_or("there is no such rule"))
}

/// Runs the command.
///
/// # Errors
/// The migrations cannot be read, or there is no scratch database.
pub fn run(args: &LintArgs, project: &Project, screen: &mut Screen<'_>, format: Format) -> Result<u8, Failed> {
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let selected = selected(args, &directory)?;
    let statistics = table_statistics(project, SizesArgument::source(args.sizes))?;
    let sizes = TableSizes {
        statistics: statistics.as_ref(),
        threshold: project.traffic.threshold,
    };
    let linted = if selected.is_empty() {
        Linted::default()
    } else {
        let mut scratch = Scratch::new(project, args.scratch.choice()).installing(screen.installer());
        let server = scratch.server(0)?;
        let is_selected = |version: &Version| selected.contains(version);
        let linted = lint(directory.migrations(), &is_selected, server, sizes, &mut |text| {
            screen.progress(text);
        });
        screen.clear_progress();
        let mut linted = linted?;
        linted.findings.retain(|finding| !args.exclude.contains(&finding.rule));
        linted
    };
    match format {
        Format::Json => writeln!(screen.out, "{:#}", as_json(&linted, project))?,
        Format::Github => {
            annotate(annotations(&linted, project), project, screen)?;
            text(&linted, project, statistics.is_some(), screen)?;
        }
        Format::Text => text(&linted, project, statistics.is_some(), screen)?,
    }
    Ok(
        match (&linted.stopped, linted.findings.iter().any(LintFinding::is_problem)) {
            (Some(_), _) => EXIT_FAILED,
            (None, true) => EXIT_FINDINGS,
            (None, false) => EXIT_OK,
        },
    )
}

fn selected(args: &LintArgs, directory: &MigrationsDirectory) -> Result<BTreeSet<Version>, Failed> {
    if let Some(found) = after_or_last(args.after.as_ref(), args.last, directory)? {
        return Ok(found);
    }
    if args.migrations.is_empty() {
        return Ok(directory.migrations().iter().map(|own| own.version.clone()).collect());
    }
    let mut found = BTreeSet::new();
    for target in &args.migrations {
        found.extend(target.resolve(directory).map_err(MigrationError::from)?);
    }
    Ok(found)
}

fn text(linted: &Linted, project: &Project, has_sizes: bool, screen: &mut Screen<'_>) -> Result<(), Failed> {
    let mut hinted: BTreeSet<&str> = BTreeSet::new();
    for finding in &linted.findings {
        let key = if finding.is_problem() { "problem" } else { "note" };
        let mut text = format!(
            "{}: {} [{}]",
            place(finding, project),
            escape(&finding.message),
            finding.rule.name()
        );
        match &finding.allowed {
            Some(reason) => text.push_str(&format!("\n    allowed: {reason}")),
            // Once is enough.
            None if hinted.insert(&finding.hint) => text.push_str(&format!("\n    hint: {}", finding.hint)),
            None => {}
        }
        screen.labeled_message(key, &text)?;
    }
    if let Some(rejected) = &linted.stopped {
        screen.labeled_message("error", &failed(rejected, project))?;
    }
    if !has_sizes && linted.findings.iter().any(LintFinding::is_problem) {
        screen.labeled_message(
            "note",
            &format!(
                "the sizes of the tables are unknown, so every existing table is treated as large. To write the sizes to a file, run `{} stats export` with DATABASE_URL set to the production database",
                program()
            ),
        )?;
    }
    let migrations = if linted.count == 1 { "migration" } else { "migrations" };
    let problems = linted.findings.iter().filter(|finding| finding.is_problem()).count();
    let result = match problems {
        // The error is above.
        0 if linted.stopped.is_some() => "no problems before the error".to_owned(),
        0 => "no problems".to_owned(),
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    };
    screen.message(format!("Linted {} {migrations}: {result}.", linted.count))?;
    Ok(())
}

fn place(finding: &LintFinding, project: &Project) -> String {
    format!("{}:{}", project.relative(&finding.file).display(), finding.line)
}

fn failed(rejected: &Rejected, project: &Project) -> String {
    let file = project.relative(&rejected.file).display().to_string();
    let place = rejected
        .line
        .map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
    format!(
        "`{place}` fails when it is run after all earlier migrations on a temporary (scratch) database\n\n{}\n\n\
         hint: fix this migration; the migrations after it were not linted",
        rejected.message
    )
}

fn annotations(linted: &Linted, project: &Project) -> Vec<Annotation> {
    let at = |file: &std::path::Path, line: usize| Location {
        line: u32::try_from(line).unwrap_or(0),
        column: 1,
        ..Location::file(project.relative(file))
    };
    let findings = linted.findings.iter().map(|finding| {
        let (level, last) = match &finding.allowed {
            Some(reason) => (Level::Notice, format!("allowed: {reason}")),
            None if finding.is_note => (Level::Notice, format!("hint: {}", finding.hint)),
            None => (Level::Error, format!("hint: {}", finding.hint)),
        };
        Annotation {
            level,
            location: Some(at(&finding.file, finding.line)),
            title: finding.rule.name().to_owned(),
            message: format!("{}\n{last}", finding.message),
        }
    });
    let stopped = linted.stopped.iter().map(|rejected| Annotation {
        level: Level::Error,
        location: Some(at(&rejected.file, rejected.line.unwrap_or(1))),
        title: "the migration fails".to_owned(),
        message: rejected.message.clone(),
    });
    findings.chain(stopped).collect()
}

fn as_json(linted: &Linted, project: &Project) -> Value {
    let has_problem = linted.findings.iter().any(LintFinding::is_problem);
    let status = match (&linted.stopped, has_problem) {
        (Some(_), _) => "stopped",
        (None, true) => "findings",
        (None, false) => "clean",
    };
    let findings = linted.findings.iter().map(|finding| {
        json!({
            "version": finding.version.as_str(),
            "name": finding.name,
            "file": project.relative(&finding.file).display().to_string(),
            "line": finding.line,
            "rule": finding.rule.name(),
            "severity": if finding.is_problem() { "problem" } else { "note" },
            "allowed": finding.allowed,
            "message": finding.message,
            "hint": finding.hint,
        })
    });
    let stopped = linted.stopped.as_ref().map(|rejected| {
        json!({
            "file": project.relative(&rejected.file).display().to_string(),
            "line": rejected.line,
            "message": rejected.message,
        })
    });
    json!({
        "status": status,
        "linted": linted.count,
        "stopped": stopped,
        "findings": findings.collect::<Vec<_>>(),
    })
}
