//! Measures reading a database: `cargo bench --package schema-diff --bench introspect -- [url] [runs]`, where the time of each query goes,
//! and the time and memory that this process spends itself. Without a URL, 500 tables on a private Postgres are read.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

#[path = "support/usage.rs"]
mod usage;

use std::{error::Error, time::Instant};

use postgres::{Client, NoTls};
use schema_diff_engine::{
    cluster::{Binaries, ScratchServer},
    introspect::introspect_observed,
};
use usage::{cpu_seconds, peak_memory};

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
