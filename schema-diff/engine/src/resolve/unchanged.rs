//! Finds tables that equal their declarations, so that resolving the same declarations again can skip them.

use std::{
    cell::OnceCell,
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Resolution,
    part::{self, Part},
};
use crate::{
    declared::{Declared, Location},
    diagnostic::Diagnostic,
    matching::{self, Matches},
    model::{ObjectId, Schema, Table, TableName, plain_words},
};

/// Tables that the first resolution left unchanged, and that nothing in it mentions.
///
/// The alternatives of a change differ only in how changed objects are matched; all other tables resolve equally.
#[derive(Clone, Debug, Default)]
pub struct Unchanged {
    tables: BTreeSet<TableName>,
    /// Where constraints and indexes are declared, of these and of other tables.
    declared_at: BTreeMap<(TableName, String), Location>,
    /// Whether the resolution renames a type or a label, or asks about one: that concerns any table.
    concerns_types: bool,
    /// Those of the tables that no change can affect; found on first use.
    unaffected: OnceCell<BTreeSet<TableName>>,
}

impl Unchanged {
    /// Finds the tables that a resolution shares with the before schema, and that its renames, questions and
    /// diagnostics do not mention.
    pub fn of(before: &Schema, declared: &Declared, resolution: &Resolution) -> Self {
        let mentioned = Mentioned::by(resolution, declared);
        let parents: BTreeSet<&TableName> = before.tables.values().flat_map(Table::parents).collect();
        let is_alone = |table: &Table| table.parents().next().is_none() && !parents.contains(&table.name);
        let names = declared.tables.iter().map(|table| &table.name);
        let unchanged = names.filter(|name| {
            let table = before.tables.get(name);
            table.is_some_and(is_alone)
                && resolution.after.tables.shares(&before.tables, name)
                && !mentioned.contains(name)
        });
        let tables: BTreeSet<TableName> = unchanged.cloned().collect();
        let undecided = resolution.undecided.iter().map(|open| &open.before);
        let mut renamed = undecided.chain(resolution.renames.iter().map(|rename| &rename.before));
        Self {
            declared_at: resolution.declared_at.clone(),
            concerns_types: renamed.any(|object| matches!(object, ObjectId::Type(_) | ObjectId::Label { .. })),
            unaffected: OnceCell::new(),
            tables,
        }
    }

    /// Returns their names.
    pub const fn tables(&self) -> &BTreeSet<TableName> {
        &self.tables
    }

    /// Returns the unchanged tables that two schemas share.
    #[must_use]
    pub fn shared_by(&self, schemas: [&Schema; 2]) -> Self {
        let [one, other] = schemas.map(|schema| &schema.tables);
        let mut shared = self.clone();
        shared.tables.retain(|name| one.shares(other, name));
        if shared.tables.len() < self.tables.len() {
            shared.unaffected = OnceCell::new();
        }
        shared
    }

    /// Returns those of the tables that no change of other tables can affect, if that is known already.
    pub fn unaffected(&self) -> Option<&BTreeSet<TableName>> {
        self.unaffected.get()
    }

    /// Returns the part of the declarations and of the existing schema that a change may affect; `None` if that may be
    /// all of it.
    pub(super) fn affected_part(&self, known: matching::Input<'_>) -> Option<Part<'_>> {
        let find = || part::unaffected(&self.tables, known.before, known.declared);
        if self.concerns_types || self.tables.is_empty() {
            return None;
        }
        Some(Part::without(self.unaffected.get_or_init(find), known))
    }

    /// Returns where the constraints and indexes of the given tables are declared.
    pub(super) fn declared_in(&self, tables: &BTreeSet<TableName>) -> BTreeMap<(TableName, String), Location> {
        let of_table = |table: &TableName| {
            let from = (table.clone(), String::new());
            let found = self.declared_at.range(from..);
            let table = table.clone();
            found.take_while(move |((of, _), _)| *of == table)
        };
        let declared_at = tables.iter().flat_map(of_table);
        declared_at.map(|(key, at)| (key.clone(), at.clone())).collect()
    }

    /// Returns whether a table is unchanged and no match concerns it.
    pub(crate) fn has(&self, name: &TableName, before: &Schema, matches: &Matches) -> bool {
        let table = self.tables.get(name).and_then(|name| before.tables.get(name));
        table.is_some_and(|table| !matches.may_affect(table))
    }
}

/// The words and tables that a resolution mentions.
struct Mentioned<'a> {
    words: BTreeSet<String>,
    places: BTreeSet<&'a TableName>,
}

impl<'a> Mentioned<'a> {
    fn by(resolution: &Resolution, declared: &'a Declared) -> Self {
        let mut found = Self {
            words: BTreeSet::new(),
            places: BTreeSet::new(),
        };
        let mut objects: Vec<&ObjectId> = Vec::new();
        for open in &resolution.undecided {
            objects.push(&open.before);
            objects.extend(open.candidates.iter().map(|rename| &rename.after));
        }
        for rename in &resolution.renames {
            objects.extend([&rename.before, &rename.after]);
        }
        objects.iter().for_each(|object| found.read(&object.path()));
        let mut tables: Vec<(&Location, &TableName)> = declared
            .tables
            .iter()
            .map(|table| (&table.location, &table.name))
            .collect();
        if !resolution.diagnostics.is_empty() {
            tables.sort_unstable();
        }
        for diagnostic in &resolution.diagnostics {
            found.read(&diagnostic.message);
            found.read(&diagnostic.hint);
            found.read(&diagnostic.object.as_ref().map(ObjectId::path).unwrap_or_default());
            found.places.extend(declared_before(&tables, diagnostic));
        }
        found
    }

    fn read(&mut self, text: &str) {
        self.words.extend(plain_words(text).map(str::to_owned));
    }

    /// Returns whether a table is mentioned. A table whose name is not one word always counts as mentioned.
    fn contains(&self, name: &TableName) -> bool {
        let mut own = plain_words(&name.name);
        let is_word = own.next() == Some(name.name.as_str());
        !is_word || self.words.contains(&name.name) || self.places.contains(name)
    }
}

/// Returns the last table that is declared before a diagnostic's location in the same file: the table that it concerns,
/// if it concerns one.
fn declared_before<'a>(tables: &[(&Location, &'a TableName)], of: &Diagnostic) -> Option<&'a TableName> {
    let place = of.place.as_ref()?;
    let after = tables.partition_point(|(location, _)| location.cmp(&place) != Ordering::Greater);
    let (location, name) = tables[..after].last()?;
    (location.file == place.file).then_some(name)
}
