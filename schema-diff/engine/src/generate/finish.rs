//! Turns a draft into the texts of a migration: plans, proves and renders it.

use std::{cell::OnceCell, collections::BTreeSet};

use super::{
    Draft, GenerateError, Options, Question, code, fingerprints, not_restored, old_programs,
    plans::{OnlineForms, OpenRenames, Plans, plans},
    question::questions,
    remaining::nothing_remains,
    review::{PartText, Written},
    servers::Scratch,
    sizes,
    without_rename::without_renames,
};
use crate::{
    cluster::ScratchServer,
    compare::Change,
    compatibility::{Code, Compatibility, Known, Order, Programs, judge},
    config::Project,
    diagnostic::{Diagnostic, DiagnosticCode},
    history::{MigrationsDirectory, SchemaFingerprint, Version},
    matching::Matches,
    model::{Pair, TableName, mentioned_words},
    plan::{Plan, Statement},
    prove::{Broken, Claim, Proof, ProofError, Side, Stopped, possible, prove, touched},
    rates::Rates,
    resolve::Resolution,
    rollout::Kept,
    runner::DEFAULT_MAX_STALL,
    statement::{Condition, Observation, RowTest, Transaction},
    traffic::{Sizes, waits},
};

/// A migration, ready to be written.
pub struct Migration {
    /// The changes.
    pub changes: Vec<Change>,
    /// Whether up.sql raises an error until the user has decided.
    pub is_undecided: bool,
    /// The SQL of `up.sql`, without its header; of the first part, if there are several.
    pub up: String,
    /// The SQL of `down.sql`.
    pub down: String,
    /// Whether it, or its first part, runs in a transaction.
    pub transaction: Transaction,
    /// The other parts, in the order in which they run.
    pub later_parts: Vec<PartText>,
    /// The statements of `up.sql` of all parts, with what the proof observed of them.
    pub up_statements: Vec<Statement>,
    /// The statements of `down.sql` of all parts, with what the proof observed of them.
    pub down_statements: Vec<Statement>,
    /// The byte of `up` at which the name of the migration's directory is inserted.
    pub named_at: Option<usize>,
    /// The user's decisions, one option each.
    pub decided: Vec<String>,
    /// What it keeps for the program that is still running.
    pub keeps: Vec<Kept>,
    /// The migrations whose kept things it removes.
    pub releases: Vec<Version>,
    /// When the new program can be deployed, and what fails at other times.
    pub compatibility: Compatibility,
    /// The orders that `check` allows, if it does not allow this one.
    pub allowed_orders: Option<Vec<&'static str>>,
    /// The same in sentences, with the way out.
    pub deploy: Vec<String>,
    /// The fingerprint of the schema before.
    pub before_fingerprint: SchemaFingerprint,
    /// The fingerprint of the schema after.
    pub after_fingerprint: SchemaFingerprint,
    /// The result of the proof; `None` if it was skipped.
    pub proof: Option<Proof>,
    /// The server that proved it.
    pub proved_on: Option<String>,
    /// How fast this machine works with the version of Postgres that proved it, if that was measured.
    pub rates: Option<Rates>,
    /// The major versions of the compared server and of the one that proved it, if they differ.
    pub other_major: Option<(u32, u32)>,
}

