//! What `--help` says, at 80 columns.

use clap::CommandFactory;
use schema_diff_cli::Cli;

#[test]
fn of_every_command() {
    let mut text = String::new();
    let mut command = Cli::command().term_width(80);
    command.build();
    collect(&mut command, "schema-diff", &mut text);
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "wider than 80 columns: {long:#?}");
    insta::assert_snapshot!("help", text);
}

fn collect(command: &mut clap::Command, name: &str, text: &mut String) {
    let help = command.render_long_help().to_string();
    assert!(
        help.contains("schema-diff ") && (help.contains("Example") || help.contains("Start here")),
        "{name} has no example:\n{help}"
    );
    text.push_str(&format!("$ {name} --help\n{}\n\n", help.trim_end()));
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        let name = format!("{name} {}", inner.get_name());
        collect(inner, &name, text);
    }
}

#[test]
fn completions_of_every_shell() {
    let project = crate::project::Project::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let seen = project.run(&["completions", shell]);
        assert_eq!((seen.status, seen.err.as_str()), (0, ""));
        assert!(seen.out.contains("autogenerate"), "{shell}");
    }
}
