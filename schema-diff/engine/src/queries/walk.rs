//! Reads a file: which of its names and calls concern the wanted tables.

use std::collections::BTreeSet;

use super::{
    chain::Call,
    code::Code,
    found::{Access, Effect, Found},
    mention::{Named, Resolver},
    scope::{Names, path_of},
    sql,
    statement::{CHANGES, INSERTS, Statements},
    structs::Structs,
};
use crate::{
    model::TableName,
    uses::{imports, tokens::TokenKind},
};

/// Macros that do with names what they say.
const KNOWN_MACROS: [&str; 38] = [
    "anyhow",
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "cfg",
    "concat",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "ensure",
    "env",
    "eprint",
    "eprintln",
    "error",
    "format",
    "info",
    "join",
    "json",
    "matches",
    "panic",
    "pin",
    "print",
    "println",
    "routes",
    "select",
    "span",
    "todo",
    "trace",
    "try_join",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
    "format_args",
];

/// Macros that declare tables.
const DECLARES: [&str; 5] = [
    "allow_columns_to_appear_in_same_group_by_clause",
    "allow_tables_to_appear_in_same_query",
    "joinable",
    "table",
    "view",
];

/// Adds what a file does with the tables.
pub(super) fn walk(code: &Code, names: Names<'_>, structs: &Structs, found: &mut Found<'_>) {
    let mut walker = Walker {
        code,
        names,
        structs,
        found,
        macros_end: 0,
        attribute_end: 0,
    };
    let mut at = 0;
    while at < code.tokens.len() {
        at = walker.step(at);
    }
}

struct Walker<'a, 'f> {
    code: &'a Code,
    names: Names<'a>,
    structs: &'a Structs,
    found: &'a mut Found<'f>,
    /// The end of the arguments of an unknown macro.
    macros_end: usize,
    /// The end of an attribute.
    attribute_end: usize,
}

impl Walker<'_, '_> {
    /// Reads a token, and returns the index of the next one.
    fn step(&mut self, at: usize) -> usize {
        let code = self.code;
        match code.tokens[at].kind {
            TokenKind::Word(_) => return sql::string(code, at, at < self.macros_end, self.found),
            TokenKind::Ident if code.is(at, "use") => {
                let (_, end) = imports::read(&code.tokens, path_of(code, at));
                return end.max(at + 1);
            }
            TokenKind::Ident if self.is_declaration(at) => return code.brackets.skip(at + 2),
            TokenKind::Ident => self.ident(at),
            TokenKind::Open if code.follows(at, "#") => self.attribute_end = code.brackets.end(at),
            _ => {}
        }
        at + 1
    }

    /// Returns whether a macro declares tables, in a schema file.
    fn is_declaration(&self, at: usize) -> bool {
        let code = self.code;
        code.is_schema && code.is(at + 1, "!") && at + 2 < code.tokens.len() && DECLARES.contains(&code.text(at))
    }

    fn ident(&mut self, at: usize) {
        let code = self.code;
        if code.is(at + 1, "!") {
            self.begin_macro(at);
        }
        if let Some(open) = self.arguments(at).filter(|_| at >= self.attribute_end) {
            self.call(at, open);
        }
        let is_unknown = ["HasTable", "base_query", "diesel_dynamic_schema"].contains(&code.text(at));
        if is_unknown {
            self.everything(at);
        }
        let resolver = Resolver {
            code,
            names: self.names,
            tables: self.found.names,
        };
        if let Some(named) = resolver.named(at) {
            self.named(at, named);
        } else if at < self.macros_end {
            self.columns_in_macro(at);
        }
    }

    fn begin_macro(&mut self, at: usize) {
        let code = self.code;
        let name = code.text(at);
        let open = at + 2;
        if code.tokens.get(open).is_none_or(|token| token.kind != TokenKind::Open) {
            return;
        }
        let end = code.brackets.end(open);
        let has_sql_file = || (open..end).any(|own| code.text(own) == "sql");
        match name {
            "include" => self.everything(at),
            "include_str" | "include_bytes" if has_sql_file() => self.everything(at),
            "include_str" | "include_bytes" => {}
            _ if KNOWN_MACROS.contains(&name) => {}
            _ => self.macros_end = self.macros_end.max(end),
        }
    }

    /// Returns the parenthesis that opens the arguments of a function or method that is called at `at`.
    fn arguments(&self, at: usize) -> Option<usize> {
        let open = self.code.after_turbofish(at + 1);
        (self.code.is(open, "(") && !self.code.follows(at, "fn")).then_some(open)
    }

    fn call(&mut self, at: usize, open: usize) {
        let code = self.code;
        let name = self.names.own.function(code.text(at));
        let call = Call {
            name: at,
            open,
            is_method: code.follows(at, "."),
        };
        match name {
            "save_changes" | "update_and_fetch" => {
                let tables: Vec<TableName> = self.structs.changesets().cloned().collect();
                let origin = code.origin(at, name, "returns all columns");
                for table in &tables {
                    self.found.add(table, Effect::ReadsAll, &origin);
                    self.found.add(table, Effect::Changes, &origin);
                }
            }
            "belonging_to" => self.belonging_to(at, open),
            "table" if code.follows(at, "::") => self.everything(at),
            _ if sql::SENDS.contains(&name) && sql::is_built(code, open) => self.everything(at),
            _ if INSERTS.contains(&name) || CHANGES.contains(&name) => self.change(call),
            _ => {}
        }
    }

