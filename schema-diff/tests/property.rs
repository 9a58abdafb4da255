//! The whole loop on random pairs of schemas with rows.
//!
//! For each pair the migration must be proved, apply to the rows (up), give what was declared (same), leave nothing more to do (calm), and
//! lead back (down) with the values of every column that stays (back). It may stop on rows only where the change could lose
//! some or ask too much of them; the rest is then tried without rows.
//!
//! `SCHEMA_DIFF_PROPERTY_PAIRS` says how many pairs, `SCHEMA_DIFF_PROPERTY_SEED` which ones.
#![allow(clippy::result_large_err, reason = "an error of a test is made once")]
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its databases has failed")]

#[path = "support/workshop.rs"]
mod workshop;
#[path = "support/world.rs"]
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

use postgres::Client;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use schema_diff_engine::{
    cluster::ScratchDatabase,
    compare::{Change, compare},
    config::{Environment, Project},
    generate::{self, Draft, Options, Question, Scratch},
    introspect::introspect,
    matching::{Fate, Matches},
    model::{Pair, Schema, TableName, quote_ident},
    plan::{Direction, Request, plan},
    prove::difference,
    resolve,
    sql_text::sql_text,
};
use workshop::{Holders, apply, clear, empty, rows, texts, workshop};
use world::{FACTS, Worlds, worlds};

const THREADS: usize = 3;

#[test]
fn random_changes_are_made_and_taken_back() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let pairs = u32::try_from(number("SCHEMA_DIFF_PROPERTY_PAIRS", 500)).unwrap();
    let seed = number("SCHEMA_DIFF_PROPERTY_SEED", 1);
    let (changed, stopped) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (changed, stopped) = (&changed, &stopped);
                scope.spawn(move || {
                    let database = workshop().database();
                    let mut seeds = [0; 32];
                    seeds[..8].copy_from_slice(&seed.to_le_bytes());
                    seeds[8] = u8::try_from(thread).unwrap();
                    let config = Config {
                        cases: pairs.div_ceil(THREADS as u32),
                        max_shrink_iters: 40,
                        failure_persistence: None,
                        ..Config::default()
                    };
                    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seeds));
                    runner.run(&worlds(), |pair| {
                        if !pair.before.stands() {
                            return Err(TestCaseError::reject("the rows do not satisfy the schema"));
                        }
                        let told = run(&database, &pair).map_err(|why| TestCaseError::fail(story(&pair, &why)))?;
                        changed.fetch_add(usize::from(told != Told::Nothing), Ordering::Relaxed);
                        stopped.fetch_add(usize::from(told == Told::Stopped), Ordering::Relaxed);
                        Ok(())
                    })
                })
            })
            .collect();
        for thread in threads {
            if let Err(failure) = thread.join().unwrap() {
                let text = match failure {
                    proptest::test_runner::TestError::Fail(why, _) => why.message().to_owned(),
                    other => other.to_string(),
                };
                panic!("seed {seed}\n{text}");
            }
        }
    });
    let (changed, stopped) = (changed.into_inner(), stopped.into_inner());
    assert!(changed * 2 >= pairs as usize, "only {changed} of {pairs} pairs differ");
    assert!(
        stopped * 10 <= changed * 9,
        "{stopped} of {changed} changes stop on their rows"
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Stopped,
    Through,
}

fn story(pair: &Worlds, why: &str) -> String {
    format!(
        "{why}\n\n--- before\n{}\n--- schema.rs{}\n{}\n--- models.rs\n{}",
        pair.before.sql(),
        if pair.exact { " (undeclared = \"drop\")" } else { "" },
        pair.after.schema_rs(),
        pair.after.models_rs()
    )
}

