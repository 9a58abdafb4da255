//! Finds the labels: runs the programs of each case against both databases.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use schema_diff_engine::{cluster::ScratchDatabase, compatibility::Compatibility, model::Pair};
use serde_json::Value;

use super::{
    case::{Case, migration},
    catalog::{Catalog, catalog},
    declared::Declared,
    program::Program,
    workspace::{Sources, Workspace},
};
use crate::workshop::{apply, joined, workshop};

/// A case with its migration, and the names of its programs' modules.
pub struct Prepared<'a> {
    pub case: &'a Case,
    /// What the engine found.
    pub compatibility: Compatibility,
    up: String,
    old: Vec<String>,
    new: Vec<String>,
    /// The columns that one of the databases computes, whatever a program wrote before.
    computed: Computed,
}

/// What a statement of a program failed with, by table and statement.
type Failures = BTreeMap<(String, String), (bool, String)>;

/// Columns with their tables.
type Computed = BTreeSet<(String, String)>;

/// The labels of a case.
#[derive(Default)]
pub struct Labels {
    pub old: Vec<String>,
    pub new: Vec<String>,
    /// One message for each failure.
    pub messages: Vec<String>,
}

/// Generates the migration of a case, and adds its programs to the sources.
pub fn prepare<'a>(case: &'a Case, sources: &Mutex<Sources>) -> Result<Prepared<'a>, String> {
    let made = migration(case)?;
    let up = joined(&made).0;
    let database = before(case);
    let home = catalog(&mut database.connect().unwrap());
    apply(&mut database.connect().unwrap(), &up).map_err(|(_, message)| message)?;
    let other = catalog(&mut database.connect().unwrap());
    let declared = Pair::new(&case.old, &case.new).map(|text| Declared::read(text));
    let modules = |declared: Pair<&Declared>, models: &str, home: &Catalog, other: &Catalog| -> Vec<String> {
        let program = Program {
            case,
            declared: declared.before,
            rival: declared.after,
            models,
            home,
            other,
        };
        let mut sources = sources.lock().unwrap();
        program.modules().iter().map(|text| sources.add(text)).collect()
    };
    let both = Pair::new(&declared.before, &declared.after);
    Ok(Prepared {
        case,
        compatibility: made.compatibility,
        old: modules(both, &case.old_models, &home, &other),
        new: modules(both.flip(), &case.new_models, &other, &home),
        up,
        computed: computed(&home).chain(computed(&other)).collect(),
    })
}

/// Returns the computed columns with their tables, as these are in labels.
fn computed(catalog: &Catalog) -> impl Iterator<Item = (String, String)> + '_ {
    let columns = catalog.iter().filter(|(_, facts)| facts.is_computed);
    columns.map(|((schema, table, column), _)| {
        let table = match schema.as_str() {
            "public" => table.clone(),
            schema => format!("{schema}.{table}"),
        };
        (table, column.clone())
    })
}

fn before(case: &Case) -> ScratchDatabase {
    let database = workshop().database();
    database.connect().unwrap().batch_execute(&case.before).unwrap();
    database
}

impl Prepared<'_> {
    /// Runs the programs: each at home, where nothing may fail, and in the other database.
    pub fn labels(&self, programs: &Workspace) -> Result<Labels, String> {
        let (first, second) = (before(self.case), before(self.case));
        let old = |action: &str, database: &ScratchDatabase| programs.run(&self.old, action, &database.url());
        let new = |action: &str, database: &ScratchDatabase| programs.run(&self.new, action, &database.url());
        // The database before.
        old("seed", &first)?;
        let old_home = Report::of(&old("run", &first)?);
        let new_before = Report::of(&new("run", &first)?);
        // The database after, with rows that the new program wrote, then with some of the old one.
        old("seed", &second)?;
        self.migrate(&second)?;
        new("write-new", &second)?;
        let new_home = Report::of(&new("run", &second)?);
        let old_after = Report::of(&old("run", &second)?);
        old("write-old", &second)?;
        let new_with_old = Report::of(&new("run", &second)?);
        old_home.check("the program of before")?;
        new_home.check("the new program")?;
        let mut old_failed = old_after.failures(&old_home);
        let mut new_failed = new_before.failures(&new_home);
        new_failed.extend(new_with_old.failures(&new_home));
        old_failed.extend(old_after.other_values(&old_home, &self.computed));
        new_failed.extend(new_before.other_values(&new_home, &self.computed));
        old("write-old", &first)?;
        let new_with_more = Report::of(&new("run", &first)?);
        new_failed.extend(new_with_more.failures(&new_home));
        // What is written before the migration and after it has to mean the same for the new program.
        new("write-new", &first)?;
        if self.migrate(&first).is_ok() {
            let written_before = Report::of(&new("run", &first)?);
            old_failed.extend(new_with_old.other_meaning(&written_before, "5", &self.computed));
            new_failed.extend(written_before.other_meaning(&new_with_old, "240", &self.computed));
        }
        for failed in [&mut old_failed, &mut new_failed] {
            explained(failed);
        }
        Ok(Labels {
            messages: told("old", &old_failed).chain(told("new", &new_failed)).collect(),
            old: by_table(&old_failed),
            new: by_table(&new_failed),
        })
    }

    fn migrate(&self, database: &ScratchDatabase) -> Result<(), String> {
        let mut client = database.connect().unwrap();
        // Diesel's connections, which also run migrations, set it.
        client.batch_execute("SET TIME ZONE 'UTC'").unwrap();
        apply(&mut client, &self.up).map_err(|(_, message)| format!("up.sql: {message}"))
    }
}

