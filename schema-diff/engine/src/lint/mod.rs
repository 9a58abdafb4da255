//! Finds what a migration does to a database that is in use, hand-written migrations included.
//!
//! The history runs on a scratch database. Each statement of the migrations to be judged is observed: which locks it takes,
//! which tables it reads, rewrites or indexes, and what it changes in the catalogs. The text of a statement is not judged,
//! so that it does not matter how it is written, or whether a function or a `DO` block does the work. Tables that a
//! migration itself creates are not mentioned: nobody else uses them yet.

mod broken;
mod catalog;
mod event;
mod judge;
mod message;
mod rule;
mod run;
mod step;
mod watch;

use std::{collections::BTreeMap, path::PathBuf};

use postgres::Client;

pub use rule::Rule;

use self::{
    catalog::Catalog,
    judge::{Judgement, judge},
    message::Message,
    run::Run,
    step::Step,
};
use crate::{
    cluster::{ScratchDatabase, ScratchServer},
    history::{MigrationDir, Version},
    model::TableName,
    replay::{self, Rejected, ReplayError, SqlStatement, allowed, refuse_undecided},
    statistics::{Statistics, Threshold},
    traffic::Sizes,
};

/// Which tables are large.
#[derive(Clone, Copy)]
pub struct TableSizes<'a> {
    /// The statistics of the database on which the migrations will run, if there are any. Without them, every table that
    /// a migration does not create is taken for large.
    pub statistics: Option<&'a Statistics>,
    /// The size from which a table is large.
    pub threshold: Threshold,
}

/// The result of linting migrations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linted {
    /// How many migrations were linted.
    pub count: usize,
    /// The findings, by migration and line.
    pub findings: Vec<LintFinding>,
    /// An `up.sql` that fails: nothing after it was linted.
    pub stopped: Option<Rejected>,
}

/// A statement that needs attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintFinding {
    /// The migration's version.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// The line of the statement, counted from 1.
    pub line: usize,
    /// The rule.
    pub rule: Rule,
    /// What the statement does.
    pub message: String,
    /// What to do instead.
    pub hint: String,
    /// Whether it is only a note, which does not make the command fail.
    pub is_note: bool,
    /// Why that is intended, if a comment at the statement allows it: `-- schema-diff: allow(ban-drop-column) reason`.
    pub allowed: Option<String>,
}

impl LintFinding {
    /// Returns whether the migration needs a correction or a reason.
    pub const fn is_problem(&self) -> bool {
        self.allowed.is_none() && !self.is_note
    }
}

/// Lints those migrations of a history that are selected by their versions; all are run, in their order.
///
/// # Errors
/// A migration cannot be read or is undecided, or a scratch database fails.
pub fn lint(
    migrations: &[MigrationDir],
    is_selected: &dyn Fn(&Version) -> bool,
    server: &ScratchServer,
    sizes: TableSizes<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Linted, ReplayError> {
    let database = server.create_database("lint")?;
    let mut linted = Linted::default();
    let mut state: Option<State> = None;
    let last = migrations.iter().rposition(|own| is_selected(&own.version));
    for (at, migration) in migrations.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
        refuse_undecided(migration)?;
        progress(&format!(
            "linting {} of {}: {}",
            at + 1,
            migrations.len(),
            migration.name
        ));
        let mut client = database.connect()?;
        client.batch_execute(SESSION)?;
        let run = if is_selected(&migration.version) {
            let mut known = match state.take() {
                Some(state) => state,
                None => State::read(&mut client)?,
            };
            let run = known.lint(&mut client, &database, migration, sizes)?;
            state = Some(known);
            run.map(|findings| {
                linted.count += 1;
                linted.findings.extend(findings);
            })
        } else {
            // What a migration that is not linted changes is not followed.
            state = None;
            replay::up(&mut client, migration)?
        };
        if let Err(rejected) = run {
            linted.stopped = Some(rejected);
            break;
        }
    }
    Ok(linted)
}

