//! Adds missing tables to the files, and removes those that no longer exist.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    edit::{Edits, indented},
    joins::{self, Joins},
    scope::{Found, Scope},
    source::Source,
    types::{ModuleKey, Types, append},
};
use crate::{
    declaration,
    model::{Table, TableName, TypeName},
    parse::{ModulePlace, Role},
    report::Sign,
};

/// Removes the tables that no longer exist, and returns them.
pub(super) fn remove_dropped(source: &Source, scope: &Scope<'_>, edits: &mut Edits) -> BTreeSet<TableName> {
    let mut dropped = BTreeSet::new();
    for declared in &source.declared.tables {
        if let (Found::Dropped, Some(at)) = (scope.find(declared), source.table(declared)) {
            edits.remove_item(source, at.file, at.place.item.range.clone());
            edits.record(Sign::Remove, format!("table {}", declared.name.plain()));
            dropped.insert(declared.name.clone());
        }
    }
    dropped
}

/// Writes the missing tables, with their joins.
pub(super) fn missing<'a>(
    source: &'a Source,
    scope: &Scope<'a>,
    types: &mut Types<'a>,
    joins: &mut Joins<'a>,
    edits: &mut Edits,
) {
    let mut by_module: BTreeMap<ModuleKey, Vec<&Table>> = BTreeMap::new();
    for table in scope.missing(&source.declared) {
        by_module
            .entry(module_for(source, scope, &table.name.schema))
            .or_default()
            .push(table);
    }
    for (module, tables) in &by_module {
        let place = source.module(module.0, &module.1);
        let mut taken: BTreeSet<String> = place
            .iter()
            .flat_map(|place| &place.tables)
            .map(|table| table.name.clone())
            .collect();
        let mut texts = Vec::new();
        for table in tables {
            let name = declaration::table_name(&table.name.name, |name| taken.contains(name));
            taken.insert(name.clone());
            joins.named(&table.name, module, &name);
            texts.push((name.clone(), item(scope, types, module, table, &name)));
            edits.record(
                Sign::Add,
                format!("table {} ({} columns)", table.name.plain(), table.columns.len()),
            );
        }
        match place {
            Some(place) if !place.tables.is_empty() => {
                for (name, text) in &texts {
                    insert(source, edits, module.0, place, name, text);
                }
            }
            _ => {
                let mut items: Vec<String> = types.take_module(module).into_iter().collect();
                items.extend(texts.into_iter().map(|(_, text)| text));
                let joinables = joins.take(module);
                if !joinables.is_empty() {
                    items.push(joinables.concat());
                }
                let names: Vec<String> = taken.into_iter().collect();
                if names.len() > 1 {
                    items.push(declaration::same_query(&names));
                }
                write_module(source, edits, module, place, &items.join("\n"));
            }
        }
    }
    joins::write(source, joins, edits);
}

/// Renders a `table!`.
fn item(scope: &Scope<'_>, types: &mut Types<'_>, module: &ModuleKey, table: &Table, name: &str) -> String {
    let admitted = |column: &str| scope.admits(table, column);
    let mut structs = BTreeMap::new();
    let mut lines: Vec<String> = Vec::new();
    for column in table.columns.iter().filter(|column| admitted(&column.name)) {
        if let Some((data_type, own, imports)) = types.import(module, &column.data_type) {
            structs.insert(data_type, own);
            lines.extend(imports);
        }
    }
    lines.sort();
    lines.dedup();
    let diesels = "use diesel::sql_types::*;".to_owned();
    if !lines.is_empty() && !lines.contains(&diesels) {
        lines.insert(0, diesels);
    }
    let struct_name = |data_type: &TypeName| structs.get(data_type).cloned().unwrap_or_default();
    declaration::table(
        scope.database,
        table,
        name,
        &lines,
        &struct_name,
        &admitted,
        scope.portability(),
    )
}

/// Inserts a table among the others: in order if they are sorted, or else after them.
fn insert(source: &Source, edits: &mut Edits, file: usize, module: &ModulePlace, name: &str, text: &str) {
    let depth = module.path.len();
    let text = indented(text.trim_end(), depth);
    let sorted = module.tables.is_sorted_by_key(|table| &table.name);
    let next = module.tables.iter().find(|table| sorted && table.name.as_str() > name);
    match (next, module.tables.last()) {
        (Some(next), _) => {
            let at = next.item.range.start;
            edits.insert(file, at, format!("{}\n\n{}", text.trim_start(), "    ".repeat(depth)));
        }
        (None, Some(last)) => edits.insert(file, last.item.range.end, format!("\n\n{text}")),
        (None, None) => append(edits, source, file, module, &text),
    }
}

/// Writes a module's items, and the module itself if it does not exist.
fn write_module(source: &Source, edits: &mut Edits, module: &ModuleKey, place: Option<&ModulePlace>, items: &str) {
    let (file, path) = module;
    let root = source.places.get(*file).and_then(|places| places.modules.first());
    match (place, path.last(), root) {
        (Some(place), _, _) => append(edits, source, *file, place, items),
        (None, Some(name), Some(root)) => {
            let text = format!("pub mod {name} {{\n{}\n}}", indented(items.trim_end(), 1));
            append(edits, source, *file, root, &text);
        }
        _ => {}
    }
}

/// Returns the module for tables of a schema: the one with most of its tables; or else the file to which `diesel.toml`
/// prints the schema; or else the first file.
fn module_for(source: &Source, scope: &Scope<'_>, namespace: &str) -> ModuleKey {
    let mut counts: BTreeMap<ModuleKey, usize> = BTreeMap::new();
    for table in source
        .declared
        .tables
        .iter()
        .filter(|table| table.name.schema == namespace)
    {
        if let Some(at) = source.table(table) {
            *counts.entry((at.file, at.module.path.clone())).or_default() += 1;
        }
    }
    if let Some((module, _)) = counts
        .into_iter()
        .max_by_key(|(module, count)| (*count, std::cmp::Reverse(module.clone())))
    {
        return module;
    }
    let sections = scope.project.diesel_toml.print_schema.values();
    let printed = sections
        .filter(|section| section.schema.as_deref().unwrap_or("public") == namespace)
        .filter_map(|section| section.file.as_deref())
        .find_map(|path| {
            let shown = scope.project.relative(path);
            source.files.iter().position(|file| *file.path == *shown)
        });
    let first = source.files.iter().position(|file| file.role == Role::Schema);
    let path = if namespace == "public" {
        Vec::new()
    } else {
        vec![namespace.to_owned()]
    };
    (printed.or(first).unwrap_or_default(), path)
}
