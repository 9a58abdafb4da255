//! Updates the declaration of one column: its type, the source of its values, its collation, settings and comment.

use super::{columns, editor::Editor};
use crate::{
    compare::ColumnDelta,
    declaration::{self, Place, Portability, Written},
    declared::{DeclaredColumn, Location},
    model::Column,
    parse::ColumnPlace,
    report::Sign,
};
use schema_diff_grammar::attribute::{ColumnAttribute, ColumnSetting};

/// A column, in its file and in the database.
pub(super) struct ColumnFacts<'a, 'e, 'b> {
    editor: &'b mut Editor<'a, 'e>,
    name: String,
}

impl<'a, 'e, 'b> ColumnFacts<'a, 'e, 'b> {
    pub fn new(editor: &'b mut Editor<'a, 'e>, name: &str) -> Self {
        Self {
            editor,
            name: name.to_owned(),
        }
    }

    pub fn update(&mut self, mut delta: ColumnDelta) {
        let Some(found) = self.editor.table.column(&self.name).cloned() else {
            return;
        };
        if found.inherited {
            // Only its type is declared: values and collation come from the parent.
            delta = ColumnDelta {
                data_type: delta.data_type,
                nullable: delta.nullable,
                settings: delta.settings,
                ..ColumnDelta::default()
            };
        }
        // Only `Serial` can declare an owned sequence.
        let built = self.editor.resolved.built.after.tables.get(&self.editor.declared.name);
        let has_own = built
            .and_then(|table| table.column(&self.name))
            .is_some_and(|own| own.sequence.is_some());
        delta.sequence &= !(found.sequence.is_some() && (has_own || found.nullable));
        let declared = self
            .editor
            .declared
            .columns
            .iter()
            .find(|column| column.name == self.name);
        let Some(place) = declared.and_then(|column| self.editor.at.column(column)) else {
            return;
        };
        let Some(declared) = declared else { return };
        // Written first, so that it is in front of all attributes.
        let has_attribute = declared
            .attributes
            .iter()
            .any(|(own, _)| matches!(own, ColumnAttribute::Comment(_)));
        if delta.comment && declared.doc.is_some() && !has_attribute {
            self.editor.doc_comment(Some(place), found.comment.as_deref());
            delta.comment = false;
        }
        if delta.data_type || delta.nullable || delta.sequence {
            self.data_type(declared, place, &found, delta);
        }
        if delta.default || delta.identity || delta.generated || delta.sequence {
            self.values(declared, &found);
        }
        if delta.collation {
            let old = Self::places_of(declared, |own| matches!(own, ColumnAttribute::Collate(_)));
            let new = found.collation.as_deref().map(declaration::collate);
            self.write(&old, new, "collation");
        }
        if delta.settings {
            self.settings(declared, &found);
        }
        if delta.comment {
            let old = Self::places_of(declared, |own| matches!(own, ColumnAttribute::Comment(_)));
            let new = found.comment.as_ref();
            let new = new.map(|text| format!("comment({})", declaration::string(text)));
            self.write(&old, new, "comment");
        }
    }

    /// Updates the Rust type, and the attributes for what it does not express.
    fn data_type(&mut self, declared: &DeclaredColumn, place: &ColumnPlace, found: &Column, delta: ColumnDelta) {
        let spelled = declared
            .attributes
            .iter()
            .any(|(own, _)| matches!(own, ColumnAttribute::SqlType(_)));
        let kept = self
            .editor
            .resolved
            .kept
            .tables
            .get(&self.editor.declared.name)
            .and_then(|table| table.column(&self.name));
        // `max_length` declares the length, not the Rust type.
        let same = |kept: &Column| {
            let (own, other) = (&kept.data_type, &found.data_type);
            own == other || (own.is_builtin() && own.name == other.name && own.array == other.array)
        };
        let fits = kept.is_some_and(same);
        let serial = declaration::serial(&found.data_type).filter(|_| found.sequence.is_some() && !found.nullable);
        let portable = self.editor.portability == Portability::Portable;
        let becomes_serial = serial.is_some() && !declared.data_type.serial && delta.sequence && !portable;
        let is_no_serial = declared.data_type.serial && (found.sequence.is_none() || found.nullable);
        if spelled && delta.data_type {
            // The type that the attribute has hidden is compared in the next round.
            let old = Self::places_of(declared, |own| matches!(own, ColumnAttribute::SqlType(_)));
            self.write(&old, None, "sql_type");
        } else if !fits && portable && !declaration::is_portable(&self.editor.resolved.kept, found) {
            // A type that the other back ends cannot compile is not written: the difference is listed.
        } else if !fits || becomes_serial || is_no_serial {
            self.rust_type(place, found);
        } else if delta.nullable {
            self.nullable(place, found);
        } else if delta.data_type {
            self.undeclared_type(declared, place, found);
        }
    }

    fn rust_type(&mut self, place: &ColumnPlace, found: &Column) {
        let at = self.editor.at;
        let database = &self.editor.resolved.kept;
        let module = (at.file, at.module.path.clone());
        let import = self.editor.types.import(&module, &found.data_type);
        let own = import.as_ref().map(|(_, own, _)| own.clone()).unwrap_or_default();
        let text = declaration::column_type(database, found, &|_| own.clone(), self.editor.portability);
        if let Some((.., lines)) = import {
            columns::import(self.editor.source, at, lines, self.editor.edits);
        }
        self.editor
            .edits
            .replace(at.file, place.data_type.clone(), text.clone());
        self.editor.record(Sign::Change, &format!("{} -> {text}", self.name));
    }

