//! Measures what the attributes cost `cargo check`: `cargo bench --package schema-diff-macros -- [rounds]` (5 when none is named).
//!
//! Two packages with the same 50 tables of 10 columns, one with an attribute on every column and three on every table, are checked
//! in turn, each after a change to its schema. What counts is the ratio within one run: processor time where the system tells it,
//! else time. Diesel is built once, in a directory of its own below `target/`.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

const TABLES: usize = 50;
const COLUMNS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds: usize = std::env::args()
        .skip(1)
        .find(|argument| argument != "--bench")
        .map_or(Ok(5), |text| text.parse())?;
    let macros = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let home = macros.join("../../target/check_cost");
    let packages = [("without", false), ("with", true)].map(|(name, attributes)| (home.join(name), attributes));
    for (package, attributes) in &packages {
        write_package(package, &macros)?;
        check(package, &home, &schema(*attributes, 0))?;
    }
    let mut best = [f64::MAX; 2];
    for round in 1..=rounds {
        for (at, (package, attributes)) in packages.iter().enumerate() {
            let seconds = check(package, &home, &schema(*attributes, round))?;
            best[at] = best[at].min(seconds);
        }
    }
    let [without, with] = best;
    println!(
        "cargo check of {} columns: {without:.2} s without attributes, {with:.2} s with {}: {:.2} times",
        TABLES * COLUMNS,
        TABLES * (COLUMNS + 3),
        with / without
    );
    Ok(())
}

fn write_package(package: &Path, macros: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(package.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"schema\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         diesel = {{ version = \"2.3.14\", default-features = false, features = [\"postgres_backend\"] }}\n\
         schema_diff = {{ package = \"schema-diff-macros\", path = {macros:?} }}\n"
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::copy(macros.join("../../Cargo.lock"), package.join("Cargo.lock"))?;
    Ok(())
}

/// Checks a package with this schema; in seconds.
fn check(package: &Path, home: &Path, schema: &str) -> Result<f64, Box<dyn Error>> {
    fs::write(package.join("src/lib.rs"), schema)?;
    let (begun, cpu) = (Instant::now(), children_cpu());
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--quiet", "--offline"])
        .env("CARGO_TARGET_DIR", home.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(package)
        .status()?;
    if !status.success() {
        return Err(format!("cargo check fails in {}", package.display()).into());
    }
    Ok(match (cpu, children_cpu()) {
        (Some(before), Some(after)) => after - before,
        _ => begun.elapsed().as_secs_f64(),
    })
}

/// Processor time of all processes that have ended, in seconds; on Linux.
fn children_cpu() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

fn schema(attributes: bool, round: usize) -> String {
    const KINDS: &[(&str, &str)] = &[
        ("Text", "default(\"''\")"),
        (
            "Nullable<Int4>",
            "check(\"COLUMN >= 0\", name = \"not_negative_COLUMN\")",
        ),
        ("Nullable<Text>", "index(desc, where = \"COLUMN <> ''\")"),
        ("Timestamptz", "default(\"now()\")"),
        ("Nullable<Int4>", "references(t0(id), on_delete = cascade)"),
        ("Numeric", "sql_type(\"numeric(10, 2)\")"),
        ("Nullable<Text>", "unique(nulls_not_distinct)"),
        ("Text", "collate(\"C\")"),
        ("Nullable<Bool>", "comment(\"whether it is\")"),
    ];
    let mut text = format!("//! Round {round}.\n");
    for table in 0..TABLES {
        text.push_str("diesel::table! {\n");
        if attributes {
            text.push_str(
                "    #[schema_diff::index(lower(c1), c2 desc, unique)]\n    #[schema_diff::unique(c1, c3)]\n    #[schema_diff::comment(\"a table\")]\n",
            );
        }
        let _ = writeln!(text, "    t{table} (id) {{");
        if attributes {
            text.push_str("        #[schema_diff::identity(always)]\n");
        }
        text.push_str("        id -> Int4,\n");
        for column in 1..COLUMNS {
            let (kind, attribute) = KINDS[(column - 1) % KINDS.len()];
            if attributes {
                let attribute = attribute.replace("COLUMN", &format!("c{column}"));
                let _ = writeln!(text, "        #[schema_diff::{attribute}]");
            }
            let _ = writeln!(text, "        c{column} -> {kind},");
        }
        text.push_str("    }\n}\n");
    }
    text
}
