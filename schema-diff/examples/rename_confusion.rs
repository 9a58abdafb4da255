//! How well renames are told: `rename_confusion [--wrong] [FILES]`, the labelled data of `tests/renames` when none is named.
//!
//! For each file and kind of change: true renames by what is said of them (sure, flagged for a person, nothing), and the same for what
//! is no rename; then the precision of "sure" and the recall of "sure or flagged". `--wrong` adds each case that is wrong, each
//! rename that a person has to confirm, and each question that nobody needed.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/renames/labelled.rs"]
mod labelled;

use std::{collections::BTreeMap, path::PathBuf};

use labelled::{Confusion, files, load};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wrong = arguments.iter().any(|argument| argument == "--wrong");
    let named: Vec<PathBuf> = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"))
        .map(PathBuf::from)
        .collect();
    for file in if named.is_empty() { files() } else { named } {
        let cases = load(&file);
        let mut by_kind: BTreeMap<String, Confusion> = BTreeMap::new();
        let mut all = Confusion::default();
        for case in &cases {
            by_kind.entry(case.kind.clone()).or_default().add(case);
            all.add(case);
        }
        println!("{}: {} cases", file.display(), cases.len());
        println!("                 renames: sure flagged  none   others: sure flagged  none   precision  recall");
        for (kind, confusion) in &by_kind {
            row(kind, confusion);
        }
        row("all", &all);
        if wrong {
            let lists = [
                ("wrong", &all.wrong),
                ("asked about", &all.asked),
                ("needless questions", &all.needless),
            ];
            for (title, lines) in lists {
                println!("\n{title}:");
                for line in lines {
                    println!("  {line}");
                }
            }
        }
    }
}

fn row(kind: &str, confusion: &Confusion) {
    let [sure, flagged, none] = confusion.renames;
    let [not_sure, not_flagged, not_none] = confusion.others;
    println!(
        "{kind:<16}          {sure:>5} {flagged:>7} {none:>5}           {not_sure:>5} {not_flagged:>7} {not_none:>5}   {:>8.1} % {:>5.1} %",
        confusion.precision() * 100.0,
        confusion.recall() * 100.0
    );
}
