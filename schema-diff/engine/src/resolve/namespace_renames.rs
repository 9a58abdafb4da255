//! Schemas (namespaces) that have another name: their tables go along.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject, table_renames::Matches};
use crate::renames::{
    decide::{self, DecidedBy, Names},
    evidence::{Name, namespace_balance},
    pairs,
};

impl Resolver<'_> {
    /// Schemas of before to their names after. `named` are the schemas that schema.rs speaks of.
    pub(super) fn namespace_renames(
        &mut self,
        matches: &Matches<'_>,
        named: &BTreeSet<&str>,
    ) -> BTreeMap<String, (String, DecidedBy)> {
        let before = self.input.before;
        let mut old: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, table) in &before.tables {
            if name.schema != "public" && !named.contains(name.schema.as_str()) && self.is_ours(table) {
                old.entry(&name.schema).or_default().insert(&name.name);
            }
        }
        let mut new: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for table in &matches.added {
            if !before.namespaces.contains(&table.name.schema) {
                new.entry(&table.name.schema).or_default().insert(&table.name.name);
            }
        }
        let mut said: BTreeMap<String, (String, DecidedBy)> = BTreeMap::new();
        let mut staying = BTreeSet::new();
        for (from, to) in &self.input.decisions.namespaces {
            if from == to {
                // `--rename-schema a:a` says that its tables stay where they are.
                staying.insert(from.clone());
            } else if old.contains_key(from.as_str()) && new.contains_key(to.as_str()) {
                said.insert(from.clone(), (to.clone(), DecidedBy::Person));
            } else {
                self.problem(
                    None,
                    format!("--rename-schema {from}:{to}: the database must have the schema {from} and not {to}, schema.rs must have tables of {to} and none of {from}"),
                    "name the schema as it is in the database, a colon, and its name in schema.rs",
                );
            }
        }
        if old.is_empty() || new.is_empty() {
            return BTreeMap::new();
        }
        let read = |names: &BTreeMap<&str, BTreeSet<&str>>| -> Vec<(String, Name)> {
            names
                .keys()
                .map(|name| ((*name).to_owned(), Name::read(name)))
                .collect()
        };
        let (old_names, new_names) = (read(&old), read(&new));
        let shown = |names: &[(String, Name)]| -> Vec<String> { names.iter().map(|(name, _)| name.clone()).collect() };
        let keys = |tables: &BTreeMap<&str, BTreeSet<&str>>| -> Vec<Vec<String>> {
            tables
                .values()
                .map(|tables| tables.iter().map(|table| (*table).to_owned()).collect())
                .collect()
        };
        let outcome = decide::assign(
            Names {
                dropped: &shown(&old_names),
                added: &shown(&new_names),
                said: &said,
                surely_dropped: &staying,
            },
            pairs(&keys(&old), &keys(&new)),
            |from, to| {
                let ((from, from_read), (to, to_read)) = (&old_names[from], &new_names[to]);
                namespace_balance((from_read, &old[from.as_str()]), (to_read, &new[to.as_str()]))
            },
        );
        let mut found = BTreeMap::new();
        for verdict in outcome.renames {
            self.note(format!(
                "schema {}: its tables move to {}; what else it holds stays in it, and it is not dropped",
                verdict.from, verdict.to
            ));
            found.insert(verdict.from.clone(), (verdict.to.clone(), verdict.by));
            self.out.verdicts.push((Subject::Namespace, verdict));
        }
        self.undecided(&Subject::Namespace, outcome.undecided);
        found
    }
}