/// Sets a time zone that is not UTC, whatever that of the server is: only with UTC, Postgres changes `timestamp` to
/// `timestamptz` without rewriting the table. To compile the queries of the catalogs takes longer than to run them.
const SESSION: &str = "SET TimeZone = '<+01>-01'; SET jit = off";

/// What is known of the scratch database between migrations.
struct State {
    catalog: Catalog,
    /// The names that tables had before earlier migrations renamed them, by their names now.
    earlier: BTreeMap<TableName, TableName>,
}

impl State {
    fn read(client: &mut Client) -> Result<Self, ReplayError> {
        Ok(Self {
            catalog: Catalog::read(client)?,
            earlier: BTreeMap::new(),
        })
    }

    /// Runs a migration and judges its statements. The inner error is that of a statement.
    fn lint(
        &mut self,
        client: &mut Client,
        database: &ScratchDatabase,
        migration: &MigrationDir,
        sizes: TableSizes<'_>,
    ) -> Result<Result<Vec<LintFinding>, Rejected>, ReplayError> {
        let sql = migration.up_sql()?;
        let statements = replay::statements(&sql);
        replay::record(client, None);
        self.catalog.begin(client)?;
        let run = Run {
            database,
            migration,
            sql: &sql,
            statements: &statements,
        };
        let steps = match run.steps(self, client)? {
            Ok(steps) => steps,
            Err(rejected) => return Ok(Err(rejected)),
        };
        replay::record(client, Some(&migration.version));
        let known_as = |name: &TableName| match (self.earlier.get(name), sizes.statistics) {
            (Some(earlier), Some(known)) if !known.tables.contains_key(name) => earlier.clone(),
            _ => name.clone(),
        };
        let known = Sizes {
            statistics: sizes.statistics,
            threshold: sizes.threshold,
            known_as: &known_as,
        };
        let mut findings = judge(&steps, known, &self.catalog);
        findings.extend(ends_transaction(migration, &statements));
        findings.sort_by_key(|found| found.at);
        let findings = findings.into_iter().map(|found| {
            let statement = &statements[found.at];
            LintFinding {
                version: migration.version.clone(),
                name: migration.name.clone(),
                file: migration.up(),
                line: statement.line,
                rule: found.rule,
                message: found.message,
                hint: found.hint,
                is_note: found.is_note,
                allowed: allowed(&statement.comments.join("\n"), found.rule.name()),
            }
        });
        let findings = findings.collect();
        self.follow(&steps);
        Ok(Ok(findings))
    }

    /// Remembers the names of tables that a migration has renamed.
    fn follow(&mut self, steps: &[Step]) {
        for (from, to) in steps
            .iter()
            .flat_map(|step| &step.events)
            .filter_map(event::Event::renamed)
        {
            let earliest = self.earlier.remove(from).unwrap_or_else(|| from.clone());
            self.earlier.insert(to.clone(), earliest);
        }
    }
}

/// Returns the statements that end the transaction in which Diesel runs the file, or begin one that nothing ends.
fn ends_transaction(migration: &MigrationDir, statements: &[SqlStatement]) -> Vec<Judgement> {
    let mut controls = statements
        .iter()
        .enumerate()
        .filter(|(_, own)| own.controls_transaction());
    if migration.run_in_transaction {
        let found = controls.map(|(at, statement)| {
            let text = format!(
                "{} is inside the transaction in which Diesel runs the file",
                statement.verb()
            );
            Judgement::of(at, Message::new(Rule::TransactionNesting, text))
        });
        return found.collect();
    }
    let last = controls.next_back().filter(|(_, own)| own.begins_transaction());
    let found = last.map(|(at, _)| {
        let text =
            "nothing in this file ends the transaction that begins here, and Diesel does not commit it".to_owned();
        Judgement::of(at, Message::new(Rule::BanUncommittedTransaction, text))
    });
    found.into_iter().collect()
}
