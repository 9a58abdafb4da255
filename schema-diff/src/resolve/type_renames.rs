//! Which declared enum types are which of before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject};
use crate::{
    model::{TableName, TypeName},
    renames::{
        decide::{self, DecidedBy, Names},
        evidence::{EnumFacts, Name, enum_balance},
        pairs,
    },
};

impl Resolver<'_> {
    /// Finds the enum types that have another name. What their labels and their columns become is decided later.
    pub(super) fn type_renames(&mut self) {
        let new = self.new_enum_types();
        let old = self.unused_types_of_before();
        let mut said: BTreeMap<String, (String, DecidedBy)> = BTreeMap::new();
        for (from, to) in &self.input.decisions.types {
            if old.contains_key(from) && new.contains_key(to) {
                said.insert(from.plain(), (to.plain(), DecidedBy::Person));
            } else {
                self.problem(
                    None,
                    format!("--rename-type {}:{}: the database must have an enum {}, which no column of schema.rs has any more, and a Rust enum must say what the labels of {} are, which the database must not have", from.plain(), to.plain(), from.plain(), to.plain()),
                    "name the type as it is in the database, a colon, and its new name",
                );
            }
        }
        if old.is_empty() || new.is_empty() {
            return;
        }
        let (old_names, new_names): (Vec<&TypeName>, Vec<&TypeName>) = (old.keys().collect(), new.keys().collect());
        let shown = |names: &[&TypeName]| -> Vec<String> { names.iter().map(|name| name.plain()).collect() };
        let keys = |facts: &BTreeMap<TypeName, EnumFacts>| -> Vec<Vec<String>> {
            facts.values().map(|facts| facts.labels.clone()).collect()
        };
        let dropped = &self.input.decisions.dropped_tables;
        let outcome = decide::assign(
            Names {
                dropped: &shown(&old_names),
                added: &shown(&new_names),
                said: &said,
                surely_dropped: &dropped.iter().map(TypeName::plain).collect(),
            },
            pairs(&keys(&old), &keys(&new)),
            |from, to| enum_balance(&old[old_names[from]], &new[new_names[to]]),
        );
        for verdict in outcome.renames {
            let from = old_names.iter().find(|name| name.plain() == verdict.from);
            let to = new_names.iter().find(|name| name.plain() == verdict.to);
            if let (Some(from), Some(to)) = (from, to) {
                self.rename_type(from, to);
                self.out.verdicts.push((Subject::Type, verdict));
            }
        }
        self.undecided(&Subject::Type, outcome.undecided);
    }

    fn rename_type(&mut self, from: &TypeName, to: &TypeName) {
        self.out.renames.types.insert(from.clone(), to.clone());
        self.out.after.namespaces.insert(to.schema.clone());
        if let Some(found) = self.out.after.types.remove(from) {
            self.out.after.types.insert(to.clone(), found);
        }
    }

    /// Enum types that columns are declared with, that a Rust enum gives labels, and that the database does not have.
    fn new_enum_types(&self) -> BTreeMap<TypeName, EnumFacts> {
        let mut found: BTreeMap<TypeName, EnumFacts> = BTreeMap::new();
        for table in &self.input.declared.tables {
            for column in &table.columns {
                let declared = &column.data_type;
                if declared.schema.as_deref() == Some("pg_catalog") {
                    continue;
                }
                let Some(own) = self.declared_enum(declared.schema.as_deref(), &declared.name) else {
                    continue;
                };
                let known = |name: &&TypeName| {
                    name.name == declared.name && declared.schema.as_ref().is_none_or(|schema| *schema == name.schema)
                };
                let before = self.input.before;
                if before
                    .types
                    .keys()
                    .chain(before.extension_types.keys())
                    .any(|name| known(&name))
                {
                    continue;
                }
                let schema = declared.schema.as_ref().or(own.schema.as_ref());
                let name = TypeName::new(schema.map_or("public", String::as_str), &declared.name);
                let facts = found.entry(name).or_insert_with(|| EnumFacts {
                    name: Name::read(&declared.name),
                    labels: own.labels.clone(),
                    used_by: BTreeSet::new(),
                });
                facts.used_by.insert((table.name.clone(), column.name.clone()));
            }
        }
        found
    }

    /// Enum types of before that columns have, and that no declared column names any more.
    fn unused_types_of_before(&self) -> BTreeMap<TypeName, EnumFacts> {
        let declares = |name: &TypeName| {
            let tables = &self.input.declared.tables;
            tables.iter().flat_map(|table| &table.columns).any(|column| {
                let own = &column.data_type;
                own.name == name.name && own.schema.as_ref().is_none_or(|schema| *schema == name.schema)
            })
        };
        let mut found: BTreeMap<TypeName, EnumFacts> = self
            .input
            .before
            .enums()
            .filter(|(name, _)| !declares(name))
            .map(|(name, own)| {
                let facts = EnumFacts {
                    name: Name::read(&name.name),
                    labels: own.labels.clone(),
                    used_by: BTreeSet::new(),
                };
                (name.clone(), facts)
            })
            .collect();
        if found.is_empty() {
            return found;
        }
        let mut used: Vec<(&TypeName, (TableName, String))> = Vec::new();
        for table in self.input.before.tables.values() {
            for column in &table.columns {
                used.push((&column.data_type.name, (table.name.clone(), column.name.clone())));
            }
        }
        for (name, by) in used {
            if let Some(facts) = found.get_mut(name) {
                facts.used_by.insert(by);
            }
        }
        // One that nothing uses, nobody misses.
        found.retain(|_, facts| !facts.used_by.is_empty());
        found
    }
}
