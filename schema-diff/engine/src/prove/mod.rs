//! The proof: a migration runs on a scratch Postgres, up, down and up again, before it is written.
//!
//! The scratch database contains the part of the schema that the change touches. `up` must reach the declared schema,
//! `down` must restore the before schema, and `up` must run again. A second round does the same on tables with rows.
//! Two checks examine each state: introspection, and a snapshot of the system catalogs that knows nothing of the model.

mod baseline;
mod catalogs;
mod conversions;
mod difference;
mod error;
mod missing;
mod parts;
mod probe;
mod programs;
mod rows;
mod run;
mod runner;
mod seed;
mod stand_in;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cluster::ScratchServer,
    compare::Change,
    compatibility::{Facts, Programs},
    diagnostic::Diagnostic,
    introspect::introspect,
    matching::{CodeName, Matches},
    model::{Needs, Pair, Schema, Table, TableKind, TableName, TypeName, mentioned_names, mentioned_words},
    plan::Plan,
    render,
    statement::{Condition, Ddl, Observation, RowChange},
};

pub use baseline::{prepare, touched};
use catalogs::Catalogs;
pub(crate) use conversions::retypes;
pub use conversions::{NotBack, NotRestored, converted};
pub use difference::{difference, difference_on, unexplained};
pub use error::{ProofError, Side};
pub use probe::{Broken, Operation};
pub(crate) use programs::{is_nothing_tried, trials, tried};
pub(crate) use run::run_all;
pub use run::run_statements;
use runner::Runner;
pub(crate) use seed::empty;

/// The claim that is proved.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// The complete schemas before and after.
    pub schemas: Pair<&'a Schema>,
    /// The matches between them, with all renames.
    pub matches: &'a Matches,
    /// The upgrade.
    pub up: &'a Plan,
    /// The downgrade.
    pub down: &'a Plan,
    /// How many parts both have.
    pub parts: usize,
    /// The constraints and indexes that down.sql of a part may drop before the part that has created them is reverted.
    pub unsettled: &'a BTreeSet<String>,
    /// Labels of enum types (by names in the before schema) that `down` does not drop.
    pub kept_labels: &'a BTreeMap<TypeName, Vec<String>>,
    /// Whether the user decided that triggers fire when rows are filled.
    pub fires: bool,
    /// Views and other code that the user replaced, with the user's text.
    pub replaced: &'a BTreeMap<CodeName, String>,
    /// Columns (by names in the before schema) whose values are converted by an expression that the user decided.
    pub converted: &'a BTreeSet<(TableName, String)>,
    /// The programs of before and the new one; `None` if they are not tried.
    pub programs: Option<&'a Programs>,
}

/// A migration that raises an error because of rows.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The file.
    pub side: Side,
    /// The error.
    pub message: String,
    /// The condition of the guard that raises it; `None` if Postgres raises it.
    pub condition: Option<Condition>,
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} raises an error for rows like those generated for the proof: {}",
            self.side, self.message
        )
    }
}

/// The result of a proof.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The schema that `up` reached, as far as the scratch database contains it.
    pub reached: Schema,
    /// The parts that could not be proved, with the reasons.
    pub notes: Vec<Diagnostic>,
    /// The error that it raises on rows such as those of the proof.
    pub stopped: Option<Stopped>,
    /// Functions that fail after the migration but not before it.
    pub broken: Vec<Broken>,
    /// Values that a decided conversion changes and `down.sql` does not restore.
    pub not_restored: NotRestored,
    /// The number of rows that were followed through up, down and up again.
    pub rows_followed: usize,
    /// What each statement did.
    pub observed: Observed,
    /// What the programs of before and after could do at each state, if they were tried.
    pub facts: Option<Facts>,
}

/// What each statement of a migration did, in the order of the plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The statements of `up.sql`.
    pub up: Vec<Observation>,
    /// The statements of `down.sql`.
    pub down: Vec<Observation>,
}

impl Observed {
    fn of(&mut self, side: Side) -> &mut Vec<Observation> {
        match side {
            Side::Down => &mut self.down,
            Side::Before | Side::Up | Side::UpAgain => &mut self.up,
        }
    }

    /// Adds what the statements of a plan did another time.
    fn merge(&mut self, side: Side, found: Vec<Observation>) {
        let own = self.of(side);
        if own.is_empty() {
            *own = found;
        } else {
            own.iter_mut().zip(found).for_each(|(own, found)| own.merge(found));
        }
    }

