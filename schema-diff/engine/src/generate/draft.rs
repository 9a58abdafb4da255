//! The draft of a migration before it is planned: `schema.rs` resolved against the existing schema.
//!
//! Possible renames that the user has not decided have two alternatives. The draft itself is the first one, with the
//! likeliest renames, which loses nothing. [`Draft::alternative`] is the second one, in which all of them are drops and
//! additions.

use std::{cell::OnceCell, collections::BTreeSet, sync::Arc};

use super::{
    GenerateError,
    base::Base,
    decision_check,
    flag::{Flag, flags_of},
    kept::{self, Pending},
    never_declared::{self, NeverDeclared},
    old_programs::OldProgram,
};
use crate::{
    compare::{Change, compare},
    declared::Declared,
    diagnostic::{Diagnostic, ResolveErrors},
    matching::{self, DecidedBy, Decisions, Fate, Rename, Undecided},
    model::{ColumnRef, ObjectId, Pair, Schema, TableName},
    resolve::{self, NamesInUse, NormalizedExpressions, Resolution, Unchanged},
    rollout::{self, Kept},
    rules::{ObjectKind, Rules},
    uses::CodeEvidence,
};

/// The maximum number of rounds. A renamed table may have columns that may have been renamed, and so on.
const ROUNDS: usize = 4;

/// The score from which a possible rename is likely.
const LIKELY: f64 = 0.5;

/// A migration before it is planned.
pub struct Draft {
    /// The existing schema.
    pub base: Base,
    /// The declared schema.
    pub declared: Declared,
    /// The complete schema after, with the likeliest renames where the user has not decided.
    pub resolution: Resolution,
    /// The changes between the two schemas.
    pub changes: Vec<Change>,
    /// Possible renames that the user has to decide.
    pub open: Vec<Undecided>,
    /// The same with all open renames dropped; `None` if there are none, if it makes no difference, or if it is not
    /// possible.
    pub alternative: Option<Alternative>,
    /// Why one of the likeliest renames is not possible, so that the draft itself drops that object.
    pub impossible_rename: Option<String>,
    /// Why the open renames cannot be drops, so that only the alternative with the renames is written.
    pub impossible_drop: Option<String>,
    /// Other running programs.
    pub old_programs: Vec<OldProgram>,
    /// What the migration keeps for the program that is still running.
    pub keeps: Vec<Kept>,
    /// What earlier migrations have kept, and this one removes.
    pub releases: Vec<Pending>,
    /// What earlier migrations have kept, and this one keeps.
    pub pending: Vec<Pending>,
    /// Remarks on objects that schema.rs never declared, with the ways to manage them.
    never_declared_notes: Vec<Diagnostic>,
    pub(super) decisions: Decisions,
    pub(super) rules: Rules,
    /// What the project's code says of renames.
    pub(super) code: CodeEvidence,
    pub(super) normalized: NormalizedExpressions,
    /// The tables that the first resolving with these decisions left unchanged, so that the alternatives skip them.
    pub(super) unchanged: Unchanged,
    /// The names in use in the existing schema.
    names: OnceCell<NamesInUse>,
}

/// One interpretation of the differences: a resolved schema and its changes.
#[derive(Clone, Debug, Default)]
pub struct Alternative {
    /// The complete schema after.
    pub resolution: Resolution,
    /// The changes.
    pub changes: Vec<Change>,
}

impl Draft {
    /// Checks whether a table is ignored, by the configuration or because schema.rs never declared it.
    pub fn ignores_table(&self, name: &TableName) -> bool {
        (self.rules.ignores_table)(name)
    }

    /// Ignores tables and columns that schema.rs never declared.
    pub(super) fn ignore_never_declared(&mut self, found: NeverDeclared) {
        let objects = found.objects;
        self.never_declared_notes = never_declared::remarks(&objects);
        self.never_declared_notes.extend(found.remark);
        let matches = &self.resolution.matches;
        let now = objects.iter().map(|object| ColumnRef {
            relation: matches.table(&object.relation),
            column: object.column.clone(),
        });
        let objects: Arc<BTreeSet<ColumnRef>> = Arc::new(now.chain(objects.iter().cloned()).collect());
        let tables = std::mem::replace(&mut self.rules.ignores_table, Box::new(|_| false));
        let columns = std::mem::replace(&mut self.rules.ignores_column, Box::new(|_, _| false));
        let of_tables = Arc::clone(&objects);
        self.rules.ignores_table = Box::new(move |name| tables(name) || of_tables.contains(&ColumnRef::relation(name)));
        self.rules.ignores_column =
            Box::new(move |table, name| columns(table, name) || objects.contains(&ColumnRef::column(table, name)));
    }

