//! Which names stand for a table, its module or its columns in a file: what `use` declarations bring into scope.
//!
//! A declaration counts for the whole file. A file that imports everything of another module may see what any file imports.

use std::collections::{BTreeMap, BTreeSet};

use super::{code::Code, found::Found, tables::Tables};
use crate::{
    model::TableName,
    uses::imports::{self, Import},
};

/// Crates with functions that have names of Diesel's.
const WEB_FRAMEWORKS: [&str; 7] = ["actix_web", "axum", "ntex", "poem", "rocket", "salvo", "warp"];

/// The names of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Names of the modules of tables, and of their `dsl`.
    modules: BTreeMap<String, BTreeSet<TableName>>,
    /// Names of tables as values.
    values: BTreeMap<String, BTreeSet<TableName>>,
    /// Names of columns: the tables and the names in SQL.
    columns: BTreeMap<String, BTreeSet<(TableName, String)>>,
    /// Names of Diesel's functions, if they are others.
    functions: BTreeMap<String, String>,
    /// Names of Diesel's modules with these functions.
    diesel: BTreeSet<String>,
    /// Names of functions of web frameworks.
    foreign: BTreeSet<String>,
    /// Whether it imports all of a module that may contain other files' names.
    is_open: bool,
}

impl Scope {
    /// Returns the tables whose module has this name.
    pub fn modules(&self, name: &str) -> Option<&BTreeSet<TableName>> {
        self.modules.get(name)
    }

    /// Returns the tables that a name stands for as a value.
    pub fn values(&self, name: &str) -> Option<&BTreeSet<TableName>> {
        self.values.get(name)
    }

    /// Returns the columns that a name stands for.
    pub fn columns(&self, name: &str) -> Option<&BTreeSet<(TableName, String)>> {
        self.columns.get(name)
    }

    /// Returns the function of Diesel of which a name is an alias, or the name itself.
    pub fn function<'a>(&'a self, name: &'a str) -> &'a str {
        self.functions.get(name).map_or(name, String::as_str)
    }

    /// Returns whether a name is a function of a web framework, such as `delete`.
    pub fn is_foreign(&self, name: &str) -> bool {
        self.foreign.contains(name)
    }

    /// Returns whether a name is a module of Diesel that has its functions.
    pub fn is_diesel(&self, name: &str) -> bool {
        ["diesel", "dsl", "query_builder"].contains(&name) || self.diesel.contains(name)
    }

    fn merge(&mut self, other: &Self) {
        for (name, tables) in &other.modules {
            self.modules.entry(name.clone()).or_default().extend(tables.clone());
        }
        for (name, tables) in &other.values {
            self.values.entry(name.clone()).or_default().extend(tables.clone());
        }
        for (name, columns) in &other.columns {
            self.columns.entry(name.clone()).or_default().extend(columns.clone());
        }
        self.functions.extend(other.functions.clone());
        self.diesel.extend(other.diesel.iter().cloned());
    }

    /// Adds the columns of a table under their own names.
    fn add_columns(&mut self, table: &TableName, tables: &Tables) {
        for (rust_name, column) in tables.columns(table) {
            let named = self.columns.entry(rust_name.clone()).or_default();
            named.insert((table.clone(), column.clone()));
        }
    }
}

/// The names of all files.
pub(super) struct Scopes {
    files: Vec<Scope>,
    all: Scope,
}

