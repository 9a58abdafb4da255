//! Creation and replacement of types, and changes of labels.

use std::collections::BTreeSet;

use super::{Phase, Planner, renames::in_order};
use crate::{
    compare::{Change, EnumEdit},
    create,
    model::{ColumnRef, CustomType, Domain, EnumType, ObjectId, Pair, TypeName, quote_literal, truncate_identifier},
    statement::{Ddl, LabelPosition, RowTest, TypeAction},
};

impl<'a> Planner<'a> {
    /// Finds the types that must be replaced because adding labels is not enough: a label is dropped, the order
    /// changes, or a new label is used in the same migration (Postgres refuses a label in the transaction that added
    /// it). The domains over such types are replaced too.
    pub(super) fn find_rebuilt_types(&mut self) {
        for change in self.changes {
            let Change::AlterEnum { name, edit } = change else {
                continue;
            };
            if !edit.removed.is_empty() || edit.reordered || (!edit.added.is_empty() && self.uses_new_label(name, edit))
            {
                self.rebuilt_types.insert(name.before.clone());
            }
        }
        if self.rebuilt_types.is_empty() {
            return;
        }
        loop {
            let over = |base: &TypeName| self.rebuilt_types.contains(base);
            let is_new = |name: &&TypeName| !self.rebuilt_types.contains(name);
            let more: Vec<TypeName> = self
                .domains()
                .filter(|(_, of)| over(&of.base.name))
                .map(|(name, _)| name)
                .filter(is_new)
                .cloned()
                .collect();
            if more.is_empty() {
                return;
            }
            self.rebuilt_types.extend(more);
        }
    }