    pub(super) fn new(base: Base, declared: Declared, rules: Rules) -> Self {
        Self {
            base,
            declared,
            resolution: Resolution::default(),
            changes: Vec::new(),
            open: Vec::new(),
            alternative: None,
            impossible_rename: None,
            impossible_drop: None,
            old_programs: Vec::new(),
            keeps: Vec::new(),
            releases: Vec::new(),
            pending: Vec::new(),
            never_declared_notes: Vec::new(),
            decisions: Decisions::default(),
            rules,
            code: CodeEvidence::default(),
            normalized: NormalizedExpressions::default(),
            unchanged: Unchanged::default(),
            names: OnceCell::new(),
        }
    }

    /// Leaves alone what earlier migrations have kept, or releases it.
    ///
    /// # Errors
    /// There is nothing to release.
    pub(super) fn keep(&mut self, pending: Vec<Pending>, release: bool) -> Result<(), GenerateError> {
        if release {
            if pending.is_empty() {
                return Err(GenerateError::NothingKept);
            }
            self.releases = pending;
            return Ok(());
        }
        self.ignore_kept(pending.iter().flat_map(|own| own.kept.iter().cloned()).collect());
        self.pending = pending;
        Ok(())
    }

    /// Checks that the changes leave what earlier migrations have kept as it is.
    ///
    /// # Errors
    /// One of them would break it.
    pub(super) fn breaks_nothing_kept(&self) -> Result<(), GenerateError> {
        let before = &self.base.schema;
        let broken = self.pending.iter().find_map(|own| {
            let kept = rollout::broken(&self.resolution.after, before, &own.kept)?;
            Some((own.name.clone(), kept.describe()))
        });
        match broken {
            Some((name, what)) => Err(GenerateError::Kept { name, what }),
            None => Ok(()),
        }
    }

    fn ignore_kept(&mut self, kept: Vec<Kept>) {
        if kept.is_empty() {
            return;
        }
        let kept = Arc::new(kept);
        let of_tables = Arc::clone(&kept);
        let tables = std::mem::replace(&mut self.rules.ignores_table, Box::new(|_| false));
        let columns = std::mem::replace(&mut self.rules.ignores_column, Box::new(|_, _| false));
        self.rules.ignores_table = Box::new(move |name| tables(name) || rollout::ignores_table(&of_tables, name));
        self.rules.ignores_column =
            Box::new(move |table, name| columns(table, name) || rollout::ignores_column(&kept, table, name));
    }

    /// Keeps what the program that is still running needs, until it is released. Does nothing while a question is open.
    pub fn expand(&mut self) {
        if self.is_undecided() {
            return;
        }
        let found = rollout::expand(&self.base.schema, &self.resolution, &self.changes);
        self.resolution = found.resolution;
        self.resolution.diagnostics.extend(found.notes);
        self.ignore_kept(found.kept.clone());
        self.keeps = found.kept;
        self.changes = compare(
            Pair::new(&self.base.schema, &self.resolution.after),
            &self.resolution.matches,
        );
    }

    /// Applies what is kept and what is released to a schema after; `before` is the existing schema.
    pub(super) fn adjust(&self, after: &mut Schema, before: &Schema) {
        for own in &self.pending {
            rollout::hold(after, before, &own.kept);
        }
        rollout::hold(after, before, &self.keeps);
        for own in &self.releases {
            rollout::release(after, before, &own.kept, !self.rules.drops(ObjectKind::Defaults));
        }
    }

    /// Resolves again with the user's decisions.
    ///
    /// # Errors
    /// The declarations or the decisions do not match the database.
    pub fn decide(&mut self, decisions: &Decisions) -> Result<(), GenerateError> {
        let decisions = &kept::decisions(decisions, &self.releases);
        self.unchanged = Unchanged::default();
        let (resolution, problems) = self.attempt(decisions);
        if problems.is_empty() && !resolution.changes_nothing(&self.base.schema) {
            self.unchanged = Unchanged::of(&self.base.schema, &self.declared, &resolution);
        }
        // The errors may result only from a renamed object that is taken for dropped.
        let refused = (!problems.is_empty()).then(|| decision_check::conflicts(ResolveErrors(problems)));
        match refused {
            Some(error) if resolution.undecided.is_empty() => Err(error),
            refused => self.compute_alternatives(decisions, resolution, refused),
        }
    }

