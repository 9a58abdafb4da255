//! Measures the whole loop: `cargo bench --package schema-diff --bench whole_loop -- [tables ...]` (10, 100 and 1,000 when none are named), on a
//! private Postgres.
//!
//! For each number of tables (10 columns, a key, a foreign key and two indexes each): reading the database, and everything from
//! `schema.rs` to "nothing to do", in the time and memory of this process; then one added column, proved. After that
//! comparing alone, in memory, at 1,000 and 10,000 tables. What counts are the ratios within one run.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

#[path = "support/usage.rs"]
mod usage;

use std::{error::Error, fmt::Write as _, fs, hint::black_box, time::Instant};

use schema_diff_engine::{
    cluster::{Binaries, ScratchServer},
    compare::compare,
    config::{Environment, Project},
    generate::{self, Options, Scratch},
    introspect::introspect_observed,
    matching::Matches,
    model::{Column, Constraint, ConstraintKind, DataType, Index, IndexKey, Pair, QualifiedName, Schema, Table},
};
use usage::{cpu_seconds, peak_memory};

fn main() -> Result<(), Box<dyn Error>> {
    let mut sizes = std::env::args()
        .skip(1)
        // Cargo adds `--bench`.
        .filter(|argument| argument != "--bench")
        .map(|text| text.parse())
        .collect::<Result<Vec<usize>, _>>()?;
    if sizes.is_empty() {
        sizes = vec![10, 100, 1_000];
    }
    let server = ScratchServer::private(&Binaries::discover(None, None)?)?;
    println!("{}", server.description());
    for size in sizes {
        measure(&server, size)?;
    }
    let small = comparing(1_000);
    let large = comparing(10_000);
    println!(
        "comparing in memory: 1,000 tables {small:.1} ms, 10,000 tables {large:.1} ms, {:.1} times",
        large / small
    );
    Ok(())
}

fn measure(server: &ScratchServer, size: usize) -> Result<(), Box<dyn Error>> {
    let database = server.create_database("bench")?;
    let mut client = database.connect()?;
    let begun = Instant::now();
    client.batch_execute(&tables_sql(size))?;
    let built = begun.elapsed();
    let mut queries = 0;
    introspect_observed(&mut client, &mut |_| queries += 1)?;
    drop(client);

    let folder = tempfile::tempdir()?;
    let root = folder.path();
    fs::create_dir_all(root.join("src"))?;
    fs::write(
        root.join("diesel.toml"),
        "[migrations_directory]\ndir = \"migrations\"\n",
    )?;
    fs::write(root.join("src/schema.rs"), schema_rs(size, ""))?;
    let nothing = draft(root, &database.url(), false)?;
    fs::write(
        root.join("src/schema.rs"),
        schema_rs(size, "        added -> Nullable<Text>,\n"),
    )?;
    let one = draft(root, &database.url(), true)?;
    println!(
        "{size:>6} tables: built in {:.0} ms; {queries} queries; nothing to do: {:.0} ms, {:.0} ms of own CPU; one column, proved: {:.0} ms, {:.0} ms of own CPU; {} at most",
        built.as_secs_f64() * 1e3,
        nothing.0,
        nothing.1,
        one.0,
        one.1,
        peak_memory()
    );
    Ok(())
}

/// Milliseconds of the clock and of this process's own CPU.
fn draft(root: &std::path::Path, url: &str, finish: bool) -> Result<(f64, f64), Box<dyn Error>> {
    let project = Project::discover_in(root, Environment::of([("DATABASE_URL", url)]))?;
    let options = Options::default();
    let mut scratch = Scratch::new(&project, options.scratch.clone());
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let draft = generate::draft(&project, &options, &mut scratch, &mut |_| {})?;
    if draft.changes.is_empty() == finish {
        return Err(format!("{} changes", draft.changes.len()).into());
    }
    if finish {
        black_box(generate::finish(&draft, &options, &mut scratch, &mut |_| {})?);
    }
    Ok((begun.elapsed().as_secs_f64() * 1e3, (cpu_seconds() - cpu) * 1e3))
}

fn tables_sql(size: usize) -> String {
    let mut sql = String::new();
    for at in 0..size {
        let parent = at.saturating_sub(1);
        let _ = write!(
            sql,
            "CREATE TABLE t{at} (id int PRIMARY KEY, parent_id int REFERENCES t{parent}, a text NOT NULL, b text, c int NOT NULL, \
             d bigint, e boolean NOT NULL DEFAULT false, f timestamptz NOT NULL DEFAULT now(), g varchar(50), h numeric(10,2)); \
             CREATE INDEX ON t{at} (a); CREATE INDEX ON t{at} (c, d);"
        );
    }
    sql
}

fn schema_rs(size: usize, more: &str) -> String {
    let mut text = String::new();
    for at in 0..size {
        let more = if at == size / 2 { more } else { "" };
        let _ = write!(
            text,
            "diesel::table! {{\n    t{at} (id) {{\n        id -> Int4,\n        parent_id -> Nullable<Int4>,\n        a -> Text,\n        b -> Nullable<Text>,\n        \
             c -> Int4,\n        d -> Nullable<Int8>,\n        e -> Bool,\n        f -> Timestamptz,\n        #[max_length = 50]\n        g -> Nullable<Varchar>,\n        \
             h -> Nullable<Numeric>,\n{more}    }}\n}}\n"
        );
    }
    text
}

/// The least of five runs, in milliseconds.
fn comparing(size: usize) -> f64 {
    let before = schema(size);
    let mut after = before.clone();
    if let Some(table) = after.tables.get_mut(&QualifiedName::public("t7")) {
        table
            .columns
            .push(Column::new("added", DataType::builtin("text"), true));
    }
    (0..5)
        .map(|_| {
            let begun = Instant::now();
            black_box(compare(Pair::new(&before, &after), &Matches::default()));
            begun.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}

fn schema(size: usize) -> Schema {
    let mut schema = Schema::default();
    for at in 0..size {
        let mut table = Table::new(QualifiedName::public(format!("t{at}")));
        table.columns = (0..10)
            .map(|column| Column::new(format!("c{column}"), DataType::builtin("int4"), column > 0))
            .collect();
        let key = Constraint::new(
            format!("t{at}_pkey"),
            ConstraintKind::PrimaryKey {
                columns: vec!["c0".into()],
                include: Vec::new(),
            },
        );
        table.constraints.insert(key.name.clone(), key);
        for column in ["c1", "c2"] {
            let index = Index {
                name: format!("t{at}_{column}_idx"),
                unique: false,
                method: "btree".into(),
                keys: vec![IndexKey::column(column)],
                include: Vec::new(),
                predicate: None,
                nulls_not_distinct: false,
                options: Vec::new(),
                columns: vec![column.into()],
                comment: None,
                valid: true,
                clustered: false,
                inherited: false,
                attached_to: None,
            };
            table.indexes.insert(index.name.clone(), index);
        }
        schema.tables.insert(table.name.clone(), table);
    }
    schema
}
