//! Finds tables whose name another table has taken: exchanges of two names, rotations, chains.
//!
//! A name on both sides is the same table, unless few of its columns remain and those of another table appear. Such a
//! rename is always a question, because the columns are its only evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DecidedBy, Matcher, Matches, Rename, Undecided,
    evidence::{TableFacts, agreement, table_reasons},
    tables::{OneSided, former_names},
};
use crate::{
    declared::DeclaredTable,
    model::{ObjectId, TableName},
};
use schema_diff_grammar::attribute::ColumnAttribute;

/// Below this share of common columns, a table may be a different one under the same name.
const MIN_KEPT_SHARE: f64 = 0.5;
/// From this share of common columns on, a table may be a renamed one.
const MIN_RENAMED_SHARE: f64 = 0.6;
/// The agreeing columns must identify the table about as well as one distinctive column does.
const MIN_DISTINCTIVENESS: f64 = 0.9;
/// The lowest score of such a question.
const MIN_SCORE: f64 = 0.1;

impl<'a> Matcher<'a> {
    /// Returns the names of tables that exist before and after with different columns.
    pub(super) fn replaced_tables(&self, is_unchanged: &impl Fn(&TableName, &Matches) -> bool) -> BTreeSet<TableName> {
        let declared = self.input.declared.tables.iter();
        let replaced =
            declared.filter(|table| !is_unchanged(&table.name, &self.out.matches) && self.is_replaced(table));
        replaced.map(|table| table.name.clone()).collect()
    }

    fn is_replaced(&self, declared: &DeclaredTable) -> bool {
        let before = self.input.before;
        let Some(found) = before
            .tables
            .get(&declared.name)
            .filter(|table| self.input.is_managed(table))
        else {
            return false;
        };
        let same = found
            .columns
            .iter()
            .filter(|column| declared.columns.iter().any(|own| own.name == column.name));
        let most = found.columns.len().max(declared.columns.len());
        if same.count() * 2 > most || self.input.is_unmanaged(declared) {
            return false;
        }
        let (old, new) = (self.old_facts(&declared.name), self.new_facts(declared));
        old.is_some_and(|old| agreement(&old, &new).0 < MIN_KEPT_SHARE)
    }

    /// Returns whether a decision or an attribute concerns the table or its columns.
    fn has_decision(&self, declared: &DeclaredTable) -> bool {
        let (name, decisions) = (&declared.name, &self.input.decisions);
        let mut attributes = declared.columns.iter().flat_map(|column| &column.attributes);
        decisions.tables.iter().any(|(old, new)| old == name && new == name)
            || decisions.columns.iter().any(|(table, ..)| table == name)
            || decisions.dropped_columns.iter().any(|(table, _)| table == name)
            || attributes.any(|(attribute, _)| matches!(attribute, ColumnAttribute::RenamedFrom(_)))
    }

    /// Returns the tables to which a decision or an attribute gives a name that another table had, new name to old.
    pub(super) fn crossed_tables(&self, replaced: &BTreeSet<TableName>) -> BTreeMap<TableName, TableName> {
        let mut renames: Vec<(TableName, TableName)> = self.input.decisions.tables.clone();
        let is_open = |name: &TableName| replaced.contains(name) || !self.input.before.tables.contains_key(name);
        for table in self.input.declared.tables.iter().filter(|table| is_open(&table.name)) {
            for (old, _) in former_names(table) {
                if renames.iter().all(|(from, to)| *from != old && *to != table.name) {
                    renames.push((old, table.name.clone()));
                }
            }
        }
        if renames.is_empty() {
            return BTreeMap::new();
        }
        let is_old = |name: &TableName| renames.iter().any(|(old, _)| old == name);
        let exists = |name: &TableName| self.input.before.tables.contains_key(name);
        let declared: BTreeSet<&TableName> = self.input.declared.tables.iter().map(|table| &table.name).collect();
        // A name that exists before is free if its own table is renamed or dropped by decision. The old name must be
        // declared again, for another table or for a new one, or the new name must exist before.
        let is_dropped = |name: &TableName| self.input.decisions.dropped_tables.contains(name);
        let is_freed = |new: &TableName| !exists(new) || is_old(new) || is_dropped(new);
        renames
            .iter()
            .filter(|(old, new)| old != new && exists(old) && declared.contains(new))
            .filter(|(old, new)| (exists(new) || declared.contains(old)) && is_freed(new))
            .map(|(old, new)| (new.clone(), old.clone()))
            .collect()
    }

