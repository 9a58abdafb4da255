//! The consequences of dropping or renaming a column or table: dependent objects are dropped or renamed, too.

use std::collections::{BTreeMap, BTreeSet};

use super::{NamesInUse, Resolver, dependents::is_dropped};
use crate::{
    casts::{base, may_refer},
    diagnostic::{Diagnostic, DiagnosticCode},
    matching::Matches,
    model::{
        ColumnRef, Constraint, ConstraintKind, ForeignKey, ObjectId, QualifiedName, Schema, Table, TableName,
        default_name,
    },
};

impl Resolver<'_> {
    /// Drops objects that Postgres would drop or reject, and reports them.
    pub(super) fn consequences(&mut self) {
        let dropped = self.dropped();
        self.constraints_and_indexes(&dropped);
        self.orphaned_foreign_keys();
        self.policies(&dropped);
        self.code(&dropped);
        self.views_and_functions(&dropped);
        self.statistics(&dropped);
    }

    /// Returns the dropped tables, and the dropped columns of kept tables that are no partitions, by names before.
    fn dropped(&self) -> BTreeSet<ColumnRef> {
        let matches = &self.out.matches;
        let mut dropped = BTreeSet::new();
        let before = self.input.before.tables.iter();
        for (name, table) in before.filter(|(name, _)| !self.is_untouched(name)) {
            match self.out.after.tables.get(&matches.table(name)) {
                None => {
                    dropped.insert(ColumnRef::relation(name));
                }
                Some(after) if table.partition_of.is_none() => {
                    let dropped_columns = table
                        .columns
                        .iter()
                        .filter(|column| after.column(&matches.column(name, &column.name)).is_none());
                    dropped.extend(dropped_columns.map(|column| ColumnRef::column(name, &column.name)));
                }
                Some(_) => {}
            }
        }
        dropped
    }

    fn constraints_and_indexes(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let mut notes = Vec::new();
        let matches = self.out.matches.clone();
        let tables = self.input.before.tables.iter();
        let touched: Vec<(&TableName, &Table)> = tables.filter(|(name, _)| !self.is_untouched(name)).collect();
        for (name, before) in touched {
            let new_name = matches.table(name);
            let Some(after) = self.out.after.tables.get(&new_name) else {
                continue;
            };
            // A partition's own constraints and indexes are also dropped with a column of the partitioned table.
            let is_kept = |column: &str| before.partition_of.is_none() || after.column(column).is_some();
            let columns = before.columns.iter().filter_map(|own| {
                let new = matches.column(name, &own.name);
                let is_dropped = dropped.contains(&ColumnRef::column(name, &own.name));
                (is_dropped || !is_kept(&new)).then_some(new)
            });
            let dropped_columns: BTreeSet<String> = columns.collect();
            if dropped_columns.is_empty() {
                continue;
            }
            let is_dropped_column = |column: &str| dropped_columns.contains(column);
            let Some(table) = self.out.after.tables.get_mut(&new_name) else {
                continue;
            };
            let shown = table.name.plain();
            table.constraints.retain(|key, constraint| {
                let is_dropped = constraint.columns().into_iter().any(is_dropped_column);
                if is_dropped && constraint.columns().len() > 1 {
                    notes.push(
                        Diagnostic::new(
                            DiagnosticCode::ConstraintDropped,
                            format!("{shown}: constraint {key} is dropped with a column that it covers"),
                        )
                        .about(ObjectId::constraint(name, key)),
                    );
                }
                !is_dropped
            });
            table.indexes.retain(|key, index| {
                let is_dropped = index.columns.iter().any(|column| is_dropped_column(column));
                if is_dropped && index.columns.len() > 1 {
                    notes.push(
                        Diagnostic::new(
                            DiagnosticCode::IndexDropped,
                            format!("{shown}: index {key} is dropped with a column that it covers"),
                        )
                        .about(ObjectId::Index(name.sibling(key))),
                    );
                }
                !is_dropped
            });
            let generated: Vec<(String, String)> = table
                .columns
                .iter()
                .filter_map(|column| {
                    let read = column
                        .generated
                        .as_ref()?
                        .columns
                        .iter()
                        .find(|read| is_dropped_column(read))?;
                    Some((column.name.clone(), read.clone()))
                })
                .collect();
            for (column, read) in generated {
                let message = format!("{shown}.{column} is generated from {read}, which is no longer declared");
                let hint = format!(
                    "remove {column} from schema.rs too, or give it another expression with #[schema_diff::generated(\"...\")]"
                );
                let found = Diagnostic::new(DiagnosticCode::GeneratedFromDropped, message).hint(hint);
                notes.push(found.about(ObjectId::column(&table.name, column)));
            }
        }
        self.out.diagnostics.extend(notes);
    }

    /// Drops foreign keys whose referenced key is dropped or can no longer be compared.
    fn orphaned_foreign_keys(&mut self) {
        let mut orphans = Vec::new();
        let mut notes = Vec::new();
        let mut keys: BTreeMap<&TableName, Vec<BTreeSet<String>>> = BTreeMap::new();
        for table in self.out.after.tables.values() {
            for (name, constraint) in &table.constraints {
                let Some(key) = constraint.foreign_key() else {
                    continue;
                };
                if self.is_untouched(&table.name) && self.is_untouched(&key.references) {
                    continue;
                }
                let target = self.out.after.tables.get(&key.references);
                let has_key = target.is_some_and(|target| {
                    let keys = keys.entry(&target.name).or_insert_with(|| unique_keys(target));
                    keys.contains(&key.referenced_columns.iter().cloned().collect())
                });
                let why = if self.is_incomparable(table, constraint, key) {
                    format!(
                        "its columns and the columns of {} that it refers to no longer have comparable types",
                        key.references.plain()
                    )
                } else if !has_key {
                    format!(
                        "{} no longer has the primary or unique key that the foreign key refers to",
                        key.references.plain()
                    )
                } else {
                    continue;
                };
                let shown = table.name.plain();
                let message = format!("{shown}: foreign key {name} is dropped: {why}");
                let note = Diagnostic::new(DiagnosticCode::ForeignKeyDropped, message);
                notes.push(note.about(ObjectId::constraint(&table.name, name)));
                orphans.push((table.name.clone(), name.clone()));
            }
        }
        for (table, name) in orphans {
            if let Some(table) = self.out.after.tables.get_mut(&table) {
                table.constraints.remove(&name);
            }
        }
        self.out.diagnostics.extend(notes);
    }

    /// Returns whether a table is shared with the before schema, under the same name, or is on neither side.
    fn is_untouched(&self, name: &TableName) -> bool {
        let (before, after) = (&self.input.before.tables, &self.out.after.tables);
        after.shares(before, name) || !after.contains_key(name) && !before.contains_key(name)
    }

    /// Returns whether a type change on one side of an undeclared foreign key makes the two sides incomparable.
    fn is_incomparable(&self, table: &Table, constraint: &Constraint, key: &ForeignKey) -> bool {
        let after = &self.out.after;
        let target = after.tables.get(&key.references);
        let incomparable = key.columns.iter().zip(&key.referenced_columns).any(|(own, other)| {
            let own = table.column(own);
            let other = target.and_then(|target| target.column(other));
            own.zip(other)
                .is_some_and(|(own, other)| !may_refer(&base(after, &own.data_type), &base(after, &other.data_type)))
        });
        incomparable && !self.is_declared(&table.name, &constraint.name)
    }

    /// Reports extended statistics that Postgres drops with a column that they read; `down.sql` recreates them.
    fn statistics(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let mut notes = Vec::new();
        for (name, of) in &self.input.before.restored.statistics {
            let is_kept = self.out.after.tables.contains_key(&self.out.matches.table(&of.on));
            let mut reads = of.reads.iter().map(|column| ColumnRef::column(&of.on, column));
            if let Some(read) = reads.find(|read| is_kept && dropped.contains(read)) {
                notes.push(
                    Diagnostic::new(
                        DiagnosticCode::StatisticsDropped,
                        format!(
                            "extended statistics {} are dropped with {}",
                            name.plain(),
                            super::dependents::shown(&read)
                        ),
                    )
                    .about(ObjectId::Statistics(name.clone())),
                );
            }
        }
        self.out.diagnostics.extend(notes);
    }

    fn policies(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let matches = self.out.matches.clone();
        let mut notes = Vec::new();
        let before = self.input.before.tables.iter();
        for (name, _) in before.filter(|(_, table)| !table.policies.is_empty()) {
            let Some(table) = self.out.after.tables.get_mut(&matches.table(name)) else {
                continue;
            };
            let shown = table.name.plain();
            table.policies.retain(|policy, found| {
                let hit = found.depends_on.iter().find(|read| is_dropped(dropped, read));
                if let Some(read) = hit {
                    let what = read.column.clone().unwrap_or_else(|| read.relation.plain());
                    notes.push(Diagnostic::new(DiagnosticCode::PolicyDropped, format!("{shown}: policy {policy} depends on {what} and is dropped with it; row-level security stays enabled, so rows that only this policy made visible are hidden")).about(ObjectId::policy(name, policy)));
                }
                hit.is_none()
            });
        }
        self.out.diagnostics.extend(notes);
    }

    pub(super) fn is_retyped(&self, read: &ColumnRef) -> bool {
        let matches = &self.out.matches;
        let Some(column) = &read.column else { return false };
        let before = self
            .input
            .before
            .tables
            .get(&read.relation)
            .and_then(|table| table.column(column));
        let after = self
            .out
            .after
            .tables
            .get(&matches.table(&read.relation))
            .and_then(|table| table.column(&matches.column(&read.relation, column)));
        matches!((before, after), (Some(before), Some(after)) if before.data_type != after.data_type)
    }
}

