//! How long it takes to read a database: `introspect_bench <url> [runs]`, where the time of each query goes, and the
//! time and memory that this process spends itself.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::{error::Error, fs, time::Instant};

use postgres::{Client, NoTls};
use schema_diff_engine::introspect::introspect_observed;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("usage: introspect_bench <url> [runs]")?;
    let runs = arguments.next().map_or(Ok(3), |text| text.parse())?;
    let mut client = Client::connect(&url, NoTls)?;
    for run in 1..=runs {
        let cpu = cpu_seconds();
        let begun = Instant::now();
        let mut queries = Vec::new();
        let schema = introspect_observed(&mut client, &mut |observed| queries.push(observed))?;
        println!(
            "run {run}: {} tables, {} queries, {:.0} ms in all, {:.0} ms of own CPU, {} of memory at most",
            schema.tables.len(),
            queries.len(),
            begun.elapsed().as_secs_f64() * 1e3,
            (cpu_seconds() - cpu) * 1e3,
            peak_memory(),
        );
        if run == runs {
            for query in queries {
                println!(
                    "  {:>8.1} ms {:>7} rows  {}",
                    query.duration.as_secs_f64() * 1e3,
                    query.rows,
                    query.what
                );
            }
        }
    }
    Ok(())
}

/// User and system time of this process, in seconds; 0 where `/proc` has none.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// Peak of the resident memory, as Linux words it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}