fn run(database: &ScratchDatabase, pair: &Worlds) -> Result<Told, String> {
    let mut client = database.connect().unwrap();
    clear(&mut client);
    client
        .batch_execute(&pair.before.sql())
        .map_err(|error| format!("before.sql: {error:?}"))?;
    client.batch_execute("SET TimeZone = 'UTC'").unwrap();

    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    fs::write(root.join("src/schema.rs"), pair.after.schema_rs()).unwrap();
    fs::write(root.join("src/models.rs"), pair.after.models_rs()).unwrap();
    if pair.exact {
        fs::write(root.join("schema-diff.toml"), "undeclared = \"drop\"\n").unwrap();
    }
    let project = Project::discover_in(root, Environment::of([("DATABASE_URL", database.url())])).unwrap();
    let mut options = Options {
        scratch: workshop().choice(),
        ..Options::default()
    };
    // Tables of a schema that schema.rs no longer names go only when somebody says so.
    let (gone, _) = pair.gone();
    let managed = |schema: &str| pair.after.names(schema);
    options
        .decisions
        .dropped_tables
        .extend(gone.into_iter().filter(|name| !managed(&name.schema)));
    if pair.drops_said {
        let (tables, columns) = pair.gone();
        options.decisions.dropped_tables.extend(tables);
        options.decisions.dropped_columns.extend(columns);
    }
    let mut scratch = Scratch::new(&project, options.scratch.clone());
    let mut draft = match generate::draft(&project, &options, &mut scratch, &mut |_| {}) {
        Ok(draft) => draft,
        Err(error) if needs_a_person(&error.to_string()) => return Ok(Told::Nothing),
        Err(error) => return Err(format!("DRAFT: {error}")),
    };
    if draft.changes.is_empty() {
        return same(pair, &mut client).map(|()| Told::Nothing);
    }
    // Whatever may be a rename is one; a renamed column may bring questions of its own.
    for _ in 0..2 {
        answer(pair, &draft, &mut options);
        match draft.decide(&options.decisions) {
            Err(error) if needs_a_person(&error.to_string()) => return Ok(Told::Nothing),
            decided => decided.map_err(|error| format!("DRAFT: {error}"))?,
        }
    }
    let migration =
        generate::finish(&draft, &options, &mut scratch, &mut |_| {}).map_err(|error| format!("PROOF: {error}"))?;
    let shown = format!("--- up\n{}\n--- down\n{}", migration.up, migration.down);

    let before = introspect(&mut client).unwrap();
    let kept = kept(&draft);
    let values = read(&mut client, &kept, |side| &side.before);
    let (rows_before, holders) = (rows(&mut client), Holders::of(&mut client));
    let mut told = Told::Through;
    if let Err((code, message)) = apply(&mut client, &migration.up) {
        if !about_rows(&code) || !draft.changes.iter().any(|change| asks_of_rows(&draft, change)) {
            return Err(format!("UP: {code} {message}\n{shown}"));
        }
        told = Told::Stopped;
        empty(&mut client);
        apply(&mut client, &migration.up).map_err(|(_, message)| format!("UP, empty: {message}\n{shown}"))?;
    }
    same(pair, &mut client).map_err(|why| format!("{why}\n{shown}"))?;
    let again = generate::draft(
        &project,
        &Options {
            scratch: workshop().choice(),
            ..Options::default()
        },
        &mut scratch,
        &mut |_| {},
    )
    .map_err(|error| format!("CALM: {error}"))?;
    if !again.changes.is_empty() {
        return Err(format!("CALM: a second run finds {:?}\n{shown}", again.changes));
    }
    if told == Told::Through {
        let after = read(&mut client, &kept, |side| &side.after);
        if !values.iter().eq(after.iter()) {
            return Err(format!("ROWS: {values:?}\n  {after:?}\n{shown}"));
        }
        let unsaid = holders.lost_unsaid(&rows_before, &rows(&mut client), &migration.up);
        if !unsaid.is_empty() {
            return Err(format!("LOST without a word: {unsaid:?}\n{shown}"));
        }
    }
    let mut is_back = told == Told::Through;
    if let Err((code, message)) = apply(&mut client, &migration.down) {
        if !about_rows(&code)
            || !draft
                .changes
                .iter()
                .any(|change| asks_of_rows(&draft, change) || loses(change))
        {
            return Err(format!("DOWN: {code} {message}\n{shown}"));
        }
        is_back = false;
        empty(&mut client);
        apply(&mut client, &migration.down).map_err(|(_, message)| format!("DOWN, empty: {message}\n{shown}"))?;
    }
    if let Some(left) = difference(&before, &introspect(&mut client).unwrap()) {
        return Err(format!("DOWN: {left}\n{shown}"));
    }
    if is_back && values != read(&mut client, &kept, |side| &side.before) {
        return Err(format!("BACK: {values:?}\n{shown}"));
    }
    Ok(told)
}

