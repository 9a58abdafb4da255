//! Measures everyday changes under traffic, each in the simple form and in the online form: `cargo bench --package schema-diff --bench traffic
//! -- run [PARTS OF NAMES]`, and then `-- report`.
//!
//! Every run has a copy of the database of `schema.sql` with rows, eight clients of real Diesel ([`program`]), and one that reads in
//! transactions of two seconds. The results are appended to `results.jsonl`, so that an interrupted measurement goes on where it was; `report`
//! makes `README.md` of them. `SCHEMA_DIFF_PG_BIN` chooses the server, `TRAFFIC_ROWS` another number of rows.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]
#![allow(missing_docs)]

mod changes;
mod program;
mod report;
mod result;
#[allow(dead_code, missing_docs, unused_imports)]
mod schema;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    error::Error,
    fs,
    path::Path,
    time::Duration,
};

use changes::Change;
use program::Program;
use result::{Key, Measured, Results};
use schema_diff_engine::{
    cluster::{Binaries, ScratchDatabase, ScratchServer},
    config::{Environment, Project},
    generate::{self, Migration, Scratch, ScratchChoice},
    history::MigrationsDirectory,
    model::TableName,
    online::Forms,
    rehearse::{Client, LongReader, Measurement, measure},
    runner::Patience,
    write::{NewMigration, write_next},
};

type AnyError = Box<dyn Error>;

const CLIENTS: usize = 8;
const INTERVAL: Duration = Duration::from_millis(40);
const LONG_READ: Duration = Duration::from_secs(2);
const TABLES: [&str; 6] = ["customers", "products", "orders", "order_lines", "events", "sessions"];
const CONTROL: Duration = Duration::from_secs(3);
/// How long clients are measured without any migration, for each size.
const ALONE: u32 = 15;

/// How a change is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// At once.
    Simple,
    /// In parts that do not keep others waiting.
    Online,
    /// In such parts, of which none takes away what the running program needs.
    Rolling,
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Online => "online",
            Self::Rolling => "rolling",
        }
    }

    const fn parts(self) -> Forms {
        match self {
            Self::Simple => Forms::Never,
            Self::Online | Self::Rolling => Forms::Always,
        }
    }
}

fn main() -> Result<(), AnyError> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|own| own != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("run") => run(arguments.get(1..).unwrap_or_default()),
        Some("report") => report::write(&Results::read()?),
        _ => {
            println!("`-- run [PARTS OF NAMES]` measures, `-- report` writes README.md");
            Ok(())
        }
    }
}

fn run(parts: &[String]) -> Result<(), AnyError> {
    let bench = Bench::start()?;
    let mut results = Results::read()?;
    let rows: Option<u64> = std::env::var("TRAFFIC_ROWS")
        .ok()
        .map(|text| text.parse())
        .transpose()?;
    let mut templates = BTreeMap::new();
    let is_meant = |own: &&Change| parts.is_empty() || parts.iter().any(|part| own.name.contains(part));
    for change in changes::all()?.iter().filter(is_meant) {
        let rows = rows.unwrap_or(change.rows);
        let template = match templates.entry(rows) {
            Entry::Occupied(own) => own.into_mut(),
            Entry::Vacant(free) => {
                println!("{rows} rows");
                free.insert(bench.template(rows)?)
            }
        };
        for number in 1..=3 {
            let key = bench.key("(no migration)", "control", rows, number);
            if !results.has(&key) {
                results.add(key, bench.control(template)?)?;
            }
        }
        // The online form is measured three times, elsewhere once, as the results are not compared there.
        let times = if bench.server.major() == 15 { 3 } else { 1 };
        for (form, times) in [(Form::Simple, 1), (Form::Online, times), (Form::Rolling, times)] {
            if form == Form::Rolling && !change.rolling {
                continue;
            }
            for number in 1..=times {
                let key = bench.key(&change.name, form.name(), rows, number);
                if results.has(&key) {
                    continue;
                }
                let measured = bench.measure(template, change, form)?;
                println!("{:60} {:7} {number} {measured}", change.name, form.name());
                results.add(key, measured)?;
            }
        }
    }
    Ok(())
}

/// The servers of a measurement.
struct Bench {
    server: ScratchServer,
    /// Proves the migrations.
    _proofs: ScratchServer,
    home: ScratchDatabase,
}

