//! Edits in sequences of five, on databases as production has them, by a random role.
//!
//! Each step must be proved, apply (up), reach what is declared (same), change nothing else in the catalog and in the rows (kept), leave the
//! application's statements working (writes), leave nothing more to do (calm), lead back (down) with the rows (back), and apply again.
//!
//! `SCHEMA_DIFF_SEQUENCE_STEPS` says how many steps (10,000 on demand), `SCHEMA_DIFF_SEQUENCE_SEED` which ones.
//! `SCHEMA_DIFF_SEQUENCE_ONLY` runs one sequence of a seed: by its number, or by its edits, as a failure prints them.
//! `SCHEMA_DIFF_SEQUENCE_WITHOUT` leaves statements with this text out of every migration (`GRANT`, `CREATE RULE`): the test must then fail.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its databases has failed")]
#![allow(clippy::print_stdout, reason = "what became of the steps is shown with --nocapture")]

#[path = "support/catalog_snapshot.rs"]
mod catalog_snapshot;
#[path = "support/dirt.rs"]
mod dirt;
#[path = "support/edit.rs"]
mod edit;
#[path = "support/outcome.rs"]
mod outcome;
#[path = "support/production.rs"]
mod production;
#[path = "support/workshop.rs"]
mod workshop;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use catalog_snapshot::CatalogSnapshot;
use clap::Parser;
use dirt::DIRT;
use edit::{Choice, Edit, KINDS, edit};
use outcome::{equal, expressions_over, kept_rows, open_question, other_lines, without, without_statements};
use postgres::Client;
use production::{FACTS, Production};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use schema_diff_cli::GenerateOptions;
use workshop::{apply, rows, texts, workshop};

const THREADS: usize = 3;
const LENGTH: usize = 5;

/// The roles that run the migrations: a superuser, the owner, a member of the owner.
const RUNNERS: &[&str] = &["postgres", "app_owner", "deployer"];

#[derive(Clone, Debug)]
struct Sequence {
    dirt: u64,
    runner: usize,
    choices: Vec<Choice>,
}

fn sequences() -> impl Strategy<Value = Sequence> {
    let dirt = proptest::collection::vec(proptest::bool::weighted(0.45), DIRT.len());
    let choice = (any::<u8>(), any::<u8>(), any::<u8>());
    (dirt, 0..RUNNERS.len(), proptest::collection::vec(choice, LENGTH)).prop_map(|(dirt, runner, choices)| Sequence {
        dirt: dirt.iter().rev().fold(0, |bits, bit| bits << 1 | u64::from(*bit)),
        runner,
        choices,
    })
}

/// What became of the steps, each with how often.
type Tally = Mutex<BTreeMap<String, usize>>;

#[test]
fn edits_of_production_databases_are_made_and_reverted() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let steps = usize::try_from(number("SCHEMA_DIFF_SEQUENCE_STEPS", 500)).unwrap();
    let seed = number("SCHEMA_DIFF_SEQUENCE_SEED", 1);
    let (tally, failures) = (Tally::default(), Mutex::new(Vec::new()));
    let count = steps.div_ceil(LENGTH);
    let next = AtomicUsize::new(0);
    let mut seeds = [0; 32];
    seeds[..8].copy_from_slice(&seed.to_le_bytes());
    let mut random = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seeds));
    let chosen: Vec<(usize, Sequence)> = (0..count)
        .map(|number| (number, sequences().new_tree(&mut random).unwrap().current()))
        .collect();
    let only = std::env::var("SCHEMA_DIFF_SEQUENCE_ONLY").ok();
    let is_wanted = |number: usize, sequence: &Sequence| {
        let is_it = |only: &String| *only == number.to_string() || *only == format!("{:?}", sequence.choices);
        only.as_ref().is_none_or(is_it)
    };
    let chosen: Vec<(usize, Sequence)> = chosen
        .into_iter()
        .filter(|(number, sequence)| is_wanted(*number, sequence))
        .collect();
    assert!(!chosen.is_empty(), "seed {seed} has no such sequence");
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((number, sequence)) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = run(sequence, &tally) {
                        let again = format!("SCHEMA_DIFF_SEQUENCE_SEED={seed} SCHEMA_DIFF_SEQUENCE_ONLY={number}");
                        let failure = format!("{why}\n{}\n{again}", story(sequence));
                        println!("{failure}\n");
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let (tally, failures) = (tally.into_inner().unwrap(), failures.into_inner().unwrap());
    println!("{tally:#?}");
    assert!(
        failures.is_empty(),
        "seed {seed}: {} of {count} sequences fail:\n\n{}",
        failures.len(),
        failures.join("\n\n=====\n\n")
    );
    let of = |name: &str| tally.get(name).copied().unwrap_or_default();
    let all: usize = RUNNERS.iter().map(|runner| of(&format!("by {runner}"))).sum();
    if only.is_some() {
        return;
    }
    assert!(
        of("made") * 10 >= all * 9,
        "only {} of {all} steps end in a migration that runs",
        of("made")
    );
    if steps >= 500 {
        let names = DIRT.iter().map(|(name, _)| format!("with {name}"));
        let names = names.chain(KINDS.iter().map(|(name, _)| format!("edit: {name}")));
        let missing: Vec<String> = names.filter(|name| of(name) == 0).collect();
        assert!(missing.is_empty(), "no step was {missing:?}");
    }
}

