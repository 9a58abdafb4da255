//! The structs for types of Postgres: existing ones, their imports, and new ones to be written.

use std::collections::BTreeMap;

use super::{
    edit::{Edits, indented},
    source::Source,
};
use crate::{
    declaration::{RustType, rust_type, sql_type_struct, type_name},
    model::{DataType, Schema, TypeName},
    parse::ModulePlace,
};

/// A module: its file, and its path inside the file.
pub(super) type ModuleKey = (usize, Vec<String>);

/// The types to be written into the files.
pub(super) struct Types<'a> {
    source: &'a Source,
    database: &'a Schema,
    /// New structs, by the module in whose `sql_types` they are written.
    new: BTreeMap<ModuleKey, BTreeMap<TypeName, String>>,
}

impl<'a> Types<'a> {
    pub const fn new(source: &'a Source, database: &'a Schema) -> Self {
        Self {
            source,
            database,
            new: BTreeMap::new(),
        }
    }

    /// Returns the struct for a column's type in a table of a module, and the `use` lines for it; `None` for one of
    /// Diesel's types.
    pub fn import(&mut self, module: &ModuleKey, data_type: &DataType) -> Option<(TypeName, String, Vec<String>)> {
        let (RustType::Struct(name), _) = rust_type(self.database, data_type) else {
            return None;
        };
        if let Some((own, lines)) = self
            .by_neighbour(module, &name)
            .or_else(|| self.by_struct(module, &name))
        {
            return Some((name, own, lines));
        }
        let own = self.new_struct(module, &name);
        let line = format!("use super::sql_types::{own};");
        Some((name, own, vec![line]))
    }

    /// Finds the struct that another table of the module uses.
    fn by_neighbour(&self, module: &ModuleKey, name: &TypeName) -> Option<(String, Vec<String>)> {
        let source = self.source;
        let found = source.module(module.0, &module.1)?;
        found.tables.iter().find_map(|table| {
            let declared = source.declared_at(module.0, table)?;
            let is_it = |of: &&crate::declared::DeclaredColumn| {
                let own = &of.data_type;
                own.name == name.name && own.schema.as_deref().unwrap_or("public") == name.schema
            };
            let own = &declared.columns.iter().find(is_it)?.data_type.rust_name;
            let lines = table
                .uses
                .iter()
                .map(|range| source.slice(module.0, range.clone()).to_owned());
            let lines: Vec<String> = lines
                .filter(|line| has_word(line, own) || line.ends_with("::*;"))
                .collect();
            lines
                .iter()
                .any(|line| has_word(line, own))
                .then(|| (own.clone(), lines))
        })
    }

    /// Finds a struct in the same file.
    fn by_struct(&self, module: &ModuleKey, name: &TypeName) -> Option<(String, Vec<String>)> {
        let (path, own) = self
            .source
            .modules()
            .filter(|(file, _)| *file == module.0)
            .find_map(|(_, place)| {
                let found = place.structs.iter().find(|own| own.stands_for(name))?;
                Some((&place.path, &found.name))
            })?;
        let common = path.iter().zip(&module.1).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("super", module.1.len() - common + 1);
        let down = path.iter().skip(common).map(String::as_str);
        let segments: Vec<&str> = up.chain(down).chain([own.as_str()]).collect();
        Some((own.clone(), vec![format!("use {};", segments.join("::"))]))
    }

    fn new_struct(&mut self, module: &ModuleKey, name: &TypeName) -> String {
        let existing = self.place(&inner(module));
        let taken: Vec<String> = existing
            .iter()
            .flat_map(|place| &place.structs)
            .map(|own| own.name.clone())
            .collect();
        let new = self.new.entry(module.clone()).or_default();
        if let Some(own) = new.get(name) {
            return own.clone();
        }
        let is_taken = |own: &str| {
            taken.iter().any(|other| other == own)
                || new.values().any(|other| other == own)
                || crate::parse::diesel_name(&own.to_lowercase()).is_some()
        };
        let own = type_name(&name.name, is_taken);
        new.insert(name.clone(), own.clone());
        own
    }

    fn place(&self, module: &ModuleKey) -> Option<&'a ModulePlace> {
        self.source.module(module.0, &module.1)
    }

    /// Returns the text of a new `sql_types` for a module that is written as a whole; `None` if it has no structs to
    /// write, or if the module has a `sql_types`.
    pub fn take_module(&mut self, module: &ModuleKey) -> Option<String> {
        if self.place(&inner(module)).is_some() {
            return None;
        }
        let structs = self.new.remove(module)?;
        Some(whole_module(&structs))
    }

    /// Writes the remaining structs into existing modules.
    pub fn write(self, edits: &mut Edits) {
        for (module, structs) in &self.new {
            let (file, path) = module;
            if let Some(place) = self.place(&inner(module)) {
                let derive = place.structs.iter().find_map(|own| own.derive.as_deref());
                let texts = structs.iter().map(|(name, own)| sql_type_struct(own, name, derive));
                append(edits, self.source, *file, place, &texts.collect::<Vec<_>>().join("\n"));
            } else if let Some(first) = self.place(module).and_then(|place| place.tables.first()) {
                let text = indented(whole_module(structs).trim_end(), path.len());
                let at = first.item.range.start;
                edits.insert(
                    *file,
                    at,
                    format!("{}\n\n{}", text.trim_start(), "    ".repeat(path.len())),
                );
            } else if let Some(place) = self.place(module) {
                append(edits, self.source, *file, place, &whole_module(structs));
            }
        }
    }
}

fn inner(module: &ModuleKey) -> ModuleKey {
    let path = module.1.iter().cloned().chain(["sql_types".to_owned()]).collect();
    (module.0, path)
}

fn whole_module(structs: &BTreeMap<TypeName, String>) -> String {
    let mut structs: Vec<_> = structs.iter().collect();
    structs.sort_by_key(|(_, own)| *own);
    let texts = structs.into_iter().map(|(name, own)| sql_type_struct(own, name, None));
    let texts: Vec<String> = texts.collect();
    format!(
        "pub mod sql_types {{\n{}\n}}\n",
        indented(texts.join("\n").trim_end(), 1)
    )
}

/// Appends items to a module.
pub(super) fn append(edits: &mut Edits, source: &Source, file: usize, module: &ModulePlace, items: &str) {
    let content = source.slice(file, module.content.clone());
    let at = module.content.start + content.trim_end().len();
    let is_blank = content.trim().is_empty();
    let before = match (is_blank, module.path.is_empty()) {
        (false, _) => "\n\n",
        // What was inserted here before has ended its line.
        (true, true) if !edits.inserts_at(file, at) => "",
        (true, _) => "\n",
    };
    let is_end_of_file = module.path.is_empty()
        && !content
            .get(content.trim_end().len()..)
            .unwrap_or_default()
            .contains('\n');
    let behind = if is_end_of_file { "\n" } else { "" };
    let text = indented(items.trim_end(), module.path.len());
    edits.insert(file, at, format!("{before}{text}{behind}"));
}

/// Checks whether a text contains a name as a whole word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|own| own == word)
}
