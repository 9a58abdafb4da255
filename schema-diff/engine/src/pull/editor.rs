//! Writes and removes the attributes of one table, wherever in its file they are.

use super::{
    edit::Edits,
    resolved::Resolved,
    source::{Source, TableAt},
    types::Types,
};
use crate::{
    declaration::{Form, Place, Portability, Spelling, Written},
    declared::{DeclaredTable, Location},
    model::Table,
    report::Sign,
};

/// A table, in its file and in the database.
pub(super) struct Editor<'a, 'e> {
    pub source: &'a Source,
    pub resolved: &'a Resolved,
    pub declared: &'a DeclaredTable,
    pub table: &'a Table,
    pub at: TableAt<'a>,
    pub spelling: Spelling,
    pub form: Form,
    pub portability: Portability,
    pub types: &'e mut Types<'a>,
    pub edits: &'e mut Edits,
}

impl Editor<'_, '_> {
    /// Returns the location where a constraint or an index is declared.
    pub fn location(&self, name: &str) -> Option<Location> {
        let key = (self.declared.name.clone(), name.to_owned());
        self.resolved.built.declared_at.get(&key).cloned()
    }

    /// Returns whether an attribute of this table is at the location.
    pub fn has(&self, location: &Location) -> bool {
        self.source
            .files
            .get(self.at.file)
            .is_some_and(|file| file.path == location.file)
            && self.at.attributes().any(|place| place.covers(location))
    }

    /// Removes the attribute at a location, and records the change if `what` describes it.
    pub fn remove(&mut self, location: &Location, what: Option<&str>) {
        if let Some(place) = self.at.attributes().find(|place| place.covers(location)) {
            self.edits.remove_attribute(self.source, self.at.file, place, location);
            if let Some(what) = what {
                self.record(Sign::Remove, what);
            }
        }
    }

    /// Writes an attribute: in the place of an old one if that is on the same item, or else in front of the name.
    pub fn write(&mut self, written: &Written, old: Option<&Location>) {
        let attribute = self.form.attribute(&written.text);
        let place = self.at.place;
        let on_table = || {
            place
                .item
                .attributes
                .iter()
                .chain(&place.attributes)
                .collect::<Vec<_>>()
        };
        let (at, own, owner) = match &written.place {
            Place::Table => (Some(place.head), on_table(), String::new()),
            Place::Column(name) => {
                let declared = self.declared.columns.iter().find(|column| column.name == *name);
                let column = declared.and_then(|column| self.at.column(column));
                let own = column
                    .map(|column| column.attributes.iter().collect())
                    .unwrap_or_default();
                (column.map(|column| column.name.start), own, format!("{name}: "))
            }
        };
        let Some(at) = at else { return };
        let existing = own
            .into_iter()
            .find(|own| own.parts.len() < 2 && old.is_some_and(|location| own.covers(location)));
        match (existing, old) {
            (Some(existing), _) => self.edits.replace(self.at.file, existing.range.clone(), attribute),
            (None, old) => {
                if let Some(location) = old {
                    self.remove(location, None);
                }
                self.edits.attribute(self.source, self.at.file, at, &attribute);
            }
        }
        let sign = if old.is_some() { Sign::Change } else { Sign::Add };
        self.record(sign, &format!("{owner}{}", written.text));
    }

    /// Records a change of the table.
    pub fn record(&mut self, sign: Sign, text: &str) {
        self.edits
            .record(sign, format!("{}: {text}", self.declared.name.plain()));
    }
}
