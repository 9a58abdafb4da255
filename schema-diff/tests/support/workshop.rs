//! A private server, projects beside databases on it, and the whole loop over them: what its tests share.
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part of this")]

#[path = "binaries.rs"]
mod binaries;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::OnceLock,
};

use clap::Parser;
use postgres::{Client, SimpleQueryMessage};
use schema_diff_cli::GenerateOptions;
use schema_diff_engine::{
    cluster::{Binaries, ScratchDatabase, ScratchServer},
    config::{Environment, Project},
    generate::{self, Draft, GenerateError, Migration, Options, Scratch, ScratchChoice},
    online::Forms,
    traffic::Transaction,
};

/// The server of a test binary; it ends with the process.
pub struct Workshop {
    server: ScratchServer,
    home: ScratchDatabase,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: GenerateOptions,
}

/// Reads options as the command does.
pub fn options<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Options, clap::Error> {
    let flags = Flags::try_parse_from(std::iter::once("case").chain(arguments))?;
    Ok(flags.options.options())
}

/// A new project: `src/schema.rs` with the declarations, `schema-diff.toml` with the settings, and an empty `diesel.toml`.
pub fn project_files(schema: &str, settings: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("src")).unwrap();
    for (file, text) in [
        ("diesel.toml", ""),
        ("src/schema.rs", schema),
        ("schema-diff.toml", settings),
    ] {
        std::fs::write(root.path().join(file), text).unwrap();
    }
    root
}

/// Keeps the cases whose name contains the variable `CASE`, or all.
pub fn chosen_cases<T>(all: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let only = std::env::var("CASE").unwrap_or_default();
    all.into_iter().filter(|case| name(case).contains(&only)).collect()
}

pub fn workshop() -> &'static Workshop {
    static WORKSHOP: OnceLock<Workshop> = OnceLock::new();
    WORKSHOP.get_or_init(|| {
        let server = ScratchServer::private(binaries::binaries()).unwrap();
        let home = server.create_database("home").unwrap();
        Workshop { server, home }
    })
}

impl Workshop {
    pub fn server(&self) -> &ScratchServer {
        &self.server
    }

    pub fn binaries(&self) -> &'static Binaries {
        binaries::binaries()
    }

    pub fn database(&self) -> ScratchDatabase {
        self.server.create_database("test").unwrap()
    }

    pub fn major_version(&self) -> u32 {
        let sql = "SELECT current_setting('server_version_num')::int / 10000";
        texts(&mut self.home.connect().unwrap(), sql)[0].parse().unwrap()
    }

    /// Scratch databases on this server.
    pub fn choice(&self) -> ScratchChoice {
        ScratchChoice {
            url: Some(self.home.url()),
            ..ScratchChoice::default()
        }
    }

    /// What `autogenerate` does for a project beside a database, without writing; `None` when there is nothing to do.
    pub fn generate(
        &self,
        root: &Path,
        url: &str,
        options: &Options,
    ) -> Result<Option<(Draft, Migration)>, GenerateError> {
        let project = Project::discover_in(root, Environment::of([("DATABASE_URL", url)])).unwrap();
        let mut scratch = Scratch::new(&project, self.choice());
        let draft = generate::draft(&project, options, &mut scratch, &mut |_| {})?;
        if draft.changes.is_empty() {
            return Ok(None);
        }
        let migration = generate::finish(&draft, options, &mut scratch, &mut |_| {})?;
        Ok(Some((draft, migration)))
    }
}

/// Runs a migration's text as Diesel does: in one transaction. `Err` is the code and the message.
///
/// A text of several parts is run part by part ([`joined`]).
pub fn apply(client: &mut Client, sql: &str) -> Result<(), (String, String)> {
    let mut parts = sql.split(PART);
    let first = parts.next().unwrap_or_default();
    apply_part(client, first, !first.starts_with(ALONE))?;
    parts.try_for_each(|part| apply_part(client, part, !part.starts_with(ALONE)))
}

/// Stands between the parts of a joined text.
const PART: &str = "\n-- the next part\n";
/// Begins a part that runs outside of a transaction.
const ALONE: &str = "-- outside of a transaction\n";

