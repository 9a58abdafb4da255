//! `pull`: updates `schema.rs` in place from an existing database.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use similar::TextDiff;

use super::{EXIT_FINDINGS, EXIT_OK, Failed, ScratchOptions, Screen, options::FromArgument, program};
use schema_diff_engine::{
    config::Project,
    declaration::Form,
    generate::{From, Scratch},
    pull::{self, Options, Pulled, PulledFile, Unsupported},
    report::{Line, Sign},
};

/// The maximum number of changes and of unsupported objects that are shown.
const SHOWN: usize = 30;

/// Update schema.rs from the database
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff pull --diff
  schema-diff pull --enums src/enums.rs
  schema-diff pull --print --from migrations
  schema-diff pull --baseline

An existing schema.rs is edited in place: comments, order and manual edits are kept.
Exit status: 0 if the files were written, or if there was nothing to write; 1 if --diff was given and there are changes; 2 on an error.")]
pub struct PullArgs {
    /// Print the complete updated files, and write no file
    #[arg(long, conflicts_with = "diff")]
    pub print: bool,
    /// Print a diff of the files that would change, and write no file
    #[arg(long)]
    pub diff: bool,
    /// For each Postgres enum type that has no Rust enum yet, write a Rust enum to FILE
    #[arg(long, value_name = "FILE")]
    pub enums: Option<PathBuf>,
    /// Pull the tables of the Postgres schema NAME too. Without this option, only tables in the Postgres schemas that
    /// schema.rs already uses are pulled; if schema.rs declares no table, those of all Postgres schemas
    #[arg(long, value_name = "NAME")]
    pub schema: Vec<String>,
    /// How to write the schema_diff attributes in schema.rs [default: the form that schema.rs already uses; in a
    /// schema.rs without such attributes: path if Cargo.toml mentions schema_diff, cfg-attr otherwise]
    #[arg(long, value_enum)]
    pub attributes: Option<FormArgument>,
    /// Where to read the schema from [default: database if DATABASE_URL is set or if --baseline is given, else
    /// migrations]
    #[arg(long, value_enum)]
    pub from: Option<FromArgument>,
    /// Also write a first migration that creates the whole schema, and mark this migration as applied in the database
    #[arg(long, conflicts_with_all = ["print", "diff"])]
    pub baseline: bool,
    /// With --baseline: description of the first migration, which becomes part of the name of the migration's directory
    #[arg(
        short,
        long,
        requires = "baseline",
        default_value = "baseline",
        allow_hyphen_values = true
    )]
    pub message: String,
    /// With --baseline: do not mark the written migration as applied in the database
    #[arg(long, requires = "baseline")]
    pub no_stamp: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub scratch: ScratchOptions,
}

/// How attributes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormArgument {
    /// `#[schema_diff::unique]`
    Path,
    /// `#[cfg_attr(any(), schema_diff::unique)]`; the project then needs no dependency on the crate schema_diff
    CfgAttr,
}

