//! Tables whose name another table has taken: two that exchanged their names, rotations, chains.
//!
//! A name that is there on both sides is the same table, unless hardly any of its columns is left and those of another table are
//! there. That is always asked: nothing but the columns speaks for it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, table_renames::Matches};
use crate::{
    declared::DeclaredTable,
    model::TableName,
    renames::{
        decide::{DecidedBy, Undecided, Verdict},
        evidence::{TableFacts, agreement, table_balance},
    },
};
use schema_diff_grammar::attribute::{ColumnAttribute, TableAttribute};

/// Below this share of its columns, a table may be another one.
const HARDLY_ANY: f64 = 0.5;
/// From this share on, another table may be it.
const MOST: f64 = 0.6;
/// At least one column has to say which table it is.
const TELLING: f64 = 0.9;
/// A question is asked at least at this score.
const ASKED: f64 = 0.1;

impl<'a> Resolver<'a> {
    /// Names of tables that are there on both sides with other columns.
    pub(super) fn replaced_tables(&mut self) -> BTreeSet<TableName> {
        let declared: Vec<&'a DeclaredTable> = self.input.declared.tables.iter().collect();
        let replaced = declared.into_iter().filter(|table| self.is_replaced(table));
        replaced.map(|table| table.name.clone()).collect()
    }

    fn is_replaced(&mut self, declared: &'a DeclaredTable) -> bool {
        let before = self.input.before;
        let Some(found) = before.tables.get(&declared.name).filter(|table| self.is_ours(table)) else {
            return false;
        };
        let same = found
            .columns
            .iter()
            .filter(|column| declared.columns.iter().any(|own| own.name == column.name));
        let most = found.columns.len().max(declared.columns.len());
        if same.count() * 2 > most || self.is_left_alone(declared) {
            return false;
        }
        let (old, new) = (self.old_facts(&declared.name), self.new_facts(declared));
        old.is_some_and(|old| agreement(&old, &new).0 < HARDLY_ANY)
    }

    /// Whether a decision or an attribute says of a table's columns, or of the table, what became of them.
    fn stays_by_decision(&self, declared: &DeclaredTable) -> bool {
        let (name, decisions) = (&declared.name, &self.input.decisions);
        let mut attributes = declared.columns.iter().flat_map(|column| &column.attributes);
        decisions.tables.iter().any(|(old, new)| old == name && new == name)
            || decisions.columns.iter().any(|(table, ..)| table == name)
            || decisions.dropped_columns.iter().any(|(table, _)| table == name)
            || attributes.any(|(attribute, _)| matches!(attribute, ColumnAttribute::RenamedFrom(_)))
    }

    /// Tables that a decision or an attribute gives a name that another one had, new name to old.
    pub(super) fn crossed_tables(&self, replaced: &BTreeSet<TableName>) -> BTreeMap<TableName, TableName> {
        let mut said: Vec<(TableName, TableName)> = self.input.decisions.tables.clone();
        let is_open = |name: &TableName| replaced.contains(name) || !self.input.before.tables.contains_key(name);
        for table in self.input.declared.tables.iter().filter(|table| is_open(&table.name)) {
            for (attribute, _) in &table.attributes {
                if let TableAttribute::RenamedFrom(old) = attribute {
                    let old = super::table_renames::qualified(old, &table.name.schema);
                    if said.iter().all(|(from, to)| *from != old && *to != table.name) {
                        said.push((old, table.name.clone()));
                    }
                }
            }
        }
        let is_old = |name: &TableName| said.iter().any(|(old, _)| old == name);
        let is_there = |name: &TableName| self.input.before.tables.contains_key(name);
        let declared: BTreeSet<&TableName> = self.input.declared.tables.iter().map(|table| &table.name).collect();
        // A name that is taken has to be passed on by its own table, or that is dropped by decision; the one that is given up is another
        // table's, or a new one's.
        let is_dropped = |name: &TableName| self.input.decisions.dropped_tables.contains(name);
        let leaves = |new: &TableName| !is_there(new) || is_old(new) || is_dropped(new);
        said.iter()
            .filter(|(old, new)| old != new && is_there(old) && declared.contains(new))
            .filter(|(old, new)| (is_there(new) || declared.contains(old)) && leaves(new))
            .map(|(old, new)| (new.clone(), old.clone()))
            .collect()
    }

    /// Asks about tables whose columns are found under the name of another one.
    pub(super) fn exchanged_tables(&mut self, matches: &Matches<'a>, replaced: &BTreeSet<TableName>) -> Vec<Undecided> {
        let declared: Vec<&'a DeclaredTable> = self.input.declared.tables.iter().collect();
        let open: Vec<&'a DeclaredTable> = declared
            .into_iter()
            .filter(|table| replaced.contains(&table.name) && !matches.added.iter().any(|own| own.name == table.name))
            .filter(|table| !self.stays_by_decision(table))
            .collect();
        if open.is_empty() {
            return Vec::new();
        }
        let decisions = self.input.decisions;
        let gone = matches
            .dropped
            .iter()
            .filter(|name| !decisions.dropped_tables.contains(*name) && !self.out.unmanaged_tables.contains(*name));
        let old: Vec<TableFacts> = open
            .iter()
            .map(|table| &table.name)
            .chain(gone)
            .filter_map(|name| self.old_facts(name))
            .collect();
        let new: Vec<&'a DeclaredTable> = open.iter().copied().chain(matches.added.iter().copied()).collect();
        let new: Vec<TableFacts> = new.into_iter().map(|table| self.new_facts(table)).collect();
        let mut all = Vec::new();
        for old in &old {
            let mut candidates = Vec::new();
            for new in new.iter().filter(|new| new.table != old.table) {
                // What is there on one side only is weighed where that is all there is.
                let is_open = |name: &TableName| open.iter().any(|table| table.name == *name);
                let (share, known) = agreement(old, new);
                if (is_open(&old.table) || is_open(&new.table)) && share >= MOST && known >= TELLING {
                    let mut balance = table_balance(old, new);
                    balance.doubt();
                    let score = 1.0 / (1.0 + (-balance.log_odds()).exp());
                    candidates.push(Verdict {
                        from: old.table.plain(),
                        to: new.table.plain(),
                        by: DecidedBy::Evidence,
                        evidence: balance.evidence(score.max(ASKED)),
                    });
                }
            }
            candidates.sort_by(|a, b| b.evidence.score.total_cmp(&a.evidence.score).then(a.to.cmp(&b.to)));
            if !candidates.is_empty() {
                all.push(Undecided {
                    from: old.table.plain(),
                    candidates,
                });
            }
        }
        all
    }
}