impl Scopes {
    /// Reads the declarations of all files. What a public one makes visible elsewhere may be used in any way.
    pub fn of(files: &[Code], tables: &Tables, found: &mut Found<'_>) -> Self {
        let declarations: Vec<Vec<Declaration>> = files.iter().map(declarations).collect();
        let mut modules: BTreeMap<String, BTreeSet<TableName>> = BTreeMap::new();
        for (name, own) in tables.modules() {
            modules.insert(name.clone(), own.clone());
        }
        add_aliases(&mut modules, declarations.iter().flatten());
        let mut all = Scope::default();
        let mut scopes = Vec::new();
        for (code, own) in files.iter().zip(&declarations) {
            let mut reader = Reader {
                code,
                tables,
                modules: &modules,
                scope: Scope {
                    modules: modules.clone(),
                    ..Scope::default()
                },
            };
            for declaration in own {
                reader.read(declaration, found);
            }
            all.merge(&reader.scope);
            scopes.push(reader.scope);
        }
        for (scope, own) in scopes.iter_mut().zip(&declarations) {
            match scope.is_open {
                true => scope.merge(&all),
                false => scope.import(own, &all),
            }
        }
        Self { files: scopes, all }
    }

    /// Returns the names of a file, by its index.
    pub fn of_file(&self, at: usize) -> Names<'_> {
        Names {
            own: &self.files[at],
            all: &self.all,
        }
    }

    /// Returns the tables whose module has this name in any file.
    pub fn modules(&self, name: &str) -> Option<&BTreeSet<TableName>> {
        self.all.modules(name)
    }
}

/// The names in a file, and those of all files, which a path may reach.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub own: &'a Scope,
    pub all: &'a Scope,
}

/// A name that a `use` declaration brings into scope.
struct Declaration {
    /// The whole path.
    path: Vec<String>,
    /// The name; `None` for a glob.
    name: Option<String>,
    /// The index of its last token.
    at: usize,
    is_public: bool,
}

impl Declaration {
    fn of(import: Import, code: &Code, is_public: bool) -> Self {
        let mut path = import.path;
        match code.text(import.at) {
            "*" => {}
            // `users::{self}` has taken the name off the path, `users::{self as u}` has not.
            "self" if code.is(import.at + 1, "as") => {}
            "self" => path.extend(import.name.clone()),
            last => path.push(last.to_owned()),
        }
        Self {
            path,
            name: import.name,
            at: import.at,
            is_public,
        }
    }

    /// Returns whether everything of another module of the program may be imported.
    fn is_open(&self) -> bool {
        const LIBRARIES: [&str; 6] = ["std", "core", "alloc", "diesel", "diesel_async", "serde"];
        let root = self.path.first().map_or("", String::as_str);
        self.name.is_none() && !LIBRARIES.contains(&root)
    }
}

/// Returns the index of the path after `use`, without the `$` of `$crate`.
pub(super) fn path_of(code: &Code, at: usize) -> usize {
    if code.is(at + 1, "$") { at + 2 } else { at + 1 }
}

fn declarations(code: &Code) -> Vec<Declaration> {
    let mut found = Vec::new();
    for at in 0..code.tokens.len() {
        if !code.is(at, "use") {
            continue;
        }
        let is_public = code.follows(at, "pub") || code.follows(at, ")");
        let (own, _) = imports::read(&code.tokens, path_of(code, at));
        found.extend(own.into_iter().map(|import| Declaration::of(import, code, is_public)));
    }
    found
}

/// Adds the names that `use ... as` gives to modules of tables, also to names of names.
fn add_aliases<'a>(
    modules: &mut BTreeMap<String, BTreeSet<TableName>>,
    declarations: impl Iterator<Item = &'a Declaration> + Clone,
) {
    loop {
        let before = modules.len();
        for own in declarations.clone() {
            let Some((name, last)) = own.name.as_ref().zip(own.path.last()) else {
                continue;
            };
            let tables = modules.get(last).cloned();
            // `users::dsl::users` is a value.
            let is_value = own.path.len() > 1 && own.path[own.path.len() - 2] == "dsl";
            if let Some(tables) = tables.filter(|_| name != last && !is_value) {
                modules.entry(name.clone()).or_default().extend(tables);
            }
        }
        if modules.len() == before {
            return;
        }
    }
}

/// Reads the declarations of a file.
struct Reader<'a> {
    code: &'a Code,
    tables: &'a Tables,
    modules: &'a BTreeMap<String, BTreeSet<TableName>>,
    scope: Scope,
}

