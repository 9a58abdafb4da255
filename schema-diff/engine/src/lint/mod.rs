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
mod rule;
mod step;

use std::{collections::BTreeMap, path::PathBuf};

use postgres::{Client, error::SqlState};

pub use rule::Rule;

use self::{catalog::Catalog, judge::judge, step::Step};
use crate::{
    cluster::ScratchServer,
    history::{MigrationDir, Version},
    model::TableName,
    observe::Observer,
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
    /// Why that is intended, if a comment at the statement allows it: `-- schema-diff: allow(ban-drop-column) reason`.
    pub allowed: Option<String>,
}

impl LintFinding {
    /// Returns whether the migration needs a correction or a reason.
    pub const fn is_problem(&self) -> bool {
        self.allowed.is_none() && !self.rule.is_note()
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
        let run = if is_selected(&migration.version) {
            let mut known = match state.take() {
                Some(state) => state,
                None => State::read(&mut client)?,
            };
            let run = known.lint(&mut client, migration, sizes)?;
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
        migration: &MigrationDir,
        sizes: TableSizes<'_>,
    ) -> Result<Result<Vec<LintFinding>, Rejected>, ReplayError> {
        let sql = migration.up_sql()?;
        let statements = replay::statements(&sql);
        self.catalog.begin();
        replay::record(client, None);
        let steps = match self.run(client, migration, &sql, &statements)? {
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
        let findings = findings.into_iter().map(|found| {
            let statement = &statements[found.at];
            LintFinding {
                version: migration.version.clone(),
                name: migration.name.clone(),
                file: migration.up(),
                line: statement.line,
                rule: found.rule,
                message: found.message,
                allowed: allowed(&statement.comments.join("\n"), found.rule.name()),
            }
        });
        let findings = findings.collect();
        self.follow(&steps);
        Ok(Ok(findings))
    }

    /// Runs the statements one by one in a transaction, as Diesel runs the file, and observes each. A file that begins or
    /// ends transactions, or has a statement that cannot run in one, is run as a whole.
    fn run(
        &mut self,
        client: &mut Client,
        migration: &MigrationDir,
        sql: &str,
        statements: &[SqlStatement],
    ) -> Result<Result<Vec<Step>, Rejected>, ReplayError> {
        if !statements.iter().any(SqlStatement::controls_transaction) {
            match self.observed(client, migration, statements)? {
                Ok(steps) => return Ok(Ok(steps)),
                Err((rejected, code)) => {
                    let needs_none = [
                        SqlState::ACTIVE_SQL_TRANSACTION,
                        SqlState::INVALID_TRANSACTION_TERMINATION,
                    ];
                    if migration.run_in_transaction || !needs_none.contains(&code) {
                        return Ok(Err(rejected));
                    }
                }
            }
        }
        if let Err(error) = replay::run(client, sql, migration.run_in_transaction) {
            return Ok(Err(Rejected::new(migration.up(), sql, &error)));
        }
        let mut steps: Vec<Step> = statements.iter().map(Step::of).collect();
        if let Some(first) = steps.first_mut() {
            // Which of several statements it was is not known.
            first.events = self.catalog.after_migration(client)?;
            first.is_unobserved = !replay::is_concurrent_index_statement(sql);
        }
        Ok(Ok(steps))
    }

    fn observed(
        &mut self,
        client: &mut Client,
        migration: &MigrationDir,
        statements: &[SqlStatement],
    ) -> Result<Result<Vec<Step>, (Rejected, SqlState)>, ReplayError> {
        let mut transaction = client.transaction()?;
        let mut observer = Observer::begin(&mut transaction)?;
        let mut steps = Vec::new();
        for statement in statements {
            let mut step = Step::of(statement);
            let timeout = transaction.query_one("SELECT pg_catalog.current_setting('lock_timeout') <> '0'", &[])?;
            step.has_lock_timeout = timeout.try_get(0)?;
            // It would have to be the first statement, before the observer's.
            if matches!(statement.words.as_slice(), [set, of, ..] if set == "SET" && of == "TRANSACTION") {
                steps.push(step);
                continue;
            }
            if let Err(error) = transaction.batch_execute(&statement.text) {
                let rejected = Rejected::at(migration.up(), statement.line, &statement.text, &error);
                return Ok(Err((
                    rejected,
                    error.code().cloned().unwrap_or(SqlState::INTERNAL_ERROR),
                )));
            }
            step.observation = observer.observe(&mut transaction)?;
            step.events = self.catalog.after_statement(&mut transaction)?;
            steps.push(step);
        }
        // Constraints that are deferred are checked now.
        if let Err(error) = transaction.commit() {
            let rejected = Rejected::new(migration.up(), "", &error);
            return Ok(Err((
                rejected,
                error.code().cloned().unwrap_or(SqlState::INTERNAL_ERROR),
            )));
        }
        Ok(Ok(steps))
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

impl Step {
    fn of(statement: &SqlStatement) -> Self {
        Self {
            verb: statement.verb().to_owned(),
            cascades: statement.words.iter().any(|word| word == "CASCADE"),
            ..Self::default()
        }
    }
}

/// Returns the statements that end the transaction in which Diesel runs the file.
fn ends_transaction(migration: &MigrationDir, statements: &[SqlStatement]) -> Vec<judge::Judgement> {
    if !migration.run_in_transaction {
        return Vec::new();
    }
    let found = statements
        .iter()
        .enumerate()
        .filter(|(_, own)| own.controls_transaction());
    let found = found.map(|(at, statement)| judge::Judgement {
        at,
        rule: Rule::TransactionNesting,
        message: format!(
            "{} is inside the transaction in which Diesel runs the file",
            statement.verb()
        ),
    });
    found.collect()
}
