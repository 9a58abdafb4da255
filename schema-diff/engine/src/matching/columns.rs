//! Matches the declared columns of a table with the existing ones.

use std::collections::BTreeSet;

use super::{
    DecidedBy, Matcher, Sureness,
    candidates::pairs,
    choice::{self, Choice, Decided, Names},
    column_facts::{Columns, SplitOrMerge},
    evidence::{
        ColumnFacts, Reasons, Retyped, TypeLikeness, add_code_reasons, column_reasons, kept_reasons, type_likeness,
    },
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
        let mut kept: BTreeSet<&str> = columns
            .old
            .keys()
            .copied()
            .filter(|name| columns.is_new(name))
            .collect();
        for (from, (to, _)) in &decided {
            kept.remove(from.as_str());
            kept.remove(to.as_str());
        }
        let replaced = self.replaced_columns(declared, &columns, &kept);
        kept.retain(|name| !replaced.contains(*name));
        let is_kept = |name: &str| kept.contains(name);
        if columns.old.keys().copied().all(is_kept) || columns.new.keys().copied().all(is_kept) {
            return;
        }
        let dropped = self.facts_of_old(before, &columns, &kept);
        let added = self.facts_of_new(declared, &columns, &kept);
        let mut chosen = self.columns_by_evidence(declared, before, (&dropped, &added), &decided, &replaced);
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
        (dropped, added): (&[ColumnFacts], &[ColumnFacts]),
        decided: &Decided<String>,
        replaced: &BTreeSet<String>,
    ) -> Choice<String> {
        let names =
            |facts: &[ColumnFacts]| -> Vec<String> { facts.iter().map(|facts| facts.column.name.clone()).collect() };
        let keys = |facts: &[ColumnFacts]| -> Vec<Vec<String>> { facts.iter().map(ColumnFacts::keys).collect() };
        let split_or_merge = SplitOrMerge::of(dropped, added);
        let exchanged: BTreeSet<&str> = self.input.code.taken_columns(&declared.name).collect();
        let chosen = choice::assign(
            &Names {
                dropped: &names(dropped),
                added: &names(added),
                decided,
                not_renamed: &self.not_renamed(declared, before),
                sure: self.input.rules.sure,
                shown: String::clone,
            },
            pairs(&keys(dropped), &keys(added)),
            |old, new| {
                let (old, new) = (&dropped[old], &added[new]);
                let is_exchanged = exchanged.contains(&*old.column.name);
                let mut reasons = schema_reasons(old, new, replaced, is_exchanged);
                let uses = self
                    .input
                    .code
                    .column((&before.name, &old.column.name), (&declared.name, &new.column.name));
                add_code_reasons(&uses, &new.column.name, retyped(old, new), &mut reasons);
                if old.column.name != new.column.name {
                    split_or_merge.add_reasons(old, new, (dropped, added), &mut reasons);
                }
                reasons
            },
        );
        reject_conflicts(chosen, replaced)
    }
}

/// Weighs what the schemas say of a pair of columns. `replaced`: names that exist before and after, for which another
/// column may be meant. `is_exchanged`: whether the code uses another name for the old one.
fn schema_reasons(old: &ColumnFacts, new: &ColumnFacts, replaced: &BTreeSet<String>, is_exchanged: bool) -> Reasons {
    if old.column.name == new.column.name {
        return kept_reasons(old, new);
    }
    // Two columns that change to one type have exchanged nothing.
    let both_replaced = replaced.contains(&old.column.name)
        && replaced.contains(&new.column.name)
        && matches!(
            type_likeness(&old.column.data_type, &new.column.data_type),
            TypeLikeness::Same | TypeLikeness::Modifier | TypeLikeness::Family
        );
    let mut reasons = column_reasons(old, new);
    if both_replaced && is_exchanged {
        reasons.add(2.5, "both names are kept, and the code has exchanged them");
    } else if both_replaced {
        reasons.add(2.5, "both names are kept, and the types are exchanged");
    }
    reasons
}

/// Returns how the types of two columns differ for the code.
fn retyped(old: &ColumnFacts, new: &ColumnFacts) -> Retyped {
    let (before, after) = (&old.column, &new.column);
    match type_likeness(&before.data_type, &after.data_type) {
        TypeLikeness::Same | TypeLikeness::Modifier if before.nullable == after.nullable => Retyped::No,
        TypeLikeness::Same | TypeLikeness::Modifier | TypeLikeness::Family => Retyped::SameKind,
        TypeLikeness::Convertible | TypeLikeness::ThroughText | TypeLikeness::Unrelated => Retyped::OtherKind,
    }
}

/// Rejects renames by evidence to a name that another column keeps; they become undecided. An existing column's name is
/// free only if that column is renamed, too.
fn reject_conflicts(mut chosen: Choice<String>, replaced: &BTreeSet<String>) -> Choice<String> {
    loop {
        let renames = &chosen.renames;
        let conflicting = renames.iter().position(|found| {
            let by_evidence = found.by == DecidedBy::Evidence && found.from != found.to;
            let is_freed = renames
                .iter()
                .any(|other| other.from == found.to && other.to != other.from);
            let is_taken = renames
                .iter()
                .any(|other| other.to == found.from && other.to != other.from);
            by_evidence
                && ((replaced.contains(&found.to) && !is_freed) || (replaced.contains(&found.from) && !is_taken))
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
