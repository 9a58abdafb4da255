//! Nothing is proposed where nothing changed: odd databases, made by hand-written SQL, with the `schema.rs` that Diesel's own
//! `print-schema` wrote for them (and what people then edit in it by hand). One column added by hand gives that column alone.
//!
//! A folder of `tests/no_noise` is a project with its `database.sql`. To make a new one, print its schema with
//! `diesel migration run` on that database (which refuses tables without a primary key: leave those out by a filter just for
//! that) and commit what it wrote.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/binaries.rs"]
mod binaries;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

use postgres::Client;
use schema_diff_engine::{
    cluster::{ScratchDatabase, ScratchServer},
    compare::Change,
    config::{Environment, Project},
    generate::{Draft, Options, Scratch, ScratchChoice, draft, fingerprint, finish},
    introspect::introspect,
    model::TableName,
    pull,
};

/// Each project, and a table of it with the file that declares it.
const PROJECTS: &[(&str, &str, &str)] = &[
    ("billing", "invoice", "src/schema.rs"),
    ("forum", "post", "src/schema.rs"),
    ("registry", "version_downloads", "src/schema.rs"),
    ("tenants", "app.tasks", "src/schema/app.rs"),
];

/// A copy of a project's folder with a database of its own.
struct Case {
    directory: tempfile::TempDir,
    database: ScratchDatabase,
}

fn server() -> &'static ScratchServer {
    static SERVER: OnceLock<ScratchServer> = OnceLock::new();
    SERVER.get_or_init(|| ScratchServer::private(binaries::binaries()).unwrap())
}