    /// Computes the alternatives while renames are open: one with the likeliest renames, one without any.
    fn compute_alternatives(
        &mut self,
        decisions: &Decisions,
        resolution: Resolution,
        refused: Option<GenerateError>,
    ) -> Result<(), GenerateError> {
        self.decisions = decisions.clone();
        self.open = Vec::new();
        self.alternative = None;
        self.impossible_rename = None;
        self.impossible_drop = None;
        let mut open = resolution.undecided.clone();
        // The questions below need the names of both sides.
        self.resolution.clone_from(&resolution);
        let plain = refused.is_none().then(|| self.compared(resolution));
        let mut written = plain.clone();
        let mut impossible_rename = None;
        let mut likeliest = decisions.clone();
        for _ in 0..ROUNDS {
            let known: BTreeSet<&ObjectId> = self.open.iter().map(|open| &open.before).collect();
            open.retain(|found| !known.contains(&found.before));
            if open.is_empty() {
                break;
            }
            let renames = likeliest_renames(&open);
            let mut conflicting = BTreeSet::new();
            let taken = match self.with(&renames, &likeliest) {
                Ok(taken) => Some(taken),
                // A rename conflicts with the others or is not possible: they are tried one by one.
                Err(_) => renames.iter().fold(None, |taken, rename| {
                    let decided = taken.as_ref().map_or(&likeliest, |(_, decided)| decided);
                    match self.with(std::slice::from_ref(rename), decided) {
                        Ok(more) => Some(more),
                        Err(error) => {
                            let before = &rename.before;
                            // An object that is still declared under its name needs no rename.
                            if matches!(before, ObjectId::Table(_)) || self.unless_renamed(before) == Fate::Dropped {
                                impossible_rename = Some(error.to_string());
                            } else {
                                conflicting.insert(before.clone());
                            }
                            taken
                        }
                    }
                }),
            };
            let mut more = Vec::new();
            if let Some((alternative, decided)) = taken {
                more.clone_from(&alternative.resolution.undecided);
                (written, likeliest) = (Some(alternative), decided);
            }
            let asked = std::mem::replace(&mut open, more);
            self.open
                .extend(asked.into_iter().filter(|found| !conflicting.contains(&found.before)));
        }
        let Some(written) = written else {
            return Err(refused.unwrap_or(GenerateError::ConflictingDecisions {
                unused: impossible_rename.into_iter().collect(),
            }));
        };
        self.impossible_rename = impossible_rename;
        if !self.open.is_empty() {
            let mut dropped = decisions.clone();
            for open in &self.open {
                dropped.decide(&open.before, &self.unless_renamed(&open.before));
            }
            let alternative = match (self.resolve_with(&dropped), plain) {
                (Ok(alternative), _) => Some(alternative),
                (Err(_), Some(plain)) => Some(plain),
                (Err(error), None) => {
                    self.impossible_drop = Some(error.to_string());
                    None
                }
            };
            self.alternative = alternative.filter(|alternative| alternative.changes != written.changes);
        }
        self.adopt(written);
        Ok(())
    }

    /// Returns the alternative in which these renames are decided too, with all its decisions.
    fn with(&self, renames: &[&Rename], decided: &Decisions) -> Result<(Alternative, Decisions), GenerateError> {
        let mut decisions = decided.clone();
        for rename in renames {
            decisions.decide(&rename.before, &Fate::Renamed(rename.after.clone()));
        }
        Ok((self.resolve_with(&decisions)?, decisions))
    }

    /// Makes an alternative the draft. Its open renames are marked as not decided by the user.
    fn adopt(&mut self, mut written: Alternative) {
        for rename in &mut written.resolution.renames {
            if self.open.iter().any(|open| open.before == rename.before) {
                rename.by = DecidedBy::Evidence;
            }
        }
        self.resolution = written.resolution;
        self.resolution
            .diagnostics
            .extend(self.never_declared_notes.iter().cloned());
        self.changes = written.changes;
    }

    pub(super) fn resolve_with(&self, decisions: &Decisions) -> Result<Alternative, GenerateError> {
        match self.attempt(decisions) {
            (resolution, problems) if problems.is_empty() => Ok(self.compared(resolution)),
            (_, problems) => Err(decision_check::conflicts(ResolveErrors(problems))),
        }
    }

    fn attempt(&self, decisions: &Decisions) -> (Resolution, Vec<Diagnostic>) {
        let known = matching::Input {
            before: &self.base.schema,
            declared: &self.declared,
            rules: &self.rules,
            decisions,
            code: &self.code,
        };
        let (mut resolution, problems) = resolve::attempt(known, &self.normalized, &self.unchanged, &self.names);
        let before = &self.base.schema;
        self.adjust(&mut resolution.after, before);
        // They are dropped, whatever they mention.
        let released = self.releases.iter();
        let released: Vec<ObjectId> = released
            .flat_map(|own| rollout::released_functions(before, &own.kept))
            .collect();
        let is_released = |note: &Diagnostic| note.object.as_ref().is_some_and(|id| released.contains(id));
        resolution.diagnostics.retain(|note| !is_released(note));
        (resolution, problems)
    }

