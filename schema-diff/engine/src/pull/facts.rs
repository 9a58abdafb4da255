//! Updates the attributes of tables to what the database has.

use super::{
    column_facts::ColumnFacts,
    edit::Edits,
    editor::Editor,
    resolved::{self, Resolved},
    scope::Scope,
    source::Source,
    types::Types,
};
use crate::{
    compare::{Change, compare},
    declaration::{self, Form, Names, Place, Spelling, Written},
    declared::Location,
    matching::Matches,
    model::{ForeignKey, Pair, TableKind},
    report::Sign,
};
use schema_diff_grammar::attribute::{JoinableAttribute, TableAttribute};

/// Edits the files so that their attributes and types match the database, as far as these can.
pub(super) fn facts<'a>(
    source: &'a Source,
    scope: &Scope<'a>,
    resolved: &'a Resolved,
    spelling: Spelling,
    form: Form,
    edits: &mut Edits,
) {
    let database = scope.database;
    let mut types = Types::new(source, database);
    let flat = resolved::without_inheritance(database);
    let changes = compare(Pair::new(&resolved.built.after, &flat), &Matches::default());
    for declared in &resolved.declared.tables {
        let (Some(at), Some(table)) = (source.table(declared), database.tables.get(&declared.name)) else {
            continue;
        };
        let mut editor = Editor {
            source,
            resolved,
            declared,
            table,
            at,
            spelling,
            form,
            portability: scope.portability(),
            types: &mut types,
            edits: &mut *edits,
        };
        for location in &resolved.mismatched {
            if editor.has(location) {
                editor.remove(location, None);
            }
        }
        editor.partition_key();
        for change in &changes {
            editor.change(change);
        }
    }
    types.write(edits);
}

impl Editor<'_, '_> {
    fn change(&mut self, change: &Change) {
        let own = &self.declared.name;
        match change {
            Change::AlterTable { table, delta } if table.after == *own => {
                if delta.comment {
                    self.comment();
                }
                if delta.options {
                    self.storage_parameters();
                }
            }
            Change::AlterColumn { table, column, delta } if table.after == *own => {
                ColumnFacts::new(self, &column.after).update(*delta);
            }
            Change::AddConstraint { table, name } if table.after == *own => self.new_constraint(name, None),
            Change::CreateIndex { table, name } if table.after == *own => self.new_index(name, None),
            Change::DropConstraint { table, name } | Change::DropIndex { table, name } if table.after == *own => {
                self.remove_dropped(name);
            }
            Change::RenameConstraint { table, name } if table.after == *own => {
                if let Some(location) = self.location(&name.before) {
                    self.new_constraint(&name.after, Some(&location));
                }
            }
            Change::RenameIndex { table, name } if table.after == *own => {
                if let Some(location) = self.location(&name.before) {
                    self.new_index(&name.after, Some(&location));
                }
            }
            _ => {}
        }
    }

    /// Declares the partition key. An attribute with another key has been removed before.
    fn partition_key(&mut self) {
        let TableKind::Partitioned { key } = &self.table.kind else {
            return;
        };
        let is_declared = |(own, _): &(TableAttribute, Location)| matches!(own, TableAttribute::PartitionBy(_));
        if !self.declared.attributes.iter().any(is_declared) {
            let text = format!("partition_by({})", declaration::string(key));
            let place = Place::Table;
            self.write(&Written { place, text }, None);
        }
    }

    fn storage_parameters(&mut self) {
        let mut existing = self.declared.attributes.iter();
        let existing = existing.find(|(attribute, _)| matches!(attribute, TableAttribute::With(_)));
        let old = existing.map(|(_, location)| location.clone());
        let text = declaration::with(&self.table.options);
        let place = Place::Table;
        self.write(&Written { place, text }, old.as_ref());
    }

    fn comment(&mut self) {
        let existing = self
            .declared
            .attributes
            .iter()
            .find(|(attribute, _)| matches!(attribute, TableAttribute::Comment(_)));
        let old = existing.map(|(_, location)| location.clone());
        if self.declared.doc.is_some() && old.is_none() {
            let text = self.table.comment.clone();
            self.doc_comment(None, text.as_deref());
            return;
        }
        match &self.table.comment {
            Some(text) => {
                let text = format!("comment({})", declaration::string(text));
                let place = Place::Table;
                self.write(&Written { place, text }, old.as_ref());
            }
            None => {
                if let Some(location) = old {
                    self.remove(&location, Some("comment"));
                }
            }
        }
    }

    /// Writes a constraint, in the place of the attribute that declares it now.
    fn new_constraint(&mut self, name: &str, old: Option<&Location>) {
        let Some(found) = self.table.constraints.get(name) else {
            return;
        };
        let names = Names {
            declared: &self.source.declared,
        };
        if let Some(written) = declaration::constraint(names, self.table, found, self.spelling) {
            if let (Some(key), None) = (found.foreign_key(), old) {
                self.remove_no_foreign_key(&key.columns);
            }
            self.write(&written, old);
        }
    }

    /// Writes an index, in the place of the attribute that declares it now.
    fn new_index(&mut self, name: &str, old: Option<&Location>) {
        let Some(found) = self.table.indexes.get(name) else {
            return;
        };
        let names = Names {
            declared: &self.source.declared,
        };
        if let Some(written) = declaration::index(names, self.table, found, self.spelling) {
            self.write(&written, old);
        }
    }

    /// Removes the declaration of a constraint or an index that the database does not have.
    fn remove_dropped(&mut self, name: &str) {
        let Some(location) = self.location(name) else { return };
        if self.has(&location) {
            self.remove(&location, Some(name));
        } else if let Some((file, place)) = self.source.joinable(&location) {
            let key = self
                .resolved
                .built
                .after
                .tables
                .get(&self.declared.name)
                .and_then(|table| table.constraints.get(name))
                .and_then(|found| found.foreign_key());
            let is_it = |found: &ForeignKey| {
                key.is_some_and(|key| (&key.columns, &key.references) == (&found.columns, &found.references))
            };
            let has_key = self
                .table
                .foreign_keys()
                .filter_map(|found| found.foreign_key())
                .any(is_it);
            let column = key.map(|key| key.columns.clone());
            if !has_key {
                self.edits
                    .attribute(self.source, file, place.call, &self.form.attribute("no_foreign_key"));
                self.record(
                    Sign::Add,
                    &format!(
                        "no_foreign_key on joinable! ({}), because the database has no such foreign key",
                        column.unwrap_or_default().join(", ")
                    ),
                );
            }
        }
    }

    /// Removes `no_foreign_key` from a `joinable!` over a foreign key.
    fn remove_no_foreign_key(&mut self, columns: &[String]) {
        let [column] = columns else { return };
        let joins = self.resolved.declared.joinables.iter();
        for join in joins.filter(|join| join.child == self.declared.name && join.column == *column) {
            let existing = join
                .attributes
                .iter()
                .find(|(own, _)| *own == JoinableAttribute::NoForeignKey);
            if let (Some((_, location)), Some((file, place))) = (existing, self.source.joinable(&join.location))
                && let Some(attribute) = place.attributes.iter().find(|own| own.covers(location))
            {
                self.edits.remove_attribute(self.source, file, attribute, location);
            }
        }
    }
}