    /// Adds `Nullable<...>` around the type as it is written, or removes it.
    fn nullable(&mut self, place: &ColumnPlace, found: &Column) {
        let at = self.editor.at;
        let written = self.editor.source.slice(at.file, place.data_type.clone());
        let inner = written
            .split_once('<')
            .filter(|(head, _)| head.trim().rsplit("::").next() == Some("Nullable"))
            .and_then(|(_, rest)| rest.trim_end().strip_suffix('>'));
        let text = match (found.nullable, inner) {
            (true, _) => format!("Nullable<{written}>"),
            (false, Some(inner)) => inner.trim().to_owned(),
            (false, None) => return,
        };
        self.editor.record(Sign::Change, &format!("{} -> {text}", self.name));
        self.editor.edits.replace(at.file, place.data_type.clone(), text);
    }

    /// Declares the length, precision or domain: by `max_length`, or else by `sql_type`.
    fn undeclared_type(&mut self, declared: &DeclaredColumn, place: &ColumnPlace, found: &Column) {
        let at = self.editor.at;
        let written = place.attributes.iter().find(|own| own.name == "max_length");
        let has_length = declared.data_type.schema.as_deref() == Some("pg_catalog")
            && declared.data_type.name == found.data_type.name.name
            && found.data_type.is_builtin();
        let length = declaration::max_length(&found.data_type).filter(|_| has_length);
        let is_bare = has_length && found.data_type.modifier.is_none();
        if let Some(written) = written.filter(|_| length.is_some() || is_bare) {
            self.editor
                .edits
                .remove(self.editor.source, at.file, written.range.clone());
        }
        match length {
            Some(length) => {
                let attribute = format!("#[max_length = {length}]");
                self.editor
                    .edits
                    .attribute(self.editor.source, at.file, place.name.start, &attribute);
                self.editor
                    .record(Sign::Add, &format!("{}: max_length {length}", self.name));
            }
            None if written.is_some() && is_bare => {
                self.editor.record(Sign::Remove, &format!("{}: max_length", self.name))
            }
            None => {
                let text = declaration::in_full(&found.data_type);
                let new = format!("sql_type({})", declaration::string(&text));
                self.write(&[], Some(new), "sql_type");
            }
        }
    }

    /// Updates the default, the identity or the generation expression.
    fn values(&mut self, declared: &DeclaredColumn, found: &Column) {
        let spelling = self.editor.spelling;
        let is_source = |own: &ColumnAttribute| {
            matches!(
                own,
                ColumnAttribute::Default(_) | ColumnAttribute::Identity(_) | ColumnAttribute::Generated(_)
            )
        };
        let old = Self::places_of(declared, is_source);
        let is_numbered = old.is_empty() && !declared.data_type.serial;
        let table = self.editor.table;
        let new = match (&found.generated, &found.identity, &found.default) {
            (Some(generated), ..) => Some(declaration::generated(table, generated, spelling)),
            (None, Some(identity), _) => Some(declaration::identity(found, identity)),
            (None, None, Some(_)) if found.sequence.is_some() && !found.nullable => None,
            (None, None, Some(stored)) => Some(declaration::default(found, stored, spelling)),
            (None, None, None) if is_numbered => Some("identity(none)".to_owned()),
            (None, None, None) => None,
        };
        self.write(&old, new, "default");
    }

    /// Updates the settings of storage and statistics. Postgres's default needs no attribute.
    fn settings(&mut self, declared: &DeclaredColumn, found: &Column) {
        for of in ColumnSetting::ALL {
            let is_it = |own: &ColumnAttribute| matches!(own, ColumnAttribute::Setting(setting, _) if *setting == of);
            let old = Self::places_of(declared, is_it);
            let built = self.editor.resolved.built.after.tables.get(&self.editor.declared.name);
            let built = built.and_then(|table| table.column(&self.name)?.settings().get(of));
            let value = found.settings().get(of);
            if built != value {
                let new = value.map(|value| declaration::setting(of, Some(&value)));
                self.write(&old, new, of.name());
            }
        }
    }

    /// Returns the locations of the attributes of a kind.
    fn places_of(declared: &DeclaredColumn, is_it: impl Fn(&ColumnAttribute) -> bool) -> Vec<Location> {
        let own = declared.attributes.iter().filter(|(own, _)| is_it(own));
        own.map(|(_, location)| location.clone()).collect()
    }

    /// Writes an attribute in the place of others; without a new one, removes them.
    fn write(&mut self, old: &[Location], new: Option<String>, what: &str) {
        for location in old.iter().skip(usize::from(new.is_some())) {
            self.editor.remove(location, None);
        }
        match new {
            Some(text) => {
                let written = Written {
                    place: Place::Column(self.name.clone()),
                    text,
                };
                self.editor.write(&written, old.first());
            }
            None if !old.is_empty() => self.editor.record(Sign::Remove, &format!("{}: {what}", self.name)),
            None => {}
        }
    }
}