/// Plans and proves a migration, and returns its texts.
///
/// # Errors
/// The proof fails, or there is no server for it.
pub fn finish(
    draft: &Draft,
    options: &Options,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Migration, GenerateError> {
    let project = scratch.project();
    let statistics = sizes::table_statistics(project, options.sizes)?;
    let sizes = |known_as| Sizes {
        statistics: statistics.as_ref(),
        threshold: project.traffic.threshold,
        known_as,
    };
    let words = OnceCell::new();
    let is_in_history = |name: &TableName| words.get_or_init(|| words_of_history(project)).contains(&name.name);
    let forms = OnlineForms {
        is_in_history: &is_in_history,
        forms: options.online.unwrap_or(project.traffic.online),
        sizes: sizes(&TableName::clone),
        lock_timeout: project.traffic.max_stall.unwrap_or(DEFAULT_MAX_STALL),
    };
    let mut chosen = Chosen::of(draft);
    let simple = chosen.use_online_forms(draft, &forms);
    if options.no_prove {
        possible(claim(draft, &chosen.active))?;
    }
    let (mut proof, mut proved_on, mut other_major, mut rates) = (None, None, None, None);
    let mut open = Vec::new();
    if !options.no_prove && !chosen.active.1.up.is_empty() {
        if !draft.is_undecided() {
            chosen.code = code::code(code::Step {
                project,
                draft,
                schemas: Pair::new(&draft.base.schema, &chosen.active.0.after),
                matches: &chosen.active.0.matches,
                since: options.since.as_deref(),
            });
        }
        let server = scratch.server(draft.base.major())?;
        let (found, broken) = chosen.proved(draft, simple, server, progress)?;
        open = broken;
        proved_on = Some(server.description());
        rates = Rates::read(server.major());
        let majors = (draft.base.major(), server.major());
        other_major = (majors.0 != majors.1).then_some(majors);
        proof = Some(found);
    }
    let Chosen {
        mut active,
        other,
        missing,
        ..
    } = chosen;
    if let Some(found) = &mut proof {
        let missing = active.1.notes.iter();
        let missing = missing.filter(|note| note.code == DiagnosticCode::OnlineFormMissing);
        found.notes.extend(missing.cloned());
        found
            .notes
            .extend(old_programs::notes(&draft.old_programs, &draft.base.schema));
        let before = |name: &TableName| active.0.matches.table_before(name);
        add_observations(&mut active.1.up, &found.observed.up, sizes(&TableName::clone));
        add_observations(&mut active.1.down, &found.observed.down, sizes(&before));
        not_restored::add_findings(active.0, &mut active.1, &found.not_restored);
    }
    let alternatives = without_renames(draft, &active.1);
    let compatibility = compatibility(draft, &active, proof.as_ref());
    let is_rolling = options.rolling.unwrap_or(project.traffic.rolling) && !options.release;
    let deploy = compatibility.remarks(is_rolling);
    let written = Written {
        draft,
        active: &active.1,
        other: other.as_ref().map(|(_, plans)| plans),
        missing,
        alternatives: &alternatives,
        broken: &open,
        deploy: &deploy,
    };
    let (up, named_at) = written.up();
    let fingerprints = fingerprints(Pair::new(&draft.base.schema, &active.0.after));
    Ok(Migration {
        up,
        named_at,
        down: written.down(),
        transaction: active
            .1
            .parts
            .first()
            .map_or(Transaction::Inside, |part| part.transaction),
        later_parts: written.later_parts(),
        changes: active.1.up.changes.clone(),
        up_statements: active.1.up.statements.clone(),
        down_statements: active.1.down.statements.clone(),
        decided: draft.decided().iter().map(super::Flag::recorded).collect(),
        keeps: draft.keeps.clone(),
        releases: draft.releases.iter().map(|own| own.version.clone()).collect(),
        allowed_orders: project.deploy.instead_of(compatibility.order),
        compatibility,
        deploy,
        before_fingerprint: fingerprints.before,
        after_fingerprint: fingerprints.after,
        proof,
        proved_on,
        rates,
        other_major,
        is_undecided: draft.is_undecided() || !open.is_empty(),
    })
}

/// Returns the words of all migrations so far; those of a directory that cannot be read are missing.
fn words_of_history(project: &Project) -> BTreeSet<String> {
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir);
    let migrations = directory.iter().flat_map(MigrationsDirectory::migrations);
    let texts = migrations.filter_map(|own| own.up_sql().ok());
    texts.flat_map(|text| mentioned_words(&text)).collect()
}

/// An alternative with its plans.
type Planned<'a> = (&'a Resolution, Plans);

/// The alternatives that are written.
struct Chosen<'a> {
    active: Planned<'a>,
    other: Option<Planned<'a>>,
    /// Why there is no other one.
    missing: Option<String>,
    /// What the queries of the programs name.
    code: Code,
}

impl<'a> Chosen<'a> {
    /// Plans the alternatives of a draft.
    fn of(draft: &'a Draft) -> Self {
        let planned = |resolution: &'a Resolution, open| (resolution, plans(draft, resolution, open));
        let renames = draft.impossible_rename.as_ref();
        let drop = draft.impossible_drop.as_ref();
        let missing =
            drop.map(|why| format!("The alternative that drops instead of renaming cannot be written: {why}"));
        Self {
            active: planned(&draft.resolution, OpenRenames::Renamed),
            other: draft
                .alternative
                .as_ref()
                .map(|alternative| planned(&alternative.resolution, OpenRenames::Dropped)),
            code: Code::default(),
            missing: missing.or_else(|| renames.map(|why| format!("Not all changes can be written as renames: {why}"))),
        }
    }

