//! Reports functions whose bodies name a renamed or dropped object. Postgres does not track these names, and only the
//! user can change the bodies.

use std::collections::BTreeSet;

use super::{Code, Resolver};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Function, Schema, Table, TableName, mentioned_words},
};

/// A renamed or dropped table or column.
struct Changed {
    table: TableName,
    /// The column; `None` for the table itself.
    column: Option<String>,
    fate: String,
}

impl Changed {
    fn shown(&self) -> String {
        let table = self.table.plain();
        self.column
            .as_ref()
            .map_or_else(|| table.clone(), |column| format!("{table}.{column}"))
    }
}

impl Resolver<'_> {
    /// Reports the functions that name a renamed or dropped table or column, with the line.
    pub(super) fn mentions(&mut self) {
        let before = self.input.before;
        if before.functions.is_empty() {
            return;
        }
        let changed = self.changed_names();
        if changed.is_empty() {
            return;
        }
        let mut notes = Vec::new();
        for (signature, function) in &before.functions {
            let code = Code::Function(function.name.clone(), signature.clone());
            let kept = self.input.decisions.kept.contains(&function.name);
            if kept || self.is_code_dropped(&code) || self.replacement(&code).is_some() {
                continue;
            }
            let words = mentioned_words(&function.definition);
            for name in &changed {
                if let Some(line) = mention(before, function, &words, name) {
                    notes.push(Diagnostic::new(DiagnosticCode::FunctionBody, format!(
                        "line {line} of the body of function {signature} mentions {}, which {}; the function is not changed; to change it, pass --replace \"{}=CREATE OR REPLACE FUNCTION ...\"",
                        name.shown(),
                        name.fate,
                        function.name.plain()
                    )).about(code.id()));
                }
            }
        }
        self.out.diagnostics.extend(notes);
    }

    fn changed_names(&self) -> Vec<Changed> {
        let matches = &self.out.matches;
        let mut changed = Vec::new();
        let fate = |from: &str, to: &str| (from != to).then(|| format!("is renamed to {to}"));
        for (name, table) in &self.input.before.tables {
            if table.partition_of.is_some() {
                continue;
            }
            let new = matches.table(name);
            let Some(after) = self.out.after.tables.get(&new) else {
                changed.push(Changed {
                    table: name.clone(),
                    column: None,
                    fate: "is dropped".to_owned(),
                });
                continue;
            };
            changed.extend(fate(&name.name, &new.name).map(|fate| Changed {
                table: name.clone(),
                column: None,
                fate,
            }));
            for column in &table.columns {
                let to = matches.column(name, &column.name);
                let fate = match after.column(&to) {
                    None => Some("is dropped".to_owned()),
                    Some(_) => fate(&column.name, &to),
                };
                changed.extend(fate.map(|fate| Changed {
                    table: name.clone(),
                    column: Some(column.name.clone()),
                    fate,
                }));
            }
        }
        changed
    }
}

/// Returns the first line of a function's body that names a table or column, numbered as Postgres numbers lines.
fn mention(before: &Schema, function: &Function, words: &BTreeSet<String>, name: &Changed) -> Option<usize> {
    let word = name.column.as_ref().unwrap_or(&name.table.name);
    if !words.contains(word) {
        return None;
    }
    // A column's name alone is weak evidence: the table has to be named, too, or one of its triggers has to call the
    // function.
    let calls = |table: &Table| {
        let mut triggers = table.triggers.values();
        triggers.any(|trigger| mentioned_words(&trigger.definition).contains(&function.name.name))
    };
    let is_of_table = words.contains(&name.table.name) || before.tables.get(&name.table).is_some_and(calls);
    if !is_of_table {
        return None;
    }
    let (_, body) = function.definition.split_once("\nAS ")?;
    let at = body.lines().position(|line| mentioned_words(line).contains(word))?;
    Some(at + 1)
}