/// Returns the sets of columns that a foreign key may refer to.
pub(super) fn unique_keys(table: &Table) -> Vec<BTreeSet<String>> {
    let by_constraint = table
        .constraints
        .values()
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                Some(columns.iter().cloned().collect())
            }
            _ => None,
        });
    let by_index = table
        .indexes
        .values()
        .filter(|index| index.unique && index.predicate.is_none() && index.keys.iter().all(|key| !key.is_expression))
        .map(|index| index.keys.iter().map(|key| key.text.clone()).collect());
    by_constraint.chain(by_index).collect()
}

/// Gives constraints, indexes and sequences with default names the default names that fit a renamed table or column.
pub(super) fn rename_default_names(after: &mut Schema, before: &Schema, matches: &Matches, taken: &NamesInUse) {
    for (old_name, old) in &before.tables {
        let new_name = matches.table(old_name);
        let touched = new_name != *old_name || matches.renamed_columns(old_name).next().is_some();
        // The objects of a partition have separate names, which do not follow the parent's.
        if !touched || old.partition_of.is_some() {
            continue;
        }
        let Some(table) = after.tables.get_mut(&new_name) else {
            continue;
        };
        let (from, to) = (&old_name.name, &new_name.name);
        // A name that another table uses is not free, unless that table is renamed, too.
        let is_free = |name: &QualifiedName| {
            !taken.is_used_by(name, |user| user != old_name && matches.new_table(user).is_none())
        };
        let names = |columns: &[String]| {
            columns
                .iter()
                .map(|column| matches.column(old_name, column))
                .collect::<Vec<_>>()
        };
        let mut wanted = BTreeMap::new();
        for name in table.constraints.keys() {
            if let Some(original) = old.constraints.get(name)
                && constraint_name(original, from, <[String]>::to_vec).as_ref() == Some(name)
                && let Some(new) = constraint_name(original, to, names)
            {
                wanted.insert((Named::Constraint, name.clone()), new);
            }
        }
        for (name, index) in &table.indexes {
            if let Some(original) = old.indexes.get(name)
                && default_name::index(from, original) == *name
            {
                wanted.insert((Named::Index, name.clone()), default_name::index(to, index));
            }
        }
        wanted.retain(|_, new| is_free(&new_name.sibling(new.as_str())));
        let wanted = without_clashes(table, wanted);
        let new_of = |kind, name: String| wanted.get(&(kind, name.clone())).cloned().unwrap_or(name);
        table.constraints = std::mem::take(&mut table.constraints)
            .into_iter()
            .map(|(name, mut constraint)| {
                constraint.name = new_of(Named::Constraint, name);
                (constraint.name.clone(), constraint)
            })
            .collect();
        table.indexes = std::mem::take(&mut table.indexes)
            .into_iter()
            .map(|(name, mut index)| {
                index.name = new_of(Named::Index, name);
                (index.name.clone(), index)
            })
            .collect();
        for column in &mut table.columns {
            let mut old_columns = old.columns.iter().map(|own| &own.name);
            let Some(old_column) = old_columns.find(|own| matches.column(old_name, own) == column.name) else {
                continue;
            };
            let fitting = |sequence: &QualifiedName| {
                (sequence.name == default_name::sequence(from, old_column) && sequence.schema == old_name.schema)
                    .then(|| QualifiedName::new(&new_name.schema, default_name::sequence(to, &column.name)))
                    .filter(is_free)
                    .or_else(|| {
                        (sequence.schema != new_name.schema)
                            .then(|| QualifiedName::new(&new_name.schema, &sequence.name))
                    })
            };
            if let Some(identity) = &mut column.identity
                && let Some(name) = fitting(&identity.sequence)
            {
                identity.sequence = name;
            }
            if let Some(sequence) = &mut column.sequence
                && let Some(name) = fitting(&sequence.name)
            {
                column.default = Some(name.nextval());
                sequence.name = name;
            }
        }
    }
}