    /// Proves the alternatives, in the simple form if the online form cannot be proved. Returns the proof with its notes, and the functions that
    /// fail after the migration and have no decision.
    ///
    /// # Errors
    /// None of them can be proved.
    fn proved(
        &mut self,
        draft: &Draft,
        simple: Option<Plans>,
        server: &ScratchServer,
        progress: &mut dyn FnMut(&str),
    ) -> Result<(Proof, Vec<Broken>), GenerateError> {
        let code = self.code.clone();
        let mut prove = |chosen: &mut Self| {
            let mut found = chosen.prove(|alternative| confirmed(draft, (alternative, &code), server, progress))?;
            let open = broken(draft, &mut found);
            Ok::<_, GenerateError>((found, open))
        };
        let mut result = prove(self);
        let is_usable = matches!(&result, Ok((_, open)) if open.is_empty());
        let mut notes = Vec::new();
        if let Some(simple) = simple.filter(|_| !is_usable) {
            let why = match &result {
                Ok(_) => "functions fail after it, on which the user has to decide".to_owned(),
                Err(error) => failure(error),
            };
            let text = format!(
                "the migration is written in the simple form, because its online form could not be proved: {why}"
            );
            notes.push(Diagnostic::new(DiagnosticCode::OnlineFormUnproved, text));
            self.active.1 = simple;
            result = prove(self);
        }
        let (mut found, open) = result?;
        let stopped = found.stopped.take().filter(|stopped| !is_asked(draft, stopped));
        let stopped = stopped.map(|stopped| Diagnostic::new(DiagnosticCode::StoppedByRows, stopped.to_string()));
        let missing = self.missing.as_ref();
        let missing = missing.map(|why| Diagnostic::new(DiagnosticCode::AlternativeMissing, why));
        found.notes.extend(stopped.into_iter().chain(missing).chain(notes));
        Ok((found, open))
    }

    /// Replaces the plans of a decided migration by those of its online form, if it has one; returns the replaced ones.
    fn use_online_forms(&mut self, draft: &Draft, forms: &OnlineForms<'_>) -> Option<Plans> {
        if draft.is_undecided() || self.other.is_some() {
            return None;
        }
        let (resolution, simple) = &mut self.active;
        let online = forms.plans(draft, resolution, simple)?;
        Some(std::mem::replace(&mut self.active.1, online))
    }

