//! Matches renamed schemas (namespaces): their tables move with them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DecidedBy, Input, Matcher,
    candidates::pairs,
    choice::{self, Names},
    evidence::{Name, namespace_reasons},
    tables::OneSided,
};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::ObjectId,
};

impl<'a> Matcher<'a> {
    /// Returns the existing schemas whose tables move to another schema, with that schema's name.
    pub(super) fn schemas(&mut self, found: &OneSided<'a>) -> BTreeMap<String, (String, DecidedBy)> {
        let (old, new) = (self.input.unnamed_schemas(), self.input.new_schemas(found));
        let mut decided: BTreeMap<String, (String, DecidedBy)> = BTreeMap::new();
        let mut kept = BTreeSet::new();
        for (from, to) in &self.input.decisions.namespaces {
            if from == to {
                // `--rename-schema a:a` decides that its tables do not move.
                kept.insert(from.clone());
            } else if old.contains_key(from) && new.contains_key(to) {
                decided.insert(from.clone(), (to.clone(), DecidedBy::User));
            } else {
                self.report_conflict(None,
                    format!("--rename-schema {from}:{to}: the database must have the schema {from} but not {to}, and schema.rs tables in {to} but none in {from}"),
                    "write the schema's name in the database, a colon, and its name in schema.rs");
            }
        }
        if old.is_empty() || new.is_empty() {
            return BTreeMap::new();
        }
        let names = |schemas: &Tables<'_>| -> Vec<String> { schemas.keys().cloned().collect() };
        let (old_names, new_names) = (names(&old), names(&new));
        let keys = |schemas: &Tables<'_>| -> Vec<Vec<String>> {
            let tables = schemas.values();
            tables
                .map(|tables| tables.iter().map(|table| (*table).to_owned()).collect())
                .collect()
        };
        let chosen = choice::assign(
            &Names {
                dropped: &old_names,
                added: &new_names,
                decided: &decided,
                not_renamed: &kept,
                sure: self.input.rules.sure,
                shown: String::clone,
            },
            pairs(&keys(&old), &keys(&new)),
            |from, to| {
                let (from, to) = (&old_names[from], &new_names[to]);
                namespace_reasons((&Name::read(from), &old[from]), (&Name::read(to), &new[to]))
            },
        );
        let mut moved = BTreeMap::new();
        for found in &chosen.renames {
            self.out.diagnostics.push(
                Diagnostic::new(
                    DiagnosticCode::TablesMoved,
                    format!(
                        "schema {}: its tables move to {}; other objects stay, and the schema is not dropped",
                        found.from, found.to
                    ),
                )
                .about(ObjectId::Schema(found.from.clone())),
            );
            moved.insert(found.from.clone(), (found.to.clone(), found.by));
        }
        let id = |name: &String| ObjectId::Schema(name.clone());
        let (renames, undecided) = chosen.identified(id, id);
        self.out.renames.extend(renames);
        self.out.undecided.extend(undecided);
        moved
    }
}

impl<'a> Input<'a> {
    /// Returns the existing schemas of which schema.rs declares no table, with their tables.
    fn unnamed_schemas(&self) -> Tables<'a> {
        let declared = self.declared.tables.iter();
        let named: BTreeSet<&str> = declared.map(|table| table.name.schema.as_str()).collect();
        let mut found = Tables::new();
        for (name, table) in &self.before.tables {
            if name.schema != "public" && !named.contains(name.schema.as_str()) && self.is_managed(table) {
                found.entry(name.schema.clone()).or_default().insert(&name.name);
            }
        }
        found
    }

    /// Returns the schemas that do not exist yet, with the tables that are declared in them.
    fn new_schemas(&self, one_sided: &OneSided<'a>) -> Tables<'a> {
        let mut found = Tables::new();
        for table in &one_sided.added {
            let name = &table.name;
            if !self.before.namespaces.contains(&name.schema) {
                found.entry(name.schema.clone()).or_default().insert(&name.name);
            }
        }
        found
    }
}

/// The names of the tables of each schema.
type Tables<'a> = BTreeMap<String, BTreeSet<&'a str>>;
