//! Decisions as options: on the command line, in a header, in a message to be copied into a shell.

use std::process::Command;

use clap::Parser;
use proptest::prelude::*;
use schema_diff_cli::GenerateOptions;
use schema_diff_engine::{
    generate::flag::{Flag, decide, flags_of},
    matching::Decisions,
    model::TableName,
};

use super::{
    damage::{damaged, name},
    fuzz, same,
};

const PIECES: &[&str] = &[
    "", ".", ":", "=", "\"", "\"\"", " ", "'", "\\", "$", "`", "!", "-", "--", "\n", "\u{e9}", "a", "\"a.b\"", ".\"",
    "\":", "public.", "(", "\0",
];

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: GenerateOptions,
}

fn table() -> impl Strategy<Value = TableName> {
    (prop_oneof![Just("public".to_owned()), name()], name()).prop_map(|(schema, name)| TableName::new(schema, name))
}

fn flags() -> impl Strategy<Value = Flag> {
    let expression = "[^\0]{0,12}[a-z0-9'\"$`!\\\\]";
    prop_oneof![
        (table(), name(), name()).prop_map(|(of, from, to)| Flag::rename(&of, &from, &to)),
        (table(), name(), name()).prop_map(|(of, from, to)| Flag::rename_label(&of.into(), &from, &to)),
        (table(), table()).prop_map(|(from, to)| Flag::rename_table(&from, &to)),
        (table(), table()).prop_map(|(from, to)| Flag::rename_type(&from.into(), &to.into())),
        (name(), name()).prop_map(|(from, to)| Flag::rename_schema(&from, &to)),
        table().prop_map(|table| Flag::drop_table(&table)),
        (table(), name()).prop_map(|(of, column)| Flag::drop_column(&of, &column)),
        (table(), name(), expression).prop_map(|(of, column, text)| Flag::backfill(&of, &column, &text)),
        table().prop_map(|table| Flag::keep(&table)),
        table().prop_map(|table| Flag::fire_triggers(&table)),
        table().prop_map(|table| Flag::lift_row_security(&table)),
    ]
}

fn recorded(decisions: &Decisions) -> Vec<String> {
    flags_of(decisions).iter().map(Flag::recorded).collect()
}

#[test]
fn arbitrary_decisions_in_a_header() {
    fuzz(1000, &prop::collection::vec(flags(), 1..4), |flags| {
        let mut decisions = Decisions::default();
        for flag in &flags {
            decide(&mut decisions, &flag.recorded())?;
        }
        let written = recorded(&decisions);
        for flag in &flags {
            // Of two expressions for one column, the last one counts.
            if !flag.recorded().starts_with("--backfill") && !written.contains(&flag.recorded()) {
                return Err(format!("{flag:?} is not among {written:#?}"));
            }
        }
        let mut again = Decisions::default();
        for flag in &written {
            decide(&mut again, flag)?;
        }
        same(&written, &recorded(&again))
    });
}

#[test]
fn arbitrary_decisions_on_the_command_line() {
    fuzz(300, &flags(), |flag| {
        let text = flag.recorded();
        let (option, value) = text.split_once(' ').unwrap_or_default();
        let parsed = Arguments::try_parse_from(["test", option, value]).map_err(|error| error.to_string())?;
        // `--drop public.a` is the table of that schema, or the column of a table of that name: it stands for both.
        let table = text.strip_prefix("--drop public.").map(|name| format!("--drop {name}"));
        let written: Vec<String> = table.into_iter().chain([text.clone()]).collect();
        same(&written, &recorded(&parsed.options.options().decisions))
    });
}

/// What is printed to be copied is read by a shell as it was meant.
#[test]
fn arbitrary_decisions_in_a_shell() {
    let newlines = |flag: &Flag| flag.recorded().contains(['\n', '\r']);
    let flags = prop::collection::vec(flags().prop_filter("one line", move |flag| !newlines(flag)), 20);
    fuzz(15, &flags, |flags| {
        let shown: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let script = format!("printf '%s\\n' {}", shown.join(" "));
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let read = String::from_utf8_lossy(&output.stdout).into_owned();
        let written: String = flags
            .iter()
            .map(|flag| flag.recorded().replacen(' ', "\n", 1) + "\n")
            .collect();
        same(&written, &read)
    });
}

#[test]
fn damaged_options() {
    let texts = [
        "--rename users.mail:email",
        "--rename \"my.table\".mail:\"e:mail\"",
        "--rename-table app.users:app.accounts",
        "--rename-type mood:feeling",
        "--rename-schema shop:store",
        "--rename-label mood.sad:glum",
        "--drop users.mail",
        "--drop \"a\"\"b\".\"c=d\"",
        "--backfill users.age=0",
        "--using t.a=a::int4",
        "--using-down t.a=a::text",
        "--replace prices.of_adults=CREATE VIEW prices.of_adults AS SELECT 1",
        "--keep total(integer)",
        "--fire-triggers users",
        "--lift-row-security users",
    ];
    fuzz(2000, &damaged(texts.map(str::to_owned).to_vec(), PIECES), |text| {
        let mut decisions = Decisions::default();
        if let Err(message) = decide(&mut decisions, &text) {
            return if message.is_empty() {
                Err("no reason is given".to_owned())
            } else {
                Ok(())
            };
        }
        let written = recorded(&decisions);
        let mut again = Decisions::default();
        for flag in &written {
            decide(&mut again, flag)?;
        }
        same(&written, &recorded(&again))
    });
}
