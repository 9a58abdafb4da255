//! Updates the columns and the key of each `table!`: adds missing columns and removes those that no longer exist.

use std::collections::BTreeSet;

use super::{
    edit::{Edits, end_of_line, indentation},
    joins::Joins,
    scope::{Found, Scope},
    source::{Source, TableAt},
    types::{ModuleKey, Types, has_word},
};
use crate::{
    declaration::{self, Form},
    declared::DeclaredTable,
    model::{Column, Table, TableName},
    report::Sign,
    resolve::unique_over,
};
use schema_diff_grammar::attribute::{ColumnAttribute, TableAttribute};

/// Updates the columns of every table that is in the files and in the database. Returns the columns that no longer
/// exist.
pub(super) fn columns<'a>(
    source: &'a Source,
    scope: &Scope<'a>,
    types: &mut Types<'a>,
    joins: &mut Joins<'a>,
    form: Form,
    edits: &mut Edits,
) -> BTreeSet<(TableName, String)> {
    let mut dropped = BTreeSet::new();
    for declared in &source.declared.tables {
        let (Found::Table(table), Some(at)) = (scope.find(declared), source.table(declared)) else {
            continue;
        };
        for column in &declared.columns {
            let exists = table.column(&column.name).is_some() || !scope.admits(table, &column.name);
            if let Some(place) = at.column(column).filter(|_| !exists) {
                edits.remove(source, at.file, place.range.clone());
                edits.record(Sign::Remove, format!("{}.{}", table.name.plain(), column.name));
                dropped.insert((table.name.clone(), column.name.clone()));
            }
        }
        let mut editor = Editor {
            source,
            scope,
            declared,
            table,
            at,
            edits: &mut *edits,
        };
        editor.new_columns(types, joins);
        editor.key(form);
    }
    remove_attributes_of_dropped(source, &dropped, edits);
    dropped
}

struct Editor<'a, 'e> {
    source: &'a Source,
    scope: &'e Scope<'a>,
    declared: &'a DeclaredTable,
    table: &'a Table,
    at: TableAt<'a>,
    edits: &'e mut Edits,
}

impl<'a> Editor<'a, '_> {
    fn new_columns(&mut self, types: &mut Types<'a>, joins: &mut Joins<'a>) {
        let is_new = |column: &&Column| {
            self.scope.admits(self.table, &column.name)
                && !self.declared.columns.iter().any(|other| other.name == column.name)
        };
        let new: Vec<&Column> = self.table.columns.iter().filter(is_new).collect();
        let mut lines: Vec<String> = Vec::new();
        for column in new {
            let name = self.new_name(column);
            joins.column(&self.table.name, &column.name, &name);
            let module: ModuleKey = (self.at.file, self.at.module.path.clone());
            let import = types.import(&module, &column.data_type);
            let own = import.as_ref().map(|(_, own, _)| own.clone()).unwrap_or_default();
            let data_type =
                declaration::column_type(self.scope.database, column, &|_| own.clone(), self.scope.portability());
            lines.extend(import.into_iter().flat_map(|(.., lines)| lines));
            self.insert(column, &name, &data_type);
            self.edits
                .record(Sign::Add, format!("{}.{}", self.table.name.plain(), column.name));
        }
        import(self.source, self.at, lines, self.edits);
    }

    /// Returns the column's name in Rust.
    fn new_name(&self, column: &Column) -> String {
        let is_taken = |name: &str| self.declared.columns.iter().any(|other| other.rust_name == name);
        declaration::column_name(&column.name, &self.declared.rust_name, is_taken)
    }

    /// Inserts a column after the one that it follows in the database, or by its name if the columns are sorted by
    /// name.
    fn insert(&mut self, column: &Column, name: &str, data_type: &str) {
        let places = &self.at.place.columns;
        let own_names: Vec<&str> = self.declared.columns.iter().map(|own| own.rust_name.as_str()).collect();
        let sorted = own_names.len() > 2 && own_names.is_sorted();
        let follows = |other: &str| {
            let position = |wanted: &str| self.table.columns.iter().position(|own| own.name == wanted);
            position(other).is_some_and(|other| Some(other) < position(&column.name))
        };
        let before = self
            .declared
            .columns
            .iter()
            .filter(|other| self.table.column(&other.name).is_some())
            .filter(|other| {
                if sorted {
                    other.rust_name.as_str() < name
                } else {
                    follows(&other.name)
                }
            })
            .filter_map(|other| self.at.column(other))
            .max_by_key(|place| place.range.start);
        let text = self.source.text(self.at.file);
        let first = places.first();
        let lines = first.and_then(|place| indentation(text, place.range.start));
        let gap = lines.map_or_else(|| " ".to_owned(), |indentation| format!("\n{indentation}"));
        let sql_name = if name == column.name {
            String::new()
        } else {
            format!("#[sql_name = {}]{gap}", declaration::string(&column.name))
        };
        let item = format!("{sql_name}{name} -> {data_type},");
        match before {
            Some(place) => {
                if !place.has_comma {
                    self.edits.insert(self.at.file, place.range.end, ",");
                }
                let end = lines.and_then(|_| end_of_line(text, place.range.end));
                self.edits
                    .insert(self.at.file, end.unwrap_or(place.range.end), format!("{gap}{item}"));
            }
            None => match first {
                Some(place) => self
                    .edits
                    .insert(self.at.file, place.range.start, format!("{item}{gap}")),
                None => self
                    .edits
                    .insert(self.at.file, self.at.place.columns_content.start, format!(" {item} ")),
            },
        }
    }

    /// Updates the key in parentheses.
    fn key(&mut self, form: Form) {
        let key = self.table.primary_key_columns();
        if key == self.declared.primary_key {
            return;
        }
        let place = self.at.place;
        if key.is_empty() {
            if !unique_over(self.table, &self.declared.primary_key) {
                self.edits
                    .attribute(self.source, self.at.file, place.head, &form.attribute("ignore"));
                self.edits.record(
                    Sign::Add,
                    format!(
                        "{}: #[schema_diff::ignore], because the table has no primary key in the database",
                        self.table.name.plain()
                    ),
                );
            }
            return;
        }
        let names: Vec<String> = key
            .iter()
            .map(|column| {
                let declared = self.declared.columns.iter().find(|own| own.name == *column);
                let found = self.table.column(column);
                declared.map_or_else(
                    || found.map_or_else(|| column.clone(), |found| self.new_name(found)),
                    |own| own.rust_name.clone(),
                )
            })
            .collect();
        let text = format!("({})", names.join(", "));
        match &place.key {
            Some(range) => self.edits.replace(self.at.file, range.clone(), text.clone()),
            None => self.edits.insert(self.at.file, place.name_end, format!(" {text}")),
        }
        self.edits
            .record(Sign::Change, format!("{}: primary key {text}", self.table.name.plain()));
    }
}

