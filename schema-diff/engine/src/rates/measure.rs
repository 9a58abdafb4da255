//! Measures rates on small tables.

use std::time::Instant;

use postgres::Client;

use super::{Rate, Rates};
use crate::cluster::{ScratchError, ScratchServer};

/// How often each statement is measured; the median counts.
const TIMES: usize = 3;

/// A table that is measured.
struct Sample {
    name: &'static str,
    rows: u64,
    bytes: u64,
}

/// Measures the rates of a server, which should be one for rehearsals. It takes some seconds.
///
/// # Errors
/// The server fails.
pub fn measure(server: &ScratchServer, progress: &mut dyn FnMut(&str)) -> Result<Rates, ScratchError> {
    let database = server.create_database("rates")?;
    let mut client = database.connect()?;
    let refused = |source| ScratchError::Refused {
        action: "measure how fast this machine works".to_owned(),
        source,
    };
    progress("filling two tables");
    let narrow = fill(&mut client, "narrow", 400_000, 1).map_err(refused)?;
    let wide = fill(&mut client, "wide", 100_000, 320).map_err(refused)?;
    let mut rate = |what: &str, run: &str, undo: &str| {
        progress(what);
        let narrow = time(&mut client, &narrow, run, undo)?;
        let wide = time(&mut client, &wide, run, undo)?;
        Ok::<_, postgres::Error>(Rate::of(narrow, wide))
    };
    let check = "ALTER TABLE {} ADD CONSTRAINT c CHECK (n >= 0 AND id > 0)";
    let rates = Rates {
        scan: rate("reading rows", check, "ALTER TABLE {} DROP CONSTRAINT c").map_err(refused)?,
        build: rate("building indexes", "CREATE INDEX i ON {} (n)", "DROP INDEX i").map_err(refused)?,
        rewrite: rate(
            "rewriting tables",
            "ALTER TABLE {} ALTER n TYPE bigint",
            "ALTER TABLE {} ALTER n TYPE int",
        )
        .map_err(refused)?,
        write: rate("updating rows", "UPDATE {} SET n = n + 1", "VACUUM {}").map_err(refused)?,
    };
    Ok(rates)
}

/// Fills a table with a primary key and a text of some characters.
fn fill(client: &mut Client, name: &'static str, rows: u64, width: u32) -> Result<Sample, postgres::Error> {
    client.batch_execute(&format!(
        "CREATE TABLE {name} (id int PRIMARY KEY, n int NOT NULL, t text NOT NULL);
         INSERT INTO {name} SELECT i, (i * 7919::bigint % 1000003)::int, pg_catalog.left(pg_catalog.repeat(pg_catalog.md5(i::text), 10), {width})
         FROM pg_catalog.generate_series(1, {rows}) i"
    ))?;
    client.batch_execute(&format!("VACUUM (ANALYZE) {name}"))?;
    client.batch_execute("CHECKPOINT")?;
    let size = format!("SELECT pg_catalog.pg_relation_size('{name}')");
    let bytes: i64 = client.query_one(size.as_str(), &[])?.try_get(0)?;
    Ok(Sample {
        name,
        rows,
        bytes: u64::try_from(bytes).unwrap_or(0),
    })
}

/// Returns the rows, the bytes, and the median of the seconds that a statement takes.
fn time(client: &mut Client, table: &Sample, run: &str, undo: &str) -> Result<(u64, u64, f64), postgres::Error> {
    let mut seconds = Vec::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        client.batch_execute(&run.replace("{}", table.name))?;
        seconds.push(began.elapsed().as_secs_f64());
        client.batch_execute(&undo.replace("{}", table.name))?;
    }
    seconds.sort_by(f64::total_cmp);
    Ok((table.rows, table.bytes, seconds[TIMES / 2]))
}