/// Returns up.sql and down.sql of all parts of a migration, each as one text.
pub fn joined(made: &Migration) -> (String, String) {
    let part = |text: &str, transaction| match transaction {
        Transaction::Inside => text.to_owned(),
        Transaction::Outside => format!("{ALONE}{text}"),
    };
    let mut up = vec![part(&made.up, made.transaction)];
    up.extend(made.later_parts.iter().map(|own| part(&own.up, own.transaction)));
    let mut down = vec![part(&made.down, made.transaction)];
    down.extend(made.later_parts.iter().map(|own| part(&own.down, own.transaction)));
    down.reverse();
    (up.join(PART), down.join(PART))
}

/// Whether the tests use the online forms wherever there are any: `SCHEMA_DIFF_TEST_ONLINE=always`.
pub fn forms() -> Option<Forms> {
    std::env::var("SCHEMA_DIFF_TEST_ONLINE")
        .is_ok_and(|when| when == "always")
        .then_some(Forms::Always)
}

fn apply_part(client: &mut Client, sql: &str, in_transaction: bool) -> Result<(), (String, String)> {
    let told = |error: postgres::Error| match error.as_db_error() {
        Some(db) => (db.code().code().to_owned(), db.message().to_owned()),
        None => (String::new(), error.to_string()),
    };
    if !in_transaction {
        return client.batch_execute(sql).map_err(told);
    }
    let mut transaction = client.transaction().map_err(told)?;
    transaction.batch_execute(sql).map_err(told)?;
    transaction.commit().map_err(told)
}

/// The schema as facts, independent of the engine's own reading.
///
/// Planning the query takes several times as long as running it, so it is planned once a session. What it calls stays in the session's
/// temporary schema for that: each time that one is created, Postgres discards all plans.
pub fn facts(client: &mut Client) -> BTreeSet<String> {
    let prepared = "SELECT name FROM pg_prepared_statements WHERE name = 'facts'";
    if texts(client, prepared).is_empty() {
        let statement = format!("PREPARE facts AS {}", include_str!("facts.sql"));
        for sql in [include_str!("settled.sql"), &statement] {
            client.batch_execute(sql).unwrap();
        }
    }
    client.batch_execute("BEGIN").unwrap();
    let facts = texts(client, "EXECUTE facts").into_iter().collect();
    client.batch_execute("ROLLBACK").unwrap();
    facts
}

/// Names of constraints and indexes, by table.
pub fn names(client: &mut Client) -> BTreeSet<String> {
    let sql = "SELECT concat(conrelid::regclass, ' ', contype, ' ', conname) FROM pg_constraint WHERE conrelid >= 16384 \
               UNION ALL SELECT concat(indrelid::regclass, ' i ', indexrelid::regclass) FROM pg_index WHERE indrelid >= 16384 \
               AND indrelid IN (SELECT oid FROM pg_class WHERE relkind <> 't')";
    texts(client, sql).into_iter().collect()
}

/// The rows of every table, each as a JSON object whose keys are in order.
pub fn rows(client: &mut Client) -> BTreeMap<String, Vec<String>> {
    tables(client)
        .into_iter()
        .map(|table| {
            let found = texts(
                client,
                &format!("SELECT to_jsonb(t)::text FROM ONLY {table} t ORDER BY 1"),
            );
            (table, found)
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect()
}

/// Removes every row.
pub fn empty(client: &mut Client) {
    let tables = tables(client).into_iter().collect::<Vec<_>>().join(", ");
    if !tables.is_empty() {
        client.batch_execute(&format!("TRUNCATE {tables}")).unwrap();
    }
}

/// Removes everything.
pub fn clear(client: &mut Client) {
    let drops = texts(
        client,
        "SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger \
         UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication \
         UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace \
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
    );
    client
        .batch_execute(&format!("{}; CREATE SCHEMA public", drops.join("; ")))
        .unwrap();
    // Default privileges belong to no schema, and there is no statement that forgets them.
    if texts(client, "SELECT oid FROM pg_default_acl LIMIT 1").is_empty() {
        return;
    }
    client
        .batch_execute(
            "SET allow_system_table_mods = on; DELETE FROM pg_default_acl; \
             DELETE FROM pg_shdepend WHERE classid = 'pg_default_acl'::regclass \
             AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()); \
             RESET allow_system_table_mods",
        )
        .unwrap();
}

/// Tables that can hold rows, as SQL.
fn tables(client: &mut Client) -> BTreeSet<String> {
    let sql = "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'";
    texts(client, sql).into_iter().collect()
}

pub fn texts(client: &mut Client, sql: &str) -> Vec<String> {
    client
        .simple_query(sql)
        .unwrap()
        .into_iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        })
        .collect()
}

