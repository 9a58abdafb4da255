//! The files in their current state: the declarations and their places.

use std::ops::Range;

use crate::{
    declared::{Declared, DeclaredColumn, DeclaredTable, Location},
    parse::{self, AttributePlace, ColumnPlace, ItemPlace, ModulePlace, ParseErrors, Places, SourceFile, TablePlace},
};

/// Files that were read together.
pub(super) struct Source {
    pub files: Vec<SourceFile>,
    pub places: Vec<Places>,
    pub declared: Declared,
}

/// A `table!` with its place.
#[derive(Clone, Copy)]
pub(super) struct TableAt<'a> {
    pub file: usize,
    pub module: &'a ModulePlace,
    pub place: &'a TablePlace,
}

impl Source {
    pub fn read(files: Vec<SourceFile>) -> Result<Self, ParseErrors> {
        let declared = parse::parse(&files)?;
        let places = parse::places(&files);
        Ok(Self {
            files,
            places,
            declared,
        })
    }

    pub fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| file.text.as_str())
    }

    pub fn slice(&self, file: usize, range: Range<usize>) -> &str {
        self.text(file).get(range).unwrap_or_default()
    }

    /// Returns all modules of all files.
    pub fn modules(&self) -> impl Iterator<Item = (usize, &ModulePlace)> {
        self.places
            .iter()
            .enumerate()
            .flat_map(|(file, places)| places.modules.iter().map(move |module| (file, module)))
    }

    /// Returns a module by its file and its path inside the file.
    pub fn module(&self, file: usize, path: &[String]) -> Option<&ModulePlace> {
        let modules = &self.places.get(file)?.modules;
        modules.iter().find(|module| module.path == path)
    }

    pub fn table(&self, declared: &DeclaredTable) -> Option<TableAt<'_>> {
        self.modules().find_map(|(file, module)| {
            let place = module
                .tables
                .iter()
                .find(|place| self.is_at(file, place.at, &declared.location))?;
            Some(TableAt { file, module, place })
        })
    }

    /// Returns the declaration at a table's place.
    pub fn declared_at(&self, file: usize, place: &TablePlace) -> Option<&DeclaredTable> {
        let tables = &self.declared.tables;
        tables.iter().find(|table| self.is_at(file, place.at, &table.location))
    }

    /// Returns a `joinable!` by its location.
    pub fn joinable(&self, at: &Location) -> Option<(usize, &ItemPlace)> {
        self.modules().find_map(|(file, module)| {
            let place = module.joinables.iter().find(|place| self.is_at(file, place.at, at))?;
            Some((file, place))
        })
    }

    pub fn is_at(&self, file: usize, place: (u32, u32), at: &Location) -> bool {
        place == (at.line, at.column) && self.files.get(file).is_some_and(|file| file.path == at.file)
    }
}

impl<'a> TableAt<'a> {
    pub fn column(self, declared: &DeclaredColumn) -> Option<&'a ColumnPlace> {
        let at = (declared.location.line, declared.location.column);
        self.place.columns.iter().find(|column| column.at == at)
    }

    /// Returns all attributes on the table and its columns.
    pub fn attributes(self) -> impl Iterator<Item = &'a AttributePlace> {
        let own = self.place.item.attributes.iter().chain(&self.place.attributes);
        own.chain(self.place.columns.iter().flat_map(|column| &column.attributes))
    }
}
