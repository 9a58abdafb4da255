//! `completions`: writes a shell's completion script for commands and options.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;

/// Print a script with which a shell completes the commands and options of schema-diff
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schema-diff completions bash > ~/.local/share/bash-completion/completions/schema-diff
  schema-diff completions zsh > ~/.zfunc/_schema-diff
  schema-diff completions fish > ~/.config/fish/completions/schema-diff.fish")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Writes the script to `out`.
///
/// # Errors
/// The stream is closed.
pub fn run(args: &CompletionsArgs, out: &mut dyn Write) -> io::Result<()> {
    // `generate` panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "schema-diff", &mut script);
    out.write_all(&script)
}
