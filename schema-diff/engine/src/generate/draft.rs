//! What is wanted, before it is planned: resolved on what there is, in the alternative that loses nothing.
//!
//! What may have been renamed, and nobody has said so, can be read in two ways. The draft itself is the first of them, the
//! likeliest renames; [`Draft::alternative`] is the second, in which all of it is dropped and something else is new.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    GenerateError,
    base::Base,
    decision_check,
    flag::{Flag, flags_of},
    never_declared::{self, NeverDeclared},
};
use crate::{
    compare::{Change, compare},
    declared::Declared,
    diagnostic::{Diagnostic, ResolveErrors},
    matching::{self, DecidedBy, Decisions, Fate, Rename, Undecided},
    model::{ColumnRef, ObjectId, Pair, TableName},
    resolve::{self, NormalizedExpressions, Resolution, Unchanged},
    rules::Rules,
};

/// A renamed table may bring columns of its own that may have been renamed, and so on; not for ever.
const ROUNDS: usize = 4;

/// What is wanted, before it is planned.
pub struct Draft {
    /// What there is.
    pub base: Base,
    /// What was declared.
    pub declared: Declared,
    /// What is wanted, with the likeliest renames where nobody has said.
    pub resolution: Resolution,
    /// What differs.
    pub changes: Vec<Change>,
    /// What may have been renamed; a person has to say.
    pub open: Vec<Undecided>,
    /// The same with everything that is open dropped; `None` when nothing is, or when that makes no difference.
    pub alternative: Option<Alternative>,
    /// Why one of the likeliest renames cannot be written, so that the draft itself drops what is open.
    pub unreadable: Option<String>,
    /// Why what is open cannot be dropped, so that the draft only has it renamed.
    pub undroppable: Option<String>,
    /// What schema.rs never declared, and the ways out.
    left_alone: Vec<Diagnostic>,
    pub(super) decisions: Decisions,
    pub(super) rules: Rules,
    pub(super) normalized: NormalizedExpressions,
    /// What the first resolving with these decisions left as it is, so that the alternatives need not look at it.
    pub(super) unchanged: Unchanged,
}

/// One way to interpret the differences: a resolved schema and its changes.
#[derive(Clone, Debug, Default)]
pub struct Alternative {
    /// What is wanted.
    pub resolution: Resolution,
    /// What differs.
    pub changes: Vec<Change>,
}

impl Draft {
    /// Whether the configuration says to leave a table alone.
    pub fn ignores_table(&self, name: &TableName) -> bool {
        (self.rules.ignores_table)(name)
    }