/// Removes what follows from other failures: a value that is read back wrongly because the column is, and a join of a table that is not read.
fn explained(failures: &mut Failures) {
    let unread: BTreeSet<String> = failures
        .keys()
        .filter(|(_, statement)| statement == "select")
        .map(|(table, _)| table.clone())
        .collect();
    let is_unread = |table: &str| {
        unread
            .iter()
            .any(|own| own == table || own.ends_with(&format!(".{table}")))
    };
    failures.retain(
        |(table, statement), (_, message)| match statement.strip_prefix("join ") {
            Some(parent) => !is_unread(table) && !is_unread(parent),
            None => !(message.starts_with("wrote ") && is_unread(table)),
        },
    );
}

fn told<'a>(program: &'a str, failures: &'a Failures) -> impl Iterator<Item = String> + 'a {
    failures
        .iter()
        .map(move |((table, statement), (_, message))| format!("{program}: {table} {statement}: {message}"))
}

/// Returns the failed statements of each table: `users: select, insert large [refused]`.
fn by_table(failures: &Failures) -> Vec<String> {
    let tables: BTreeSet<&String> = failures.keys().map(|(table, _)| table).collect();
    let of = |table: &String| {
        let own = failures.iter().filter(|((other, _), _)| other == table);
        let all = own.map(|((_, statement), (refused, _))| match refused {
            true => format!("{statement} [refused]"),
            false => statement.clone(),
        });
        format!("{table}: {}", all.collect::<Vec<_>>().join(", "))
    };
    tables.into_iter().map(of).collect()
}

/// What a program reported.
struct Report {
    failed: Vec<Failed>,
    rows: Value,
    keys: Value,
}

#[derive(serde::Deserialize)]
struct Failed(String, String, String, String);

type Row = BTreeMap<String, String>;

impl Report {
    fn of(report: &Value) -> Self {
        Self {
            failed: serde_json::from_value(report["failed"].clone()).unwrap(),
            rows: report["rows"].clone(),
            keys: report["keys"].clone(),
        }
    }

    /// Refuses a program that fails in its own database, other than by values that a constraint does not allow.
    fn check(&self, program: &str) -> Result<(), String> {
        let wrong: Vec<String> = self
            .failed
            .iter()
            .filter(|own| !own.is_excused())
            .map(|Failed(table, statement, _, message)| format!("{program} at home: {table} {statement}: {message}"))
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join("\n"))
        }
    }

    /// Returns what failed here and not at home.
    fn failures(&self, home: &Self) -> Failures {
        let is_new = |own: &&Failed| !home.failed.iter().any(|other| (&other.0, &other.1) == (&own.0, &own.1));
        let found = self.failed.iter().filter(is_new);
        found
            .map(|own| ((own.0.clone(), own.1.clone()), (own.2 == "refused", own.3.clone())))
            .collect()
    }

    fn rows(&self, table: &str) -> Vec<Row> {
        let rows = serde_json::from_value::<Vec<Vec<(String, String)>>>(self.rows[table].clone()).unwrap_or_default();
        rows.into_iter().map(|row| row.into_iter().collect()).collect()
    }

    /// Returns the row of a program's number.
    fn row(&self, table: &str, number: &str) -> Option<Row> {
        let key: Row = serde_json::from_value::<Vec<(String, String)>>(self.keys[table][number].clone())
            .ok()?
            .into_iter()
            .collect();
        self.rows(table)
            .into_iter()
            .find(|row| key.iter().all(|(name, value)| row.get(name) == Some(value)))
    }

    fn tables(&self) -> Vec<String> {
        let found = self.keys.as_object().into_iter().flatten();
        found.map(|(table, _)| table.clone()).collect()
    }

    /// Returns the existing rows that are read with other values than at home.
    fn other_values(&self, home: &Self, computed: &Computed) -> Failures {
        self.different(home, &["1", "2"], "select", computed)
    }

    /// Returns the rows that the new program reads with other values than if the same program had written them at another time.
    fn other_meaning(&self, other: &Self, number: &str, computed: &Computed) -> Failures {
        self.different(other, &[number], "insert", computed)
    }

    fn different(&self, other: &Self, numbers: &[&str], statement: &str, computed: &Computed) -> Failures {
        let mut found = Failures::new();
        for table in self.tables() {
            for number in numbers {
                let Some((here, there)) = self.row(&table, number).zip(other.row(&table, number)) else {
                    continue;
                };
                let is_written = |name: &String| !computed.contains(&(table.clone(), name.clone()));
                for (name, value) in here.iter().filter(|(name, _)| is_written(name)) {
                    let wanted = there.get(name).unwrap_or(value);
                    // A value instead of NULL is what the migration was asked for.
                    if value != wanted && value != "NULL" && wanted != "NULL" {
                        let message = format!("{name} is {value}, not {wanted}");
                        found.insert((table.clone(), statement.to_owned()), (false, message));
                    }
                }
            }
        }
        found
    }
}

impl Failed {
    /// Returns whether the program's own database may refuse it: values at the limits.
    fn is_excused(&self) -> bool {
        let at_limits = ["insert large", "insert small", "delete referred"];
        self.2 == "refused" && at_limits.contains(&self.1.as_str())
    }
}
