//! `CREATE SEQUENCE` and the options that identity columns share with it.

use crate::{
    model::{QualifiedName, SequenceOptions},
    render::data_type,
};

/// Creates a sequence that no column owns yet.
pub fn sequence(name: &QualifiedName, options: &SequenceOptions) -> String {
    let mut words = vec![format!("CREATE SEQUENCE {name}")];
    if options.data_type.builtin_name() != Some("int8") {
        words.push(format!("AS {}", data_type(&options.data_type)));
    }
    words.extend(sequence_options(options));
    words.join(" ")
}

/// The options that differ from what Postgres gives when nothing is said: `START WITH 10`, `CACHE 20`, ...
pub fn sequence_options(options: &SequenceOptions) -> Vec<String> {
    let usual = SequenceOptions::default_for(&options.data_type);
    // What is usual for a sequence that counts down depends on that, so all of it is said.
    let all = options.increment < 0;
    let numbers = [
        ("START WITH", options.start, usual.start),
        ("INCREMENT BY", options.increment, usual.increment),
        ("MINVALUE", options.min, usual.min),
        ("MAXVALUE", options.max, usual.max),
        ("CACHE", options.cache, usual.cache),
    ];
    let mut words: Vec<String> = numbers
        .iter()
        .filter(|(_, value, usual)| all || value != usual)
        .map(|(keyword, value, _)| format!("{keyword} {value}"))
        .collect();
    // Without it, the start is the least value.
    if options.min != usual.min && options.start == usual.start && !all {
        words.insert(0, format!("START WITH {}", options.start));
    }
    if options.cycle {
        words.push("CYCLE".to_owned());
    }
    words
}
