//! Updates `joinable!` and `allow_tables_to_appear_in_same_query!` when tables and columns are added or removed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    edit::{Edits, indentation, indented},
    scope::{Found, Scope},
    source::Source,
    types::{ModuleKey, append},
};
use crate::{declaration, model::TableName, parse::ListPlace};

/// The joins to be written, by module.
pub(super) struct Joins<'a> {
    /// The modules and Rust names of tables, including new ones.
    names: BTreeMap<TableName, (ModuleKey, String)>,
    /// Tables that are new in the files.
    new: BTreeSet<TableName>,
    /// New columns, with their names in Rust.
    columns: BTreeMap<(TableName, String), String>,
    candidates: Vec<(&'a TableName, &'a str, &'a TableName)>,
    written: BTreeSet<(TableName, String, TableName)>,
}

impl<'a> Joins<'a> {
    pub fn new(source: &Source, scope: &Scope<'a>) -> Self {
        let tables = source
            .declared
            .tables
            .iter()
            .filter(|table| !matches!(scope.find(table), Found::Dropped));
        let names = tables.filter_map(|table| {
            let at = source.table(table)?;
            Some((
                table.name.clone(),
                ((at.file, at.module.path.clone()), at.place.name.clone()),
            ))
        });
        Self {
            names: names.collect(),
            new: BTreeSet::new(),
            columns: BTreeMap::new(),
            candidates: declaration::joins(scope.database),
            written: BTreeSet::new(),
        }
    }

    /// Adds a new table.
    pub fn named(&mut self, table: &TableName, module: &ModuleKey, name: &str) {
        self.new.insert(table.clone());
        self.names.insert(table.clone(), (module.clone(), name.to_owned()));
    }

    /// Adds a new column of an existing table.
    pub fn column(&mut self, table: &TableName, column: &str, name: &str) {
        self.columns.insert((table.clone(), column.to_owned()), name.to_owned());
    }

    /// Returns the `joinable!`s of a module that are not written yet.
    pub fn take(&mut self, module: &ModuleKey) -> Vec<String> {
        let mut texts = Vec::new();
        for (child, column, parent) in self.candidates.clone() {
            let (Some((of_child, child_name)), Some((of_parent, parent_name))) =
                (self.names.get(child), self.names.get(parent))
            else {
                continue;
            };
            let new_column = self.columns.get(&(child.clone(), column.to_owned()));
            let is_new = self.new.contains(child) || self.new.contains(parent) || new_column.is_some();
            if !is_new || of_child != module || of_parent != module {
                continue;
            }
            let column_name = match new_column {
                Some(name) => name.clone(),
                None => declaration::column_name(column, child_name, |_| false),
            };
            if self.written.insert((child.clone(), column.to_owned(), parent.clone())) {
                texts.push(declaration::joinable(child_name, parent_name, &column_name));
            }
        }
        texts
    }
}

/// Removes everything that names a removed table or column.
pub(super) fn remove(
    source: &Source,
    tables: &BTreeSet<TableName>,
    columns: &BTreeSet<(TableName, String)>,
    edits: &mut Edits,
) {
    for join in &source.declared.joinables {
        let is_dropped = tables.contains(&join.child)
            || tables.contains(&join.parent)
            || columns.contains(&(join.child.clone(), join.column.clone()));
        if let Some((file, place)) = source.joinable(&join.location).filter(|_| is_dropped) {
            edits.remove(source, file, place.range.clone());
        }
    }
    for (file, module) in source.modules() {
        let names: BTreeSet<&str> = module
            .tables
            .iter()
            .filter(|place| {
                source
                    .declared_at(file, place)
                    .is_some_and(|table| tables.contains(&table.name))
            })
            .map(|place| place.name.as_str())
            .collect();
        for list in &module.same_query {
            let is_dropped = |at: &usize| {
                list.entries
                    .get(*at)
                    .is_some_and(|(name, _)| names.contains(name.as_str()))
            };
            for at in (0..list.entries.len()).filter(is_dropped) {
                without_entry(source, file, list, at, edits);
            }
        }
    }
}

fn without_entry(source: &Source, file: usize, list: &ListPlace, at: usize, edits: &mut Edits) {
    let Some((_, own)) = list.entries.get(at) else { return };
    let text = source.text(file);
    let behind = text.get(own.end..list.content.end).unwrap_or_default();
    let comma = behind
        .find(',')
        .filter(|comma| behind.get(..*comma).is_some_and(|gap| gap.trim().is_empty()));
    match (comma, at.checked_sub(1).and_then(|previous| list.entries.get(previous))) {
        (None, Some((_, previous))) => edits.replace(file, previous.end..own.end, ""),
        (comma, _) => edits.remove(source, file, own.start..own.end + comma.map_or(0, |comma| comma + 1)),
    }
}

/// Writes the joins into existing modules, and new tables into their lists.
pub(super) fn write(source: &Source, joins: &mut Joins<'_>, edits: &mut Edits) {
    let modules: BTreeSet<ModuleKey> = joins.names.values().map(|(module, _)| module.clone()).collect();
    for module in modules {
        let Some(place) = source
            .module(module.0, &module.1)
            .filter(|place| !place.tables.is_empty())
        else {
            continue;
        };
        let new: BTreeSet<String> = joins
            .new
            .iter()
            .filter_map(|table| joins.names.get(table))
            .filter(|(of, _)| *of == module)
            .map(|(_, name)| name.clone())
            .collect();
        let joinables = joins.take(&module).concat();
        if !joinables.is_empty() {
            match place.joinables.last() {
                Some(last) => {
                    let text = indented(joinables.trim_end(), place.path.len());
                    edits.insert(module.0, last.range.end, format!("\n{text}"));
                }
                None => match place.same_query.first() {
                    Some(first) => {
                        let text = indented(joinables.trim_end(), place.path.len());
                        let behind = "    ".repeat(place.path.len());
                        edits.insert(
                            module.0,
                            first.item.range.start,
                            format!("{}\n\n{behind}", text.trim_start()),
                        );
                    }
                    None => append(edits, source, module.0, place, &joinables),
                },
            }
        }
        // A single list of all tables is extended; several lists were chosen by the user.
        if let [list] = place.same_query.as_slice() {
            let has = |name: &String| list.entries.iter().any(|(own, _)| own == name);
            if place.tables.iter().filter(|table| !has(&table.name)).count() * 2 <= place.tables.len() {
                for name in new.iter().filter(|name| !has(name)) {
                    into_list(source, module.0, list, name, edits);
                }
            }
        }
    }
}

fn into_list(source: &Source, file: usize, list: &ListPlace, name: &str, edits: &mut Edits) {
    let sorted = list.entries.is_sorted_by_key(|(own, _)| own);
    let before = list.entries.iter().rfind(|(own, _)| !sorted || own.as_str() < name);
    let text = source.text(file);
    let gap = |at: usize| match indentation(text, at) {
        Some(indentation) => format!("\n{indentation}"),
        None => " ".to_owned(),
    };
    match (before, list.entries.first()) {
        (Some((_, own)), _) => edits.insert(file, own.end, format!(",{}{name}", gap(own.start))),
        (None, Some((_, first))) => edits.insert(file, first.start, format!("{name},{}", gap(first.start))),
        (None, None) => edits.insert(file, list.content.start, name),
    }
}
