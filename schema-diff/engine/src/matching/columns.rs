//! Matches the declared columns of a table with the existing ones.

use std::collections::BTreeSet;

use super::{
    DecidedBy, Matcher, Sureness,
    candidates::pairs,
    choice::{self, Choice, Decided, Names},
    column_facts::{Columns, Crowd},
    evidence::{ColumnFacts, TypeLikeness, column_balance, staying_balance, type_likeness},
};
use crate::{
    declared::DeclaredTable,
    model::{ObjectId, Table},
};

impl Matcher<'_> {
    /// Decides which columns of an existing table are renamed.
    pub(super) fn columns(&mut self, declared: &DeclaredTable, before: &Table) {
        let columns = self.columns_of(declared, before);
        let decided = self.decided_columns(declared, before, &columns);
        let mut staying: BTreeSet<&str> = columns
            .old
            .keys()
            .copied()
            .filter(|name| columns.is_new(name))
            .collect();
        for (from, (to, _)) in &decided {
            staying.remove(from.as_str());
            staying.remove(to.as_str());
        }
        let moving = self.moving(declared, &columns, &staying);
        staying.retain(|name| !moving.contains(*name));
        let stays = |name: &str| staying.contains(name);
        if columns.old.keys().copied().all(stays) || columns.new.keys().copied().all(stays) {
            return;
        }
        let gone = self.facts_of_old(before, &columns, &staying);
        let come = self.facts_of_new(declared, &columns, &staying);
        let mut chosen = self.columns_by_evidence(declared, before, (&gone, &come), &decided, &moving);
        chosen.renames.retain(|found| found.from != found.to);
        for found in &chosen.renames {
            let (from, to) = (found.from.as_str(), found.to.as_str());
            self.out.matches.match_column(&before.name, from, to);
        }
        let (renames, undecided) = chosen.identified(
            |name| ObjectId::column(&before.name, name),
            |name| ObjectId::column(&declared.name, name),
        );
        self.out.renames.extend(renames);
        self.out.undecided.extend(undecided);
    }

    /// Returns the columns that a declaration may rename: inherited ones are renamed with their parent's, and ignored
    /// ones are kept.
    fn columns_of<'t>(&self, declared: &'t DeclaredTable, before: &'t Table) -> Columns<'t> {
        let ignored = |name: &str| (self.input.rules.ignores_column)(&declared.name, name);
        let own = |name: &str| before.column(name).is_none_or(|own| !own.inherited) && !ignored(name);
        let (old, new) = (before.columns.iter(), declared.columns.iter());
        Columns {
            old: old
                .filter(|column| own(&column.name))
                .map(|column| (column.name.as_str(), column))
                .collect(),
            new: new
                .filter(|column| own(&column.name))
                .map(|column| (column.name.as_str(), column))
                .collect(),
        }
    }

    fn columns_by_evidence(
        &self,
        declared: &DeclaredTable,
        before: &Table,
        (gone, come): (&[ColumnFacts], &[ColumnFacts]),
        decided: &Decided<String>,
        moving: &BTreeSet<String>,
    ) -> Choice<String> {
        let names =
            |facts: &[ColumnFacts]| -> Vec<String> { facts.iter().map(|facts| facts.column.name.clone()).collect() };
        let keys = |facts: &[ColumnFacts]| -> Vec<Vec<String>> { facts.iter().map(ColumnFacts::keys).collect() };
        let crowd = Crowd::of(gone, come);
        let chosen = choice::assign(
            &Names {
                dropped: &names(gone),
                added: &names(come),
                decided,
                surely_dropped: &self.surely_dropped(declared, before),
                shown: String::clone,
            },
            pairs(&keys(gone), &keys(come)),
            |old, new| {
                let (old, new) = (&gone[old], &come[new]);
                if old.column.name == new.column.name {
                    return staying_balance(old, new);
                }
                // Two columns that change to one type have exchanged nothing.
                let both_moved = moving.contains(&old.column.name)
                    && moving.contains(&new.column.name)
                    && matches!(
                        type_likeness(&old.column.data_type, &new.column.data_type),
                        TypeLikeness::Same | TypeLikeness::Modifier | TypeLikeness::Family
                    );
                let mut balance = column_balance(old, new);
                if both_moved {
                    balance.add(2.5, "both names stay, and the types changed hands");
                }
                crowd.weigh(old, new, &mut balance);
                balance
            },
        );
        closed(chosen, moving)
    }
}

/// Rejects renames by evidence to a name that another column keeps; they become undecided. An existing column's name is
/// free only if that column is renamed, too.
fn closed(mut chosen: Choice<String>, moving: &BTreeSet<String>) -> Choice<String> {
    loop {
        let renames = &chosen.renames;
        let conflicting = renames.iter().position(|found| {
            let by_evidence = found.by == DecidedBy::Evidence && found.from != found.to;
            let leaves = renames
                .iter()
                .any(|other| other.from == found.to && other.to != other.from);
            let comes = renames
                .iter()
                .any(|other| other.to == found.from && other.to != other.from);
            by_evidence && ((moving.contains(&found.to) && !leaves) || (moving.contains(&found.from) && !comes))
        });
        let Some(at) = conflicting else { break };
        let mut found = chosen.renames.remove(at);
        found.evidence.sureness = Sureness::Plausible;
        chosen.undecided.push((found.from.clone(), vec![found]));
    }
    // That a column keeps its name is no question.
    for (from, candidates) in &mut chosen.undecided {
        candidates.retain(|found| found.to != *from);
    }
    chosen.undecided.retain(|(_, candidates)| !candidates.is_empty());
    chosen
}
