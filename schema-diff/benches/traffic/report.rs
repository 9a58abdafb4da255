//! `README.md`: the results as a table.

use std::{fmt::Write as _, fs, path::PathBuf};

use crate::{
    AnyError,
    changes::{self, Change},
    result::{Key, Measured, Results},
};

const HEAD: &str = include_str!("head.md");
const TITLES: &str = "\
| change | simple: time | longest | waited | failed | online: parts | time | longest | 99.9 % | waited | failed | rolling: waited | failed |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
";

/// Writes the page.
pub fn write(results: &Results) -> Result<(), AnyError> {
    let mut page = HEAD.to_owned();
    let mut versions: Vec<(u32, u64)> = results.lines.iter().map(|(key, _)| (key.postgres, key.rows)).collect();
    versions.sort_unstable();
    versions.dedup();
    for (postgres, rows) in versions {
        let _ = writeln!(page, "\n## Postgres {postgres}, {rows} rows\n");
        let of = |form: &str, change: &str| -> Vec<&Measured> {
            let is_of =
                |key: &Key| key.postgres == postgres && key.rows == rows && key.form == form && key.change == change;
            results
                .lines
                .iter()
                .filter(|(key, _)| is_of(key))
                .map(|(_, own)| own)
                .collect()
        };
        let control = of("control", "(no migration)");
        let _ = writeln!(
            page,
            "Without a migration, in 15 s: longest statement {} ms, 99.9 % at most {} ms.\n",
            median(control.iter().map(|own| own.longest)),
            median(control.iter().map(|own| own.p999)),
        );
        page.push_str(TITLES);
        for change in &changes::all()? {
            let (simple, online) = (of("simple", &change.name), of("online", &change.name));
            if let (Some(simple), false) = (simple.first(), online.is_empty()) {
                page.push_str(&row(change, simple, &online, &of("rolling", &change.name)));
            }
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/traffic/README.md");
    Ok(fs::write(path, page)?)
}

fn row(change: &Change, simple: &Measured, online: &[&Measured], rolling: &[&Measured]) -> String {
    let of = |value: fn(&Measured) -> u64| median(online.iter().map(|own| value(own)));
    let failed = most_failed(online);
    let rolled = match rolling {
        [] => "|".to_owned(),
        _ => format!(
            "{} | {}",
            median(rolling.iter().map(|own| own.waited)),
            most_failed(rolling)
        ),
    };
    let mark = if change.impossible.is_some() { " (*)" } else { "" };
    let stopped = online
        .iter()
        .chain(rolling)
        .chain([&simple])
        .any(|own| own.stopped.is_some());
    let stopped = if stopped { " (stopped)" } else { "" };
    format!(
        "| {}{mark}{stopped} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {failed} | {rolled} |\n",
        change.name,
        simple.took,
        simple.longest,
        simple.waited,
        simple.failed,
        online[0].parts,
        of(|own| own.took),
        of(|own| own.longest),
        of(|own| own.p999),
        of(|own| own.waited),
    )
}

fn most_failed(runs: &[&Measured]) -> usize {
    runs.iter().map(|own| own.failed).max().unwrap_or_default()
}

fn median(values: impl Iterator<Item = u64>) -> u64 {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