fn story(sequence: &Sequence) -> String {
    let dirt: Vec<&str> = DIRT
        .iter()
        .enumerate()
        .filter(|(at, _)| sequence.dirt & (1 << at) != 0)
        .map(|(_, (name, _))| *name)
        .collect();
    format!(
        "runner {}, with {}\n{:?}",
        RUNNERS[sequence.runner],
        dirt.join(", "),
        sequence.choices
    )
}

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    options: GenerateOptions,
}

/// One database, and the project beside it.
struct Place<'a> {
    root: &'a Path,
    url: String,
    client: Client,
    runner: &'static str,
}

fn run(sequence: &Sequence, tally: &Tally) -> Result<(), String> {
    let mut state = Production::new();
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    static ROLES: Mutex<()> = Mutex::new(());
    {
        let _one_at_a_time = ROLES.lock().unwrap();
        client.batch_execute(Production::roles()).unwrap();
    }
    client
        .batch_execute(&format!(
            "ALTER SCHEMA public OWNER TO app_owner; GRANT CREATE ON DATABASE {0} TO app_owner; ALTER DATABASE {0} SET app.tenant = '1'; SET app.tenant = '1'",
            database.name()
        ))
        .unwrap();
    client
        .batch_execute(&format!(
            "SET SESSION AUTHORIZATION app_owner; {}; RESET SESSION AUTHORIZATION",
            state.sql(sequence.dirt)
        ))
        .map_err(|error| {
            format!(
                "before: {}",
                error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), ToString::to_string)
            )
        })?;
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    let runner = RUNNERS[sequence.runner];
    let mut place = Place {
        root,
        url: database
            .url()
            .replace("postgres://postgres@", &format!("postgres://{runner}@")),
        client,
        runner,
    };
    place.declare(&state);
    if let Some((_, found)) = place.generate(&[]).map_err(|error| format!("NOISE: {error}"))? {
        return Err(format!(
            "NOISE: nothing was edited, and this is proposed:\n{}",
            found.up
        ));
    }
    for choice in &sequence.choices {
        let Some((kind, mut edit)) = edit(&state, *choice) else {
            continue;
        };
        let outcome = place
            .step(&state, &mut edit)
            .map_err(|why| format!("{}: {why}", edit.what))?;
        if outcome == "made" && !edit.nothing {
            state = edit.after;
        }
        // A function that stays broken by decision.
        let is_broken = edit.arguments.iter().any(|argument| argument == "--keep");
        let mut tally = tally.lock().unwrap();
        for (at, (name, _)) in DIRT.iter().enumerate() {
            if sequence.dirt & (1 << at) != 0 {
                *tally.entry(format!("with {name}")).or_default() += 1;
            }
        }
        *tally.entry(format!("edit: {kind}")).or_default() += 1;
        *tally.entry(format!("by {runner}")).or_default() += 1;
        for option in edit.arguments.iter().filter(|argument| argument.starts_with("--")) {
            *tally.entry(format!("decided by {option}")).or_default() += 1;
        }
        *tally.entry(outcome).or_default() += 1;
        if is_broken {
            break;
        }
    }
    Ok(())
}

/// Why a step may be refused: Postgres leaves no way, or a decision is due that is no option's.
const DECISIONS: &[&str] = &[
    // Another replica identity has to be chosen first.
    "the replica identity of the table",
    // A column elsewhere has the table's row type.
    "has the row type of",
    "has its row type",
    // An identity cannot be passed on to child tables.
    "cannot be added as an identity",
    // A foreign key refers to an unlogged table.
    "which is unlogged",
    // Functions, casts and composite types cannot be given another type.
    "would keep the old one",
];