    /// Returns the questions about tables whose columns appear under another table's name.
    pub(super) fn exchanged_tables(&self, found: &OneSided<'a>, replaced: &BTreeSet<TableName>) -> Vec<Undecided> {
        let declared = self.input.declared.tables.iter();
        let open: Vec<&'a DeclaredTable> = declared
            .filter(|table| replaced.contains(&table.name) && !found.adds(&table.name))
            .filter(|table| !self.has_decision(table))
            .collect();
        if open.is_empty() {
            return Vec::new();
        }
        let is_open = |name: &TableName| open.iter().any(|table| table.name == *name);
        let (old, new) = self.facts_of(&open, found);
        let mut all = Vec::new();
        for old in &old {
            // Pairs of a dropped and an added table are compared elsewhere.
            let others = new
                .iter()
                .filter(|new| new.table != old.table && (is_open(&old.table) || is_open(&new.table)));
            let mut candidates: Vec<Rename> = others.filter_map(|new| exchange(old, new)).collect();
            candidates.sort_by(|a, b| {
                let scores = b.evidence.score.total_cmp(&a.evidence.score);
                scores.then(a.after.cmp(&b.after))
            });
            if !candidates.is_empty() {
                all.push(Undecided {
                    before: ObjectId::Table(old.table.clone()),
                    candidates,
                });
            }
        }
        all
    }

    /// Collects the facts about the tables that may have exchanged their names: the open ones, and those that exist on
    /// one side only.
    fn facts_of(&self, open: &[&'a DeclaredTable], found: &OneSided<'a>) -> (Vec<TableFacts>, Vec<TableFacts>) {
        let dropped = &self.input.decisions.dropped_tables;
        let undeclared = found
            .dropped
            .iter()
            .filter(|name| !dropped.contains(*name) && !self.out.unmanaged.contains(*name));
        let old = open.iter().map(|table| &table.name).chain(undeclared);
        let new = open.iter().chain(&found.added);
        (
            old.filter_map(|name| self.old_facts(name)).collect(),
            new.map(|table| self.new_facts(table)).collect(),
        )
    }

    /// Keeps the questions about exchanged names that other renames do not answer.
    pub(super) fn ask_about_exchanged(&mut self, mut exchanged: Vec<Undecided>) {
        let renames = &self.out.renames;
        exchanged.retain_mut(|open| {
            let is_free = |own: &Rename| !renames.iter().any(|rename| rename.after == own.after);
            open.candidates.retain(is_free);
            !open.candidates.is_empty() && !renames.iter().any(|rename| rename.before == open.before)
        });
        let asked: BTreeSet<&ObjectId> = exchanged.iter().map(|open| &open.before).collect();
        self.out.undecided.retain(|open| !asked.contains(&open.before));
        self.exchanged = exchanged
            .iter()
            .filter_map(|open| match &open.before {
                ObjectId::Table(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        self.out.undecided.extend(exchanged);
    }

    /// Removes the questions about columns of exchanged tables: a table's columns depend on which table it is.
    pub(super) fn without_columns_of_exchanged_tables(&mut self) {
        let exchanged = &self.exchanged;
        let is_open = |open: &Undecided| matches!(&open.before, ObjectId::Column { relation, .. } if exchanged.contains(relation));
        self.out.undecided.retain(|open| !is_open(open));
    }
}

/// Returns a possible rename of a table to another table's name, if most of its columns appear there.
fn exchange(old: &TableFacts, new: &TableFacts) -> Option<Rename> {
    let (share, known) = agreement(old, new);
    (share >= MIN_RENAMED_SHARE && known >= MIN_DISTINCTIVENESS).then(|| {
        let mut reasons = table_reasons(old, new);
        reasons.doubt();
        let score = 1.0 / (1.0 + (-reasons.log_odds()).exp());
        Rename {
            before: ObjectId::Table(old.table.clone()),
            after: ObjectId::Table(new.table.clone()),
            by: DecidedBy::Evidence,
            evidence: reasons.evidence(score.max(MIN_SCORE), 1.0),
        }
    })
}
