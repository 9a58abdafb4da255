//! The structs whose fields are columns that a program reads or writes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    code::Code,
    found::{Access, Found},
    scope::Scopes,
};
use crate::model::TableName;

/// Begins the name of a macro's parameter.
const PARAMETER: &str = "$";

/// The tables of the structs of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Structs {
    /// The wanted tables of each struct that represents rows; empty if it represents another table.
    tables: BTreeMap<String, BTreeSet<TableName>>,
    /// The tables of structs that name a row of theirs.
    identifiable: BTreeSet<TableName>,
    /// The tables of structs that change a row.
    changesets: BTreeSet<TableName>,
}

/// What an attribute says of a struct or a field.
#[derive(Clone, Debug, Default)]
struct Attributes {
    /// The tables' modules.
    tables: Vec<String>,
    /// The columns, by their names in Rust.
    columns: Vec<String>,
    /// The derived traits.
    derives: BTreeSet<String>,
}

impl Attributes {
    fn derives_any(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|own| self.derives.contains(*own))
    }

    /// Reads the attribute whose bracket opens at `open`.
    fn read(&mut self, code: &Code, open: usize) {
        let end = code.brackets.end(open);
        let is_derive = (open..end).any(|at| code.is(at, "derive"));
        for at in open + 1..end {
            match code.text(at) {
                "table_name" => self.tables.extend(value(code, at)),
                "column_name" => self.columns.extend(value(code, at)),
                name if is_derive && code.is_ident(at) => {
                    self.derives.insert(name.to_owned());
                }
                _ => {}
            }
        }
    }
}

/// Returns the last segment of the path after `=`.
fn value(code: &Code, at: usize) -> Option<String> {
    let mut last = code.is(at + 1, "=").then_some(at + 2)?;
    while code.is(last + 1, "::") {
        last += 2;
    }
    Some(code.text(last).to_owned())
}

impl Structs {
    /// Returns the wanted tables of a struct; `None` if no struct of this name represents rows.
    pub fn tables(&self, name: &str) -> Option<&BTreeSet<TableName>> {
        self.tables.get(name)
    }

    /// Returns the tables of structs that name a row of theirs.
    pub fn identifiable(&self) -> impl Iterator<Item = &TableName> {
        self.identifiable.iter()
    }

    /// Returns the tables of structs that change a row.
    pub fn changesets(&self) -> impl Iterator<Item = &TableName> {
        self.changesets.iter()
    }

    /// Adds the structs of a file, and what their fields name.
    pub fn read(&mut self, code: &Code, scopes: &Scopes, found: &mut Found<'_>) {
        let mut attributes = Attributes::default();
        let mut at = 0;
        while at < code.tokens.len() {
            match code.text(at) {
                "[" if code.follows(at, "#") => {
                    attributes.read(code, at);
                    at = code.brackets.end(at);
                }
                "struct" => {
                    // In a macro, its name may be a parameter.
                    let name = if code.is(at + 1, "$") { at + 2 } else { at + 1 };
                    self.add(code, name, &std::mem::take(&mut attributes), (scopes, found));
                }
                ";" | "}" => attributes = Attributes::default(),
                _ => {}
            }
            at += 1;
        }
    }

    fn add(&mut self, code: &Code, at: usize, own: &Attributes, (scopes, found): (&Scopes, &mut Found<'_>)) {
        let access = Access {
            reads: own.derives_any(&["Selectable", "HasQuery", "QueryableByName", "Associations"]),
            writes: own.derives_any(&["Insertable", "AsChangeset"]),
        };
        if !access.reads && !access.writes && !own.derives_any(&["Identifiable"]) {
            return;
        }
        let name = code.text(at);
        let modules = match own.tables.is_empty() {
            true => vec![inferred_table(name)],
            false => own.tables.clone(),
        };
        let tables: BTreeSet<TableName> = match modules.iter().any(|module| module == PARAMETER) {
            true => found.names.all().cloned().collect(),
            false => {
                let tables = modules.iter().filter_map(|module| scopes.modules(module));
                tables.flatten().cloned().collect()
            }
        };
        let columns: Vec<String> = fields(code, at).chain(own.columns.iter().cloned()).collect();
        for table in &tables {
            for rust_name in &columns {
                let Some(column) = found.names.column(table, rust_name).map(str::to_owned) else {
                    continue;
                };
                let verb = if access.reads { "selects" } else { "writes" };
                let origin = code.origin(at, format!("struct {name}"), format!("{verb} {column}"));
                found.column((table, &column), access, &origin);
            }
        }
        if own.derives_any(&["Identifiable"]) {
            self.identifiable.extend(tables.iter().cloned());
        }
        if own.derives_any(&["AsChangeset"]) {
            self.changesets.extend(tables.iter().cloned());
        }
        self.tables.entry(name.to_owned()).or_default().extend(tables);
    }
}

/// Returns the names of the fields of a struct whose name is at `at`, or those that their attributes give.
fn fields(code: &Code, at: usize) -> impl Iterator<Item = String> {
    let body = (at + 1..code.tokens.len()).find(|at| ["{", "(", ";"].contains(&code.text(*at)));
    let range = body.map_or(0..0, |open| open + 1..code.brackets.end(open).max(open + 1));
    let mut attributes = Attributes::default();
    for own in range.clone() {
        if code.is(own, "[") && code.follows(own, "#") {
            attributes.read(code, own);
        }
    }
    let is_field = move |own: &usize| code.parent(*own) == body && code.is_ident(*own) && code.is(own + 1, ":");
    let named = range.filter(is_field).map(|own| code.text(own).to_owned());
    named.chain(attributes.columns)
}

/// Returns the module that Diesel infers from a struct's name.
fn inferred_table(name: &str) -> String {
    let mut found = String::new();
    for (at, character) in name.chars().enumerate() {
        if character.is_uppercase() && at > 0 {
            found.push('_');
        }
        found.extend(character.to_lowercase());
    }
    found.push('s');
    found
}