impl Case {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/no_noise").join(name);
        let directory = tempfile::tempdir().unwrap();
        copy(&folder, directory.path());
        fs::create_dir(directory.path().join("migrations")).unwrap();
        let database = server().create_database(name).unwrap();
        let sql = fs::read_to_string(folder.join("database.sql")).unwrap();
        // Roles are the server's: two databases must not make them at once.
        static LOADING: Mutex<()> = Mutex::new(());
        let _loading = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(failure) = database.connect().unwrap().batch_execute(&sql) {
            panic!("{name}/database.sql does not load: {failure:?}");
        }
        Self { directory, database }
    }

    fn client(&self) -> Client {
        self.database.connect().unwrap()
    }

    /// Reads everything anew, as each command does.
    fn draft<T>(&self, then: impl FnOnce(Draft, &Options, &mut Scratch<'_>) -> T) -> T {
        let variables = [
            ("DATABASE_URL", self.database.url()),
            ("SCHEMA_DIFF_SCRATCH_URL", self.database.url()),
        ];
        let project = Project::discover_in(self.directory.path(), Environment::of(variables)).unwrap();
        let options = Options::default();
        let mut scratch = Scratch::new(&project, ScratchChoice::default());
        let draft = draft(&project, &options, &mut scratch, &mut |_| ()).unwrap_or_else(|failure| panic!("{failure}"));
        then(draft, &options, &mut scratch)
    }

    /// Pulls the database into the files; gives what was changed.
    fn pull(&self) -> Vec<pull::EditLine> {
        let variables = [
            ("DATABASE_URL", self.database.url()),
            ("SCHEMA_DIFF_SCRATCH_URL", self.database.url()),
        ];
        let project = Project::discover_in(self.directory.path(), Environment::of(variables)).unwrap();
        let mut scratch = Scratch::new(&project, ScratchChoice::default());
        let pulled = pull::pull(&project, &pull::Options::default(), &mut scratch, &mut |_| ())
            .unwrap_or_else(|failure| panic!("{failure}"));
        pull::write(&pulled.files).unwrap();
        pulled.changes
    }

    fn changes(&self) -> Vec<Change> {
        self.draft(|draft, _, _| draft.changes)
    }

    /// The schema and the number of rows.
    fn state(&self) -> (String, Vec<(TableName, i64)>) {
        let mut client = self.client();
        let schema = introspect(&mut client).unwrap();
        let rows = schema.tables.keys().map(|name| {
            let count = format!("SELECT count(*) FROM {name}");
            (name.clone(), client.query_one(count.as_str(), &[]).unwrap().get(0))
        });
        let rows = rows.collect();
        (fingerprint(&schema).to_string(), rows)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Adds a column to a table's declaration.
fn add_column(file: &Path, table: &str) {
    let text = fs::read_to_string(file).unwrap();
    let head = text.find(&format!(" {table} (")).unwrap();
    let open = head + text[head..].find("{\n").unwrap() + 2;
    let (before, after) = text.split_at(open);
    fs::write(
        file,
        format!("{before}        added_by_hand -> Nullable<Text>,\n{after}"),
    )
    .unwrap();
}

#[test]
fn nothing_is_proposed_but_what_was_added_by_hand() {
    if server().major() < 15 {
        return;
    }
    for (name, table, file) in PROJECTS {
        let case = Case::new(name);
        let changes = case.changes();
        assert!(changes.is_empty(), "{name}: {changes:#?}");
        add_column(&case.directory.path().join(file), table);
        let migration = case.draft(|draft, options, scratch| {
            assert_eq!(draft.changes.len(), 1, "{name}: {:#?}", draft.changes);
            finish(&draft, options, scratch, &mut |_| ()).unwrap_or_else(|failure| panic!("{name}: {failure}"))
        });
        assert_eq!(
            migration.up.trim(),
            format!("ALTER TABLE {table} ADD COLUMN added_by_hand TEXT;"),
            "{name}"
        );
        assert_eq!(
            migration.down.trim(),
            format!(
                "-- DATA LOSS: drops column {table}.added_by_hand and all its values; up.sql created it\nALTER TABLE {table} DROP COLUMN added_by_hand;"
            ),
            "{name}"
        );
        let proof = migration.proof.unwrap();
        assert!(proof.notes.is_empty(), "{name}: {:?}", proof.notes);
        let before = case.state();
        case.client().batch_execute(&migration.up).unwrap();
        assert!(case.changes().is_empty(), "{name}");
        case.client().batch_execute(&migration.down).unwrap();
        assert_eq!(case.state(), before, "{name}");
    }
}

/// The files then say so much that whatever else there is may go.
#[test]
fn what_is_pulled_is_all_there_is() {
    if server().major() < 15 {
        return;
    }
    for (name, table, file) in PROJECTS {
        let case = Case::new(name);
        let before = case.state();
        assert!(case.pull().len() > 20, "{name}");
        assert_eq!(case.pull(), [], "{name}: pulled twice");
        assert_eq!(case.changes(), [], "{name}");
        let toml = case.directory.path().join("schema-diff.toml");
        let rest = fs::read_to_string(&toml).unwrap_or_default();
        // `pull` lists views and enum types that no column has; schema.rs cannot declare them.
        let undeclared = "undeclared = { others = \"drop\", views = \"keep\", enums = \"keep\" }";
        fs::write(&toml, format!("{undeclared}\n{rest}")).unwrap();
        assert_eq!(case.changes(), [], "{name}: undeclared = \"drop\"");
        add_column(&case.directory.path().join(file), table);
        let migration = case.draft(|draft, options, scratch| {
            finish(&draft, options, scratch, &mut |_| ()).unwrap_or_else(|failure| panic!("{name}: {failure}"))
        });
        assert_eq!(
            migration.up.trim(),
            format!("ALTER TABLE {table} ADD COLUMN added_by_hand TEXT;"),
            "{name}"
        );
        assert_eq!(case.state(), before, "{name}");
    }
}

/// Adds a column to every table that schema.rs declares, and gives how many there are.
fn add_column_everywhere(directory: &Path, is_table: &dyn Fn(&str) -> bool) -> usize {
    let mut added = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            added += add_column_everywhere(&path, is_table);
            continue;
        }
        let mut text = String::new();
        for line in fs::read_to_string(&path).unwrap().lines() {
            text.push_str(line);
            text.push('\n');
            let head = line.trim_start().strip_suffix(" {").filter(|head| head.ends_with(')'));
            let Some((name, _)) = head.and_then(|head| head.split_once(" (")) else {
                continue;
            };
            if is_table(name) {
                text.push_str("        added_by_hand -> Nullable<Text>,\n");
                added += 1;
            }
        }
        fs::write(path, text).unwrap();
    }
    added
}

#[test]
fn every_table_can_be_changed() {
    if server().major() < 15 {
        return;
    }
    for (name, ..) in PROJECTS {
        let case = Case::new(name);
        let schema = introspect(&mut case.client()).unwrap();
        let is_table = |rust: &str| {
            schema
                .tables
                .values()
                // A table of a composite type changes with its type alone.
                .filter(|found| found.name.name != "poll")
                .filter(|found| found.partition_of.is_none() && found.inherits.is_empty())
                .filter(|found| !schema.tables.values().any(|child| child.inherits.contains(&found.name)))
                .any(|found| found.name.name == rust || found.name.plain() == rust)
        };
        let added = add_column_everywhere(&case.directory.path().join("src"), &is_table);
        assert!(added > 30, "{name}: {added}");
        let before = case.state();
        let migration = case.draft(|draft, options, scratch| {
            assert_eq!(draft.changes.len(), added, "{name}: {:#?}", draft.changes);
            finish(&draft, options, scratch, &mut |_| ()).unwrap_or_else(|failure| panic!("{name}: {failure}"))
        });
        case.client().batch_execute(&migration.up).unwrap();
        assert!(case.changes().is_empty(), "{name}");
        case.client().batch_execute(&migration.down).unwrap();
        assert_eq!(case.state(), before, "{name}");
    }
}
