//! Code that reads what is dropped: the user decides whether it is dropped too, or what takes its place.

use std::collections::BTreeSet;

use super::{Resolver, consequences::is_dropped};
use crate::model::{ColumnRef, QualifiedName, Table, TableName};

/// Code that reads what is dropped, and cannot be adapted without the user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependent {
    /// Which.
    pub code: Code,
    /// What it reads: `users.mail`.
    pub reads: Vec<String>,
    /// Whether that is dropped; otherwise it changes its type, or is recreated.
    pub is_dropped: bool,
}

/// A piece of code, by its names before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A view or materialized view.
    View(TableName),
    /// A trigger on a table.
    Trigger(TableName, String),
    /// A rule on a table.
    Rule(TableName, String),
    /// A function, by its name and signature.
    Function(QualifiedName, String),
}

impl Code {
    /// What it is called, for people.
    pub fn shown(&self) -> String {
        match self {
            Self::View(name) => format!("view {}", name.plain()),
            Self::Trigger(table, name) => format!("trigger {name} on {}", table.plain()),
            Self::Rule(table, name) => format!("rule {name} on {}", table.plain()),
            Self::Function(_, signature) => format!("function {signature}"),
        }
    }
}

/// What is read, for people.
pub(super) fn shown(read: &ColumnRef) -> String {
    let relation = read.relation.plain();
    read.column
        .as_ref()
        .map_or_else(|| relation.clone(), |column| format!("{relation}.{column}"))
}

impl Resolver<'_> {
    /// The statement that takes the place of a piece of code, as decided.
    pub(super) fn replacement(&self, code: &Code) -> Option<String> {
        let replaced = &self.input.decisions.replaced;
        let found = replaced.iter().find(|(name, _)| match code {
            Code::View(view) => name.table.as_ref() == Some(view),
            Code::Function(function, _) => name.table.as_ref() == Some(function),
            Code::Trigger(table, own) | Code::Rule(table, own) => self.is_of(name.column.as_ref(), table, own),
        });
        found.map(|(_, sql)| sql.clone())
    }

    /// Whether the user decided that a piece of code is dropped.
    pub(super) fn is_code_dropped(&self, code: &Code) -> bool {
        let decisions = self.input.decisions;
        match code {
            Code::View(view) => decisions.dropped_tables.contains(view),
            Code::Function(function, _) => decisions.dropped_tables.contains(function),
            Code::Trigger(table, own) | Code::Rule(table, own) => decisions
                .dropped_columns
                .iter()
                .any(|dropped| self.is_of(Some(dropped), table, own)),
        }
    }

    fn is_of(&self, named: Option<&(TableName, String)>, table: &TableName, own: &str) -> bool {
        named.is_some_and(|(of, name)| name == own && (of == table || *of == self.out.renames.table(table)))
    }

    /// Triggers, rules and functions that read what is dropped.
    pub(super) fn code(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let before = self.input.before;
        for (name, table) in &before.tables {
            let new = self.out.renames.table(name);
            if self.out.after.tables.contains_key(&new) {
                self.code_of(name, &new, table, dropped);
            }
        }
        let recreated = self.recreated_views(dropped);
        for (signature, function) in &before.functions {
            let code = Code::Function(function.name.clone(), signature.clone());
            let is_gone = |read: &&ColumnRef| is_dropped(dropped, read);
            let changes = |read: &&ColumnRef| self.is_retyped(read) || recreated.contains(&read.relation);
            let mut reads: Vec<&ColumnRef> = function.depends_on.iter().filter(is_gone).collect();
            let gone = !reads.is_empty();
            // One that is kept is recreated as it is.
            if !gone && !self.input.decisions.kept.contains(&function.name) {
                reads = function.depends_on.iter().filter(changes).collect();
            }
            if let Some(sql) = self.replacement(&code) {
                if let Some(after) = self.out.after.functions.get_mut(signature) {
                    after.definition = sql;
                    after.depends_on.retain(|read| !is_dropped(dropped, read));
                }
            } else if self.is_code_dropped(&code) || !reads.is_empty() {
                if !self.is_code_dropped(&code) {
                    self.depends(code.clone(), &reads, gone);
                }
                self.note(format!("{} is dropped", code.shown()));
                self.out.after.functions.remove(signature);
            }
        }
    }

    fn code_of(&mut self, name: &TableName, new: &TableName, table: &Table, dropped: &BTreeSet<ColumnRef>) {
        let triggers = table
            .triggers
            .values()
            .map(|found| (Code::Trigger(name.clone(), found.name.clone()), &found.depends_on));
        let rules = table
            .rules
            .values()
            .map(|found| (Code::Rule(name.clone(), found.name.clone()), &found.depends_on));
        for (code, depends_on) in triggers.chain(rules) {
            let reads: Vec<&ColumnRef> = depends_on.iter().filter(|read| is_dropped(dropped, read)).collect();
            let sql = self.replacement(&code);
            let is_decided = self.is_code_dropped(&code);
            if sql.is_none() && !is_decided && reads.is_empty() {
                continue;
            }
            if sql.is_none() && !is_decided {
                self.depends(code.clone(), &reads, true);
            }
            if sql.is_none() {
                self.note(format!("{} is dropped", code.shown()));
            }
            let Some(after) = self.out.after.tables.get_mut(new) else {
                continue;
            };
            match (&code, sql) {
                (Code::Trigger(_, own), Some(sql)) => {
                    if let Some(trigger) = after.triggers.get_mut(own) {
                        trigger.definition = sql;
                        trigger.depends_on.retain(|read| !is_dropped(dropped, read));
                    }
                }
                (Code::Rule(_, own), Some(sql)) => {
                    if let Some(rule) = after.rules.get_mut(own) {
                        rule.definition = sql;
                        rule.depends_on.retain(|read| !is_dropped(dropped, read));
                    }
                }
                (Code::Trigger(_, own), None) => {
                    after.triggers.remove(own);
                }
                (_, None) => {
                    if let Code::Rule(_, own) = &code {
                        after.rules.remove(own);
                    }
                }
                (_, Some(_)) => {}
            }
        }
    }

    /// Notes that the user has to decide what becomes of a piece of code.
    pub(super) fn depends(&mut self, code: Code, reads: &[&ColumnRef], is_dropped: bool) {
        let reads = reads.iter().map(|read| shown(read)).collect();
        self.out.dependents.push(Dependent {
            code,
            reads,
            is_dropped,
        });
    }

    /// Views that are dropped and recreated around a change of what they read.
    fn recreated_views(&self, dropped: &BTreeSet<ColumnRef>) -> BTreeSet<TableName> {
        let before = self.input.before;
        let mut recreated = BTreeSet::new();
        for name in super::views_in_dependency_order(before) {
            let changes = |read: &ColumnRef| {
                is_dropped(dropped, read) || self.is_retyped(read) || recreated.contains(&read.relation)
            };
            if before
                .views
                .get(&name)
                .is_some_and(|view| view.depends_on.iter().any(changes))
            {
                recreated.insert(name);
            }
        }
        recreated
    }
}
