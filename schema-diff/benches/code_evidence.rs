//! Measures reading the project's code: `cargo bench --package schema-diff --bench code_evidence -- [files ...]` (1,000 when none
//! are named), on a private Postgres.
//!
//! A project of so many source files, each with queries and a struct, renames a column that every tenth file uses. The CPU
//! time of a draft in its git repository, with that of git, beside the time of one without a repository: the difference
//! is what the evidence costs.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

#[path = "support/usage.rs"]
mod usage;

use std::{error::Error, fmt::Write as _, fs, path::Path, process::Command};

use schema_diff_engine::{
    cluster::{Binaries, ScratchServer},
    config::{Environment, Project},
    generate::{self, Options, Scratch},
};
use usage::{cpu_seconds, cpu_seconds_of_children, peak_memory};

/// The number of tables; every file uses one.
const TABLES: usize = 100;
/// The number of runs, of which the least counts.
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let mut sizes = arguments.map(|text| text.parse()).collect::<Result<Vec<usize>, _>>()?;
    if sizes.is_empty() {
        sizes = vec![1_000];
    }
    let server = ScratchServer::private(&Binaries::discover(None, None)?)?;
    for files in sizes {
        measure(&server, files)?;
    }
    Ok(())
}

fn measure(server: &ScratchServer, files: usize) -> Result<(), Box<dyn Error>> {
    let database = server.create_database("bench")?;
    database.connect()?.batch_execute(&tables_sql())?;
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    write(root, files, "label")?;
    for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-qm", "one"]] {
        git(root, arguments)?;
    }
    write(root, files, "headline")?;
    let with = draft(root, &database.url())?;
    fs::remove_dir_all(root.join(".git"))?;
    let without = draft(root, &database.url())?;
    println!(
        "{files} files: {:.0} ms of own CPU and {:.0} ms of git's with a repository, {:.0} ms without; {} at most",
        with.0,
        with.1,
        without.0,
        peak_memory()
    );
    Ok(())
}

/// Milliseconds of CPU, of this process and of git; the least of some runs.
fn draft(root: &Path, url: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let project = Project::discover_in(root, Environment::of([("DATABASE_URL", url)]))?;
    let options = Options::default();
    let mut least = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        let mut scratch = Scratch::new(&project, options.scratch.clone());
        let (own, children) = (cpu_seconds(), cpu_seconds_of_children());
        let draft = generate::draft(&project, &options, &mut scratch, &mut |_| {})?;
        let mut renames = draft.resolution.renames.iter();
        let by_code = renames.any(|rename| {
            rename
                .evidence
                .reasons
                .iter()
                .any(|reason| reason.contains("in the code"))
        });
        if by_code != root.join(".git").exists() {
            return Err("the code must be read with a repository only".into());
        }
        least.0 = least.0.min((cpu_seconds() - own) * 1e3);
        least.1 = least.1.min((cpu_seconds_of_children() - children) * 1e3);
    }
    Ok(least)
}

fn git(root: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let identity = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "commit.gpgsign=false",
    ];
    let status = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(root)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("git {arguments:?}: {status}").into())
    }
}

fn tables_sql() -> String {
    let mut sql = String::new();
    for at in 0..TABLES {
        let _ = write!(
            sql,
            "CREATE TABLE t{at} (id int PRIMARY KEY, label text NOT NULL, amount bigint, created timestamptz NOT NULL);"
        );
    }
    sql
}

/// Writes the project; the first tenth of the tables has a column of this name.
fn write(root: &Path, files: usize, name: &str) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(root.join("src"))?;
    fs::write(root.join("diesel.toml"), "")?;
    let column = |at: usize| if at < TABLES / 10 { name } else { "label" };
    let mut schema = String::new();
    for at in 0..TABLES {
        let _ = write!(
            schema,
            "diesel::table! {{\n    t{at} (id) {{\n        id -> Int4,\n        {} -> Text,\n        amount -> Nullable<Int8>,\n        created -> Timestamptz,\n    }}\n}}\n",
            column(at)
        );
    }
    fs::write(root.join("src/schema.rs"), schema)?;
    for file in 0..files {
        fs::write(root.join(format!("src/m{file}.rs")), code(file, column(file % TABLES)))?;
    }
    Ok(())
}

/// A file of about 120 lines.
fn code(file: usize, column: &str) -> String {
    let table = file % TABLES;
    let mut text = format!(
        "use diesel::prelude::*;\nuse crate::schema::t{table};\n\n#[derive(Queryable, Selectable)]\n#[diesel(table_name = t{table})]\npub struct Row {{\n    \
         pub id: i32,\n    pub {column}: String,\n    pub amount: Option<i64>,\n}}\n\n"
    );
    for at in 0..10 {
        let _ = write!(
            text,
            "pub fn query_{at}(conn: &mut PgConnection, wanted: &str) -> QueryResult<Vec<Row>> {{\n    t{table}::table\n        \
             .filter(t{table}::{column}.eq(wanted))\n        .filter(t{table}::amount.gt({at}))\n        .order(t{table}::created.desc())\n        \
             .select(Row::as_select())\n        .limit({})\n        .load(conn)\n}}\n\n",
            at + file
        );
    }
    text
}