    fn compared(&self, resolution: Resolution) -> Alternative {
        let changes = compare(Pair::new(&self.base.schema, &resolution.after), &resolution.matches);
        Alternative { resolution, changes }
    }

    /// Decides the possible renames that are more likely than not.
    ///
    /// # Errors
    /// A rename is not possible.
    pub(super) fn accept_likely_renames(&mut self) -> Result<(), GenerateError> {
        for _ in 0..ROUNDS {
            let likely = likeliest_renames(&self.open).into_iter();
            let likely: Vec<Rename> = likely
                .filter(|rename| rename.evidence.score >= LIKELY)
                .cloned()
                .collect();
            if likely.is_empty() {
                break;
            }
            let mut decisions = self.decisions.clone();
            for rename in likely {
                decisions.decide(&rename.before, &Fate::Renamed(rename.after));
            }
            self.decide(&decisions)?;
        }
        Ok(())
    }

    /// Returns the decisions: those of the user, and the renames that were accepted.
    pub const fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Returns the renames that the evidence alone has decided.
    pub fn decided_by_evidence(&self) -> impl Iterator<Item = &Rename> {
        let is_open = |rename: &Rename| self.open.iter().any(|open| open.before == rename.before);
        let renames = self.resolution.renames.iter();
        renames.filter(move |rename| rename.by == DecidedBy::Evidence && !is_open(rename))
    }

    /// Checks that every decision matches a change.
    ///
    /// # Errors
    /// A decision matches no change. The error gives the reason.
    pub fn validate(&self, decisions: &Decisions) -> Result<(), GenerateError> {
        let unused = decision_check::unused(decisions, &self.base.schema, &self.resolution, &self.changes);
        if unused.is_empty() {
            Ok(())
        } else {
            Err(GenerateError::ConflictingDecisions { unused })
        }
    }

    /// Returns an existing object's new name, if the draft renames it.
    pub(super) fn new_name(&self, before: &ObjectId) -> Option<&ObjectId> {
        let mut renames = self.resolution.renames.iter();
        let found = renames.find(|rename| rename.before == *before);
        found.map(|rename| &rename.after)
    }

    /// Returns the user's decisions, and the likeliest renames where the user has not decided.
    pub(super) fn likeliest(&self) -> Decisions {
        let mut decisions = self.decisions.clone();
        for open in &self.open {
            if let Some(after) = self.new_name(&open.before) {
                decisions.decide(&open.before, &Fate::Renamed(after.clone()));
            }
        }
        decisions
    }

    /// Returns whether up.sql raises an error until the user has decided.
    pub const fn is_undecided(&self) -> bool {
        !self.open.is_empty() || !self.resolution.dependents.is_empty()
    }

    /// Returns the decisions so far, one option each.
    pub fn decided(&self) -> Vec<Flag> {
        flags_of(&self.decisions)
    }

    /// Returns what happens to an object that is not renamed: it is dropped, unless it is still declared under its
    /// name.
    pub fn unless_renamed(&self, before: &ObjectId) -> Fate {
        let mut tables = self.declared.tables.iter();
        let kept = match before {
            ObjectId::Schema(_) => Some(before.clone()),
            ObjectId::Table(name) => (self.resolution.unmanaged_tables.contains(name)
                || tables.any(|table| table.name == *name))
            .then(|| before.clone()),
            ObjectId::Type(name) => self.declared.has_type(name).then(|| before.clone()),
            ObjectId::Column { relation, name } => {
                let now = self.resolution.matches.table(relation);
                let found = tables.find(|table| table.name == now || table.name == *relation);
                let found = found.filter(|table| table.columns.iter().any(|column| column.name == *name));
                found.map(|_| ObjectId::column(&now, name))
            }
            _ => None,
        };
        kept.map_or(Fate::Dropped, Fate::Renamed)
    }
}

/// Returns the likeliest rename of each object, unless a likelier rename has taken its new name.
fn likeliest_renames(open: &[Undecided]) -> Vec<&Rename> {
    let mut all: Vec<&Rename> = open.iter().flat_map(|open| &open.candidates).collect();
    // Stable: among equals the order of the names, and of the candidates, counts.
    all.sort_by(|a, b| b.evidence.score.total_cmp(&a.evidence.score));
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    all.retain(|rename| {
        let is_free = !before.contains(&rename.before) && !after.contains(&rename.after);
        if is_free {
            before.insert(&rename.before);
            after.insert(&rename.after);
        }
        is_free
    });
    all
}
