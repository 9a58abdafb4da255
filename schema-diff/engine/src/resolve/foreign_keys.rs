//! Resolves the foreign keys that `references`, `foreign_key` and `joinable!` declare.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Resolver,
    declared_objects::{Object, Wanted},
};
use crate::{
    declaration::{self, Names, Spelling},
    declared::{DeclaredTable, Joinable, Location, TablesByName},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{
        Constraint, ConstraintKind, ForeignKey, Match, ObjectId, ReferentialAction, Table, TableName, default_name,
    },
    rules::ObjectKind,
};
use schema_diff_grammar::attribute::{self, Action, ColumnAttribute, JoinableAttribute, TableAttribute};

impl<'a> Resolver<'a> {
    /// Adds, replaces and drops foreign keys.
    pub(super) fn foreign_keys(&mut self) {
        let mut exactly_declared: BTreeSet<(TableName, String)> = BTreeSet::new();
        for (declared, _) in self.input.matching.managed.clone() {
            for column in &declared.columns {
                for (attribute, at) in &column.attributes {
                    if let ColumnAttribute::References(spec) = attribute {
                        exactly_declared.insert((declared.name.clone(), column.name.clone()));
                        self.declared_foreign_key(declared, spec, vec![column.name.clone()], at);
                    }
                }
            }
            for (attribute, at) in &declared.attributes {
                if let TableAttribute::ForeignKey(spec) = attribute {
                    let columns = self.sql_columns(declared, &spec.columns, at);
                    if let [column] = columns.as_slice() {
                        exactly_declared.insert((declared.name.clone(), column.clone()));
                    }
                    self.declared_foreign_key(declared, spec, columns, at);
                }
            }
        }
        self.joinables(&exactly_declared);
        if self.input.rules.drops(ObjectKind::ForeignKeys) {
            self.drop_undeclared_foreign_keys();
        }
    }