    /// Leaves out the statements of the plans that ran which are not in these plans.
    fn only(self, plans: [&Plan; 2], run: [&Plan; 2]) -> Self {
        let [up, down] = plans;
        Self {
            up: only(self.up, up, run[0]),
            down: only(self.down, down, run[1]),
        }
    }
}

fn only(found: Vec<Observation>, plan: &Plan, run: &Plan) -> Vec<Observation> {
    let mut own = plan.statements.iter().peekable();
    let all = run.statements.iter().zip(found);
    let kept = all.filter_map(|(statement, found)| own.next_if(|own| own.ddl == statement.ddl).map(|_| found));
    kept.collect()
}

/// Proves that `up` leads to the declared schema and that `down` reverts it.
///
/// # Errors
/// A statement fails, a difference remains, or the scratch server fails.
pub fn prove(server: &ScratchServer, claim: Claim<'_>, progress: &mut dyn FnMut(&str)) -> Result<Proof, ProofError> {
    possible(claim)?;
    let mut needs = Needs::default();
    let mut round = 1;
    loop {
        match attempt(server, claim, &needs, round, progress)? {
            Attempt::Proved(proof) => return Ok(*proof),
            Attempt::Missing(more) => needs.extend(more),
        }
        round += 1;
    }
}

/// The result of one attempt.
enum Attempt {
    Proved(Box<Proof>),
    /// Code needs more objects than were loaded.
    Missing(Needs),
}

