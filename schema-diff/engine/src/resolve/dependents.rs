//! Code that reads what is dropped: the user decides whether it is dropped too, or what takes its place.

use std::collections::BTreeSet;

use super::Resolver;
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ColumnRef, Function, ObjectId, QualifiedName, Routine, Table, TableName},
};

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

/// What becomes of a function that cannot stay as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FunctionFate {
    /// It is dropped and recreated.
    Recreated,
    /// It is dropped by decision.
    Dropped,
    /// It is dropped until the user decides.
    Undecided,
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
        named.is_some_and(|(of, name)| name == own && (of == table || *of == self.out.matches.table(table)))
    }

    /// Triggers and rules that read what is dropped.
    pub(super) fn code(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let before = self.input.before;
        for (name, table) in &before.tables {
            let new = self.out.matches.table(name);
            if self.out.after.tables.contains_key(&new) {
                self.code_of(name, &new, table, dropped);
            }
        }
    }

    /// A function that reads what is dropped, or uses a relation that is recreated. Gives whether it is dropped here.
    pub(super) fn function(
        &mut self,
        signature: &str,
        function: &Function,
        dropped: &BTreeSet<ColumnRef>,
        recreated: &BTreeSet<TableName>,
    ) -> Option<FunctionFate> {
        let code = Code::Function(function.name.clone(), signature.to_owned());
        let is_gone = |read: &&ColumnRef| is_dropped(dropped, read);
        let changes = |read: &&ColumnRef| self.is_retyped(read) || recreated.contains(&read.relation);
        let mut reads: Vec<&ColumnRef> = function.depends_on.iter().filter(is_gone).collect();
        let gone = !reads.is_empty();
        let is_recreated = gone || function.depends_on.iter().any(|read| changes(&read));
        // One that is kept is recreated as it is.
        if !gone && !self.input.decisions.kept.contains(&function.name) {
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
            // A view that waits for a decision may be replaced, and the function kept.
            let gone = gone && !reads.iter().all(|read| self.is_undecided_view(&read.relation));
            self.depends(code.clone(), reads.iter().map(|read| shown(read)).collect(), gone);
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
                self.depends(code.clone(), reads, true);
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

    /// Notes that the user has to decide what becomes of a piece of code.
    pub(super) fn depends(&mut self, code: Code, reads: Vec<String>, is_dropped: bool) {
        self.out.dependents.push(Dependent {
            code,
            reads,
            is_dropped,
        });
    }
}

/// Whether what is read goes, by itself or with its table.
pub(super) fn is_dropped(dropped: &BTreeSet<ColumnRef>, read: &ColumnRef) -> bool {
    dropped.contains(read) || dropped.contains(&ColumnRef::relation(&read.relation))
}
