//! Resolves paths in the source: modules, imports, re-exports and aliases are followed as the compiler does.

use std::collections::{BTreeMap, BTreeSet};

use syn::{UseTree, ext::IdentExt};

use super::{
    builtin,
    path::{ModulePath, WrittenPath},
    sql_type::SqlType,
};

/// All names in the files that were read.
#[derive(Default)]
pub(super) struct Scope {
    modules: BTreeMap<ModulePath, Module>,
}

#[derive(Default)]
struct Module {
    symbols: BTreeMap<String, Symbol>,
    imports: BTreeMap<String, WrittenPath>,
    globs: Vec<WrittenPath>,
}

/// A named item.
pub(super) enum Symbol {
    /// A type of SQL.
    Type(SqlType),
    /// `type A = b::C;`
    Alias(WrittenPath),
    /// A table, by its place among all tables.
    Table(usize),
}

/// The names that were looked up so far, so that circular imports end.
type Seen = BTreeSet<(ModulePath, String)>;

/// The target of a path.
enum Target<'a> {
    Symbol(&'a ModulePath, &'a Symbol),
    Module(ModulePath),
    /// A path into another crate.
    External(Vec<String>),
}

/// The target of a type's path.
pub(super) enum Found<'a> {
    /// A type that the project defines.
    Local(&'a SqlType),
    /// A type of another crate: the crate's name and the type's.
    External(String, String),
    /// Several types of that name, of which the path selects none.
    Ambiguous(Vec<&'a SqlType>),
    /// No known type.
    Nothing,
}

impl Scope {
    /// Adds a module, even if it is empty.
    pub fn module(&mut self, path: &ModulePath) {
        self.modules.entry(path.clone()).or_default();
    }

    /// Defines a name in a module. If it is defined already, the first definition is kept.
    pub fn define(&mut self, module: &ModulePath, name: impl Into<String>, symbol: Symbol) {
        self.modules
            .entry(module.clone())
            .or_default()
            .symbols
            .entry(name.into())
            .or_insert(symbol);
    }

    /// Adds a `use` item of a module.
    pub fn import(&mut self, module: &ModulePath, item: &syn::ItemUse) {
        let scope = self.modules.entry(module.clone()).or_default();
        let start = WrittenPath {
            external: item.leading_colon.is_some(),
            segments: Vec::new(),
        };
        scope.import(start, &item.tree);
    }

    /// Adds `use ::path::*` to a module.
    pub fn import_all_of(&mut self, module: &ModulePath, segments: &[&str]) {
        let path = WrittenPath {
            external: true,
            segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
        };
        self.modules.entry(module.clone()).or_default().globs.push(path);
    }

    /// Finds the type that a path in a module refers to. An unresolved path refers to the only type of that name, if
    /// there is one: macros and files that were not read may export it.
    pub fn find_type(&self, module: &ModulePath, path: &WrittenPath) -> Found<'_> {
        match self.resolve(module, path, &mut BTreeSet::new()) {
            Some(Target::Symbol(_, Symbol::Type(sql_type))) => return Found::Local(sql_type),
            Some(Target::External(segments)) => {
                if let [first, .., last] = segments.as_slice() {
                    if builtin::knows(first, last) {
                        return Found::External(first.clone(), last.clone());
                    }
                    return match self.find_by_name(last) {
                        Found::Nothing => Found::External(first.clone(), last.clone()),
                        found => found,
                    };
                }
            }
            _ => {}
        }
        match self.find_by_name(path.last()) {
            Found::Nothing if builtin::knows("diesel", path.last()) => {
                Found::External("diesel".into(), path.last().into())
            }
            found => found,
        }
    }

    /// Finds the table that a path in a module refers to, by its index among all tables.
    pub fn find_table(&self, module: &ModulePath, path: &WrittenPath) -> Option<usize> {
        match self.resolve(module, path, &mut BTreeSet::new()) {
            Some(Target::Symbol(_, Symbol::Table(at))) => Some(*at),
            Some(Target::Module(table)) => {
                let name = table.name()?;
                match self.modules.get(&table.parent())?.symbols.get(name)? {
                    Symbol::Table(at) => Some(*at),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Returns the full path that a name in a module was imported from.
    pub fn imported(&self, module: &ModulePath, path: &WrittenPath) -> Option<Vec<String>> {
        match self.resolve(module, path, &mut BTreeSet::new()) {
            Some(Target::External(segments)) => Some(segments),
            _ => None,
        }
    }

    /// Checks whether a module imports everything from a crate.
    pub fn imports_all_of(&self, module: &ModulePath, crate_name: &str) -> bool {
        self.modules.get(module).is_some_and(|scope| {
            scope
                .globs
                .iter()
                .any(|glob| glob.segments.len() == 1 && glob.last() == crate_name)
        })
    }

    /// Lists the names of all types that the project defines.
    pub fn type_names(&self) -> impl Iterator<Item = &str> {
        self.types().map(|(name, _)| name)
    }

    fn types(&self) -> impl Iterator<Item = (&str, &SqlType)> {
        self.modules.values().flat_map(|module| {
            module.symbols.iter().filter_map(|(name, symbol)| match symbol {
                Symbol::Type(sql_type) => Some((name.as_str(), sql_type)),
                _ => None,
            })
        })
    }

    fn find_by_name(&self, name: &str) -> Found<'_> {
        let mut same: Vec<&SqlType> = self
            .types()
            .filter(|(own, _)| *own == name)
            .map(|(_, sql_type)| sql_type)
            .collect();
        same.dedup_by(|a, b| (&a.schema, &a.name) == (&b.schema, &b.name));
        match same.as_slice() {
            [] => Found::Nothing,
            [one] => Found::Local(one),
            _ => Found::Ambiguous(same),
        }
    }

    fn resolve(&self, from: &ModulePath, path: &WrittenPath, seen: &mut Seen) -> Option<Target<'_>> {
        if path.external {
            return Some(Target::External(path.segments.clone()));
        }
        let mut module = from.clone();
        let mut rest = path.segments.as_slice();
        let mut anchored = false;
        while let [first, tail @ ..] = rest {
            match first.as_str() {
                "crate" => module = module.root(),
                "super" => module = module.parent(),
                "self" => {}
                _ => break,
            }
            anchored = true;
            rest = tail;
        }
        let [first, tail @ ..] = rest else {
            return Some(Target::Module(module));
        };
        match self.step(&module, first, tail.is_empty(), seen) {
            Some(target) => self.descend(target, tail, seen),
            None if anchored || tail.is_empty() => None,
            None => Some(Target::External(rest.to_vec())),
        }
    }

    fn descend<'a>(&'a self, start: Target<'a>, segments: &[String], seen: &mut Seen) -> Option<Target<'a>> {
        let mut target = start;
        let mut rest = segments;
        while let [first, tail @ ..] = rest {
            target = match target {
                Target::Module(module) => self.step(&module, first, tail.is_empty(), seen)?,
                Target::External(mut path) => {
                    path.push(first.clone());
                    Target::External(path)
                }
                Target::Symbol(..) => return None,
            };
            rest = tail;
        }
        match target {
            Target::Symbol(module, Symbol::Alias(path)) => self.resolve(module, path, seen),
            target => Some(target),
        }
    }

    /// Resolves one segment of a path in a module. For all segments but the last one, child modules take precedence.
    fn step(&self, module: &ModulePath, name: &str, is_last: bool, seen: &mut Seen) -> Option<Target<'_>> {
        let child = module.child(name);
        if !is_last && self.modules.contains_key(&child) {
            Some(Target::Module(child))
        } else {
            self.member(module, name, seen)
        }
    }

    /// Resolves a name in a module.
    fn member(&self, path: &ModulePath, name: &str, seen: &mut Seen) -> Option<Target<'_>> {
        if !seen.insert((path.clone(), name.to_owned())) {
            return None;
        }
        let (path, module) = self.modules.get_key_value(path)?;
        if let Some(symbol) = module.symbols.get(name) {
            return Some(Target::Symbol(path, symbol));
        }
        let child = path.child(name);
        if self.modules.contains_key(&child) {
            return Some(Target::Module(child));
        }
        if let Some(import) = module.imports.get(name) {
            return self.resolve(path, import, seen);
        }
        module
            .globs
            .iter()
            .find_map(|glob| match self.resolve(path, glob, seen)? {
                Target::Module(other) => self.member(&other, name, seen),
                Target::External(mut segments) => {
                    let known = segments.first().is_some_and(|first| builtin::knows(first, name));
                    segments.push(name.to_owned());
                    known.then_some(Target::External(segments))
                }
                Target::Symbol(..) => None,
            })
    }
}

impl Module {
    fn import(&mut self, mut path: WrittenPath, tree: &UseTree) {
        match tree {
            UseTree::Path(inner) => {
                path.segments.push(inner.ident.unraw().to_string());
                self.import(path, &inner.tree);
            }
            UseTree::Name(inner) if inner.ident == "self" => {
                self.imports.insert(path.last().to_owned(), path);
            }
            UseTree::Name(inner) => {
                let name = inner.ident.unraw().to_string();
                path.segments.push(name.clone());
                self.imports.insert(name, path);
            }
            UseTree::Rename(inner) => {
                if inner.ident != "self" {
                    path.segments.push(inner.ident.unraw().to_string());
                }
                self.imports.insert(inner.rename.unraw().to_string(), path);
            }
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.import(path.clone(), item)),
        }
    }
}
