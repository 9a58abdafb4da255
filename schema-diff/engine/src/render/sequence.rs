//! The SQL of sequences and their options.

use super::{data_type, ident};
use crate::{
    model::{QualifiedName, SequenceOptions},
    statement::{SequenceAction, SequenceOption},
};

pub(super) fn create(name: &QualifiedName, options: &SequenceOptions) -> String {
    let mut parts = vec![format!("CREATE SEQUENCE {name}")];
    if options.data_type.builtin_name() != Some("int8") {
        parts.push(format!("AS {}", data_type(&options.data_type)));
    }
    parts.extend(sequence_options(options));
    parts.join(" ")
}

pub(super) fn alter(name: &QualifiedName, action: &SequenceAction) -> String {
    let action = match action {
        SequenceAction::Options(options) => options.iter().map(option).collect::<Vec<_>>().join(" "),
        SequenceAction::OwnedBy(Some((table, column))) => format!("OWNED BY {table}.{}", ident(column)),
        SequenceAction::OwnedBy(None) => "OWNED BY NONE".to_owned(),
        SequenceAction::RenameTo(to) => format!("RENAME TO {}", ident(to)),
    };
    format!("ALTER SEQUENCE {name} {action}")
}

/// Renders one option: `INCREMENT BY 2`.
pub(super) fn option(option: &SequenceOption) -> String {
    match option {
        SequenceOption::DataType(of) => format!("AS {}", data_type(of)),
        SequenceOption::Increment(by) => format!("INCREMENT BY {by}"),
        SequenceOption::Min(least) => format!("MINVALUE {least}"),
        SequenceOption::Max(greatest) => format!("MAXVALUE {greatest}"),
        SequenceOption::Start(with) => format!("START WITH {with}"),
        SequenceOption::Cache(count) => format!("CACHE {count}"),
        SequenceOption::Cycle(true) => "CYCLE".to_owned(),
        SequenceOption::Cycle(false) => "NO CYCLE".to_owned(),
    }
}

/// Renders the options that differ from Postgres's defaults: `START WITH 10`, `CACHE 20`, ...
pub(super) fn sequence_options(options: &SequenceOptions) -> Vec<String> {
    let usual = SequenceOptions::default_for(&options.data_type);
    // The defaults of a descending sequence depend on its options, so all of them are written.
    let all = options.increment < 0;
    let numbers = [
        ("START WITH", options.start, usual.start),
        ("INCREMENT BY", options.increment, usual.increment),
        ("MINVALUE", options.min, usual.min),
        ("MAXVALUE", options.max, usual.max),
        ("CACHE", options.cache, usual.cache),
    ];
    let mut parts: Vec<String> = numbers
        .iter()
        .filter(|(_, value, usual)| all || value != usual)
        .map(|(keyword, value, _)| format!("{keyword} {value}"))
        .collect();
    // Without `START WITH`, a sequence starts at its minimum value.
    if options.min != usual.min && options.start == usual.start && !all {
        parts.insert(0, format!("START WITH {}", options.start));
    }
    if options.cycle {
        parts.push("CYCLE".to_owned());
    }
    parts
}
