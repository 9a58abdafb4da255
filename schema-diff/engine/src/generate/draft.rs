//! What is wanted, before it is planned: resolved on what there is, in the reading that loses nothing.
//!
//! What may have been renamed, and nobody has said so, can be read in two ways. The draft itself is the first of them, the
//! likeliest renames; [`Draft::otherwise`] is the second, in which all of it is dropped and something else is new.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    GenerateError,
    base::Base,
    flag::{Flag, flags_of},
    never_declared::{self, NeverDeclared},
    said,
};
use crate::{
    compare::{Change, compare},
    declared::Declared,
    model::{ColumnRef, Pair, TableName},
    renames::decide::{DecidedBy, Decisions, Undecided, Verdict},
    resolve::{self, Input, Problem, Resolution, ResolveErrors, Rules, Subject, Words, qualified},
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
    pub open: Vec<(Subject, Undecided)>,
    /// The same with everything that is open dropped; `None` when nothing is, or when that makes no difference.
    pub otherwise: Option<Reading>,
    /// Why one of the likeliest renames cannot be written, so that the draft itself drops what is open.
    pub unreadable: Option<String>,
    /// Why what is open cannot be dropped, so that the draft only has it renamed.
    pub undroppable: Option<String>,
    /// What schema.rs never declared, and the ways out.
    left_alone: Vec<String>,
    pub(super) decisions: Decisions,
    pub(super) rules: Rules,
    pub(super) words: Words,
}

/// One way to read what differs.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What is wanted.
    pub resolution: Resolution,
    /// What differs.
    pub changes: Vec<Change>,
}

