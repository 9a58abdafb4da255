//! What may be deployed first, compared with labels: `deploy/labelled/*.toml` says what fails of programs built with Diesel, found by running
//! them. `cargo test --test deploy_labels -- --ignored` finds the labels again.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "deploy/labels/mod.rs"]
mod labels;
#[path = "support/workshop.rs"]
mod workshop;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use labels::{
    case::{Case, cases, migration},
    labelling::{Labels, Prepared, prepare},
    measure::Measure,
    rewrite::rewrite,
    workspace::Sources,
};
use workshop::chosen_cases;

/// The disagreements that are to be mended, and why.
const KNOWN: &[(&str, &str)] = &[
    (
        "shop: orders is dropped: missed: the new program writes customers",
        FOREIGN_KEY,
    ),
    (
        "sensors: readings is dropped: missed: the new program writes devices",
        FOREIGN_KEY,
    ),
    (
        "blog: articles is dropped, rolling: missed: the new program writes authors",
        FOREIGN_KEY,
    ),
    ("Int4 becomes Int8: missed: the new program writes samples", RANGE),
    (
        "Array<Int4> becomes Array<Int8>: missed: the new program writes samples",
        RANGE,
    ),
    ("Int8 becomes Numeric: missed: the new program writes samples", FRACTION),
    ("Int4 becomes Float4: missed: the new program writes samples", FRACTION),
    (
        "Text becomes Bytea: missed: the new program writes samples",
        "text keeps bytes as hexadecimal digits",
    ),
    (
        "Text becomes Bytea: no label: the new program reads samples",
        SAME_BYTES,
    ),
    (
        "Text becomes Bytea: no label: the old program reads samples",
        SAME_BYTES,
    ),
    (
        "Uuid becomes Bytea: no label: the new program reads samples",
        SAME_BYTES,
    ),
    (
        "shop: orders.status becomes an enum: no label: the new program reads orders",
        "all texts are labels",
    ),
];
const FOREIGN_KEY: &str = "a table that the program does not know refers to rows that it deletes";
const SAME_BYTES: &str = "the bytes of both types are the same";
const RANGE: &str = "the value is out of range";
const FRACTION: &str = "Postgres rounds the value";

#[test]
fn the_judge_finds_what_fails() {
    let mut cases = chosen();
    cases.retain(|case| case.labels().is_some());
    let mut measure = Measure::default();
    let mut errors = Vec::new();
    for (case, made) in cases.iter().zip(each(&cases, migration)) {
        match made {
            Ok(made) => measure.add(&case.name, &made.compatibility, case.labels().unwrap()),
            Err(error) => errors.push(format!("{}: {error}", case.name)),
        }
    }
    println!("{measure}");
    assert_eq!(errors, Vec::<String>::new());
    let is_known = |wrong: &&String| KNOWN.iter().any(|(known, _)| wrong.starts_with(known));
    let new: Vec<&String> = measure.wrong.iter().filter(|wrong| !is_known(wrong)).collect();
    assert!(new.is_empty(), "{new:#?}");
}

#[test]
#[ignore = "builds several hundred programs: some minutes"]
fn label() {
    let cases = chosen();
    let sources = Mutex::new(Sources::default());
    let mut errors = Vec::new();
    let mut prepared: Vec<Prepared> = Vec::new();
    for (case, own) in cases.iter().zip(each(&cases, |case| prepare(case, &sources))) {
        match own {
            Ok(own) => prepared.push(own),
            Err(error) => errors.push(format!("{}: {error}", case.name)),
        }
    }
    println!("{} cases are prepared\n{}", prepared.len(), errors.join("\n"));
    let programs = sources.into_inner().unwrap().build();
    let mut found: BTreeMap<String, Labels> = BTreeMap::new();
    let mut measure = Measure::default();
    for (own, labels) in prepared.iter().zip(each(&prepared, |own| own.labels(&programs))) {
        let name = &own.case.name;
        match labels {
            Ok(labels) => {
                labels.messages.iter().for_each(|message| println!("{name}: {message}"));
                measure.add(name, &own.compatibility, [&labels.old, &labels.new]);
                found.insert(name.clone(), labels);
            }
            Err(error) => errors.push(format!("{name}: {error}")),
        }
    }
    rewrite(&found);
    println!("{measure}");
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Does the same for each item, several at a time: most of it is waiting for Postgres.
fn each<'a, T: Sync, U: Send>(items: &'a [T], work: impl Fn(&'a T) -> U + Sync) -> Vec<U> {
    let (work, next) = (&work, &AtomicUsize::new(0));
    let worker = move || {
        let numbers =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|own| *own < items.len()));
        numbers.map(|number| (number, work(&items[number]))).collect::<Vec<_>>()
    };
    let mut done = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .flat_map(|own| own.join().unwrap())
            .collect::<Vec<_>>()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, own)| own).collect()
}

const WORKERS: usize = 4;

/// Returns the cases that `CASE` names, in the part that `SCHEMA_DIFF_TEST_LABELLED` names: `1/4` is every fourth, beginning with the second.
fn chosen() -> Vec<Case> {
    let cases = chosen_cases(cases(), |case| &case.name);
    let wanted = std::env::var("SCHEMA_DIFF_TEST_LABELLED").unwrap_or_default();
    let numbers = wanted
        .split_once('/')
        .map(|(first, step)| (first.parse::<usize>(), step.parse::<usize>()));
    match numbers {
        Some((Ok(first), Ok(step))) => cases.into_iter().skip(first).step_by(step).collect(),
        _ => {
            assert!(wanted.is_empty(), "SCHEMA_DIFF_TEST_LABELLED is to be like 1/4");
            cases
        }
    }
}