    /// Leaves tables and columns alone that schema.rs never declared.
    pub(super) fn leave_alone(&mut self, found: NeverDeclared) {
        let objects = found.objects;
        self.left_alone = never_declared::remarks(&objects);
        self.left_alone.extend(found.remark);
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
            unreadable: None,
            undroppable: None,
            left_alone: Vec::new(),
            decisions: Decisions::default(),
            rules,
            normalized: NormalizedExpressions::default(),
            unchanged: Unchanged::default(),
        }
    }

    /// Resolves again with what a person has said.
    ///
    /// # Errors
    /// What is declared or said does not fit the database.
    pub fn decide(&mut self, decisions: &Decisions) -> Result<(), GenerateError> {
        self.unchanged = Unchanged::default();
        let (resolution, problems) = self.attempt(decisions);
        if problems.is_empty() {
            self.unchanged = Unchanged::of(&self.base.schema, &self.declared, &resolution);
        }
        // What is wrong may be wrong only because something that was renamed is taken for dropped.
        let refused = (!problems.is_empty()).then(|| decision_check::conflicts(ResolveErrors(problems)));
        match refused {
            Some(error) if resolution.undecided.is_empty() => Err(error),
            refused => self.ask(decisions, resolution, refused),
        }
    }

    /// Puts together what is written where renames are open: as the likeliest of them, and as none.
    fn ask(
        &mut self,
        decisions: &Decisions,
        resolution: Resolution,
        refused: Option<GenerateError>,
    ) -> Result<(), GenerateError> {
        self.decisions = decisions.clone();
        self.open = Vec::new();
        self.alternative = None;
        self.unreadable = None;
        self.undroppable = None;
        let mut open = resolution.undecided.clone();
        // What is asked meanwhile knows the names of both sides.
        self.resolution.clone_from(&resolution);
        let plain = refused.is_none().then(|| self.compared(resolution));
        let mut written = plain.clone();
        let mut unreadable = None;
        let mut likeliest = decisions.clone();
        for _ in 0..ROUNDS {
            let known: BTreeSet<&ObjectId> = self.open.iter().map(|open| &open.before).collect();
            open.retain(|found| !known.contains(&found.before));
            if open.is_empty() {
                break;
            }
            let renames = likely(&open);
            let mut conflicting = BTreeSet::new();
            let taken = match self.with(&renames, &likeliest) {
                Ok(taken) => Some(taken),
                // One of them does not go with the others, or not at all: what goes is taken one by one.
                Err(_) => renames.iter().fold(None, |taken, rename| {
                    let decided = taken.as_ref().map_or(&likeliest, |(_, decided)| decided);
                    match self.with(std::slice::from_ref(rename), decided) {
                        Ok(more) => Some(more),
                        Err(error) => {
                            let before = &rename.before;
                            // What is there under its name still needs no other one.
                            if matches!(before, ObjectId::Table(_)) || self.unless_renamed(before) == Fate::Dropped {
                                unreadable = Some(error.to_string());
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
                unused: unreadable.into_iter().collect(),
            }));
        };
        self.unreadable = unreadable;
        if !self.open.is_empty() {
            let mut dropped = decisions.clone();
            for open in &self.open {
                dropped.decide(&open.before, &self.unless_renamed(&open.before));
            }
            let alternative = match (self.read(&dropped), plain) {
                (Ok(alternative), _) => Some(alternative),
                (Err(_), Some(plain)) => Some(plain),
                (Err(error), None) => {
                    self.undroppable = Some(error.to_string());
                    None
                }
            };
            self.alternative = alternative.filter(|alternative| alternative.changes != written.changes);
        }
        self.take(written);
        Ok(())
    }

    /// Returns the alternative with these renames decided too, and all that is decided in it.
    fn with(&self, renames: &[&Rename], decided: &Decisions) -> Result<(Alternative, Decisions), GenerateError> {
        let mut decisions = decided.clone();
        for rename in renames {
            decisions.decide(&rename.before, &Fate::Renamed(rename.after.clone()));
        }
        Ok((self.read(&decisions)?, decisions))
    }

    /// Takes a alternative for the draft. A rename that is open was decided by nobody.
    fn take(&mut self, mut written: Alternative) {
        for rename in &mut written.resolution.renames {
            if self.open.iter().any(|open| open.before == rename.before) {
                rename.by = DecidedBy::Evidence;
            }
        }
        self.resolution = written.resolution;
        self.resolution.diagnostics.extend(self.left_alone.iter().cloned());
        self.changes = written.changes;
    }

    pub(super) fn read(&self, decisions: &Decisions) -> Result<Alternative, GenerateError> {
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
        };
        resolve::attempt(known, &self.normalized, &self.unchanged)
    }

    fn compared(&self, resolution: Resolution) -> Alternative {
        let changes = compare(Pair::new(&self.base.schema, &resolution.after), &resolution.matches);
        Alternative { resolution, changes }
    }

    /// Returns the renames that the evidence alone has decided.
    pub fn taken(&self) -> impl Iterator<Item = &Rename> {
        let is_open = |rename: &Rename| self.open.iter().any(|open| open.before == rename.before);
        let renames = self.resolution.renames.iter();
        renames.filter(move |rename| rename.by == DecidedBy::Evidence && !is_open(rename))
    }

    /// Whether everything that was said has a bearing on what differs.
    ///
    /// # Errors
    /// Something that was said speaks of nothing; says what and why.
    pub fn validate(&self, decisions: &Decisions) -> Result<(), GenerateError> {
        let unused = decision_check::unused(decisions, &self.base.schema, &self.resolution, &self.changes);
        if unused.is_empty() {
            Ok(())
        } else {
            Err(GenerateError::ConflictingDecisions { unused })
        }
    }

    /// Returns what something of before is called in the draft, if that is another name.
    pub(super) fn new_name(&self, before: &ObjectId) -> Option<&ObjectId> {
        let mut renames = self.resolution.renames.iter();
        let found = renames.find(|rename| rename.before == *before);
        found.map(|rename| &rename.after)
    }

    /// Returns what was decided, and what the draft has taken for the likeliest where nobody has.
    pub(super) fn likeliest(&self) -> Decisions {
        let mut decisions = self.decisions.clone();
        for open in &self.open {
            if let Some(after) = self.new_name(&open.before) {
                decisions.decide(&open.before, &Fate::Renamed(after.clone()));
            }
        }
        decisions
    }

    /// Whether up.sql stops until the user has decided.
    pub const fn is_undecided(&self) -> bool {
        !self.open.is_empty() || !self.resolution.dependents.is_empty()
    }

    /// What was decided so far, a flag each.
    pub fn decided(&self) -> Vec<Flag> {
        flags_of(&self.decisions)
    }

    /// Returns what becomes of something that is not renamed: gone, unless it is there under its name still.
    pub fn unless_renamed(&self, before: &ObjectId) -> Fate {
        let mut tables = self.declared.tables.iter();
        let stays = match before {
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
        stays.map_or(Fate::Dropped, Fate::Renamed)
    }
}

/// Returns the likeliest rename of each, where no likelier one has taken its new name.
fn likely(open: &[Undecided]) -> Vec<&Rename> {
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
