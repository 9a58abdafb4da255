//! Enum types: labels from Rust enums, types that nothing uses any more.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject};
use crate::{
    declared::DeclaredEnum,
    model::{CustomType, EnumType, TypeName},
    renames::{
        decide::{self, DecidedBy, Names},
        evidence::{Name, Place, label_balance, places},
    },
};

impl Resolver<'_> {
    pub(super) fn declared_enum(&self, schema: Option<&str>, name: &str) -> Option<&DeclaredEnum> {
        self.input.declared.enums.iter().find(|found| {
            found.name == name
                && (schema.is_none() || found.schema.as_deref().unwrap_or("public") == schema.unwrap_or("public"))
        })
    }

    pub(super) fn declared_labels(&self, schema: Option<&str>, name: &str) -> Option<Vec<String>> {
        self.declared_enum(schema, name).map(|found| found.labels.clone())
    }

    pub(super) fn create_enum(&mut self, name: TypeName, labels: Vec<String>) {
        self.out.after.namespaces.insert(name.schema.clone());
        self.out.after.types.insert(
            name,
            CustomType::Enum(EnumType {
                labels,
                comment: None,
                used_by: Vec::new(),
                used_in_queries: false,
            }),
        );
    }

    /// Labels of the enums that declared columns use.
    pub(super) fn enum_types(&mut self) {
        let used: BTreeSet<TypeName> = self
            .managed
            .iter()
            .flat_map(|(table, _)| &table.columns)
            .filter(|column| column.data_type.schema.as_deref() != Some("pg_catalog"))
            .filter_map(|column| {
                let declared = &column.data_type;
                self.input.before.enums().map(|(name, _)| name).find(|name| {
                    let name = self.out.renames.type_name(name);
                    name.name == declared.name && declared.schema.as_ref().is_none_or(|schema| *schema == name.schema)
                })
            })
            .cloned()
            .collect();
        for name in used {
            let now = self.out.renames.type_name(&name);
            let Some(labels) = self
                .declared_labels(Some(&now.schema), &now.name)
                .or_else(|| self.declared_labels(None, &now.name))
            else {
                continue;
            };
            self.enum_labels(&name, &labels);
        }
        self.relabel_domains();
    }

    fn enum_labels(&mut self, name: &TypeName, declared: &[String]) {
        let Some(before) = self.input.before.enum_type(name) else {
            return;
        };
        let said = self.said_of_labels(name, &before.labels, declared);
        let same_labels = before.labels.iter().collect::<BTreeSet<_>>() == declared.iter().collect::<BTreeSet<_>>();
        if same_labels && said.is_empty() {
            if before.labels != declared {
                self.remark(format!(
                    "enum {name}: the labels are the same, their order differs from the Rust enum's; left as it is"
                ));
            }
            return;
        }
        // A label that is there on both sides takes part where a person said that its name is passed on.
        let passed_on = |label: &String| said.iter().any(|(from, (to, _))| from == label || to == label);
        let apart = |labels: &[String], others: &[String]| -> Vec<String> {
            let own = labels
                .iter()
                .filter(|label| !others.contains(label) || passed_on(label));
            own.cloned().collect()
        };
        let surely_dropped: BTreeSet<String> = self
            .input
            .decisions
            .dropped_columns
            .iter()
            .filter(|(of, _)| of == name)
            .map(|(_, label)| label.clone())
            .collect();
        let (removed, added) = (apart(&before.labels, declared), apart(declared, &before.labels));
        let staying: BTreeSet<&str> = before
            .labels
            .iter()
            .filter(|label| declared.contains(label) && !passed_on(label))
            .map(String::as_str)
            .collect();
        let type_name = Name::read(&name.name);
        let read = |labels: &[String]| -> Vec<(Name, Place)> {
            let texts: Vec<&str> = labels.iter().map(String::as_str).collect();
            let all = texts.iter().zip(places(&texts, &staying));
            all.filter(|(label, _)| !staying.contains(*label))
                .map(|(label, place)| (Name::of_column(label, &type_name), place))
                .collect()
        };
        let (gone, come) = (read(&before.labels), read(declared));
        let outcome = decide::assign(
            Names {
                dropped: &removed,
                added: &added,
                said: &said,
                surely_dropped: &surely_dropped,
            },
            (0..gone.len()).flat_map(|old| (0..come.len()).map(move |new| (old, new))),
            |old, new| label_balance((&gone[old].0, &gone[old].1), (&come[new].0, &come[new].1)),
        );
        let subject = Subject::Label(name.clone());
        for verdict in outcome.renames {
            self.out
                .renames
                .labels
                .entry(name.clone())
                .or_default()
                .insert(verdict.from.clone(), verdict.to.clone());
            self.out.verdicts.push((subject.clone(), verdict));
        }
        self.undecided(&subject, outcome.undecided);
        // What there is keeps its order; what is new goes beside its neighbour of the Rust enum.
        let renames = &self.out.renames;
        let mut labels: Vec<String> = before
            .labels
            .iter()
            .map(|label| renames.label(name, label))
            .filter(|label| declared.contains(label))
            .collect();
        for (at, label) in declared.iter().enumerate() {
            if labels.contains(label) {
                continue;
            }
            let place = declared[..at]
                .last()
                .and_then(|previous| labels.iter().position(|other| other == previous))
                .map_or(0, |previous| previous + 1);
            labels.insert(place, label.clone());
        }
        let new_name = renames.type_name(name);
        if let Some(CustomType::Enum(after)) = self.out.after.types.get_mut(&new_name) {
            after.labels = labels;
        }
    }

    /// What a person said of a type's labels, as far as both are there.
    fn said_of_labels(
        &self,
        name: &TypeName,
        before: &[String],
        declared: &[String],
    ) -> BTreeMap<String, (String, DecidedBy)> {
        let now = self.out.renames.type_name(name);
        let of_this: Vec<(&String, &String)> = self
            .input
            .decisions
            .labels
            .iter()
            .filter(|(of, from, to)| (of == name || *of == now) && from != to)
            .map(|(_, from, to)| (from, to))
            .collect();
        let fits = |(from, to): &&(&String, &String)| {
            let leaves = of_this.iter().any(|(other, _)| other == to);
            let comes = of_this.iter().any(|(_, other)| other == from);
            before.contains(from)
                && declared.contains(to)
                && (!before.contains(to) || leaves)
                && (!declared.contains(from) || comes)
        };
        of_this
            .iter()
            .filter(fits)
            .map(|(from, to)| ((*from).clone(), ((*to).clone(), DecidedBy::Person)))
            .collect()
    }

    /// An enum type that loses its last column in this change, and that nothing else uses, goes with it.
    pub(super) fn unused_enum_types(&mut self) {
        let uses = |schema: &crate::model::Schema, name: &TypeName| {
            schema
                .tables
                .values()
                .flat_map(|table| &table.columns)
                .any(|column| column.data_type.name == *name)
                || schema
                    .views
                    .values()
                    .flat_map(|view| &view.columns)
                    .any(|(_, data_type)| data_type.name == *name)
        };
        let gone: Vec<TypeName> = self
            .input
            .before
            .enums()
            .filter(|(name, found)| {
                found.used_by.is_empty()
                    && !found.used_in_queries
                    && !self.out.renames.types.contains_key(*name)
                    && uses(self.input.before, name)
                    && !uses(&self.out.after, name)
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            self.out.after.types.remove(&name);
        }
    }
}
