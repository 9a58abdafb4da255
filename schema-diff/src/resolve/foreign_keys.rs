//! Foreign keys: what `references`, `foreign_key` and `joinable!` say of them.

use std::collections::BTreeSet;

use super::{
    ObjectKind, Resolver,
    settle::{Object, Wanted},
};
use crate::{
    declaration::{self, Names, Spelling},
    declared::{DeclaredTable, Joinable, Location},
    model::{Constraint, ConstraintKind, ForeignKey, Match, ReferentialAction, Table, TableName},
    render::default_name,
};
use schema_diff_grammar::attribute::{self, Action, ColumnAttribute, JoinableAttribute, TableAttribute};

impl<'a> Resolver<'a> {
    /// Adds, moves and drops foreign keys.
    pub(super) fn foreign_keys(&mut self) {
        let mut said_exactly: BTreeSet<(TableName, String)> = BTreeSet::new();
        for (declared, _) in self.managed.clone() {
            for column in &declared.columns {
                for (attribute, at) in &column.attributes {
                    if let ColumnAttribute::References(said) = attribute {
                        said_exactly.insert((declared.name.clone(), column.name.clone()));
                        self.declared_foreign_key(declared, said, vec![column.name.clone()], at);
                    }
                }
            }
            for (attribute, at) in &declared.attributes {
                if let TableAttribute::ForeignKey(said) = attribute {
                    let columns = self.sql_columns(declared, &said.columns, at);
                    if let [column] = columns.as_slice() {
                        said_exactly.insert((declared.name.clone(), column.clone()));
                    }
                    self.declared_foreign_key(declared, said, columns, at);
                }
            }
        }
        for join in &self.input.declared.joinables {
            if !said_exactly.contains(&(join.child.clone(), join.column.clone())) {
                self.joinable(join);
            }
        }
        if self.input.rules.drops(ObjectKind::ForeignKeys) {
            self.drop_undeclared_foreign_keys();
        }
    }