/// Whether it is refused for good reason: a view that would have no column left.
fn needs_a_person(error: &str) -> bool {
    error.contains("change the view in a hand-written migration first")
}

/// Answers what is open.
fn answer(pair: &Worlds, draft: &Draft, options: &mut Options) {
    for question in generate::questions(draft) {
        let decisions = &mut options.decisions;
        match question {
            // As the draft has read it.
            Question::Rename {
                before, alternative, ..
            } => {
                let mut renames = draft.resolution.renames.iter();
                let taken = renames.find(|rename| rename.before == before);
                let fate = taken.map_or(alternative, |rename| Fate::Renamed(rename.after.clone()));
                decisions.decide(&before, &fate);
            }
            Question::Backfill { table, column, .. } if pair.backfilled => {
                if let Some(value) = pair.after.fill(&table, &column) {
                    decisions.backfills.insert((table, column), value);
                }
            }
            Question::Backfill { .. } => {}
            Question::Code(dependent) => match dependent.code {
                resolve::Code::View(name) | resolve::Code::Function(name, _) => {
                    decisions.dropped_tables.insert(name);
                }
                resolve::Code::Trigger(table, name) | resolve::Code::Rule(table, name) => {
                    decisions.dropped_columns.insert((table, name));
                }
            },
        }
    }
    let mut seen = BTreeSet::new();
    options
        .decisions
        .columns
        .retain(|decision| seen.insert(decision.clone()));
    options.decisions.tables.dedup();
    options.decisions.labels.dedup();
}

/// The database has what is declared, and where that is exact, nothing else.
fn same(pair: &Worlds, client: &mut Client) -> Result<(), String> {
    client.batch_execute("SET search_path = ''").unwrap();
    let found: BTreeSet<String> = texts(client, FACTS).into_iter().collect();
    client.batch_execute("RESET search_path").unwrap();
    let wanted = pair.after.facts();
    let missing: Vec<&String> = wanted.difference(&found).collect();
    // An enum type that nothing uses says nothing, and neither does what may stay undeclared.
    let may_stay = |fact: &&String| {
        fact.starts_with("enum ") || (!pair.exact && (fact.starts_with("unique ") || fact.starts_with("reference ")))
    };
    let unwanted: Vec<&String> = found.difference(&wanted).filter(|fact| !may_stay(fact)).collect();
    if missing.is_empty() && unwanted.is_empty() {
        Ok(())
    } else {
        Err(format!("SAME: missing {missing:#?}, unwanted {unwanted:#?}"))
    }
}

/// What Postgres and the guards say of rows: data that does not fit, keys that are broken, a guard's own stop.
fn about_rows(code: &str) -> bool {
    code.starts_with("22") || code.starts_with("23") || code == "P0001"
}

/// Whether a change may ask too much of rows, on the way there or back.
fn asks_of_rows(draft: &Draft, change: &Change) -> bool {
    match change {
        Change::AlterColumn { delta, .. } => delta.data_type || delta.nullable,
        Change::AddColumn { table, column } => {
            let after = draft.resolution.after.tables.get(&table.after);
            after
                .and_then(|table| table.column(column))
                .is_some_and(|column| !column.can_be_omitted())
                || after.is_some_and(|table| {
                    table
                        .constraints
                        .values()
                        .any(|own| own.columns().contains(&column.as_str()))
                })
        }
        Change::AddConstraint { .. } => true,
        Change::CreateIndex { .. } => true,
        Change::AlterEnum { edit, .. } => !edit.removed.is_empty(),
        _ => false,
    }
}

