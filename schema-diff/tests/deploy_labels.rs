//! What may be deployed first, compared with labels: `deploy/labelled/*.toml` says what fails of programs built with Diesel, found by running
//! them. `cargo test --test deploy_labels -- --ignored` finds the labels again.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

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
    measure::{Measure, Score},
    rewrite::rewrite,
    workspace::Sources,
};
use workshop::chosen_cases;

/// Disagreements that no rule about schemas avoids, each with its reason.
const KNOWN: &[(&str, &str)] = &[
    (
        "stock: products.area is dropped: missed: the new program writes products",
        "a generated column that the program does not know computes a number that is out of range",
    ),
    (
        "hotel: check 'guests > -1000000000000' of bookings: no label: the old program writes bookings",
        "the check refuses nothing",
    ),
    (
        "text of documents becomes json: no label: the new program writes samples",
        "the expression of --using reads the documents as text",
    ),
    (
        "Timestamp becomes Time: no label: the new program reads samples",
        "chrono takes the time of day of a timestamp, other Rust types do not",
    ),
    (
        "Uuid becomes Bytea: no label: the new program reads samples",
        "the expression of --using keeps the bytes",
    ),
];

#[test]
fn the_judge_finds_what_fails() {
    let cases = chosen();
    let mut measure = Measure::default();
    let mut errors = Vec::new();
    for (case, made) in cases.iter().zip(each(&cases, migration)) {
        match (made, case.labels()) {
            (Ok(made), Some(labels)) => measure.add(&case.name, &made.compatibility, labels),
            (Ok(_), None) => errors.push(format!("{}: no labels", case.name)),
            (Err(error), _) => errors.push(format!("{}: {error}", case.name)),
        }
    }
    println!("{measure}");
    assert_eq!(errors, Vec::<String>::new());
    let is_listed = |text: &str, listed: &str| text.starts_with(listed);
    let open = measure
        .wrong
        .iter()
        .filter(|own| !KNOWN.iter().any(|(listed, _)| is_listed(own, listed)));
    let (missed, more): (Vec<&String>, Vec<&String>) = open.partition(|own| own.contains(": missed: "));
    let open = Score {
        missed: missed.len(),
        wrong: more.len(),
        ..measure.breaks
    };
    assert!(
        open.missed == 0 && open.precision() >= 0.98,
        "{open}: {missed:#?} {more:#?}"
    );
    let is_chosen = |listed: &str| cases.iter().any(|case| is_listed(listed, &format!("{}: ", case.name)));
    let stale = KNOWN
        .iter()
        .filter(|(listed, _)| is_chosen(listed) && !measure.wrong.iter().any(|own| is_listed(own, listed)));
    assert_eq!(
        stale.collect::<Vec<_>>(),
        Vec::<&(&str, &str)>::new(),
        "these are no disagreements any more"
    );
    let is_all = cases.len() == labels::case::cases().len();
    assert!(!is_all || measure.is_varied(), "there are too few changes: {measure}");
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