/// Adds the `use` lines that a table lacks.
pub(super) fn import(source: &Source, at: TableAt<'_>, mut lines: Vec<String>, edits: &mut Edits) {
    let uses = &at.place.uses;
    let written: Vec<&str> = uses.iter().map(|range| source.slice(at.file, range.clone())).collect();
    let name = |line: &str| {
        line.trim_end_matches(';')
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    lines.retain(|line| {
        !written
            .iter()
            .any(|own| *own == line || (name(line) != "*" && has_word(own, &name(line))))
    });
    lines.sort();
    lines.dedup();
    let text = source.text(at.file);
    match uses.last() {
        _ if lines.is_empty() => {}
        Some(last) => {
            let gap = indentation(text, last.start).map_or_else(|| " ".to_owned(), |own| format!("\n{own}"));
            let added: String = lines.iter().map(|line| format!("{gap}{line}")).collect();
            edits.insert(at.file, last.end, added);
        }
        None => {
            let diesels = "use diesel::sql_types::*;".to_owned();
            if !lines.contains(&diesels) {
                lines.insert(0, diesels);
            }
            let first = at.place.attributes.first().map_or(at.place.head, |own| own.range.start);
            match indentation(text, first) {
                Some(own) => {
                    let added = lines.join(&format!("\n{own}"));
                    edits.insert(at.file, first, format!("{added}\n\n{own}"));
                }
                None => edits.insert(at.file, first, lines.join(" ") + " "),
            }
        }
    }
}

/// Removes attributes that name a dropped column, because they can no longer be parsed.
fn remove_attributes_of_dropped(source: &Source, dropped: &BTreeSet<(TableName, String)>, edits: &mut Edits) {
    for declared in &source.declared.tables {
        let Some(at) = source.table(declared) else { continue };
        let is_dropped = |table: &TableName, column: &String| dropped.contains(&(table.clone(), column.clone()));
        let own = |columns: &[String]| columns.iter().any(|column| is_dropped(&declared.name, column));
        let target = |key: &schema_diff_grammar::attribute::ForeignKey| {
            let table = TableName::new(key.schema.clone().unwrap_or_else(|| "public".into()), &key.table);
            key.referenced_columns.iter().any(|column| is_dropped(&table, column))
        };
        let index = |index: &schema_diff_grammar::attribute::Index| {
            let keys = index.keys.iter().filter(|key| !key.is_expression);
            own(&index.include) || keys.into_iter().any(|key| is_dropped(&declared.name, &key.text))
        };
        let of_table = declared.attributes.iter().filter(|(attribute, _)| match attribute {
            TableAttribute::Unique(unique) => own(&unique.columns) || own(&unique.include),
            TableAttribute::Index(found) => index(found),
            TableAttribute::ForeignKey(key) => own(&key.columns) || target(key),
            _ => false,
        });
        let columns = declared
            .columns
            .iter()
            .filter(|column| !is_dropped(&declared.name, &column.name));
        let of_columns = columns
            .flat_map(|column| &column.attributes)
            .filter(|(attribute, _)| match attribute {
                ColumnAttribute::Unique(unique) => own(&unique.include),
                ColumnAttribute::Index(found) => index(found),
                ColumnAttribute::References(key) => target(key),
                _ => false,
            });
        let places = of_table
            .map(|(_, place)| place)
            .chain(of_columns.map(|(_, place)| place));
        for location in places {
            if let Some(place) = at.attributes().find(|place| place.covers(location)) {
                edits.remove_attribute(source, at.file, place, location);
            }
        }
    }
}