    fn domains(&self) -> impl Iterator<Item = (&'a TypeName, &'a Domain)> + use<'a> {
        self.before().types.iter().filter_map(|(name, kind)| match kind {
            CustomType::Domain(found) => Some((name, found)),
            _ => None,
        })
    }

    /// Returns the domains over a replaced type, each before the domains over it.
    fn domains_over(&self, base: &TypeName) -> Vec<(&'a TypeName, &'a Domain)> {
        let mut found = Vec::new();
        for (name, domain) in self.domains().filter(|(_, domain)| domain.base.name == *base) {
            found.push((name, domain));
            found.extend(self.domains_over(name));
        }
        found
    }

    fn uses_new_label(&self, name: &Pair<TypeName>, edit: &EnumEdit) -> bool {
        let mentions = |text: &str| edit.added.iter().any(|(label, _)| text.contains(&quote_literal(label)));
        self.changes.iter().any(|change| match change {
            Change::AddColumn { table, column } | Change::AlterColumn { table, column: Pair { after: column, .. }, .. } => {
                let Some(found) = self.after().tables.get(&table.after).and_then(|table| table.column(column)) else { return false };
                let becomes = matches!(change, Change::AlterColumn { delta, .. } if delta.data_type);
                let filled = self.request.backfills.get(&(table.after.clone(), column.clone())).is_some_and(|text| mentions(text));
                found.data_type.name == name.after && (becomes || filled || found.default.as_deref().is_some_and(mentions))
            }
            Change::CreateTable(table) => self.after().tables.get(table).is_some_and(|table| {
                table.columns.iter().any(|column| column.data_type.name == name.after && column.default.as_deref().is_some_and(mentions))
            }),
            Change::AddConstraint { table, name: constraint } => {
                self.after().tables.get(&table.after).and_then(|table| table.constraints.get(constraint)).is_some_and(|constraint| {
                    matches!(&constraint.kind, crate::model::ConstraintKind::Check { expression, .. } if mentions(expression))
                })
            }
            Change::CreateIndex { table, name: index } => {
                self.after().tables.get(&table.after).and_then(|table| table.indexes.get(index)).is_some_and(|index| index.predicate.as_deref().is_some_and(mentions))
            }
            _ => false,
        })
    }

    pub(super) fn types(&mut self) {
        let changes = self.changes;
        for change in changes {
            match change {
                Change::CreateType(name) => self.create_type(name),
                Change::AlterEnum { name, edit } => self.alter_enum(name, edit),
                _ => {}
            }
        }
    }

    fn create_type(&mut self, name: &TypeName) {
        if let Some(found) = self.after().types.get(name) {
            // If an existing type with this name is renamed, the name is free only after the renames.
            let phase = match self.request.matches.new_type(name) {
                Some(_) => Phase::CreateTable,
                None => Phase::Type,
            };
            self.push_all(phase, create::custom_type(name, found));
            if self.after().type_access.contains_key(name) {
                let id = ObjectId::custom_type(name, matches!(found, CustomType::Domain(_)));
                self.push_all(phase, self.restore_type_access(name, &id));
            }
        }
    }

    fn alter_enum(&mut self, name: &Pair<TypeName>, edit: &EnumEdit) {
        let id = ObjectId::Type(name.before.clone());
        let alter = |action| Ddl::AlterType { of: id.clone(), action };
        let renamed = edit.renamed.iter().map(|label| (&label.before, &label.after));
        let existing = self
            .before()
            .enum_type(&name.before)
            .map(|found| found.labels.iter().cloned().collect());
        for (from, to) in in_order(
            renamed,
            |label| format!("{label}_moving"),
            &existing.unwrap_or_default(),
        ) {
            self.push(Phase::Type, alter(TypeAction::RenameLabel { from, to }));
        }
        if !self.rebuilt_types.contains(&name.before) {
            for (label, previous) in &edit.added {
                // New labels are added one after the other, so that only a label of the before schema is certain to
                // exist.
                let next = self.after().enum_type(&name.after).and_then(|found| {
                    let is_new = |label: &String| edit.added.iter().any(|(added, _)| added == label);
                    found.labels.iter().find(|label| !is_new(label))
                });
                let position = match (previous, next) {
                    (Some(previous), _) => Some(LabelPosition::After(previous.clone())),
                    (None, Some(next)) => Some(LabelPosition::Before(next.clone())),
                    (None, None) => None,
                };
                let is_last = self
                    .after()
                    .enum_type(&name.after)
                    .and_then(|found| found.labels.last())
                    == Some(label);
                let add = TypeAction::AddLabel {
                    label: label.clone(),
                    if_missing: false,
                    position: position.filter(|_| !is_last),
                };
                self.push(Phase::Type, alter(add));
            }
            return;
        }
        if !edit.removed.is_empty() {
            self.guard_removed_labels(name, edit);
        }
        let Some(after) = self.after().enum_type(&name.after) else {
            return;
        };
        let shown = name.before.plain();
        let reason = if edit.removed.is_empty() && !edit.reordered {
            format!(
                "Postgres cannot use a new label of an enum type in the transaction that adds the label. Therefore this migration replaces enum type {shown} by a new type, which has the label from the start."
            )
        } else {
            format!(
                "Postgres can neither drop a label of an enum type nor change the order of the labels. Therefore this migration replaces enum type {shown} by a new type."
            )
        };
        let comments = vec![reason];
        let old = old_name(&name.before);
        let rename = TypeAction::RenameTo(old.name.clone());
        self.push_with(Phase::Type, comments, alter(rename));
        let fresh = CustomType::Enum(EnumType {
            comment: self
                .before()
                .enum_type(&name.before)
                .and_then(|found| found.comment.clone()),
            ..after.clone()
        });
        self.push_all(Phase::Type, create::custom_type(&name.before, &fresh));
        self.push_all(Phase::Type, self.restore_type_access(&name.before, &id));
        let domains = self.domains_over(&name.before);
        for (domain, of) in &domains {
            let id = ObjectId::Domain((*domain).clone());
            let rename = Ddl::AlterType {
                of: id.clone(),
                action: TypeAction::RenameTo(old_name(domain).name.clone()),
            };
            self.push(Phase::Type, rename);
            self.push_all(
                Phase::Type,
                create::custom_type(domain, &CustomType::Domain((*of).clone())),
            );
            self.push_all(Phase::Type, self.restore_type_access(domain, &id));
        }
        for (domain, _) in domains.iter().rev() {
            self.push(Phase::Recreate, Ddl::Drop(ObjectId::Domain(old_name(domain))));
        }
        self.push(Phase::Recreate, Ddl::Drop(ObjectId::Type(old)));
    }

    /// Returns the statements that restore the owner and the privileges of a recreated type.
    fn restore_type_access(&self, name: &TypeName, id: &ObjectId) -> Vec<Ddl> {
        let types = &self.before().type_access;
        let Some(access) = types.get(name).or_else(|| self.after().type_access.get(name)) else {
            return Vec::new();
        };
        create::access(id, access, self.session())
    }

    fn guard_removed_labels(&mut self, name: &Pair<TypeName>, edit: &EnumEdit) {
        let mut over: BTreeSet<&TypeName> = self
            .domains_over(&name.before)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        over.insert(&name.before);
        for table in self.before().tables.values() {
            if self.is_dropped(&ColumnRef::relation(&table.name)) || table.partition_of.is_some() {
                continue;
            }
            for column in table
                .columns
                .iter()
                .filter(|column| over.contains(&column.data_type.name))
            {
                if self.is_dropped(&ColumnRef::column(&table.name, &column.name)) {
                    continue;
                }
                let test = RowTest::Label {
                    column: column.name.clone(),
                    labels: edit.removed.clone(),
                    array: column.data_type.array,
                };
                let has = if column.data_type.array { "contains" } else { "has" };
                let labels: Vec<String> = edit.removed.iter().map(|label| format!("\"{label}\"")).collect();
                self.guard_rows(
                    &table.name,
                    test,
                    format!(
                        "table {}: in some rows, column {} {has} a label that this migration drops from enum type {}: {}",
                        table.name.plain(),
                        column.name,
                        name.before.plain(),
                        labels.join(", ")
                    ),
                    "First update the rows that use a dropped label to another label; until then this migration fails without changing anything",
                );
            }
        }
    }
}

/// Returns the name of a replaced type until nothing uses it.
fn old_name(name: &TypeName) -> TypeName {
    let short: String = name.name.chars().take(58).collect();
    name.sibling(format!("{}_old", truncate_identifier(&short)))
}
