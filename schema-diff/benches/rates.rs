//! Compares the estimates of `stats measure` with what statements take: `cargo bench --package schema-diff --bench rates -- [rows ...]` (1,000,000
//! and 10,000,000 when none are named), on a private Postgres that waits for its disk. Each time is the median of three.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::{error::Error, time::Instant};

use postgres::Client;
use schema_diff_engine::{
    cluster::{Binaries, ScratchServer},
    model::QualifiedName,
    rates::{Rates, measure},
    traffic::{Size, Wait, Work, WorkKind},
};

/// A table's name, its columns, and the values of a row.
const TABLES: [(&str, &str, &str); 2] = [
    (
        "narrow",
        "id int PRIMARY KEY, a int, b bigint",
        "n, (n * 7919::bigint % 1000003)::int, n",
    ),
    (
        "orders",
        "id bigint PRIMARY KEY, a int, b bigint, code text, at timestamptz, total numeric(12, 2), note text",
        "n, (n * 7919::bigint % 1000003)::int, n, 'O-' || n, timestamptz '2024-01-01' + n * interval '1 s', n % 90000 / 100.0, md5(n::text) || md5((n + 1)::text)",
    ),
];

/// What is measured, its kind, and what undoes it.
const STATEMENTS: [(&str, WorkKind, &str); 5] = [
    (
        "ALTER TABLE {} ADD CONSTRAINT c CHECK (a >= 0)",
        WorkKind::Scan,
        "ALTER TABLE {} DROP CONSTRAINT c",
    ),
    (
        "ALTER TABLE {} ALTER b SET NOT NULL",
        WorkKind::Scan,
        "ALTER TABLE {} ALTER b DROP NOT NULL",
    ),
    ("CREATE INDEX i ON {} (a)", WorkKind::Build, "DROP INDEX i"),
    (
        "ALTER TABLE {} ALTER a TYPE bigint",
        WorkKind::Rewrite,
        "ALTER TABLE {} ALTER a TYPE int",
    ),
    ("UPDATE {} SET a = a + 1", WorkKind::Write, "VACUUM {}"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let sizes = std::env::args()
        .skip(1)
        .filter(|own| own != "--bench")
        .map(|text| text.parse());
    let mut sizes: Vec<u64> = sizes.collect::<Result<_, _>>()?;
    if sizes.is_empty() {
        sizes = vec![1_000_000, 10_000_000];
    }
    let server = ScratchServer::rehearsal(&Binaries::discover(None, None)?)?;
    let rates = measure(&server, &mut |_| {})?;
    let (mut inside, mut all) = (0, 0);
    for rows in sizes {
        for (name, columns, values) in TABLES {
            let database = server.create_database("rates")?;
            let mut client = database.connect()?;
            let bytes = fill(&mut client, name, columns, values, rows)?;
            for (statement, kind, undo) in STATEMENTS {
                let (run, undo) = (statement.replace("{}", name), undo.replace("{}", name));
                let seconds = median(&mut client, &run, &undo)?;
                let (low, high) = estimate(&rates, kind, rows, bytes).ok_or("no estimate")?;
                let is_inside = (low..=high).contains(&seconds);
                inside += usize::from(is_inside);
                all += 1;
                let mark = if is_inside { "" } else { "  outside" };
                println!("{rows:9} rows  {run:50} {seconds:7.2} s, estimated {low:.2} to {high:.2}{mark}");
            }
        }
    }
    println!("{inside} of {all} are inside");
    Ok(())
}

fn fill(client: &mut Client, name: &str, columns: &str, values: &str, rows: u64) -> Result<u64, Box<dyn Error>> {
    client.batch_execute(&format!(
        "SET synchronous_commit = off; CREATE TABLE {name} ({columns}); INSERT INTO {name} SELECT {values} FROM generate_series(1, {rows}) n"
    ))?;
    client.batch_execute(&format!("VACUUM (ANALYZE) {name}"))?;
    client.batch_execute("RESET synchronous_commit; CHECKPOINT")?;
    let bytes: i64 = client
        .query_one("SELECT pg_relation_size($1::text::regclass)", &[&name])?
        .try_get(0)?;
    Ok(bytes.try_into()?)
}

fn median(client: &mut Client, run: &str, undo: &str) -> Result<f64, postgres::Error> {
    let mut seconds = Vec::new();
    for _ in 0..3 {
        let began = Instant::now();
        client.batch_execute(run)?;
        seconds.push(began.elapsed().as_secs_f64());
        client.batch_execute(undo)?;
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[1])
}

fn estimate(rates: &Rates, kind: WorkKind, rows: u64, bytes: u64) -> Option<(f64, f64)> {
    let work = Work {
        kind,
        relation: QualifiedName::public("t"),
        size: Some(Size {
            rows: Some(rows),
            bytes,
        }),
    };
    let wait = Wait {
        relations: Vec::new(),
        lock: schema_diff_engine::observe::LockMode::AccessExclusive,
        work: vec![work],
        later: Vec::new(),
    };
    let estimate = rates.estimate(&wait)?;
    Some((estimate.low.as_secs_f64(), estimate.high.as_secs_f64()))
}