fn attempt(
    server: &ScratchServer,
    claim: Claim<'_>,
    needs: &Needs,
    round: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<Attempt, ProofError> {
    let mut proof = Proof::default();
    let tables = touched(&claim.up.changes, claim.schemas, claim.matches);
    let types = types_of(claim, &tables);
    let mut all = needs.clone();
    all.relations.extend(views_naming(claim, &types));
    all.types.extend(types);
    let callers = probe::callers(claim);
    all.relations.extend(callers.iter().cloned());
    all.relations.extend(read_by_fills(claim));
    let mut subset = crate::model::subset_needing(claim.schemas.before, &tables, &all);
    subset.namespaces.extend(namespaces_of_new(claim));
    with_valid_indexes(&mut subset);
    progress("creating the existing schema on a scratch database");
    let database = server.create_database("proof")?;
    let mut client = database.connect()?;
    let prepared = prepare(&mut client, subset)?;
    let is_needed = |name: &TableName| {
        let named = name.to_string();
        let mut statements = claim.up.statements.iter().chain(&claim.down.statements);
        statements.any(|own| render::sql(&own.ddl).contains(&named))
    };
    for (names, error) in prepared.left_out {
        // Without this view, the plan cannot be tried.
        if names.iter().any(is_needed) {
            return Err(error);
        }
    }
    proof.notes.extend(prepared.notes);
    let changed = changed_tables(claim);
    let runner = Runner::prepare(&mut client, &prepared.schema, &claim.schemas.before.session, &changed);
    proof.notes.extend(runner.note.clone());
    let own = [claim.up, claim.down];
    let (up, down) = (runner.plan(claim.up), runner.plan(claim.down));
    let claim = Claim {
        up: &up,
        down: &down,
        ..claim
    };
    let baseline = introspect(&mut client)?;
    if let Some(left) = difference_on(&mut client, &prepared.schema, &baseline)? {
        return Err(ProofError::Copy { difference: left });
    }
    let probed = probe::probed(&baseline, tables.iter().chain(&callers));
    if !probed.is_empty() && round < missing::ROUNDS {
        progress("finding the objects that triggers and functions use");
        seed::seed(&mut client, &baseline, seed::Kind::Full);
        let outcomes = probe::probe(&mut database.connect()?, &baseline, &probed);
        seed::empty(&mut client, &baseline);
        let more = missing::needs(&outcomes, claim.schemas.before, &prepared.schema);
        if !more.is_empty() {
            return Ok(Attempt::Missing(more));
        }
        proof.notes.extend(probe::untried(&outcomes));
    }

    let mut catalogs = Catalogs::before(&mut client, claim.kept_labels, runner.lacks);
    progress("running up.sql");
    parts::up(&mut client, claim, &mut catalogs, &mut proof.observed.up)?;
    proof.reached = introspect(&mut client)?;
    let expected = expected(claim, &tables, &baseline, &proof.reached);
    if let Some(left) = unexplained(&mut client, &expected, &proof.reached, claim.matches)? {
        return Err(ProofError::NotReached { difference: left });
    }
    catalogs.compare(&mut client, Side::Up)?;
    progress("running down.sql");
    parts::down(&mut client, claim, &mut catalogs, &mut proof.observed.down)?;
    let back = introspect(&mut client)?;
    let wanted = baseline.with_labels(claim.kept_labels);
    if let Some(left) = difference_on(&mut client, &wanted, &back)? {
        return Err(ProofError::NotBack { difference: left });
    }
    catalogs.compare(&mut client, Side::Down)?;
    progress("running up.sql again");
    parts::up_again(&mut client, claim, &mut catalogs)?;
    catalogs.compare(&mut client, Side::UpAgain)?;
    // Downgrades again: the next round begins with the before schema, which was just proved to be restored.
    run_statements(&mut client, claim.down, Side::Down)?;
    progress("trying the statements of the programs");
    proof.facts = programs::observed(&mut client, claim, Pair::new(&baseline, &proof.reached))?;

    progress("repeating all of it with generated rows");
    let mut probes = rows::Probes {
        connect: &|| database.connect(),
        tables: &probed,
        before: probe::Outcomes::new(),
    };
    rows::follow(&mut client, claim, &baseline, &mut probes, &mut catalogs, &mut proof)?;
    proof.notes.extend(catalogs.note);
    proof.observed = std::mem::take(&mut proof.observed).only(own, [claim.up, claim.down]);
    Ok(Attempt::Proved(Box::new(proof)))
}

/// Makes the indexes valid that failed builds have left: the copy has no others.
fn with_valid_indexes(schema: &mut Schema) {
    let tables = schema.tables.values();
    let is_left = |table: &&Table| table.kind == TableKind::Ordinary && table.indexes.values().any(|own| !own.valid);
    let names: Vec<TableName> = tables.filter(is_left).map(|table| table.name.clone()).collect();
    for name in names {
        if let Some(table) = schema.tables.get_mut(&name) {
            table.indexes.values_mut().for_each(|own| own.valid = true);
        }
    }
}

/// Returns the relations (named as before) that the subqueries of filling expressions may read.
fn read_by_fills(claim: Claim<'_>) -> BTreeSet<TableName> {
    let statements = claim.up.statements.iter().chain(&claim.down.statements);
    let values = statements.flat_map(|own| match &own.ddl {
        Ddl::Rows(RowChange::Fill { value, .. }) => vec![value],
        Ddl::Rows(RowChange::FillInBatches(batches)) => batches.columns.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    });
    let words: BTreeSet<String> = values
        .map(|value| mentioned_words(value))
        .filter(|words| words.contains("select"))
        .flatten()
        .collect();
    if words.is_empty() {
        return BTreeSet::new();
    }
    let before = claim.schemas.before;
    let relations = before.tables.keys().chain(before.views.keys());
    let is_read = |name: &&TableName| words.contains(&name.name) || words.contains(&claim.matches.table(name).name);
    relations.filter(is_read).cloned().collect()
}

/// Checks that Postgres refuses no statement regardless of the rows, and that the statements have an order.
///
/// # Errors
/// Postgres refuses a change, or statements depend on each other in a circle.
pub fn possible(claim: Claim<'_>) -> Result<(), ProofError> {
    let mut refusals = claim.up.refusals.clone();
    let known = refusals.clone();
    let more = claim.down.refusals.iter().filter(|found| !known.contains(found));
    refusals.extend(more.cloned());
    if !refusals.is_empty() {
        return Err(ProofError::Refused { refusals });
    }
    match claim.up.cycle.as_ref().or(claim.down.cycle.as_ref()) {
        Some(circle) => Err(ProofError::Circle {
            statements: render::all(&circle.statements),
        }),
        None => Ok(()),
    }
}

/// Returns the existing schemas (namespaces) to which objects are added.
fn namespaces_of_new(claim: Claim<'_>) -> Vec<String> {
    let coming = claim.up.changes.iter().filter_map(|change| match change {
        Change::CreateTable(name) | Change::CreateView(name) => Some(&name.schema),
        Change::CreateType(name) => Some(&name.schema),
        Change::RenameTable(names) => Some(&names.after.schema),
        Change::RenameType(names) => Some(&names.after.schema),
        _ => None,
    });
    coming
        .filter(|name| claim.schemas.before.namespaces.contains(*name))
        .cloned()
        .collect()
}

/// Returns the existing types that the tables use before or after, by names in the before schema.
fn types_of(claim: Claim<'_>, tables: &BTreeSet<TableName>) -> BTreeSet<TypeName> {
    let flipped = claim.matches.flip();
    let changed = claim.schemas.after.tables.values().filter(|table| {
        let old = flipped.table(&table.name);
        tables.contains(&old) || !claim.schemas.before.tables.contains_key(&old)
    });
    let mut types: BTreeSet<TypeName> = changed
        .flat_map(|table| &table.columns)
        .map(|column| flipped.type_name(&column.data_type.name))
        .collect();
    types.extend(claim.up.changes.iter().filter_map(|change| match change {
        Change::DropType(name) => Some(name.clone()),
        Change::AlterEnum { name, .. } | Change::RenameType(name) => Some(name.before.clone()),
        _ => None,
    }));
    types.retain(|name| claim.schemas.before.types.contains_key(name));
    types
}

/// Returns the views that name an enum type whose name or labels change.
fn views_naming(claim: Claim<'_>, types: &BTreeSet<TypeName>) -> BTreeSet<TableName> {
    let altered: BTreeSet<&TypeName> = claim
        .up
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::AlterEnum { name, .. } | Change::RenameType(name) => Some(&name.before),
            _ => None,
        })
        .filter(|name| types.contains(*name))
        .collect();
    if altered.is_empty() {
        return BTreeSet::new();
    }
    let views = claim.schemas.before.views.values();
    let naming = views.filter(|view| {
        let mut names = mentioned_names(&view.query).into_iter().map(TypeName::from);
        names.any(|name| altered.contains(&name))
    });
    naming.map(|view| view.name.clone()).collect()
}

