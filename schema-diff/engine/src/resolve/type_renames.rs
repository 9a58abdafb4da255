//! Which declared enum types are which of before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject};
use crate::{
    casts::base,
    model::{CustomType, TableName, TypeName},
    renames::{
        decide::{self, DecidedBy, Names},
        evidence::{EnumFacts, Name, enum_balance},
        pairs,
    },
};

impl Resolver<'_> {
    /// Finds the enum types that have another name. What their labels and their columns become is decided later.
    pub(super) fn type_renames(&mut self) {
        let crossed = self.crossed_types();
        let new = self.new_enum_types(&crossed);
        let old = self.unused_types_of_before(&crossed);
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
        self.move_types();
        self.undecided(&Subject::Type, outcome.undecided);
    }

    /// Types whose names a decision passes on, new name to old: the new name is another type's before.
    fn crossed_types(&self) -> BTreeMap<TypeName, TypeName> {
        let said = &self.input.decisions.types;
        let leaves = |name: &TypeName| said.iter().any(|(old, _)| old == name);
        let is_there = |name: &TypeName| self.input.before.enum_type(name).is_some();
        let comes = |name: &TypeName| said.iter().any(|(_, new)| new == name);
        let crosses = |old: &TypeName, new: &TypeName| (is_there(new) && leaves(new)) || comes(old);
        let pairs = said
            .iter()
            .filter(|(old, new)| old != new && is_there(old) && crosses(old, new));
        pairs.map(|(old, new)| (new.clone(), old.clone())).collect()
    }

    fn rename_type(&mut self, from: &TypeName, to: &TypeName) {
        self.out.renames.types.insert(from.clone(), to.clone());
        self.out.after.namespaces.insert(to.schema.clone());
    }

    /// Puts the types of before under their names of after, in each other too; and the types of views' columns.
    fn move_types(&mut self) {
        let (before, renames) = (self.input.before, &self.out.renames);
        if renames.types.is_empty() {
            return;
        }
        self.out.after.types = before
            .types
            .iter()
            .map(|(name, kind)| (renames.type_name(name), renames.map_type(kind)))
            .collect();
        for view in self.out.after.views.values_mut() {
            for (_, data_type) in &mut view.columns {
                *data_type = renames.data_type(data_type);
            }
        }
    }

    /// Gives labels their new names in the defaults and checks of domains.
    pub(super) fn relabel_domains(&mut self) {
        let renames = &self.out.renames;
        if renames.labels.is_empty() {
            return;
        }
        for (name, kind) in &self.input.before.types {
            if matches!(kind, CustomType::Domain(_)) {
                self.out
                    .after
                    .types
                    .insert(renames.type_name(name), renames.map_type(kind));
            }
        }
    }

    /// Enum types that columns are declared with, that a Rust enum gives labels, and that the database does not have.
    fn new_enum_types(&self, crossed: &BTreeMap<TypeName, TypeName>) -> BTreeMap<TypeName, EnumFacts> {
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
                    .any(|name| known(&name) && !crossed.contains_key(name))
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
    fn unused_types_of_before(&self, crossed: &BTreeMap<TypeName, TypeName>) -> BTreeMap<TypeName, EnumFacts> {
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
            .filter(|(name, _)| !declares(name) || crossed.values().any(|old| old == *name))
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
        let mut used: Vec<(TypeName, (TableName, String))> = Vec::new();
        for table in self.input.before.tables.values() {
            for column in &table.columns {
                // What a domain is made of is declared in its place.
                let name = base(self.input.before, &column.data_type).name;
                used.push((name, (table.name.clone(), column.name.clone())));
            }
        }
        for (name, by) in used {
            if let Some(facts) = found.get_mut(&name) {
                facts.used_by.insert(by);
            }
        }
        // One that nothing uses, nobody misses.
        found.retain(|_, facts| !facts.used_by.is_empty());
        found
    }
}