    /// Adds what changes rows of a table that its arguments do not name.
    fn change(&mut self, call: Call) {
        let code = self.code;
        let name = self.names.own.function(code.text(call.name));
        let is_insert = INSERTS.contains(&name);
        if self.is_resolved(call.open) {
            return;
        }
        let statements = Statements {
            code,
            names: self.names,
            found: self.found,
        };
        if !is_insert && !statements.is_diesel(call) {
            return;
        }
        let returned = statements.returned(call);
        let origin = code.origin(call.name, code.text(call.name), "may concern it");
        let tables: Vec<TableName> = match is_insert {
            true => statements.found.names.all().cloned().collect(),
            // The table of any other target is named where the target is built.
            false => self.structs.identifiable().cloned().collect(),
        };
        for table in &tables {
            let effect = if is_insert { Effect::Inserts } else { Effect::Changes };
            statements.found.add(table, effect, &origin);
            if let Some(origin) = &returned {
                statements.found.add(table, Effect::ReadsAll, origin);
            }
        }
    }

    /// Returns whether the arguments begin with a table that is named, of this program or another one.
    fn is_resolved(&self, open: usize) -> bool {
        let code = self.code;
        let resolver = Resolver {
            code,
            names: self.names,
            tables: self.found.names,
        };
        let mut at = open + 1;
        while code.is_ident(at) || code.is(at, "::") {
            if self.found.names.is_other(code.text(at)) || matches!(resolver.named(at), Some(Named::Table { .. })) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Adds the rows of the struct before `::belonging_to`, as a query.
    fn belonging_to(&mut self, at: usize, open: usize) {
        let code = self.code;
        let name = at.checked_sub(2).filter(|_| code.follows(at, "::"));
        let tables = name.and_then(|name| self.structs.tables(code.text(name)));
        let tables: BTreeSet<TableName> = match tables {
            Some(tables) => tables.clone(),
            None => self.found.names.all().cloned().collect(),
        };
        let end = code.brackets.end(open);
        self.table(&tables, (code.path_start(at), end));
    }

    fn table(&mut self, tables: &BTreeSet<TableName>, range: (usize, usize)) {
        let mut statements = Statements {
            code: self.code,
            names: self.names,
            found: self.found,
        };
        statements.table(tables, range);
    }

    fn named(&mut self, at: usize, named: Named) {
        let code = self.code;
        let is_in_macro = at < self.macros_end;
        match named {
            Named::Module(tables) => {
                let is_unknown = is_in_macro || at < self.attribute_end && !is_table_name(code, at);
                for table in tables.iter().filter(|_| is_unknown) {
                    self.found
                        .anything(table, &code.origin(at, code.text(at), "is given to a macro"));
                }
            }
            Named::Table { tables, .. } | Named::AllColumns(tables) if is_in_macro => {
                for table in &tables {
                    self.found
                        .anything(table, &code.origin(at, code.text(at), "is given to a macro"));
                }
            }
            Named::Table { .. } if at < self.attribute_end && is_table_name(code, at) => {}
            Named::Table { tables, start, end } => self.table(&tables, (start, end)),
            Named::AllColumns(tables) => {
                for table in &tables {
                    self.found
                        .anything(table, &code.origin(at, path(code, at), "names all columns"));
                }
            }
            Named::Column(columns) => {
                for (table, column) in &columns {
                    let origin = code.origin(at, path(code, at), format!("names {column}"));
                    self.found.column((table, column), Access::ANY, &origin);
                }
            }
        }
    }

    /// Adds the columns that a macro may name with a word.
    fn columns_in_macro(&mut self, at: usize) {
        let code = self.code;
        let tables: Vec<TableName> = self.found.names.all().cloned().collect();
        for table in &tables {
            if let Some(column) = self.found.names.column(table, code.text(at)).map(str::to_owned) {
                let origin = code.origin(at, code.text(at), "is given to a macro");
                self.found.column((table, &column), Access::ANY, &origin);
            }
        }
    }

    fn everything(&mut self, at: usize) {
        let origin = self.code.origin(at, self.code.text(at), "may concern any table");
        self.found.everything(&origin);
    }
}

/// Returns whether the path that ends at `at` is the value of `table_name`, or a parent of `belongs_to`.
fn is_table_name(code: &Code, at: usize) -> bool {
    let start = code.path_start(at);
    let is_value = start > 1 && code.is(start - 1, "=") && code.is(start - 2, "table_name");
    is_value
        || code
            .parent(at)
            .is_some_and(|open| code.callee(open).is_some_and(|own| code.is(own, "belongs_to")))
}

/// Returns the text of the path that ends at `at`.
fn path(code: &Code, at: usize) -> String {
    let tokens = &code.tokens[code.path_start(at)..=at];
    tokens.iter().map(|token| token.text.as_str()).collect()
}