/// Returns the part of the after schema that the scratch database can have reached.
fn expected(claim: Claim<'_>, tables: &BTreeSet<TableName>, baseline: &Schema, reached: &Schema) -> Schema {
    let mut names: BTreeSet<TableName> = tables.iter().map(|name| claim.matches.table(name)).collect();
    names.extend(claim.up.changes.iter().filter_map(|change| match change {
        Change::CreateTable(name) => Some(name.clone()),
        _ => None,
    }));
    let after = claim.schemas.after;
    let mut expected = crate::model::subset(after, &names);
    with_valid_indexes(&mut expected);
    // A view that does not exist, and that no change creates, was left out from the beginning.
    let made = |name: &TableName| {
        claim
            .up
            .changes
            .iter()
            .any(|change| matches!(change, Change::CreateView(new) if new == name))
    };
    expected
        .views
        .retain(|name, _| baseline.views.contains_key(name) || made(name));
    // Tables that were loaded only because touched tables need them still exist, with the foreign keys that were
    // created.
    let flipped = claim.matches.flip();
    for name in reached.tables.keys() {
        let Some(table) = after.tables.get(name) else { continue };
        let old = flipped.table(name);
        match baseline.tables.get(&old).filter(|_| !tables.contains(&old)) {
            Some(given) => {
                let mut table = table.clone();
                let given_key = |key: &str| given.constraints.contains_key(key);
                table
                    .constraints
                    .retain(|key, constraint| constraint.foreign_key().is_none() || given_key(key));
                expected.tables.insert(name.clone(), table);
            }
            None if expected.tables.contains_key(name) => {}
            None => expected.tables.share(&after.tables, name),
        }
    }
    let also = |name: &TypeName| reached.types.contains_key(name);
    let types = after.types.iter().filter(|(name, _)| also(name));
    expected
        .types
        .extend(types.map(|(name, found)| (name.clone(), found.clone())));
    let views = after.views.iter();
    let views = views.filter(|(name, _)| reached.views.contains_key(*name) && baseline.views.contains_key(*name));
    expected
        .views
        .extend(views.map(|(name, found)| (name.clone(), found.clone())));
    // The query of a view that the user replaced is the one in up.sql, as Postgres deparses it.
    for name in claim.replaced.keys().filter_map(|name| name.table.as_ref()) {
        if let (Some(view), Some(reached)) = (expected.views.get_mut(name), reached.views.get(name)) {
            view.query.clone_from(&reached.query);
        }
    }
    let sequences = after.sequences.iter();
    let sequences = sequences.filter(|(name, _)| reached.sequences.contains_key(*name));
    expected
        .sequences
        .extend(sequences.map(|(name, found)| (name.clone(), found.clone())));
    expected
}

/// Returns the tables that the plans change, by any of their names.
fn changed_tables(claim: Claim<'_>) -> BTreeSet<&TableName> {
    let statements = claim.up.statements.iter().chain(&claim.down.statements);
    let tables = statements.filter_map(|own| match &own.ddl {
        Ddl::Rows(RowChange::Fill { table, .. }) => Some(table),
        ddl => ddl.altered_table(),
    });
    tables.collect()
}
