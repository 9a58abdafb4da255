//! Finds columns that keep their names and may have exchanged them.

use std::collections::BTreeSet;

use super::{
    Matcher,
    column_facts::Columns,
    evidence::{TypeLikeness, type_likeness},
};
use crate::{
    casts::base,
    declared::{DeclaredColumn, DeclaredTable},
    declared_type::effective_type,
    model::Column,
};

impl Matcher<'_> {
    /// Returns the columns that keep their name but not their type, whose length and nullability appear on other
    /// columns, or whose uses in the code became another name: another column may have taken the name, in a chain or an exchange.
    pub(super) fn replaced_columns(
        &self,
        declared: &DeclaredTable,
        Columns { old, new }: &Columns<'_>,
        kept: &BTreeSet<&str>,
    ) -> BTreeSet<String> {
        let is_kept_by_decision = |name: &str| {
            let decided = &self.input.decisions.columns;
            decided
                .iter()
                .any(|(table, from, to)| *table == declared.name && from == name && to == name)
        };
        let kept: Vec<&str> = kept.iter().copied().filter(|name| !is_kept_by_decision(name)).collect();
        let is_kept = |name: &str| old.contains_key(name) && new.contains_key(name) && !is_kept_by_decision(name);
        let mut replaced = BTreeSet::new();
        let mut resembling = Vec::new();
        for name in kept {
            let (actual, declared) = (old[name], new[name]);
            // Most columns have a type of the same name, which needs no lookup.
            if actual.data_type.name.name == declared.data_type.name
                && actual.data_type.array == declared.data_type.array
            {
                if !resembles(actual, declared) {
                    resembling.push(name);
                }
                continue;
            }
            if self.becomes_unlike(actual, declared) {
                replaced.insert(name.to_owned());
            }
        }
        let has_ends = old.keys().any(|name| !new.contains_key(name)) && new.keys().any(|name| !old.contains_key(name));
        for name in resembling.into_iter().filter(|_| has_ends) {
            let is_reused = new
                .iter()
                .any(|(other, column)| !old.contains_key(other) && resembles(old[name], column));
            let is_taken = old
                .iter()
                .any(|(other, column)| !new.contains_key(other) && resembles(column, new[name]));
            if is_reused && is_taken {
                replaced.insert(name.to_owned());
            }
        }
        if replaced.len() < 2 && !has_ends {
            replaced.clear();
        }
        let taken = self.input.code.taken_columns(&declared.name);
        replaced.extend(taken.filter(|name| is_kept(name)).map(str::to_owned));
        replaced
    }

    /// Returns whether a column's declared type is neither the actual type, with any modifier, nor of its family.
    fn becomes_unlike(&self, actual: &Column, declared: &DeclaredColumn) -> bool {
        let Some(found) = self.column_type(declared) else {
            return false;
        };
        let mut wanted = found.data_type;
        if !found.is_spelled {
            wanted = self.types().as_printed(declared, &actual.data_type, wanted);
        }
        let actual = self.out.matches.data_type(&actual.data_type);
        let wanted = effective_type(&self.types, &actual, &wanted, found.is_spelled);
        let likeness = type_likeness(&base(&self.types, &actual), &base(&self.types, &wanted));
        matches!(
            likeness,
            TypeLikeness::Convertible | TypeLikeness::ThroughText | TypeLikeness::Unrelated
        )
    }
}

/// Returns whether two columns have the same type, length and nullability.
fn resembles(old: &Column, new: &DeclaredColumn) -> bool {
    old.data_type.name.name == new.data_type.name
        && old.data_type.array == new.data_type.array
        && length(old) == new.max_length.map(|length| length.to_string())
        && old.nullable == new.nullable
}

/// Returns the length that `max_length` declares.
fn length(column: &Column) -> Option<String> {
    let has_one = matches!(column.data_type.builtin_name(), Some("varchar" | "bpchar"));
    column.data_type.modifier.clone().filter(|_| has_one)
}