impl Bench {
    fn start() -> Result<Self, AnyError> {
        let binaries = std::env::var_os("SCHEMA_DIFF_PG_BIN");
        let binaries = Binaries::discover(binaries.as_ref().map(Path::new), None)?;
        let proofs = ScratchServer::private(&binaries)?;
        Ok(Self {
            server: ScratchServer::rehearsal(&binaries)?,
            home: proofs.create_database("home")?,
            _proofs: proofs,
        })
    }

    fn key(&self, change: &str, form: &str, rows: u64, run: usize) -> Key {
        Key {
            postgres: self.server.major(),
            change: change.to_owned(),
            form: form.to_owned(),
            rows,
            run,
        }
    }

    /// Creates a database with rows.
    fn template(&self, rows: u64) -> Result<ScratchDatabase, AnyError> {
        let database = self.server.create_database("template")?;
        let mut client = database.connect()?;
        client.batch_execute("SET synchronous_commit = off")?;
        client.batch_execute(include_str!("schema.sql"))?;
        client.batch_execute(&include_str!("rows.sql").replace("$1", &rows.to_string()))?;
        client.batch_execute("VACUUM (ANALYZE)")?;
        client.batch_execute("CHECKPOINT")?;
        Ok(database)
    }

    fn control(&self, template: &ScratchDatabase) -> Result<Measured, AnyError> {
        let root = tempfile::tempdir()?;
        let path = root.path().join("2000-01-01-000000_wait");
        fs::create_dir(&path)?;
        fs::write(path.join("up.sql"), format!("SELECT pg_sleep({ALONE})"))?;
        fs::write(path.join("down.sql"), "SELECT 1")?;
        self.run(&self.server.create_database_from(template)?, root.path())
    }

    fn measure(&self, template: &ScratchDatabase, change: &Change, form: Form) -> Result<Measured, AnyError> {
        let database = self.server.create_database_from(template)?;
        let root = tempfile::tempdir()?;
        fs::create_dir(root.path().join("src"))?;
        fs::write(root.path().join("diesel.toml"), "")?;
        fs::write(root.path().join("schema-diff.toml"), &change.settings)?;
        fs::write(
            root.path().join("src/schema.rs"),
            change.edited(include_str!("schema.rs"))?,
        )?;
        let migrations = root.path().join("migrations");
        let made = self.generate(root.path(), &database.url(), change, form)?;
        write_next(
            &migrations,
            jiff::Timestamp::now(),
            &NewMigration::parts_of(&made, "a change", None),
        )?;
        self.run(&database, &migrations)
    }

    fn generate(&self, root: &Path, url: &str, change: &Change, form: Form) -> Result<Migration, AnyError> {
        let options = change.options(form.parts())?;
        let project = Project::discover_in(root, Environment::of([("DATABASE_URL", url)]))?;
        let choice = ScratchChoice {
            url: Some(self.home.url()),
            ..ScratchChoice::default()
        };
        let mut scratch = Scratch::new(&project, choice);
        let mut draft = generate::draft(&project, &options, &mut scratch, &mut |_| {})?;
        if form == Form::Rolling {
            draft.expand();
        }
        Ok(generate::finish(&draft, &options, &mut scratch, &mut |_| {})?)
    }

    fn run(&self, database: &ScratchDatabase, migrations: &Path) -> Result<Measured, AnyError> {
        let directory = MigrationsDirectory::read(migrations)?;
        let last = directory.migrations().last().ok_or("no migration")?;
        let mut clients: Vec<Box<dyn Client>> = Vec::new();
        for number in 0..CLIENTS {
            clients.push(Box::new(Program::new(&database.url(), number, INTERVAL)?));
        }
        clients.push(Box::new(LongReader {
            connection: database.connect()?,
            tables: TABLES.map(TableName::public).to_vec(),
            long_read: LONG_READ,
        }));
        let measurement = Measurement {
            database,
            directory: migrations,
            last: &last.version,
            patience: Patience::default(),
            control: CONTROL,
            environment: &Environment::of([("", ""); 0]),
        };
        let rehearsal = measure(&measurement, clients, &mut |_| {})?;
        Ok(Measured::of(&rehearsal, directory.migrations().len()))
    }
}
