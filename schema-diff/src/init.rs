//! `init`: sets up the files of a project.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{EXIT_FINDINGS, EXIT_OK, Failed, Screen};
use schema_diff_engine::{
    config::Environment,
    init::{Initialized, Options, init},
};

/// Set up schema-diff in a Diesel project or in an empty directory
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff init
  schema-diff init --fix-diesel-toml

Existing files are not changed; only --fix-diesel-toml changes one, diesel.toml.
Exit status: 0 if the project is ready to use; 1 if `diesel migration run` would overwrite schema.rs; 2 on an error.")]
pub struct InitArgs {
    /// Comment out the lines of diesel.toml that make `diesel migration run` overwrite schema.rs
    #[arg(long)]
    pub fix_diesel_toml: bool,
}

/// Runs the command in a directory.
///
/// # Errors
/// The existing configuration cannot be read, or a file cannot be written.
pub fn run(args: &InitArgs, here: &Path, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let options = Options {
        fix_diesel_toml: args.fix_diesel_toml,
    };
    let done = init(here, Environment::load(here)?, options)?;
    if json {
        let paths =
            |paths: &[std::path::PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        let next = |(command, what): &(String, &str)| json!({ "command": command, "what": what });
        let value = json!({
            "status": if done.problems.is_empty() { "ready" } else { "overwritten" },
            "root": done.root.display().to_string(),
            "written": paths(&done.written),
            "left_alone": paths(&done.unchanged),
            "commented_out": done.commented_out,
            "problems": done.problems,
            "next": done.next.iter().map(next).collect::<Vec<_>>(),
        });
        writeln!(screen.out, "{value:#}")?;
    } else {
        words(&done, screen)?;
    }
    Ok(if done.problems.is_empty() {
        EXIT_OK
    } else {
        EXIT_FINDINGS
    })
}

fn words(done: &Initialized, screen: &mut Screen<'_>) -> Result<(), Failed> {
    for path in &done.written {
        writeln!(screen.out, "{}", path.display())?;
    }
    for path in &done.unchanged {
        screen.message(format!("{} exists and was not changed", path.display()))?;
    }
    for line in &done.commented_out {
        screen.message(format!("commented out: {line}"))?;
    }
    for problem in &done.problems {
        screen.labeled_message("problem", problem)?;
    }
    screen.message("next:")?;
    let width = done.next.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    for (command, what) in &done.next {
        screen.message(format!("  {command:width$}  {what}"))?;
    }
    Ok(())
}
