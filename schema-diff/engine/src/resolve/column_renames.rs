//! Which declared columns of a table are which of before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject, types::settle};
use crate::{
    casts::base,
    declared::{DeclaredColumn, DeclaredTable, Location},
    model::{Column, Table, TableName},
    renames::{
        Sureness,
        decide::{self, DecidedBy, Names, Outcome},
        evidence::{
            Balance, ColumnFacts, Name, Roles, TypeLikeness, column_balance, places, staying_balance, type_likeness,
        },
        pairs,
    },
};
use schema_diff_grammar::attribute::ColumnAttribute;

type Said = BTreeMap<String, (String, DecidedBy)>;

impl Resolver<'_> {
    /// Decides which columns of a table that stays have another name.
    pub(super) fn column_renames(&mut self, declared: &DeclaredTable, before: &Table) {
        let ignored = |name: &str| (self.input.rules.ignores_column)(&declared.name, name);
        let old: BTreeMap<&str, &Column> = before
            .columns
            .iter()
            .filter(|column| !column.inherited && !ignored(&column.name))
            .map(|column| (column.name.as_str(), column))
            .collect();
        let new: BTreeMap<&str, &DeclaredColumn> = declared
            .columns
            .iter()
            .filter(|column| !ignored(&column.name))
            .filter(|column| before.column(&column.name).is_none_or(|own| !own.inherited))
            .map(|column| (column.name.as_str(), column))
            .collect();
        let said = self.said_of_columns(declared, before, &old, &new);
        let mut staying: BTreeSet<&str> = old.keys().filter(|name| new.contains_key(*name)).copied().collect();
        for (from, (to, _)) in &said {
            staying.remove(from.as_str());
            staying.remove(to.as_str());
        }
        let moving = self.moving(declared, &old, &new, &staying);
        staying.retain(|name| !moving.contains(*name));
        let is_gone =
            |column: &&Column| old.contains_key(column.name.as_str()) && !staying.contains(column.name.as_str());
        let is_new = |column: &&DeclaredColumn| {
            new.contains_key(column.name.as_str()) && !staying.contains(column.name.as_str())
        };
        if !before.columns.iter().any(|column| is_gone(&column))
            || !declared.columns.iter().any(|column| is_new(&column))
        {
            return;
        }
        let names: Vec<&str> = before.columns.iter().map(|column| column.name.as_str()).collect();
        let table_name = Name::read(&before.name.name);
        let mut roles = Roles::of_table(before, |table| self.out.renames.table(table));
        let gone: Vec<ColumnFacts> = before
            .columns
            .iter()
            .zip(places(&names, &staying))
            .filter(|(column, _)| is_gone(column))
            .map(|(column, place)| {
                let mut column = column.clone();
                column.data_type = self.out.renames.data_type(&base(self.input.before, &column.data_type));
                ColumnFacts {
                    name: Name::of_column(&column.name, &table_name),
                    place,
                    roles: roles.remove(column.name.as_str()).unwrap_or_default(),
                    is_backfilled: false,
                    column,
                }
            })
            .collect();
        let come = self.facts_of_new(declared, &staying, is_new);
        let outcome = self.columns_by_evidence(declared, before, (&gone, &come), &said, &moving);
        let subject = Subject::Column(before.name.clone());
        for verdict in outcome.renames.into_iter().filter(|verdict| verdict.from != verdict.to) {
            self.out
                .renames
                .columns
                .entry(before.name.clone())
                .or_default()
                .insert(verdict.from.clone(), verdict.to.clone());
            self.out.verdicts.push((subject.clone(), verdict));
        }
        self.undecided(&subject, outcome.undecided);
    }

    /// Columns that keep their name and not their type, or whose length and nullability changed hands: another column may have
    /// taken the name over, in a chain or an exchange.
    fn moving(
        &mut self,
        declared: &DeclaredTable,
        old: &BTreeMap<&str, &Column>,
        new: &BTreeMap<&str, &DeclaredColumn>,
        staying: &BTreeSet<&str>,
    ) -> BTreeSet<String> {
        let stays_by_word = |name: &str| {
            let said = &self.input.decisions.columns;
            said.iter()
                .any(|(table, from, to)| *table == declared.name && from == name && to == name)
        };
        let kept: Vec<&str> = staying.iter().copied().filter(|name| !stays_by_word(name)).collect();
        let mut moving = BTreeSet::new();
        let mut resembling = Vec::new();
        for name in kept {
            let (actual, declared) = (old[name], new[name]);
            // Most columns have a type of their own name: nothing to look up.
            if actual.data_type.name.name == declared.data_type.name
                && actual.data_type.array == declared.data_type.array
            {
                if !resembles(actual, declared) {
                    resembling.push(name);
                }
                continue;
            }
            let Some((mut wanted, in_full)) = self.column_type(declared) else {
                continue;
            };
            if !in_full {
                wanted = self.as_printed(declared, &actual.data_type, wanted);
            }
            let actual = self.out.renames.data_type(&actual.data_type);
            let wanted = settle(&self.out.after, &actual, &wanted, in_full);
            let (actual, wanted) = (base(&self.out.after, &actual), base(&self.out.after, &wanted));
            let likeness = type_likeness(&actual, &wanted);
            if matches!(
                likeness,
                TypeLikeness::Convertible | TypeLikeness::ThroughText | TypeLikeness::Apart
            ) {
                moving.insert(name.to_owned());
            }
        }
        let has_ends = old.keys().any(|name| !new.contains_key(name)) && new.keys().any(|name| !old.contains_key(name));
        for name in resembling.into_iter().filter(|_| has_ends) {
            let passed_on = new
                .iter()
                .any(|(other, column)| !old.contains_key(other) && resembles(old[name], column));
            let taken_over = old
                .iter()
                .any(|(other, column)| !new.contains_key(other) && resembles(column, new[name]));
            if passed_on && taken_over {
                moving.insert(name.to_owned());
            }
        }
        if moving.len() < 2 && !has_ends {
            moving.clear();
        }
        moving
    }

    fn facts_of_new(
        &mut self,
        declared: &DeclaredTable,
        staying: &BTreeSet<&str>,
        is_new: impl Fn(&&DeclaredColumn) -> bool,
    ) -> Vec<ColumnFacts> {
        let names: Vec<&str> = declared.columns.iter().map(|column| column.name.as_str()).collect();
        let table_name = Name::read(&declared.name.name);
        let mut roles = self.declared_roles(declared);
        let mut facts = Vec::new();
        for (written, place) in declared.columns.iter().zip(places(&names, staying)) {
            if !is_new(&written) {
                continue;
            }
            let Some((data_type, _)) = self.column_type(written) else {
                continue;
            };
            let mut column = Column::new(&written.name, base(&self.out.after, &data_type), written.nullable);
            let says = |wanted: fn(&ColumnAttribute) -> Option<String>| {
                written.attributes.iter().find_map(|(attribute, _)| wanted(attribute))
            };
            column.default = says(|attribute| match attribute {
                ColumnAttribute::Default(text) => text.clone(),
                _ => None,
            });
            let flag = (declared.name.clone(), written.name.clone());
            let is_backfilled = says(|attribute| match attribute {
                ColumnAttribute::Backfill(text) => Some(text.clone()),
                _ => None,
            })
            .is_some()
                || self.input.decisions.backfills.contains_key(&flag);
            facts.push(ColumnFacts {
                name: Name::of_column(&written.name, &table_name),
                place,
                roles: roles.remove(&written.name).unwrap_or_default(),
                is_backfilled,
                column,
            });
        }
        facts
    }

    fn columns_by_evidence(
        &self,
        declared: &DeclaredTable,
        before: &Table,
        (gone, come): (&[ColumnFacts], &[ColumnFacts]),
        said: &Said,
        moving: &BTreeSet<String>,
    ) -> Outcome {
        let surely_dropped: BTreeSet<String> = self
            .input
            .decisions
            .dropped_columns
            .iter()
            .filter(|(table, _)| *table == declared.name || *table == before.name)
            .map(|(_, column)| column.clone())
            .collect();
        let names =
            |facts: &[ColumnFacts]| -> Vec<String> { facts.iter().map(|facts| facts.column.name.clone()).collect() };
        let keys = |facts: &[ColumnFacts]| -> Vec<Vec<String>> { facts.iter().map(ColumnFacts::keys).collect() };
        let crowd = Crowd::of(gone, come);
        let outcome = decide::assign(
            Names {
                dropped: &names(gone),
                added: &names(come),
                said,
                surely_dropped: &surely_dropped,
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
        closed(outcome, moving)
    }

    /// What was said of this table's columns: by attributes, and by flags, which are the stronger.
    fn said_of_columns(
        &mut self,
        declared: &DeclaredTable,
        before: &Table,
        old: &BTreeMap<&str, &Column>,
        new: &BTreeMap<&str, &DeclaredColumn>,
    ) -> Said {
        let mut written = self.renamed_from(old, new);
        for (table, from, to) in &self.input.decisions.columns {
            if from != to && self.is_about(table, from, declared, before) {
                written.retain(|_, word| word.to != *to);
                let word = Word {
                    to: to.clone(),
                    at: None,
                };
                written.insert(from.clone(), word);
            }
        }
        // A name that is there on both sides is taken over only where its own column takes another one.
        loop {
            let misfit = written.iter().find(|(from, word)| {
                let leaves = written.contains_key(&word.to);
                !old.contains_key(from.as_str())
                    || !new.contains_key(word.to.as_str())
                    || (old.contains_key(word.to.as_str()) && !leaves)
                    || (word.at.is_some() && is_done(from, &written, old, new))
            });
            let Some(from) = misfit.map(|(from, _)| from.clone()) else {
                break;
            };
            let Some(word) = written.remove(&from) else { break };
            if let Some(at) = word.at {
                self.stale_renamed_from(&at, "column", &from);
            } else {
                let to = word.to;
                self.problem(
                    Some(&declared.location),
                    format!("--rename {}.{from}:{to}: the database must have {from} and not {to}, schema.rs the other way round", declared.name.plain()),
                    "name the column as it is in the database, a colon, and its name in schema.rs; to exchange two names, or to pass one on, say all the renames",
                );
            }
        }
        written
            .into_iter()
            .map(|(from, word)| {
                let by = if word.at.is_some() {
                    DecidedBy::Attribute
                } else {
                    DecidedBy::Person
                };
                (from, (word.to, by))
            })
            .collect()
    }

    /// Whether a decision that names a table and a column is about this table. Tables may have exchanged their names: the database's name
    /// counts first, where that table has the column.
    fn is_about(&self, named: &TableName, column: &str, declared: &DeclaredTable, before: &Table) -> bool {
        let has = |name: &TableName| {
            let table = self.input.before.tables.get(name);
            table.is_some_and(|table| table.column(column).is_some())
        };
        let by_new_name = self.out.renames.flip().table(named);
        (*named == before.name && (has(named) || !has(&by_new_name))) || (*named == declared.name && !has(named))
    }

    /// The attributes `renamed_from` of this table's columns, by the former name.
    fn renamed_from(
        &mut self,
        old: &BTreeMap<&str, &Column>,
        new: &BTreeMap<&str, &DeclaredColumn>,
    ) -> BTreeMap<String, Word> {
        let mut written = BTreeMap::new();
        for column in new.values() {
            for (attribute, at) in &column.attributes {
                let ColumnAttribute::RenamedFrom(from) = attribute else {
                    continue;
                };
                if old.contains_key(from.as_str()) {
                    let word = Word {
                        to: column.name.clone(),
                        at: Some(at.clone()),
                    };
                    written.insert(from.clone(), word);
                } else {
                    self.stale_renamed_from(at, "column", from);
                }
            }
        }
        written
    }
}

/// Whether two columns have the same type, length and nullability.
fn resembles(old: &Column, new: &DeclaredColumn) -> bool {
    old.data_type.name.name == new.data_type.name
        && old.data_type.array == new.data_type.array
        && length(old) == new.max_length.map(|length| length.to_string())
        && old.nullable == new.nullable
}

/// The length that `max_length` speaks of.
fn length(column: &Column) -> Option<String> {
    let has_one = matches!(column.data_type.builtin_name(), Some("varchar" | "bpchar"));
    column.data_type.modifier.clone().filter(|_| has_one)
}

/// What somebody said that a column is called from now on.
struct Word {
    to: String,
    /// Where the attribute stands; `None` for a flag.
    at: Option<Location>,
}

/// Whether names that were exchanged in a circle have been by now: the types fit as they are.
fn is_done(
    start: &str,
    written: &BTreeMap<String, Word>,
    old: &BTreeMap<&str, &Column>,
    new: &BTreeMap<&str, &DeclaredColumn>,
) -> bool {
    let mut circle = vec![start];
    while let Some(to) = circle.last().and_then(|from| written.get(*from)).map(|word| &word.to) {
        if to == start {
            break;
        }
        if !old.contains_key(to.as_str()) || circle.contains(&to.as_str()) {
            return false;
        }
        circle.push(to);
    }
    let has_type = |name: &&str| match (old.get(name), new.get(name)) {
        (Some(old), Some(new)) => {
            old.data_type.name.name == new.data_type.name && old.data_type.array == new.data_type.array
        }
        _ => false,
    };
    circle.iter().all(has_type)
}

/// Several columns where there was one, or one where there were several, of types that go into each other: it may have been
/// split or merged.
struct Crowd {
    split: bool,
    merged: bool,
}

impl Crowd {
    fn of(gone: &[ColumnFacts], come: &[ColumnFacts]) -> Self {
        let parts = |whole: &ColumnFacts, others: &[ColumnFacts]| {
            let part = |other: &&ColumnFacts| may_be_part(&whole.column, &other.column);
            others.iter().filter(part).count()
        };
        Self {
            split: matches!(gone, [whole] if parts(whole, come) > 1),
            merged: matches!(come, [whole] if parts(whole, gone) > 1),
        }
    }

    fn weigh(&self, old: &ColumnFacts, new: &ColumnFacts, balance: &mut Balance) {
        if (self.split || self.merged) && old.name.likeness(&new.name).share < 0.95 {
            let words = if self.split {
                "it may have been split: more than one column is new"
            } else {
                "it may have been merged: more than one column goes"
            };
            balance.add(-1.0, words);
        }
    }
}

/// Whether the values of one column may have been made of those of the other: of a text anything, of a key nothing else.
fn may_be_part(whole: &Column, part: &Column) -> bool {
    let is_text = matches!(
        whole.data_type.name.name.as_str(),
        "text" | "varchar" | "bpchar" | "json" | "jsonb"
    );
    match type_likeness(&whole.data_type, &part.data_type) {
        TypeLikeness::Same | TypeLikeness::Modifier | TypeLikeness::Family | TypeLikeness::Convertible => true,
        TypeLikeness::ThroughText | TypeLikeness::Apart => is_text,
    }
}

/// A name that is there on both sides is taken over only where its own column goes on to another name; what does not fit so is left open.
fn closed(mut outcome: Outcome, moving: &BTreeSet<String>) -> Outcome {
    loop {
        let renames = &outcome.renames;
        let misfit = renames.iter().position(|verdict| {
            let by_evidence = verdict.by == DecidedBy::Evidence && verdict.from != verdict.to;
            let leaves = renames
                .iter()
                .any(|other| other.from == verdict.to && other.to != other.from);
            let comes = renames
                .iter()
                .any(|other| other.to == verdict.from && other.to != other.from);
            by_evidence && ((moving.contains(&verdict.to) && !leaves) || (moving.contains(&verdict.from) && !comes))
        });
        let Some(at) = misfit else { break };
        let mut verdict = outcome.renames.remove(at);
        verdict.evidence.sureness = Sureness::Plausible;
        outcome.undecided.push(decide::Undecided {
            from: verdict.from.clone(),
            candidates: vec![verdict],
        });
    }
    // That a column stays what it is needs no word.
    for open in &mut outcome.undecided {
        let from = open.from.clone();
        open.candidates.retain(|verdict| verdict.to != from);
    }
    outcome.undecided.retain(|open| !open.candidates.is_empty());
    outcome
}
