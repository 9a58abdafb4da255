//! Enum types: labels from Rust enums, types that nothing uses any more.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject};
use crate::{
    declared::DeclaredEnum,
    model::{CustomType, EnumType, TypeName},
    renames::{
        decide::{self, DecidedBy},
        label_evidence,
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
                used_elsewhere: false,
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
                    name.name == declared.name && declared.schema.as_deref().is_none_or(|schema| schema == name.schema)
                })
            })
            .cloned()
            .collect();
        for name in used {
            let Some(labels) = self
                .declared_labels(Some(&name.schema), &name.name)
                .or_else(|| self.declared_labels(None, &name.name))
            else {
                continue;
            };
            self.enum_labels(&name, &labels);
        }
    }

    fn enum_labels(&mut self, name: &TypeName, declared: &[String]) {
        let Some(before) = self.input.before.enum_type(name) else {
            return;
        };
        let same_labels = before.labels.iter().collect::<BTreeSet<_>>() == declared.iter().collect::<BTreeSet<_>>();
        if same_labels {
            if before.labels != declared {
                self.remark(format!(
                    "enum {name}: the labels are the same, their order differs from the Rust enum's; left as it is"
                ));
            }
            return;
        }
        let removed: Vec<String> = before
            .labels
            .iter()
            .filter(|label| !declared.contains(label))
            .cloned()
            .collect();
        let added: Vec<String> = declared
            .iter()
            .filter(|label| !before.labels.contains(label))
            .cloned()
            .collect();
        let said: BTreeMap<String, (String, DecidedBy)> = self
            .input
            .decisions
            .labels
            .iter()
            .filter(|(of, ..)| of == name)
            .map(|(_, from, to)| (from.clone(), (to.clone(), DecidedBy::Person)))
            .collect();
        let only = removed.len() == 1 && added.len() == 1;
        let place = |labels: &[String], label: &str, gone: &[String]| {
            let at = labels.iter().position(|other| other == label).unwrap_or(0);
            let kept = labels[..at].iter().rev().find(|other| !gone.contains(other)).cloned();
            let fellows = labels[..at]
                .iter()
                .rev()
                .take_while(|other| gone.contains(other))
                .count();
            (kept, fellows)
        };
        let surely: BTreeSet<String> = self
            .input
            .decisions
            .dropped_columns
            .iter()
            .filter(|(of, _)| of == name)
            .map(|(_, label)| label.clone())
            .collect();
        let outcome = decide::assign(&removed, &added, &said, &surely, |old, new| {
            let same = place(&before.labels, &removed[old], &removed) == place(declared, &added[new], &added);
            label_evidence(&removed[old], &added[new], same, only)
        });
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
        self.out
            .undecided
            .extend(outcome.undecided.into_iter().map(|open| (subject.clone(), open)));
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
        if let Some(CustomType::Enum(after)) = self.out.after.types.get_mut(name) {
            after.labels = labels;
        }
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
                !found.used_elsewhere && uses(self.input.before, name) && !uses(&self.out.after, name)
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            self.out.after.types.remove(&name);
        }
    }
}
