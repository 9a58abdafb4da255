//! Drops undeclared objects outside of tables: views, and enum types that no column has.

use std::collections::BTreeSet;

use super::Resolver;
use crate::rules::ObjectKind;
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ColumnRef, CustomType, ObjectId, TableName, TypeName},
};

impl Resolver<'_> {
    /// Drops undeclared views, if the configuration says so. Views that a kept object reads are kept.
    pub(super) fn undeclared_views(&mut self) {
        if !self.input.rules.drops(ObjectKind::Views) {
            return;
        }
        let declared: BTreeSet<&TableName> = self.input.declared.tables.iter().map(|table| &table.name).collect();
        let before = self.input.before;
        let is_managed = |name: &&TableName| {
            !declared.contains(*name)
                && !(self.input.rules.ignores_table)(name)
                && self.input.declared.manages_schema(&name.schema)
        };
        let mut dropped: BTreeSet<TableName> = before.views.keys().filter(is_managed).cloned().collect();
        let mut needed = self.reads_outside_views();
        loop {
            let kept = before.views.values().filter(|view| !dropped.contains(&view.name));
            needed.extend(kept.flat_map(|view| &view.depends_on).map(|read| read.relation.clone()));
            let still_needed: Vec<TableName> = dropped.intersection(&needed).cloned().collect();
            if still_needed.is_empty() {
                break;
            }
            for name in still_needed {
                self.report(
                    Diagnostic::new(
                        DiagnosticCode::ViewKept,
                        format!(
                            "view {} is not declared, but a kept object depends on it: it is kept",
                            name.plain()
                        ),
                    )
                    .about(ObjectId::View(name.clone())),
                );
                dropped.remove(&name);
            }
        }
        for name in dropped {
            self.report(Diagnostic::new(DiagnosticCode::ViewDropped, format!(
                "view {} is not declared in schema.rs and is dropped (undeclared = \"drop\"); down.sql recreates it",
                name.plain()
            )).about(ObjectId::View(name.clone())));
            self.out.after.views.remove(&name);
        }
    }

    /// Returns the relations that rules, triggers, policies and functions read, and those whose row type a column has.
    fn reads_outside_views(&self) -> BTreeSet<TableName> {
        let before = self.input.before;
        let mut reads: Vec<&ColumnRef> = before.functions.values().flat_map(|own| &own.depends_on).collect();
        let mut needed = BTreeSet::new();
        for table in before.tables.values() {
            reads.extend(table.rules.values().flat_map(|own| &own.depends_on));
            reads.extend(table.triggers.values().flat_map(|own| &own.depends_on));
            reads.extend(table.policies.values().flat_map(|own| &own.depends_on));
            needed.extend(table.columns.iter().map(|column| (*column.data_type.name).clone()));
        }
        needed.extend(reads.into_iter().map(|read| read.relation.clone()));
        needed
    }

    /// Drops undeclared enum types that no column has, if the configuration says so.
    pub(super) fn undeclared_enum_types(&mut self) {
        if !self.input.rules.drops(ObjectKind::Enums) {
            return;
        }
        let is_used = |name: &TypeName| {
            let after = &self.out.after;
            let columns = after.tables.values().flat_map(|table| &table.columns);
            let views = after.views.values().flat_map(|view| &view.columns);
            let composites = after.types.values().filter_map(|kind| match kind {
                CustomType::Composite(found) => Some(&found.attributes),
                _ => None,
            });
            columns.map(|column| &column.data_type).any(|own| own.name == *name)
                || views.map(|(_, own)| own).any(|own| own.name == *name)
                || composites.flatten().any(|(_, own)| own.name == *name)
        };
        let unused = self.input.before.enums().filter(|(name, found)| {
            found.used_by.is_empty()
                && !found.used_in_queries
                && self.out.after.types.contains_key(*name)
                && self.out.matches.new_type(name).is_none()
                && self.types().rust_enum(Some(&name.schema), &name.name).is_none()
                && !(self.input.rules.ignores_table)(name)
                && self.input.declared.manages_schema(&name.schema)
                && !is_used(name)
        });
        let unused: Vec<TypeName> = unused.map(|(name, _)| name.clone()).collect();
        for name in unused {
            self.report(Diagnostic::new(DiagnosticCode::TypeDropped, format!(
                "enum type {} is not declared, no column uses it, and it is dropped (undeclared = \"drop\"); down.sql recreates it",
                name.plain()
            )).about(ObjectId::Type(name.clone())));
            self.out.after.types.remove(&name);
        }
    }
}