    fn declared_foreign_key(
        &mut self,
        declared: &'a DeclaredTable,
        spec: &attribute::ForeignKey,
        columns: Vec<String>,
        at: &Location,
    ) {
        let Some(parent) = self.parent_table(spec, &declared.name) else {
            self.problem(
                DiagnosticCode::UnknownTable,
                Some(at),
                format!("the referenced table {} does not exist", spec.table),
                "declare it with table!, or write the name that the table has in the database",
            );
            return;
        };
        let declared_parent = self.declared_tables().get(&parent);
        let referenced_columns = match (spec.referenced_columns.is_empty(), declared_parent) {
            (false, Some(table)) => self.sql_columns(table, &spec.referenced_columns, at),
            (false, None) => spec.referenced_columns.clone(),
            (true, _) => self
                .out
                .after
                .tables
                .get(&parent)
                .map(|table| table.primary_key_columns().to_vec())
                .unwrap_or_default(),
        };
        if referenced_columns.len() != columns.len() {
            self.problem(
                DiagnosticCode::ForeignKeyColumns,
                Some(at),
                format!(
                    "{} columns cannot refer to {} columns of {}",
                    columns.len(),
                    referenced_columns.len(),
                    parent.plain()
                ),
                "name the same number of columns on both sides",
            );
            return;
        }
        let key = ForeignKey {
            columns: columns.clone(),
            references: parent,
            referenced_columns,
            on_update: action(spec.on_update),
            on_delete: action(spec.on_delete),
            on_delete_columns: self.sql_columns(declared, &spec.on_delete_columns, at),
            matching: if spec.match_full { Match::Full } else { Match::Simple },
        };
        let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
            return;
        };
        let name = spec
            .name
            .clone()
            .unwrap_or_else(|| default_name::foreign_key(&table.name.name, columns.iter().map(String::as_str)));
        let mut constraint = Constraint::new(name, ConstraintKind::ForeignKey(key));
        constraint.deferrable = spec.deferrable || spec.initially_deferred;
        constraint.initially_deferred = spec.initially_deferred;
        constraint.validated = !spec.not_valid;
        constraint.comment = self
            .replaced_foreign_key(&table, &columns)
            .and_then(|found| self.kept_comment(&found));
        // Other foreign keys over these columns are replaced: an attribute is exact.
        let exact = |found: &Constraint| {
            found.kind == constraint.kind
                && found.deferrable == constraint.deferrable
                && found.initially_deferred == constraint.initially_deferred
        };
        table.constraints.retain(|name, found| {
            let same_columns = found.foreign_key().is_some_and(|key| key.columns == columns);
            !same_columns || exact(found) || self.is_declared(&declared.name, name)
        });
        self.match_foreign_key(&mut table, constraint, spec.name.is_some(), at);
        self.insert_table(table);
    }

    fn match_foreign_key(&mut self, table: &mut Table, constraint: Constraint, named: bool, at: &Location) {
        let object = Object::Constraint(constraint);
        let at = at.clone();
        if let Some(new) = self.find(table, Wanted { object, named, at }) {
            self.add(table, new);
        }
    }

    /// Returns the declared tables by their names.
    fn declared_tables(&self) -> &TablesByName<'a> {
        self.declared_tables
            .get_or_init(|| TablesByName::of(self.input.declared))
    }

    pub(super) fn parent_table(&self, spec: &attribute::ForeignKey, child: &TableName) -> Option<TableName> {
        let after = &self.out.after;
        self.declared_tables()
            .parent(spec, child, |name| after.tables.contains_key(name))
    }

    /// Creates the foreign keys that `joinable!` declares. A `joinable!` creates one only for a new column, and never
    /// changes an existing one. If undeclared foreign keys are dropped, `joinable!` is exact instead, like an
    /// attribute.
    fn joinables(&mut self, exactly_declared: &BTreeSet<(TableName, String)>) {
        let mut of_column: BTreeMap<(TableName, String), Vec<&'a Joinable>> = BTreeMap::new();
        for join in &self.input.declared.joinables {
            let column = (join.child.clone(), join.column.clone());
            if !exactly_declared.contains(&column) && self.may_be_foreign_key(join) {
                let joins = of_column.entry(column).or_default();
                if joins.iter().all(|other| other.parent != join.parent) {
                    joins.push(join);
                }
            }
        }
        for ((child, column), joins) in of_column {
            let without: Vec<&Joinable> = joins
                .iter()
                .copied()
                .filter(|join| !self.mark_foreign_key(join))
                .collect();
            if self.input.rules.drops(ObjectKind::ForeignKeys) {
                for join in without {
                    self.create_foreign_key(join);
                }
            } else if self.new_columns.contains(&(child, column)) {
                match without.as_slice() {
                    [join] if joins.len() == 1 => self.create_foreign_key(join),
                    _ => self.ambiguous_joinables(&joins),
                }
            } else {
                for join in without {
                    self.report_joinable_without_key(join);
                }
            }
        }
    }

    fn may_be_foreign_key(&self, join: &Joinable) -> bool {
        let mut attributes = join.attributes.iter();
        let none = attributes.any(|(attribute, _)| *attribute == JoinableAttribute::NoForeignKey);
        let managed = &self.input.matching.managed;
        let found = managed.binary_search_by(|(table, _)| table.name.cmp(&join.child));
        !none && found.is_ok() && self.out.after.tables.contains_key(&join.parent)
    }

    /// Finds the foreign key that a `joinable!` declares, and marks it as declared. Returns whether there is one.
    fn mark_foreign_key(&mut self, join: &Joinable) -> bool {
        let Some(table) = self.out.after.tables.get(&join.child) else {
            return false;
        };
        let fits = |key: &ForeignKey| key.references == join.parent && key.columns == [join.column.clone()];
        let names = table
            .foreign_keys()
            .filter(|found| found.foreign_key().is_some_and(fits));
        let names: Vec<String> = names.map(|found| found.name.clone()).collect();
        if let Some(name) = names.first() {
            self.declare(&join.child, name.clone(), &join.location);
        }
        !names.is_empty()
    }

    fn create_foreign_key(&mut self, join: &Joinable) {
        let parent = self.out.after.tables.get(&join.parent);
        let referenced_columns = parent
            .map(|parent| parent.primary_key_columns().to_vec())
            .unwrap_or_default();
        if referenced_columns.len() != 1 {
            if self.new_columns.contains(&(join.child.clone(), join.column.clone())) {
                self.report(
                    Diagnostic::new(
                        DiagnosticCode::NoForeignKey,
                        format!(
                            "{} creates no foreign key: the primary key of {} has {} columns",
                            shown(join),
                            join.parent.plain(),
                            referenced_columns.len()
                        ),
                    )
                    .about(ObjectId::column(&join.child, &join.column))
                    .at(&join.location),
                );
            }
            return;
        }
        let Some(mut table) = self.out.after.tables.remove(&join.child) else {
            return;
        };
        let columns = vec![join.column.clone()];
        // A joinable! declares no actions: those of the replaced foreign key are kept.
        let replaced = self.replaced_foreign_key(&table, &columns);
        let before = replaced.as_ref().and_then(|found| found.foreign_key());
        let none = ReferentialAction::NoAction;
        let key = ForeignKey {
            columns: columns.clone(),
            references: join.parent.clone(),
            referenced_columns,
            on_update: before.map_or(none, |key| key.on_update),
            on_delete: before.map_or(none, |key| key.on_delete),
            on_delete_columns: before.map_or_else(Vec::new, |key| key.on_delete_columns.clone()),
            matching: before.map_or(Match::Simple, |key| key.matching),
        };
        let name = default_name::foreign_key(&table.name.name, columns.iter().map(String::as_str));
        let mut constraint = Constraint::new(name, ConstraintKind::ForeignKey(key));
        if let Some(found) = &replaced {
            constraint.deferrable = found.deferrable;
            constraint.initially_deferred = found.initially_deferred;
            constraint.validated = found.validated;
            constraint.comment = self.kept_comment(found);
        }
        self.match_foreign_key(&mut table, constraint, false, &join.location);
        self.insert_table(table);
    }

    /// Returns the foreign key over the same columns that nothing in schema.rs declares, if there is exactly one.
    fn replaced_foreign_key(&self, table: &Table, columns: &[String]) -> Option<Constraint> {
        let is_free = |found: &&Constraint| {
            let same = found.foreign_key().is_some_and(|key| key.columns == columns);
            same && !found.inherited && !self.is_declared(&table.name, &found.name)
        };
        let mut found = table.constraints.values().filter(is_free);
        found.next().filter(|_| found.next().is_none()).cloned()
    }

    /// Returns the comment of a replaced foreign key, if comments are kept.
    fn kept_comment(&self, replaced: &Constraint) -> Option<String> {
        let drops = self.input.rules.drops(ObjectKind::Comments);
        replaced.comment.clone().filter(|_| !drops)
    }

    /// Reports that several `joinable!`s name one new column: an attribute has to decide to which table it refers.
    fn ambiguous_joinables(&mut self, joins: &[&Joinable]) {
        let parents: Vec<String> = joins.iter().map(|join| join.parent.plain()).collect();
        for join in joins {
            self.report(Diagnostic::new(DiagnosticCode::JoinableOnly, format!(
                "{} creates no foreign key, because several joinable! use this column, for {}: #[schema_diff::references(...)] on the column creates one",
                shown(join),
                parents.join(" and ")
            )).about(ObjectId::column(&join.child, &join.column)).at(&join.location));
        }
    }

    /// Reports a `joinable!` on an existing column without such a foreign key.
    fn report_joinable_without_key(&mut self, join: &Joinable) {
        let Some(table) = self.out.after.tables.get(&join.child) else {
            return;
        };
        if table.column(&join.column).is_none() {
            return;
        }
        let keys = table.foreign_keys().filter_map(|found| found.foreign_key());
        let other = keys
            .filter(|key| key.columns == [join.column.clone()])
            .map(|key| key.references.plain())
            .next();
        let parent = self.out.after.tables.get(&join.parent);
        let columns = parent
            .map(|parent| parent.primary_key_columns().join(", "))
            .unwrap_or_default();
        let reference = format!("#[schema_diff::references({}({columns}))]", join.parent.plain());
        let none = "#[schema_diff::no_foreign_key] on the joinable! declares that it has no foreign key";
        self.report(Diagnostic::new(DiagnosticCode::JoinableOnly, match other {
            None => format!("{} has no foreign key: {reference} on the column creates one; {none}", shown(join)),
            Some(other) => format!(
                "{} changes nothing, because the foreign key of the column refers to {other}; {reference} on the column replaces that foreign key; {none}",
                shown(join)
            ),
        }).about(ObjectId::column(&join.child, &join.column)).at(&join.location));
    }

    fn drop_undeclared_foreign_keys(&mut self) {
        let mut notes = Vec::new();
        for (declared, _) in self.input.matching.managed.clone() {
            let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
                continue;
            };
            let names = Names {
                declared: self.input.declared,
            };
            let mut constraints = std::mem::take(&mut table.constraints);
            constraints.retain(|name, found| {
                let Some(key) = found.foreign_key() else { return true };
                let is_kept = found.inherited
                    || self.is_declared(&declared.name, name)
                    || declaration::constraint(names, &table, found, Spelling::Exact).is_none();
                if !is_kept && !self.fits_joinable(key) {
                    notes.push(Diagnostic::new(DiagnosticCode::ForeignKeyDropped, format!(
                        "{}: foreign key {name} is dropped: schema.rs does not declare it; #[schema_diff::foreign_key({} -> {}({}))] keeps it",
                        declared.name.plain(),
                        key.columns.join(", "),
                        key.references.plain(),
                        key.referenced_columns.join(", ")
                    )).about(ObjectId::constraint(&declared.name, name)));
                }
                is_kept
            });
            table.constraints = constraints;
            self.insert_table(table);
        }
        self.out.diagnostics.extend(notes);
    }

    /// Returns whether a `joinable!` could declare this foreign key: a missing one is then as exact as a missing
    /// attribute.
    fn fits_joinable(&self, key: &ForeignKey) -> bool {
        let parent = self.out.after.tables.get(&key.references);
        key.columns.len() == 1 && parent.is_none_or(|parent| parent.primary_key_columns() == key.referenced_columns)
    }
}

/// Formats a `joinable!` for messages.
fn shown(join: &Joinable) -> String {
    format!(
        "joinable!({} -> {} ({}))",
        join.child.plain(),
        join.parent.plain(),
        join.column
    )
}

fn action(spec: Option<Action>) -> ReferentialAction {
    match spec {
        None | Some(Action::NoAction) => ReferentialAction::NoAction,
        Some(Action::Restrict) => ReferentialAction::Restrict,
        Some(Action::Cascade) => ReferentialAction::Cascade,
        Some(Action::SetNull) => ReferentialAction::SetNull,
        Some(Action::SetDefault) => ReferentialAction::SetDefault,
    }
}