    /// Proves the alternatives. One that cannot be proved is left out, and the other one becomes the active one.
    ///
    /// # Errors
    /// None of them can be proved; the error is that of the active one.
    fn prove(
        &mut self,
        mut proved: impl FnMut(&Planned<'a>) -> Result<Proof, GenerateError>,
    ) -> Result<Proof, GenerateError> {
        let found = proved(&self.active);
        let Some(second) = self.other.take() else { return found };
        match (found, proved(&second)) {
            (Ok(found), Ok(_)) => {
                self.other = Some(second);
                Ok(found)
            }
            (Ok(found), Err(error)) => {
                self.missing = Some(format!(
                    "The alternative that drops instead of renaming is not included, because its proof failed: {}",
                    failure(&error)
                ));
                Ok(found)
            }
            (Err(error), Ok(found)) => {
                self.missing = Some(format!(
                    "The alternative that renames is not included, because its proof failed: {}",
                    failure(&error)
                ));
                self.active = second;
                Ok(found)
            }
            (Err(error), Err(_)) => Err(error),
        }
    }
}

/// Adds what the proof observed to the statements of a plan, and what other sessions wait for.
fn add_observations(plan: &mut Plan, observed: &[Observation], sizes: Sizes<'_>) {
    for (statement, found) in plan.statements.iter_mut().zip(observed) {
        statement.observed = Some(found.clone());
    }
    // A lock is held until its transaction ends: until the end of the part.
    let waits: Vec<_> = plan.parts().flat_map(|part| waits(part, sizes)).collect();
    for (statement, waits) in plan.statements.iter_mut().zip(waits) {
        statement.waits = waits;
    }
}

/// Returns the functions that fail after the migration and have no decision. The others are added to the proof's notes.
fn broken(draft: &Draft, proof: &mut Proof) -> Vec<Broken> {
    let is_open = |found: &&Broken| {
        let function = found.function.as_ref();
        function.is_some_and(|function| !draft.decisions.kept.contains(function))
    };
    let open: Vec<Broken> = proof.broken.iter().filter(is_open).cloned().collect();
    let decided = proof.broken.iter().filter(|found| !is_open(found));
    let notes: Vec<Diagnostic> = decided
        .map(|found| Diagnostic::new(DiagnosticCode::BrokenFunction, format!("{found}; replace the function")))
        .collect();
    proof.notes.extend(notes);
    open
}

/// Proves an alternative, and checks that a second run would find no changes after it.
fn confirmed(
    draft: &Draft,
    (alternative, code): (&Planned<'_>, &Code),
    server: &ScratchServer,
    progress: &mut dyn FnMut(&str),
) -> Result<Proof, GenerateError> {
    let (resolution, plans) = alternative;
    let programs = programs_of(draft, alternative, code);
    let claim = Claim {
        programs: programs.as_ref(),
        ..claim(draft, alternative)
    };
    let proof = prove(server, claim, progress)?;
    progress("checking that a second run finds no changes");
    nothing_remains(draft, resolution, &plans.up.changes, &proof.reached, server)?;
    Ok(proof)
}

/// Returns what has to be proved of an alternative.
fn claim<'a>(draft: &'a Draft, (resolution, plans): &'a (&Resolution, Plans)) -> Claim<'a> {
    Claim {
        schemas: Pair::new(&draft.base.schema, &resolution.after),
        matches: &resolution.matches,
        up: &plans.up,
        down: &plans.down,
        parts: plans.parts.len().max(1),
        unsettled: &plans.unsettled,
        kept_labels: &plans.kept_labels,
        fires: !draft.decisions.fire_triggers.is_empty(),
        replaced: &draft.decisions.replaced,
        converted: &plans.converted,
        programs: None,
    }
}

/// Returns the programs of before and the new one; `None` while a question is open.
fn programs_of(draft: &Draft, (resolution, plans): &Planned<'_>, code: &Code) -> Option<Programs> {
    if draft.is_undecided() {
        return None;
    }
    let schemas = Pair::new(&draft.base.schema, &resolution.after);
    let released: Vec<Kept> = draft.releases.iter().flat_map(|own| own.kept.iter().cloned()).collect();
    let known = Known {
        code,
        released: &released,
        schemas,
        matches: &resolution.matches,
        declared: &draft.declared,
        kept: &draft.keeps,
        touched: &touched(&plans.up.changes, schemas, &resolution.matches),
    };
    Some(old_programs::with_others(known, &draft.old_programs))
}

/// Returns when the new program can be deployed, as the proof has observed it.
fn compatibility(draft: &Draft, planned: &Planned<'_>, proof: Option<&Proof>) -> Compatibility {
    if planned.1.up.is_empty() && !draft.is_undecided() {
        // What is dropped from schema.rs alone is kept: nothing changes for either program.
        return Compatibility {
            order: Order::Either,
            ..Compatibility::default()
        };
    }
    let facts = proof.and_then(|proof| proof.facts.as_ref());
    facts.map_or_else(Compatibility::default, judge)
}

/// Summarizes a failed proof in one line.
fn failure(error: &GenerateError) -> String {
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    match error {
        GenerateError::Proof(error) | GenerateError::Refused(error) => match &**error {
            ProofError::Statement { side, message, .. } => format!("{side} fails on the scratch database: {message}"),
            ProofError::Catalogs { differences: found, .. }
            | ProofError::NotReached { difference: found }
            | ProofError::NotBack { difference: found } => {
                format!("{} {}", first_line(error.to_string()), found.clone())
            }
            other => first_line(other.to_string()),
        },
        other => first_line(other.to_string()),
    }
}

/// Checks whether the proof stopped at a question that the user is asked anyway: what fills a column.
fn is_asked(draft: &Draft, stopped: &Stopped) -> bool {
    let Some(Condition::Rows { table: of, test }) = &stopped.condition else {
        return false;
    };
    // Guards in down.sql have names of the after schema.
    let matches = match stopped.side {
        Side::Down => &Matches::default(),
        _ => &draft.resolution.matches,
    };
    let is_of = |column: &str| match test {
        RowTest::Any => true,
        RowTest::Null(own) => matches.column(of, own) == column,
        _ => false,
    };
    questions(draft).iter().any(|question| match question {
        Question::Backfill { table, column, .. } => *table == matches.table(of) && is_of(column),
        _ => false,
    })
}