/// What became of something that is no longer there under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has this name now.
    Renamed(String),
    /// It is gone.
    Dropped,
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
        let renames = &self.resolution.renames;
        let now = objects.iter().map(|object| ColumnRef {
            relation: renames.table(&object.relation),
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
            otherwise: None,
            unreadable: None,
            undroppable: None,
            left_alone: Vec::new(),
            decisions: Decisions::default(),
            rules,
            words: Words::default(),
        }
    }

    /// Resolves again with what a person has said.
    ///
    /// # Errors
    /// What is declared or said does not fit the database.
    pub fn decide(&mut self, decisions: &Decisions) -> Result<(), GenerateError> {
        let (resolution, problems) = self.attempt(decisions);
        // What is wrong may be wrong only because something that was renamed is taken for dropped.
        let refused = (!problems.is_empty()).then(|| said::misfits(ResolveErrors(problems)));
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
        self.otherwise = None;
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
            let known: BTreeSet<(Subject, String)> = self.open.iter().map(named).collect();
            open.retain(|found| !known.contains(&named(found)));
            if open.is_empty() {
                break;
            }
            let renames = likely(&open);
            let mut misfits = BTreeSet::new();
            let taken = match self.with(&renames, &likeliest) {
                Ok(taken) => Some(taken),
                // One of them does not go with the others, or not at all: what goes is taken one by one.
                Err(_) => renames.iter().fold(None, |taken, rename| {
                    let said = taken.as_ref().map_or(&likeliest, |(_, said)| said);
                    match self.with(std::slice::from_ref(rename), said) {
                        Ok(more) => Some(more),
                        Err(error) => {
                            let (subject, Verdict { from, .. }) = *rename;
                            // What is there under its name still needs no other one.
                            if *subject == Subject::Table || self.unless_renamed(subject, from) == Fate::Dropped {
                                unreadable = Some(error.to_string());
                            } else {
                                misfits.insert((subject.clone(), from.clone()));
                            }
                            taken
                        }
                    }
                }),
            };
            let mut more = Vec::new();
            if let Some((reading, said)) = taken {
                more.clone_from(&reading.resolution.undecided);
                (written, likeliest) = (Some(reading), said);
            }
            let asked = std::mem::replace(&mut open, more);
            self.open
                .extend(asked.into_iter().filter(|found| !misfits.contains(&named(found))));
        }
        let Some(written) = written else {
            return Err(refused.unwrap_or(GenerateError::Unheeded {
                said: unreadable.into_iter().collect(),
            }));
        };
        self.unreadable = unreadable;
        if !self.open.is_empty() {
            let mut dropped = decisions.clone();
            for (subject, open) in &self.open {
                let fate = self.unless_renamed(subject, &open.from);
                self.say(subject, &open.from, &fate, &mut dropped);
            }
            let reading = match (self.read(&dropped), plain) {
                (Ok(reading), _) => Some(reading),
                (Err(_), Some(plain)) => Some(plain),
                (Err(error), None) => {
                    self.undroppable = Some(error.to_string());
                    None
                }
            };
            self.otherwise = reading.filter(|reading| reading.changes != written.changes);
        }
        self.take(written);
        Ok(())
    }

    /// The reading with these renames said, and all that is said then.
    fn with(&self, renames: &[(&Subject, &Verdict)], said: &Decisions) -> Result<(Reading, Decisions), GenerateError> {
        let mut decisions = said.clone();
        for (subject, verdict) in renames {
            self.say(
                subject,
                &verdict.from,
                &Fate::Renamed(verdict.to.clone()),
                &mut decisions,
            );
        }
        Ok((self.read(&decisions)?, decisions))
    }

    /// Takes a reading for the draft. A rename that is open was decided by nobody.
    fn take(&mut self, mut written: Reading) {
        for (subject, verdict) in &mut written.resolution.verdicts {
            let open = self
                .open
                .iter()
                .any(|(of, open)| of == subject && open.from == verdict.from);
            if open {
                verdict.by = DecidedBy::Evidence;
            }
        }
        self.resolution = written.resolution;
        self.resolution.remarks.extend(self.left_alone.iter().cloned());
        self.changes = written.changes;
    }

    pub(super) fn read(&self, decisions: &Decisions) -> Result<Reading, GenerateError> {
        match self.attempt(decisions) {
            (resolution, problems) if problems.is_empty() => Ok(self.compared(resolution)),
            (_, problems) => Err(said::misfits(ResolveErrors(problems))),
        }
    }

    fn attempt(&self, decisions: &Decisions) -> (Resolution, Vec<Problem>) {
        resolve::attempt(Input {
            before: &self.base.schema,
            declared: &self.declared,
            rules: &self.rules,
            decisions,
            words: &self.words,
        })
    }

    fn compared(&self, resolution: Resolution) -> Reading {
        let changes = compare(Pair::new(&self.base.schema, &resolution.after), &resolution.renames);
        Reading { resolution, changes }
    }

    /// The renames that the evidence alone has decided.
    pub fn taken(&self) -> impl Iterator<Item = (&Subject, &Verdict)> {
        let open = |subject: &Subject, verdict: &Verdict| {
            self.open
                .iter()
                .any(|(of, open)| of == subject && open.from == verdict.from)
        };
        let verdicts = self.resolution.verdicts.iter();
        verdicts
            .filter(move |(subject, verdict)| verdict.by == DecidedBy::Evidence && !open(subject, verdict))
            .map(|(subject, verdict)| (subject, verdict))
    }

    /// Whether everything that was said has a bearing on what differs.
    ///
    /// # Errors
    /// Something that was said speaks of nothing; says what and why.
    pub fn heeds(&self, decisions: &Decisions) -> Result<(), GenerateError> {
        let said = said::unheeded(decisions, &self.base.schema, &self.resolution, &self.changes);
        if said.is_empty() {
            Ok(())
        } else {
            Err(GenerateError::Unheeded { said })
        }
    }

    /// What a table is called in the draft, if that is another name.
    pub(super) fn new_table(&self, plain: &str) -> Option<String> {
        let tables = &self.resolution.renames.tables;
        tables.get(&self.before(plain)).map(TableName::plain)
    }

    /// What an enum type is called in the draft, if that is another name.
    pub(super) fn new_type_name(&self, plain: &str) -> Option<String> {
        let types = &self.resolution.renames.types;
        types.get(&self.old_type(plain)).map(TableName::plain)
    }

    /// The schema to which the tables of another one go in the draft.
    pub(super) fn moved_to(&self, from: &str) -> Option<String> {
        let mut verdicts = self.resolution.verdicts.iter();
        let found = verdicts.find(|(subject, verdict)| *subject == Subject::Namespace && verdict.from == from);
        found.map(|(_, verdict)| verdict.to.clone())
    }

    /// What was decided, and what the draft has taken for the likeliest where nobody has.
    pub(super) fn likeliest(&self) -> Decisions {
        let mut decisions = self.decisions.clone();
        for (subject, open) in &self.open {
            let mut verdicts = self.resolution.verdicts.iter();
            let taken = verdicts.find(|(of, verdict)| of == subject && verdict.from == open.from);
            if let Some((_, verdict)) = taken {
                self.say(subject, &open.from, &Fate::Renamed(verdict.to.clone()), &mut decisions);
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

    /// Adds to decisions what became of something.
    pub fn say(&self, subject: &Subject, from: &str, fate: &Fate, decisions: &mut Decisions) {
        match (subject, fate) {
            (Subject::Table, Fate::Renamed(to)) => decisions.tables.push((self.before(from), self.after(to))),
            (Subject::Table, Fate::Dropped) => {
                decisions.dropped_tables.insert(self.before(from));
            }
            (Subject::Type, Fate::Renamed(to)) => decisions.types.push((self.old_type(from), self.new_type(to))),
            (Subject::Type, Fate::Dropped) => {
                decisions.dropped_tables.insert(self.old_type(from));
            }
            (Subject::Namespace, Fate::Renamed(to)) => decisions.namespaces.push((from.to_owned(), to.clone())),
            // Nothing of a schema is dropped with it: without another name, its tables stay where they are.
            (Subject::Namespace, Fate::Dropped) => decisions.namespaces.push((from.to_owned(), from.to_owned())),
            (Subject::Column(of), Fate::Renamed(to)) => {
                decisions
                    .columns
                    .push((self.told(of, from, to), from.to_owned(), to.clone()));
            }
            (Subject::Label(of), Fate::Renamed(to)) => {
                decisions.labels.push((of.clone(), from.to_owned(), to.clone()));
            }
            (Subject::Column(of) | Subject::Label(of), Fate::Dropped) => {
                decisions.dropped_columns.insert((of.clone(), from.to_owned()));
            }
        }
    }

    /// The flag that says what became of something.
    pub fn flag(&self, subject: &Subject, from: &str, fate: &Fate) -> Flag {
        match (subject, fate) {
            (Subject::Table, Fate::Renamed(to)) => Flag::rename_table(&self.before(from), &self.after(to)),
            (Subject::Table, Fate::Dropped) => Flag::drop_table(&self.before(from)),
            (Subject::Type, Fate::Renamed(to)) => Flag::rename_type(&self.old_type(from), &self.new_type(to)),
            (Subject::Type, Fate::Dropped) => Flag::drop_table(&self.old_type(from)),
            (Subject::Namespace, Fate::Renamed(to)) => Flag::rename_schema(from, to),
            (Subject::Namespace, Fate::Dropped) => Flag::rename_schema(from, from),
            (Subject::Column(of), Fate::Renamed(to)) => Flag::rename(&self.told(of, from, to), from, to),
            (Subject::Label(of), Fate::Renamed(to)) => Flag::rename_label(of, from, to),
            (Subject::Column(of) | Subject::Label(of), Fate::Dropped) => Flag::drop_column(of, from),
        }
    }

    /// What becomes of something that is not renamed: gone, unless it is there under its name still.
    pub fn unless_renamed(&self, subject: &Subject, from: &str) -> Fate {
        let stays = match subject {
            Subject::Namespace => true,
            Subject::Column(of) => {
                let name = self.resolution.renames.table(of);
                let mut tables = self.declared.tables.iter();
                let found = tables.find(|table| table.name == name || table.name == *of);
                found.is_some_and(|table| table.columns.iter().any(|column| column.name == from))
            }
            Subject::Table => {
                let name = self.before(from);
                self.resolution.unmanaged_tables.contains(&name)
                    || self.declared.tables.iter().any(|table| table.name == name)
            }
            Subject::Type | Subject::Label(_) => false,
        };
        if stays {
            Fate::Renamed(from.to_owned())
        } else {
            Fate::Dropped
        }
    }

    /// A table as a decision about one of its columns names it: that a column stays is said of the table of after.
    fn told(&self, of: &TableName, from: &str, to: &str) -> TableName {
        if from == to {
            self.resolution.renames.table(of)
        } else {
            of.clone()
        }
    }

    fn old_type(&self, plain: &str) -> TableName {
        named_so(self.base.schema.types.keys(), plain)
    }

    fn new_type(&self, plain: &str) -> TableName {
        named_so(self.resolution.after.types.keys(), plain)
    }

    fn before(&self, plain: &str) -> TableName {
        named_so(self.base.schema.tables.keys(), plain)
    }

    fn after(&self, plain: &str) -> TableName {
        named_so(self.declared.tables.iter().map(|table| &table.name), plain)
    }
}

/// The table that is called so for people: its own name may hold dots.
fn named_so<'a>(mut names: impl Iterator<Item = &'a TableName>, plain: &str) -> TableName {
    names
        .find(|name| name.plain() == plain)
        .cloned()
        .unwrap_or_else(|| qualified(plain, "public"))
}

fn named((subject, open): &(Subject, Undecided)) -> (Subject, String) {
    (subject.clone(), open.from.clone())
}

/// The likeliest rename of each, where no likelier one has taken its new name.
fn likely(open: &[(Subject, Undecided)]) -> Vec<(&Subject, &Verdict)> {
    let mut all: Vec<(&Subject, &Verdict)> = open
        .iter()
        .flat_map(|(subject, open)| open.candidates.iter().map(move |verdict| (subject, verdict)))
        .collect();
    // Stable: among equals the order of the names, and of the candidates, counts.
    all.sort_by(|a, b| b.1.evidence.score.total_cmp(&a.1.evidence.score));
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    all.retain(|(subject, verdict)| {
        let free = !from.contains(&(*subject, &verdict.from)) && !to.contains(&(*subject, &verdict.to));
        if free {
            from.insert((*subject, &verdict.from));
            to.insert((*subject, &verdict.to));
        }
        free
    });
    all
}