/// Whether a change throws away what the way back would need.
const fn loses(change: &Change) -> bool {
    matches!(
        change,
        Change::DropColumn { .. } | Change::DropTable(_) | Change::DropConstraint { .. } | Change::AlterEnum { .. }
    )
}

/// Tables and columns whose values stay as they are, by their names on both sides.
fn kept(draft: &Draft) -> Vec<Pair<(TableName, Vec<String>)>> {
    let (before, resolution) = (&draft.base.schema, &draft.resolution);
    let mut kept = Vec::new();
    for (name, table) in &before.tables {
        let new_name = resolution.matches.table(name);
        let Some(after) = resolution.after.tables.get(&new_name) else {
            continue;
        };
        let mut columns = Pair::new(Vec::new(), Vec::new());
        for column in &table.columns {
            let new_column = resolution.matches.column(name, &column.name);
            let stays = after.column(&new_column).is_some_and(|other| {
                other.data_type == column.data_type
                    && other.nullable == column.nullable
                    && !resolution.matches.has_renamed_labels(&column.data_type.name)
            });
            if stays {
                columns.before.push(column.name.clone());
                columns.after.push(new_column);
            }
        }
        if !columns.before.is_empty() {
            kept.push(Pair::new((name.clone(), columns.before), (new_name, columns.after)));
        }
    }
    kept
}

fn read(
    client: &mut Client,
    kept: &[Pair<(TableName, Vec<String>)>],
    side: impl Fn(&Pair<(TableName, Vec<String>)>) -> &(TableName, Vec<String>),
) -> Vec<Vec<String>> {
    kept.iter()
        .map(|pair| {
            let (table, columns) = side(pair);
            let list: Vec<String> = columns
                .iter()
                .map(|column| format!("{}::text", quote_ident(column)))
                .collect();
            let sql = format!(
                "SELECT ROW({})::text FROM {} ORDER BY 1",
                list.join(", "),
                table.qualified()
            );
            texts(client, &sql)
        })
        .collect()
}

/// Without a database: the same input gives the same bytes, in both directions, whatever was planned in between.
#[test]
fn planning_is_deterministic() {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    let mut schemas: Vec<Schema> = Vec::new();
    let mut runner = TestRunner::deterministic();
    while schemas.len() < 12 {
        let pair = proptest::strategy::ValueTree::current(
            &proptest::strategy::Strategy::new_tree(&worlds(), &mut runner).unwrap(),
        );
        if pair.before.stands() {
            clear(&mut client);
            client.batch_execute(&pair.before.sql()).unwrap();
            schemas.push(introspect(&mut client).unwrap());
        }
    }
    let nothing = BTreeMap::new();
    let matches = Matches::default();
    let text = |pair: Pair<&Schema>, direction| {
        let made = plan(Request {
            pair,
            matches: &matches,
            backfills: &nothing,
            usings: &nothing,
            fire_triggers: &BTreeSet::new(),
            lift_row_security: &std::collections::BTreeSet::new(),
            direction,
        });
        sql_text(&made.statements)
    };
    for before in &schemas {
        assert!(
            text(Pair::new(before, before), Direction::Up).is_empty(),
            "nothing differs"
        );
        for after in &schemas {
            let pair = Pair::new(before, after);
            let (copy_before, copy_after) = (before.clone(), after.clone());
            let copies = Pair::new(&copy_before, &copy_after);
            assert_eq!(compare(pair, &matches), compare(copies, &matches));
            assert_eq!(text(pair, Direction::Up), text(copies, Direction::Up));
            assert_eq!(text(pair.flip(), Direction::Down), text(copies.flip(), Direction::Down));
        }
    }
}