    fn declared_foreign_key(
        &mut self,
        declared: &'a DeclaredTable,
        said: &attribute::ForeignKey,
        columns: Vec<String>,
        at: &Location,
    ) {
        let Some(parent) = self.parent_table(said, &declared.name) else {
            self.problem(
                Some(at),
                format!("there is no table {} to refer to", said.table),
                "declare it with table!, or name it as the database does",
            );
            return;
        };
        let declared_parent = self.input.declared.tables.iter().find(|table| table.name == parent);
        let referenced_columns = match (said.referenced_columns.is_empty(), declared_parent) {
            (false, Some(table)) => self.sql_columns(table, &said.referenced_columns, at),
            (false, None) => said.referenced_columns.clone(),
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
                Some(at),
                format!(
                    "{} columns refer to {} of {}",
                    columns.len(),
                    referenced_columns.len(),
                    parent.plain()
                ),
                "name as many columns on both sides",
            );
            return;
        }
        let key = ForeignKey {
            columns: columns.clone(),
            references: parent,
            referenced_columns,
            on_update: action(said.on_update),
            on_delete: action(said.on_delete),
            on_delete_columns: self.sql_columns(declared, &said.on_delete_columns, at),
            matching: if said.match_full { Match::Full } else { Match::Simple },
        };
        let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
            return;
        };
        let name = said
            .name
            .clone()
            .unwrap_or_else(|| default_name::foreign_key(&table.name.name, columns.iter().map(String::as_str)));
        let mut constraint = Constraint::new(name, ConstraintKind::ForeignKey(key));
        constraint.deferrable = said.deferrable || said.initially_deferred;
        constraint.initially_deferred = said.initially_deferred;
        constraint.validated = !said.not_valid;
        // What else these columns refer to is replaced: an attribute says it exactly.
        let exact = |found: &Constraint| {
            found.kind == constraint.kind
                && found.deferrable == constraint.deferrable
                && found.initially_deferred == constraint.initially_deferred
        };
        let claimed = &self.claimed;
        table.constraints.retain(|name, found| {
            let same_columns = found.foreign_key().is_some_and(|key| key.columns == columns);
            !same_columns || exact(found) || claimed.contains(&(declared.name.clone(), name.clone()))
        });
        self.settle_foreign_key(&mut table, constraint, said.name.is_some(), at);
        self.out.after.tables.insert(table.name.clone(), table);
    }

    fn settle_foreign_key(&mut self, table: &mut Table, constraint: Constraint, named: bool, at: &Location) {
        let object = Object::Constraint(constraint);
        let at = at.clone();
        if let Some(new) = self.find(table, Wanted { object, named, at }) {
            self.add(table, new);
        }
    }

    pub(super) fn parent_table(&self, said: &attribute::ForeignKey, child: &TableName) -> Option<TableName> {
        let named = |table: &&DeclaredTable| {
            (table.rust_name == said.table || table.name.name == said.table)
                && said.schema.as_ref().is_none_or(|schema| *schema == table.name.schema)
        };
        let tables = &self.input.declared.tables;
        let in_same_schema = tables
            .iter()
            .filter(named)
            .find(|table| table.name.schema == child.schema);
        let declared = in_same_schema
            .or_else(|| tables.iter().find(named))
            .map(|table| table.name.clone());
        declared.or_else(|| {
            let name = TableName::new(said.schema.clone().unwrap_or_else(|| "public".into()), &said.table);
            self.out.after.tables.contains_key(&name).then_some(name)
        })
    }

    /// A `joinable!` makes a foreign key where its table or column is new, moves the one that its column has, and is
    /// a note otherwise; where foreign keys are managed exactly, it always is one.
    fn joinable(&mut self, join: &Joinable) {
        let exact = self.input.rules.drops(ObjectKind::ForeignKeys);
        let none = join
            .attributes
            .iter()
            .any(|(attribute, _)| *attribute == JoinableAttribute::NoForeignKey);
        let managed = self.managed.iter().any(|(table, _)| table.name == join.child);
        let Some(parent) = self.out.after.tables.get(&join.parent) else {
            return;
        };
        if none || !managed {
            return;
        }
        let referenced_columns = parent.primary_key_columns().to_vec();
        let Some(mut table) = self.out.after.tables.remove(&join.child) else {
            return;
        };
        let is_new = self.new_columns.contains(&(join.child.clone(), join.column.clone()));
        let existing: Vec<String> = table
            .foreign_keys()
            .filter(|found| {
                found
                    .foreign_key()
                    .is_some_and(|key| key.columns == [join.column.clone()])
            })
            .map(|found| found.name.clone())
            .collect();
        let fits = |key: &ForeignKey| key.references == join.parent;
        let fitting = existing
            .iter()
            .find(|name| table.constraints[*name].foreign_key().is_some_and(fits))
            .cloned();
        if referenced_columns.len() != 1 && fitting.is_none() {
            if is_new {
                self.note(format!(
                    "{}:{}: joinable!({} -> {} ({})) makes no foreign key: the key of {} has {} columns",
                    join.location.file.display(),
                    join.location.line,
                    join.child.plain(),
                    join.parent.plain(),
                    join.column,
                    join.parent.plain(),
                    referenced_columns.len()
                ));
            }
        } else if let Some(name) = fitting {
            self.claim(&join.child, name, &join.location);
        } else if let Some(name) = existing.first() {
            // The key that is there moves to the other parent and keeps what else it says.
            if let Some(constraint) = table.constraints.get_mut(name)
                && let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            {
                key.references.clone_from(&join.parent);
                key.referenced_columns = referenced_columns;
            }
            self.claim(&join.child, name.clone(), &join.location);
        } else if is_new || exact {
            let columns = vec![join.column.clone()];
            let key = ForeignKey {
                columns: columns.clone(),
                references: join.parent.clone(),
                referenced_columns,
                on_update: ReferentialAction::NoAction,
                on_delete: ReferentialAction::NoAction,
                on_delete_columns: Vec::new(),
                matching: Match::Simple,
            };
            let name = default_name::foreign_key(&table.name.name, columns.iter().map(String::as_str));
            let constraint = Constraint::new(name, ConstraintKind::ForeignKey(key));
            self.settle_foreign_key(&mut table, constraint, false, &join.location);
        } else if table.column(&join.column).is_some() {
            self.remark(format!(
                "{}:{}: no foreign key behind joinable!({} -> {} ({})): #[schema_diff::references({}({}))] on the column makes one, \
                 #[schema_diff::no_foreign_key] on the joinable! says that none is meant",
                join.location.file.display(), join.location.line, join.child.plain(), join.parent.plain(), join.column,
                join.parent.plain(), referenced_columns.join(", ")
            ));
        }
        self.out.after.tables.insert(table.name.clone(), table);
    }

    fn drop_undeclared_foreign_keys(&mut self) {
        let mut notes = Vec::new();
        for (declared, _) in self.managed.clone() {
            let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
                continue;
            };
            let names = Names {
                declared: self.input.declared,
            };
            let mut constraints = std::mem::take(&mut table.constraints);
            constraints.retain(|name, found| {
                let Some(key) = found.foreign_key() else { return true };
                let stays = found.inherited
                    || self.claimed.contains(&(declared.name.clone(), name.clone()))
                    || declaration::constraint(names, &table, found, Spelling::Exact).is_none();
                if !stays && !self.joinable_can_say(key) {
                    notes.push(format!(
                        "{}: foreign key {name} goes, since schema.rs does not declare it; #[schema_diff::foreign_key({} -> {}({}))] keeps it",
                        declared.name.plain(),
                        key.columns.join(", "),
                        key.references.plain(),
                        key.referenced_columns.join(", ")
                    ));
                }
                stays
            });
            table.constraints = constraints;
            self.out.after.tables.insert(declared.name.clone(), table);
        }
        self.out.notes.extend(notes);
    }

    /// Whether a `joinable!` would be this key: then its absence says as much as an attribute's.
    fn joinable_can_say(&self, key: &ForeignKey) -> bool {
        let parent = self.out.after.tables.get(&key.references);
        key.columns.len() == 1 && parent.is_none_or(|parent| parent.primary_key_columns() == key.referenced_columns)
    }
}

fn action(said: Option<Action>) -> ReferentialAction {
    match said {
        None | Some(Action::NoAction) => ReferentialAction::NoAction,
        Some(Action::Restrict) => ReferentialAction::Restrict,
        Some(Action::Cascade) => ReferentialAction::Cascade,
        Some(Action::SetNull) => ReferentialAction::SetNull,
        Some(Action::SetDefault) => ReferentialAction::SetDefault,
    }
}
