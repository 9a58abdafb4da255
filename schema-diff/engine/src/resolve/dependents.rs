//! Finds code that reads dropped objects: the user decides whether it is dropped, too, or replaced.

use std::collections::BTreeSet;

use super::Resolver;
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ColumnRef, Function, ObjectId, QualifiedName, Routine, Table, TableName},
};

/// Code that reads a dropped or changed object and cannot be adapted without the user's decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependent {
    /// The code.
    pub code: Code,
    /// The objects that it reads: `users.mail`.
    pub reads: Vec<String>,
    /// Whether one of them is dropped; otherwise its type changes, or it is recreated.
    pub is_dropped: bool,
}

/// A view, trigger, rule or function, by its names before.
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
    /// Returns its identity.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::View(name) => ObjectId::View(name.clone()),
            Self::Trigger(relation, name) => ObjectId::Trigger {
                relation: relation.clone(),
                name: name.clone(),
            },
            Self::Rule(relation, name) => ObjectId::Rule {
                relation: relation.clone(),
                name: name.clone(),
            },
            Self::Function(name, signature) => ObjectId::Function(Routine {
                schema: name.schema.clone(),
                signature: signature.clone(),
            }),
        }
    }

    /// Formats it for messages.
    pub fn shown(&self) -> String {
        match self {
            Self::View(name) => format!("view {}", name.plain()),
            Self::Trigger(table, name) => format!("trigger {name} on {}", table.plain()),
            Self::Rule(table, name) => format!("rule {name} on {}", table.plain()),
            Self::Function(_, signature) => format!("function {signature}"),
        }
    }
}

/// What happens to a function that cannot stay unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FunctionFate {
    /// It is dropped and recreated.
    Recreated,
    /// It is dropped by decision.
    Dropped,
    /// It is dropped until the user decides.
    Undecided,
}

/// Formats a read object for messages.
pub(super) fn shown(read: &ColumnRef) -> String {
    let relation = read.relation.plain();
    read.column
        .as_ref()
        .map_or_else(|| relation.clone(), |column| format!("{relation}.{column}"))
}

impl Resolver<'_> {
    /// Returns the statement that replaces a piece of code by decision.
    pub(super) fn replacement(&self, code: &Code) -> Option<String> {
        let replaced = &self.input.decisions.replaced;
        let found = replaced.iter().find(|(name, _)| match code {
            Code::View(view) => name.table.as_ref() == Some(view),
            Code::Function(function, _) => name.table.as_ref() == Some(function),
            Code::Trigger(table, own) | Code::Rule(table, own) => self.is_of(name.column.as_ref(), table, own),
        });
        found.map(|(_, sql)| sql.clone())
    }

    /// Returns whether the user decided to drop a piece of code.
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
        named.is_some_and(|(of, name)| name == own && (of == table || *of == self.out.matches.table(table)))
    }

    /// Adapts the triggers and rules that read a dropped object.
    pub(super) fn code(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let before = self.input.before;
        for (name, table) in &before.tables {
            let new = self.out.matches.table(name);
            if self.out.after.tables.contains_key(&new) {
                self.code_of(name, &new, table, dropped);
            }
        }
    }

    /// Adapts a function that reads a dropped object, or uses a recreated relation. Returns what happens to it; `None`
    /// if it stays unchanged.
    pub(super) fn function(
        &mut self,
        signature: &str,
        function: &Function,
        dropped: &BTreeSet<ColumnRef>,
        recreated: &BTreeSet<TableName>,
    ) -> Option<FunctionFate> {
        let code = Code::Function(function.name.clone(), signature.to_owned());
        let is_dropped_read = |read: &&ColumnRef| is_dropped(dropped, read);
        let changes = |read: &&ColumnRef| self.is_retyped(read) || recreated.contains(&read.relation);
        let mut reads: Vec<&ColumnRef> = function.depends_on.iter().filter(is_dropped_read).collect();
        let has_dropped = !reads.is_empty();
        let is_recreated = has_dropped || function.depends_on.iter().any(|read| changes(&read));
        // A function that is kept by decision is recreated unchanged.
        if !has_dropped && !self.input.decisions.kept.contains(&function.name) {
            reads = function.depends_on.iter().filter(changes).collect();
        }
        if let Some(sql) = self.replacement(&code) {
            if let Some(after) = self.out.after.functions.get_mut(signature) {
                after.definition = sql;
                after.depends_on.retain(|read| !is_dropped(dropped, read));
            }
            return is_recreated.then_some(FunctionFate::Recreated);
        }
        let is_decided = self.is_code_dropped(&code);
        if !is_decided && reads.is_empty() {
            return is_recreated.then_some(FunctionFate::Recreated);
        }
        if !is_decided {
            // An undecided view may still be replaced; the function can then be kept.
            let has_dropped = has_dropped && !reads.iter().all(|read| self.is_undecided_view(&read.relation));
            self.add_dependent(
                code.clone(),
                reads.iter().map(|read| shown(read)).collect(),
                has_dropped,
            );
        }
        self.report(
            Diagnostic::new(DiagnosticCode::CodeDropped, format!("{} is dropped", code.shown())).about(code.id()),
        );
        self.out.after.functions.remove(signature);
        Some(if is_decided {
            FunctionFate::Dropped
        } else {
            FunctionFate::Undecided
        })
    }

    fn is_undecided_view(&self, name: &TableName) -> bool {
        let mut dependents = self.out.dependents.iter();
        dependents.any(|other| matches!(&other.code, Code::View(view) if view == name))
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
                let reads = reads.iter().map(|read| shown(read)).collect();
                self.add_dependent(code.clone(), reads, true);
            }
            if sql.is_none() {
                self.report(
                    Diagnostic::new(DiagnosticCode::CodeDropped, format!("{} is dropped", code.shown()))
                        .about(code.id()),
                );
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

    /// Records that the user has to decide about a piece of code.
    pub(super) fn add_dependent(&mut self, code: Code, reads: Vec<String>, is_dropped: bool) {
        self.out.dependents.push(Dependent {
            code,
            reads,
            is_dropped,
        });
    }
}

/// Returns whether a column or relation is dropped, separately or with its table.
pub(super) fn is_dropped(dropped: &BTreeSet<ColumnRef>, read: &ColumnRef) -> bool {
    dropped.contains(read) || dropped.contains(&ColumnRef::relation(&read.relation))
}