/// Columns (table, column) whose values are nowhere any more, by the rows of before and of after. A column that is there still and
/// has as many values counts as kept: whether they are the right ones is another question.
pub fn lost(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>) -> Vec<(String, String)> {
    let (old, new) = (values(before), values(after));
    old.into_iter()
        .filter(|(place, values)| {
            let same_place = new.get(place).is_some_and(|found| found.len() >= values.len());
            let elsewhere = || new.values().any(|found| contains(found, values));
            !same_place && !elsewhere()
        })
        .map(|(place, _)| place)
        .collect()
}

/// What the catalog says about where values are.
pub struct Holders {
    /// Generated columns: their values can be had again.
    generated: BTreeSet<(String, String)>,
    /// Partitions, and the table that they are parts of.
    roots: BTreeMap<String, String>,
}

impl Holders {
    pub fn of(client: &mut Client) -> Self {
        let mut pairs = |sql: &str| -> Vec<(String, String)> {
            texts(client, sql)
                .iter()
                .map(|text| serde_json::from_str(text).unwrap())
                .collect()
        };
        let named = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace";
        Self {
            generated: pairs(&format!(
                "SELECT json_build_array(format('%I.%I', n.nspname, c.relname), a.attname) {named} \
                 JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attgenerated <> ''"
            ))
            .into_iter()
            .collect(),
            roots: pairs(&format!(
                "SELECT json_build_array(format('%I.%I', n.nspname, c.relname), r.relname) {named} \
                 JOIN pg_class r ON r.oid = pg_partition_root(c.oid) WHERE c.relispartition"
            ))
            .into_iter()
            .collect(),
        }
    }

    /// Of what is lost, what `up.sql` does not say.
    pub fn lost_unsaid(
        &self,
        before: &BTreeMap<String, Vec<String>>,
        after: &BTreeMap<String, Vec<String>>,
        up: &str,
    ) -> Vec<(String, String)> {
        // A name may go over several lines.
        let warning = |text: &'_ str| -> String { text.lines().take_while(|line| !line.ends_with(';')).collect() };
        let warnings: Vec<String> = up.split("-- DATA LOSS").skip(1).map(warning).collect();
        let is_said = |table: &String, column: &str| {
            let root = self.roots.get(table).unwrap_or(table);
            let bare = root
                .rsplit('.')
                .next()
                .unwrap_or(root)
                .trim_matches('"')
                .replace("\"\"", "\"");
            let first_line = |name: &str| name.lines().next().unwrap_or_default().to_owned();
            let names = [first_line(column), first_line(&bare)];
            warnings.iter().any(|line| names.iter().any(|name| line.contains(name)))
        };
        let mut lost = lost(before, after);
        lost.retain(|place| !self.generated.contains(place) && !is_said(&place.0, &place.1));
        lost
    }
}

/// The values that are not NULL, sorted, by table and column.
fn values(rows: &BTreeMap<String, Vec<String>>) -> BTreeMap<(String, String), Vec<String>> {
    let mut values: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (table, rows) in rows {
        for row in rows {
            let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).unwrap();
            for (column, value) in row.into_iter().filter(|(_, value)| !value.is_null()) {
                values
                    .entry((table.clone(), column))
                    .or_default()
                    .push(value.to_string());
            }
        }
    }
    values.values_mut().for_each(|values| values.sort());
    values
}

/// Whether a sorted list has all of another one.
fn contains(all: &[String], part: &[String]) -> bool {
    let mut rest = all.iter();
    part.iter().all(|wanted| rest.any(|found| found == wanted))
}
