//! Resolves enum types: labels from Rust enums, and types that are no longer used.

use std::collections::BTreeSet;

use super::Resolver;
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{CustomType, ObjectId, TypeName},
};

impl Resolver<'_> {
    /// Gives the enum types of declared columns their declared labels.
    pub(super) fn enum_types(&mut self) {
        for (name, labels) in &self.input.matching.declared_labels {
            self.enum_labels(name, labels);
        }
        self.relabel_domains();
    }

    fn enum_labels(&mut self, name: &TypeName, declared: &[String]) {
        let Some(before) = self.input.before.enum_type(name) else {
            return;
        };
        let matches = &self.out.matches;
        let same_labels = before.labels.iter().collect::<BTreeSet<_>>() == declared.iter().collect::<BTreeSet<_>>();
        if same_labels && !matches.has_renamed_labels(name) {
            if before.labels != declared {
                self.report(
                    Diagnostic::new(
                        DiagnosticCode::LabelOrder,
                        format!("enum {name}: the order of its labels differs from the Rust enum's; it is not changed"),
                    )
                    .about(ObjectId::Type(name.clone())),
                );
            }
            return;
        }
        // Existing labels keep their order; a new label is placed after its predecessor in the Rust enum.
        let mut labels: Vec<String> = before
            .labels
            .iter()
            .map(|label| matches.label(name, label))
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
        let new_name = matches.type_name(name);
        if let Some(CustomType::Enum(after)) = self.out.after.types.get_mut(&new_name) {
            after.labels = labels;
        }
    }

    /// Gives renamed labels their new names in the defaults and checks of domains.
    fn relabel_domains(&mut self) {
        let matches = &self.out.matches;
        if matches.types_with_renamed_labels().next().is_none() {
            return;
        }
        for (name, kind) in &self.input.before.types {
            if matches!(kind, CustomType::Domain(_)) {
                self.out
                    .after
                    .types
                    .insert(matches.type_name(name), matches.map_type(kind));
            }
        }
    }

    /// Gives existing types their names after, also within each other and in the columns of views.
    pub(super) fn renamed_types(&mut self) {
        let (before, matches) = (self.input.before, &self.out.matches);
        if matches.renamed_types().next().is_none() {
            return;
        }
        self.out.after.types = matches.map_types(&before.types);
        let schemas = matches.renamed_types().map(|(_, after)| after.schema.clone());
        self.out.after.namespaces.extend(schemas);
        for view in self.out.after.views.values_mut() {
            for (_, data_type) in &mut view.columns {
                *data_type = matches.data_type(data_type);
            }
        }
    }

    /// Drops enum types that lose their last column in this change and that nothing else uses.
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
        let unused: Vec<TypeName> = self
            .input
            .before
            .enums()
            .filter(|(name, found)| {
                found.used_by.is_empty()
                    && !found.used_in_queries
                    && self.out.matches.new_type(name).is_none()
                    && uses(self.input.before, name)
                    && !uses(&self.out.after, name)
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in unused {
            self.out.after.types.remove(&name);
        }
    }
}
