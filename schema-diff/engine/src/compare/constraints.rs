//! Compares constraints and indexes of a table that exists before and after: by definition, then by name.

use std::collections::BTreeSet;

use super::change::Change;
use crate::{
    matching::Matches,
    model::{Constraint, Index, Pair, Table, TableKind, TableName},
};

pub(super) fn constraints(pair: Pair<&Table>, matches: &Matches, changes: &mut Vec<Change>) {
    let table = pair.map(|table| table.name.clone());
    let before: Vec<Constraint> = own(pair.before.constraints.values(), |found| found.inherited)
        .map(|constraint| matches.map_constraint(&table.before, constraint))
        .collect();
    let after: Vec<&Constraint> = own(pair.after.constraints.values(), |found| found.inherited).collect();
    let same = |old: &Constraint, new: &Constraint| {
        Constraint {
            name: new.name.clone(),
            comment: new.comment.clone(),
            ..old.clone()
        } == *new
    };
    let (renamed, dropped, new) = matched(&before, &after, |found| &found.name, same);
    // A constraint that Postgres attaches to a new one of the partitioned table is kept.
    let is_attached = |name: &String| pair.after.constraints.get(name).is_some_and(|own| own.inherited);
    let dropped = dropped.into_iter().filter(|name| !is_attached(name));
    changes.extend(dropped.map(|name| Change::DropConstraint {
        table: table.clone(),
        name,
    }));
    changes.extend(renamed.into_iter().map(|name| Change::RenameConstraint {
        table: table.clone(),
        name,
    }));
    changes.extend(new.into_iter().map(|name| Change::AddConstraint {
        table: table.clone(),
        name,
    }));
}

pub(super) fn indexes(pair: Pair<&Table>, matches: &Matches, changes: &mut Vec<Change>) {
    let table: Pair<TableName> = pair.map(|table| table.name.clone());
    let before: Vec<Index> = own(pair.before.indexes.values(), |found| found.inherited)
        .map(|index| matches.map_index(&table.before, index))
        .collect();
    let after: Vec<&Index> = own(pair.after.indexes.values(), |found| found.inherited).collect();
    // An index of a partitioned table is invalid until all partitions have theirs; any other one is what a failed build has left.
    let is_whole = pair.before.kind == TableKind::Ordinary;
    let same = |old: &Index, new: &Index| {
        if is_whole && !old.valid && new.valid {
            return false;
        }
        Index {
            name: new.name.clone(),
            comment: new.comment.clone(),
            columns: new.columns.clone(),
            valid: new.valid,
            clustered: new.clustered,
            ..old.clone()
        } == *new
    };
    let (renamed, dropped, new) = matched(&before, &after, |found| &found.name, same);
    let is_attached = |name: &String| pair.after.indexes.get(name).is_some_and(|own| own.inherited);
    let dropped = dropped.into_iter().filter(|name| !is_attached(name));
    changes.extend(dropped.map(|name| Change::DropIndex {
        table: table.clone(),
        name,
    }));
    changes.extend(renamed.into_iter().map(|name| Change::RenameIndex {
        table: table.clone(),
        name,
    }));
    changes.extend(new.into_iter().map(|name| Change::CreateIndex {
        table: table.clone(),
        name,
    }));
}

fn own<'a, T: 'a>(all: impl Iterator<Item = &'a T>, inherited: impl Fn(&T) -> bool) -> impl Iterator<Item = &'a T> {
    all.filter(move |found| !inherited(found))
}

/// Pairs equal objects, first those of the same name, then those of any name. Returns the renamed, the dropped and the
/// new ones.
fn matched<T>(
    before: &[T],
    after: &[&T],
    name: impl Fn(&T) -> &String,
    same: impl Fn(&T, &T) -> bool,
) -> (Vec<Pair<String>>, Vec<String>, Vec<String>) {
    let mut free_after: BTreeSet<usize> = (0..after.len()).collect();
    let mut free_before: BTreeSet<usize> = (0..before.len()).collect();
    let mut renamed = Vec::new();
    for by_name in [true, false] {
        for (old_at, old) in before.iter().enumerate() {
            let found = free_after
                .iter()
                .copied()
                .find(|new_at| (!by_name || name(old) == name(after[*new_at])) && same(old, after[*new_at]));
            if let Some(new_at) = found.filter(|_| free_before.contains(&old_at)) {
                free_before.remove(&old_at);
                free_after.remove(&new_at);
                if name(old) != name(after[new_at]) {
                    renamed.push(Pair::new(name(old).clone(), name(after[new_at]).clone()));
                }
            }
        }
    }
    let dropped = free_before.into_iter().map(|at| name(&before[at]).clone()).collect();
    let new = free_after.into_iter().map(|at| name(after[at]).clone()).collect();
    (renamed, dropped, new)
}