impl Place<'_> {
    fn declare(&self, state: &Production) {
        fs::write(self.root.join("src/schema.rs"), state.schema_rs()).unwrap();
        fs::write(self.root.join("src/models.rs"), state.models_rs()).unwrap();
    }

    fn generate(
        &self,
        arguments: &[String],
    ) -> Result<
        Option<(
            schema_diff_engine::generate::Draft,
            schema_diff_engine::generate::Migration,
        )>,
        String,
    > {
        let options = Options::try_parse_from(std::iter::once("test").chain(arguments.iter().map(String::as_str)))
            .map_err(|error| error.to_string())?;
        workshop()
            .generate(self.root, &self.url, &options.options.options())
            .map_err(|error| error.to_string())
    }

    /// Runs a file as the runner does.
    fn apply(&mut self, sql: &str) -> Result<(), String> {
        let runner = self.runner;
        let left_out = std::env::var("SCHEMA_DIFF_SEQUENCE_WITHOUT");
        let sql = &left_out.map_or_else(|_| sql.to_owned(), |text| without_statements(sql, &text));
        self.client
            .batch_execute(&format!("SET SESSION AUTHORIZATION {runner}"))
            .unwrap();
        let applied = apply(&mut self.client, sql).map_err(|(code, message)| format!("{code} {message}"));
        self.client.batch_execute("RESET SESSION AUTHORIZATION").unwrap();
        applied
    }

    /// The migration of an edit, once every question that it leaves open is answered as it proposes. What is dropped by an answer counts as
    /// touched.
    fn decided(&self, edit: &mut Edit) -> Result<Option<schema_diff_engine::generate::Migration>, String> {
        let mut error = None;
        for _ in 0..6 {
            let made = self.generate(&edit.arguments);
            let open = match &made {
                Ok(None) => return Ok(None),
                Ok(Some((_, made))) => open_question(&made.up).or_else(|| open_question(&made.down)),
                Err(error) => open_question(error),
            };
            let Some((option, value)) = open else {
                return made.map(|made| made.map(|(_, made)| made));
            };
            let is_new = !edit
                .arguments
                .chunks(2)
                .any(|pair| pair == [option.clone(), value.clone()]);
            error = made.err();
            if !is_new {
                break;
            }
            if option == "--drop" {
                edit.touched
                    .insert(value.rsplit('.').next().unwrap_or(&value).to_owned());
                edit.intent = None;
                edit.keys = &[];
            }
            edit.arguments.extend([option, value]);
        }
        Err(format!(
            "the answers that it proposes do not help: {:?}: {error:?}",
            edit.arguments
        ))
    }

    /// The catalogs that the edit's own SQL leads to, run as the runner runs a migration; `None` where Postgres refuses it.
    fn intended(&mut self, edit: &Edit) -> Option<CatalogSnapshot> {
        let intent = edit.intent.as_ref()?;
        let runner = self.runner;
        let ran = self.client.batch_execute(&format!(
            "BEGIN; SET LOCAL SESSION AUTHORIZATION {runner}; {intent}; RESET SESSION AUTHORIZATION"
        ));
        let found = ran.ok().map(|()| catalog_snapshot::snapshot(&mut self.client));
        self.client
            .batch_execute("ROLLBACK; RESET SESSION AUTHORIZATION")
            .unwrap();
        found
    }

    /// Tries one edit; gives what became of it.
    fn step(&mut self, state: &Production, edit: &mut Edit) -> Result<String, String> {
        self.declare(&edit.after);
        let (before, rows_before, writes_before) = (
            catalog_snapshot::snapshot(&mut self.client),
            rows(&mut self.client),
            self.writes(state),
        );
        let made = match self.decided(edit) {
            Ok(Some(made)) if !edit.nothing => made,
            Ok(None) if edit.nothing => return Ok("made".to_owned()),
            Ok(None) => return Err("nothing is proposed".to_owned()),
            Ok(Some(made)) => return Err(format!("NOISE: {}", made.up)),
            Err(error) => {
                return match DECISIONS.iter().find(|decision| error.contains(**decision)) {
                    Some(decision) => Ok(format!("refused: {decision}")),
                    None => Err(format!("REFUSED: {error}")),
                };
            }
        };
        let intended = self.intended(edit);
        edit.rewritten.extend(expressions_over(&mut self.client, &edit.touched));
        let shown = format!("--- up\n{}\n--- down\n{}", made.up, made.down);
        let told = |what: &str, why: String| format!("{what}: {why}\n{shown}");
        self.apply(&made.up).map_err(|why| told("UP", why))?;
        let after = catalog_snapshot::snapshot(&mut self.client);
        self.same(edit).map_err(|why| told("SAME", why))?;
        if edit.arguments.iter().any(|argument| argument == "--drop") {
            let gone = catalog_snapshot::dropped_relations(&before, &after, &mut self.client);
            edit.lost.extend(gone.iter().cloned());
            edit.touched.extend(gone);
        }
        match intended {
            Some(intended) => self.is_at(&intended).map_err(|why| told("INTENT", why))?,
            None => self.kept(edit, &before, &after).map_err(|why| told("KEPT", why))?,
        }
        let rows_after = rows(&mut self.client);
        kept_rows(edit, &rows_before, &rows_after).map_err(|why| told("ROWS", why))?;
        let broken: Vec<String> = self
            .writes(&edit.after)
            .into_iter()
            .filter(|(table, error)| {
                let old = edit
                    .renamed_tables
                    .iter()
                    .find(|(_, new)| *new == table)
                    .map_or(table, |(old, _)| old);
                error.is_some() && writes_before.get(old).is_some_and(Option::is_none)
            })
            .map(|(table, error)| format!("{table}: {}", error.unwrap_or_default()))
            .collect();
        if !broken.is_empty() {
            return Err(told("WRITES", broken.join("\n")));
        }
        if let Some((_, again)) = self.generate(&[]).map_err(|why| told("CALM", why))? {
            return Err(told("CALM", again.up));
        }
        match self.apply(&made.down) {
            // Nobody knows the values that a key or a check demands of the rows.
            Err(why) if why.starts_with("P0001") && why.contains("up.sql dropped the values") => {
                return Ok("made".to_owned());
            }
            ran => ran.map_err(|why| told("DOWN", why))?,
        }
        let keeps_labels = made
            .down
            .contains("Postgres can drop a label only together with its type");
        match self.is_at(&before) {
            Err(why) if !(keeps_labels && why.lines().all(|line| line.contains("pg_enum "))) => {
                return Err(told("DOWN", why));
            }
            _ => {}
        }
        let lost = |rows: &BTreeMap<String, Vec<String>>| without(rows, &edit.lost, &BTreeMap::new(), &BTreeMap::new());
        equal(&lost(&rows_before), &lost(&rows(&mut self.client))).map_err(|why| told("BACK", why))?;
        self.apply(&made.up).map_err(|why| told("UP AGAIN", why))?;
        self.is_at(&after).map_err(|why| told("UP AGAIN", why))?;
        Ok("made".to_owned())
    }

    /// The declared columns are there, and no other ones.
    fn same(&mut self, edit: &Edit) -> Result<(), String> {
        let found = texts(&mut self.client, FACTS);
        let (wanted, found): (BTreeSet<String>, BTreeSet<String>) =
            (edit.after.facts().into_iter().collect(), found.into_iter().collect());
        equal(&wanted, &found)
    }

    /// The catalogs are those of an earlier moment.
    fn is_at(&mut self, then: &CatalogSnapshot) -> Result<(), String> {
        let now = catalog_snapshot::snapshot(&mut self.client);
        catalog_snapshot::difference(then, &now, &mut self.client).map_or(Ok(()), Err)
    }

    /// Everything that differs in the catalogs is about what the edit names.
    fn kept(&mut self, edit: &Edit, before: &CatalogSnapshot, after: &CatalogSnapshot) -> Result<(), String> {
        let renamed = edit.renamed();
        let [before, after] = [before, after].map(|snapshot| catalog_snapshot::with_names(snapshot, &renamed));
        let difference = catalog_snapshot::difference(&before, &after, &mut self.client).unwrap_or_default();
        let other = other_lines(edit, &difference);
        if other.is_empty() {
            Ok(())
        } else {
            Err(other.join("\n"))
        }
    }

    /// What Postgres says to the application's statements, by table; nothing is kept of them.
    fn writes(&mut self, state: &Production) -> BTreeMap<String, Option<String>> {
        let mut said = BTreeMap::new();
        for table in &state.tables {
            let mut transaction = self.client.transaction().unwrap();
            let columns = table
                .columns
                .iter()
                .filter(|column| !column.filled && column.name != "id");
            let columns: Vec<String> = columns.map(|column| format!("{0} = {0}", column.name)).collect();
            let update = match columns.as_slice() {
                [] => String::new(),
                columns => format!("UPDATE {} SET {};", table.path(), columns.join(", ")),
            };
            let written = transaction.batch_execute(&format!(
                "SET LOCAL SESSION AUTHORIZATION app_owner; SET LOCAL app.tenant = '1'; {}; {update} SET CONSTRAINTS ALL IMMEDIATE",
                state.insert(table, 77)
            ));
            said.insert(
                table.name.clone(),
                written.err().map(|error| {
                    error
                        .as_db_error()
                        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
                }),
            );
            transaction.rollback().unwrap();
        }
        said
    }
}
