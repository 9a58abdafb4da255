//! How well renames are told with the project's code: `rename_code [--wrong] [--schema-only] [FOLDER]`, by default the set that the
//! weights were fitted to.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/renames/code/mod.rs"]
mod code;

use std::path::PathBuf;

use code::{Answer, Said, projects, set};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let folder = arguments.iter().find(|argument| !argument.starts_with("--"));
    let folder = folder.map_or_else(|| set("fit"), PathBuf::from);
    let mut answers = Vec::new();
    for project in projects(&folder) {
        for case in &project.cases {
            answers.extend(project.answers(case, !has("--schema-only")));
        }
    }
    table(&answers);
    reliability(&answers);
    if has("--wrong") {
        let is_odd = |answer: &&Answer| matches!(answer.said, Said::Wrong | Said::Asked);
        for answer in answers.iter().filter(is_odd) {
            let Answer {
                project,
                case,
                kind,
                state,
                what,
                is_rename,
                said,
                why,
                ..
            } = answer;
            let truth = if *is_rename { "renamed" } else { "dropped" };
            println!("{said:?} ({truth}) {project}: {case} [{kind}, {state}]\n    {what}\n    {why}");
        }
    }
}

fn table(answers: &[Answer]) {
    println!("                    renames: right  asked  wrong    drops: silent  asked  wrong");
    for state in ["code", "partial", "schema_first"] {
        let count = |is_rename: bool, said: Said| {
            let own = answers.iter().filter(|answer| answer.state == state);
            own.filter(|answer| answer.is_rename == is_rename && answer.said == said)
                .count()
        };
        println!(
            "{state:<16}            {:>5}  {:>5}  {:>5}           {:>5}  {:>5}  {:>5}",
            count(true, Said::Right),
            count(true, Said::Asked),
            count(true, Said::Wrong),
            count(false, Said::Dropped),
            count(false, Said::Asked),
            count(false, Said::Wrong),
        );
    }
}

/// Prints how much of what is said with a score is right.
fn reliability(answers: &[Answer]) {
    println!("\nscore from      pairs  said  true");
    let bounds = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1.01];
    for bound in bounds.windows(2) {
        let own: Vec<(f64, bool)> = answers
            .iter()
            .filter_map(|answer| answer.score)
            .filter(|(score, _)| *score >= bound[0] && *score < bound[1])
            .collect();
        let (said, right) = (
            own.iter().map(|(score, _)| score).sum::<f64>(),
            own.iter().filter(|(_, right)| *right).count(),
        );
        #[expect(clippy::cast_precision_loss, reason = "there are a few hundred")]
        let share = |sum: f64| {
            if own.is_empty() {
                0.0
            } else {
                100.0 * sum / own.len() as f64
            }
        };
        #[expect(clippy::cast_precision_loss, reason = "there are a few hundred")]
        let right = share(right as f64);
        println!(
            "{:>6.2}         {:>5} {:>5.1} {right:>5.1}",
            bound[0],
            own.len(),
            share(said)
        );
    }
}