impl PullArgs {
    fn options(&self, project: &Project) -> Options {
        Options {
            // A baseline is taken from a database.
            from: if self.baseline && self.from.is_none() {
                From::Database
            } else {
                FromArgument::of(self.from)
            },
            schemas: self.schema.clone(),
            enums: self.enums.as_ref().map(|path| project.relative(path).to_owned()),
            form: self.attributes.map(|form| match form {
                FormArgument::Path => Form::Path,
                FormArgument::CfgAttr => Form::CfgAttr,
            }),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// The database cannot be pulled; nothing was written.
pub fn run(args: &PullArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    screen.interruption.set_message("nothing was written");
    let mut scratch = Scratch::new(project, args.scratch.choice()).installing(screen.installer());
    let pulled = pull::pull(project, &args.options(project), &mut scratch, &mut |text| {
        screen.progress(text)
    })?;
    screen.clear_progress();
    let writes = !args.print && !args.diff;
    let baseline = if args.baseline {
        let mut progress = |text: &str| screen.progress(text);
        let made = pull::baseline(
            project,
            &pulled.base,
            &args.message,
            !args.no_stamp,
            &mut scratch,
            &mut progress,
        );
        screen.clear_progress();
        Some(made?)
    } else {
        None
    };
    if writes {
        pull::write(&pulled.files)?;
    }
    if json {
        let status = match (pulled.files.is_empty(), writes) {
            (true, _) if baseline.is_none() => "nothing",
            (true, _) => "written",
            (false, true) => "written",
            (false, false) => "differs",
        };
        let mut value = pulled_json(project, &pulled, status);
        value["baseline"] = json!(baseline.as_ref().map(|made| json!({
            "path": project.relative(&made.written.path).display().to_string(),
            "version": made.written.version.as_str(),
            "server": made.proved_on,
            "stamped": made.is_stamped,
            "notes": made.notes,
        })));
        writeln!(screen.out, "{value:#}")?;
    } else {
        print_text(args, project, &pulled, screen)?;
        if let Some(made) = &baseline {
            screen.message(format!(
                "The baseline was proved by running up.sql, down.sql and up.sql again, on {}.",
                made.proved_on
            ))?;
            for note in &made.notes {
                screen.labeled_message("note", note)?;
            }
            writeln!(screen.out, "{}", project.relative(&made.written.path).display())?;
            let marked = if made.is_stamped {
                "the baseline is marked as applied"
            } else {
                "`schema-diff migration stamp head` marks it as applied"
            };
            screen.message(marked)?;
        }
    }
    let differs = args.diff && !pulled.files.is_empty();
    Ok(if differs { EXIT_FINDINGS } else { EXIT_OK })
}

fn print_text(args: &PullArgs, project: &Project, pulled: &Pulled, screen: &mut Screen<'_>) -> Result<(), Failed> {
    if pulled.files.is_empty() {
        let nothing = if args.baseline { "" } else { "Nothing to do: " };
        screen.message(format!("{nothing}schema.rs and {} agree.", pulled.base.description))?;
    } else {
        screen.message(format!("Pulled from {}:", pulled.base.description))?;
        let lines: Vec<Line> = pulled.changes.iter().take(SHOWN).map(line).collect();
        screen.changes(&lines)?;
        more(screen, pulled.changes.len(), "changes")?;
    }
    for note in &pulled.notes {
        screen.labeled_message("note", note)?;
    }
    if !pulled.unsupported.is_empty() {
        screen.message("Not written to schema.rs:")?;
        for left in pulled.unsupported.iter().take(SHOWN) {
            screen.labeled_message("  omitted", &left.text)?;
        }
        more(screen, pulled.unsupported.len(), "omitted objects")?;
    }
    for file in &pulled.files {
        let path = project.relative(&file.path).display().to_string();
        if args.diff {
            write!(screen.out, "{}", unified(file, &path))?;
        } else if args.print {
            if pulled.files.len() > 1 {
                writeln!(screen.out, "// {path}")?;
            }
            write!(screen.out, "{}", file.after)?;
        } else {
            writeln!(screen.out, "{path}")?;
        }
    }
    if !pulled.files.is_empty() && !args.diff && !args.print {
        if pulled.unsupported.iter().any(|left| left.kind == "enum") && args.enums.is_none() {
            screen.message(format!("for Rust enums: {} pull --enums src/enums.rs", program()))?;
        }
        screen.message("next: to let autogenerate drop what schema.rs does not declare, set undeclared = \"drop\" in schema-diff.toml")?;
    }
    Ok(())
}

fn more(screen: &mut Screen<'_>, count: usize, what: &str) -> Result<(), Failed> {
    if let Some(more) = count.checked_sub(SHOWN).filter(|more| *more > 0) {
        screen.message(format!("... and {more} more {what}; --format json lists them all"))?;
    }
    Ok(())
}

fn line(of: &pull::EditLine) -> Line {
    Line {
        sign: of.sign,
        kind: "declaration",
        object: String::new(),
        text: of.text.clone(),
        loses_data: false,
    }
}

fn unified(file: &PulledFile, path: &str) -> String {
    let before = file.before.as_deref().unwrap_or_default();
    TextDiff::from_lines(before, &file.after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

fn pulled_json(project: &Project, pulled: &Pulled, status: &str) -> Value {
    let sign = |sign: Sign| sign.symbol().to_string();
    let left = |left: &Unsupported| json!({ "kind": left.kind, "object": left.object, "text": left.text });
    let file = |file: &PulledFile| {
        let path = project.relative(&file.path).display().to_string();
        json!({ "diff": unified(file, &path), "is_new": file.before.is_none(), "path": path })
    };
    json!({
        "status": status,
        "pulled_from": pulled.base.description,
        "files": pulled.files.iter().map(file).collect::<Vec<_>>(),
        "changes": pulled.changes.iter().map(|line| json!({ "sign": sign(line.sign), "text": line.text })).collect::<Vec<_>>(),
        "left_over": pulled.unsupported.iter().map(left).collect::<Vec<_>>(),
        "notes": pulled.notes,
    })
}