impl Reader<'_> {
    fn read(&mut self, own: &Declaration, found: &mut Found<'_>) {
        self.scope.is_open |= own.is_open();
        self.read_diesel(own);
        let root = own.path.first().map_or("", String::as_str);
        if WEB_FRAMEWORKS.contains(&root) {
            self.scope.foreign.extend(own.name.clone());
        }
        let Some(at) = own.path.iter().position(|segment| self.modules.contains_key(segment)) else {
            return;
        };
        let tables = self.modules[&own.path[at]].clone();
        let rest: Vec<&str> = own.path[at + 1..].iter().map(String::as_str).collect();
        for table in &tables {
            if own.is_public && !(rest.is_empty() && own.name.is_some()) {
                let text = format!("use {}", own.path.join("::"));
                found.anything(table, &self.code.origin(own.at, text, "may be used in any way"));
            }
            self.read_of(table, &rest, own, found);
        }
    }

    /// Reads a path below the module of a table.
    fn read_of(&mut self, table: &TableName, rest: &[&str], own: &Declaration, found: &mut Found<'_>) {
        let is_table = |name: &str| self.tables.of_module(name).is_some_and(|tables| tables.contains(table));
        match (rest, &own.name) {
            ([] | ["dsl" | "columns"], None) => {
                let modules = self.tables.modules();
                let own_names = modules.filter(|(_, tables)| tables.contains(table));
                let names = own_names.map(|(name, _)| name.clone()).chain(["table".to_owned()]);
                for name in names.collect::<Vec<_>>() {
                    self.scope.values.entry(name).or_default().insert(table.clone());
                }
                self.scope.add_columns(table, self.tables);
            }
            (["dsl" | "columns"], Some(name)) => {
                let tables = self.scope.modules.entry(name.clone()).or_default();
                tables.insert(table.clone());
            }
            (["dsl" | "columns", last] | [last], Some(name)) if *last == "table" || is_table(last) => {
                let tables = self.scope.values.entry(name.clone()).or_default();
                tables.insert(table.clone());
            }
            (["dsl" | "columns", last] | [last], Some(name)) => {
                if ["all_columns", "star"].contains(last) {
                    found.anything(table, &self.code.origin(own.at, *last, "names all columns"));
                }
                if let Some(column) = self.tables.column(table, last) {
                    let named = self.scope.columns.entry(name.clone()).or_default();
                    named.insert((table.clone(), column.to_owned()));
                }
            }
            _ => {}
        }
    }

    fn read_diesel(&mut self, own: &Declaration) {
        if own.path.first().is_none_or(|root| root != "diesel") {
            return;
        }
        let (Some(name), Some(last)) = (&own.name, own.path.last()) else {
            return;
        };
        if ["diesel", "dsl", "query_builder"].contains(&last.as_str()) {
            self.scope.diesel.insert(name.clone());
        } else if name != last {
            self.scope.functions.insert(name.clone(), last.clone());
        }
    }
}

impl Scope {
    /// Adds what a file imports by name from modules that import it themselves.
    fn import(&mut self, declarations: &[Declaration], all: &Self) {
        for own in declarations {
            let Some((name, last)) = own.name.as_ref().zip(own.path.last()) else {
                continue;
            };
            if ["std", "core", "diesel", "diesel_async"].contains(&own.path[0].as_str()) {
                continue;
            }
            if let Some(tables) = all.modules.get(last) {
                self.modules.entry(name.clone()).or_default().extend(tables.clone());
            }
            if let Some(tables) = all.values.get(last) {
                self.values.entry(name.clone()).or_default().extend(tables.clone());
            }
            if let Some(columns) = all.columns.get(last) {
                self.columns.entry(name.clone()).or_default().extend(columns.clone());
            }
            if let Some(function) = all.functions.get(last) {
                self.functions.insert(name.clone(), function.clone());
            }
        }
    }
}
