//! Measures reading a database: `cargo bench --package schema-diff --bench introspect -- [url] [runs]`, where the time of each query goes,
//! and the time and memory that this process spends itself. Without a URL, 500 tables on a private Postgres are read.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::{error::Error, fs, time::Instant};

use postgres::{Client, NoTls};
use schema_diff_engine::{
    cluster::{Binaries, ScratchServer},
    introspect::introspect_observed,
};

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let url = arguments.next();
    let runs = arguments.next().map_or(Ok(3), |text| text.parse())?;
    if let Some(url) = url {
        return measure(&mut Client::connect(&url, NoTls)?, runs);
    }
    let server = ScratchServer::private(&Binaries::discover(None, None)?)?;
    let database = server.create_database("bench")?;
    let mut client = database.connect()?;
    client.batch_execute(
        "DO $$ BEGIN FOR n IN 1..500 LOOP EXECUTE format( \
         'CREATE TABLE t%s (id int PRIMARY KEY, parent int REFERENCES t%s, a text NOT NULL, b text, c int DEFAULT 0, d date)', n, greatest(n - 1, 1)); \
         EXECUTE format('CREATE INDEX ON t%s (a, c)', n); END LOOP; END $$",
    )?;
    measure(&mut client, runs)
}

fn measure(client: &mut Client, runs: usize) -> Result<(), Box<dyn Error>> {
    for run in 1..=runs {
        let cpu = cpu_seconds();
        let begun = Instant::now();
        let mut queries = Vec::new();
        let schema = introspect_observed(client, &mut |observed| queries.push(observed))?;
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