/// The kind of a named object of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Constraint,
    Index,
}

/// Returns the default name of a constraint on a table of this name; `None` for checks and exclusions, which keep their
/// names.
fn constraint_name(constraint: &Constraint, table: &str, names: impl Fn(&[String]) -> Vec<String>) -> Option<String> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => Some(default_name::primary_key(table)),
        ConstraintKind::Unique { columns, .. } => {
            Some(default_name::unique(table, names(columns).iter().map(String::as_str)))
        }
        ConstraintKind::ForeignKey(key) => Some(default_name::foreign_key(
            table,
            names(&key.columns).iter().map(String::as_str),
        )),
        // Child tables inherit these under the same name, and Postgres rejects renaming them there.
        ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => None,
    }
}

/// Removes the wanted names that another object of the table keeps or is given.
fn without_clashes(table: &Table, mut wanted: BTreeMap<(Named, String), String>) -> BTreeMap<(Named, String), String> {
    let constraints = table.constraints.keys().map(|name| (Named::Constraint, name.clone()));
    let all: Vec<(Named, String)> = constraints
        .chain(table.indexes.keys().map(|name| (Named::Index, name.clone())))
        .collect();
    loop {
        let mut given: BTreeSet<&String> = all
            .iter()
            .filter(|own| !wanted.contains_key(own))
            .map(|(_, name)| name)
            .collect();
        let clash = wanted
            .iter()
            .find(|(_, new)| !given.insert(new))
            .map(|(own, _)| own.clone());
        match clash {
            Some(own) => wanted.remove(&own),
            None => return wanted,
        };
    }
}
