//! Triggers, rules and functions that the user dropped or replaced; everything else of them is dropped and recreated as it was.

use super::{Phase, Planner};
use crate::{
    create,
    model::{ColumnRef, Function, ObjectId, Rule, Table, Trigger},
    resolve::{Node, code_in_order},
    statement::Ddl,
};

/// What becomes of a piece of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is the same afterwards.
    Stays,
    /// It is another one afterwards.
    Replaced,
    /// It is dropped.
    Dropped,
}

impl Fate {
    fn of<T: PartialEq + ?Sized>(before: &T, after: Option<&T>) -> Self {
        match after {
            None => Self::Dropped,
            Some(after) if after == before => Self::Stays,
            Some(_) => Self::Replaced,
        }
    }
}

impl Planner<'_> {
    pub(super) fn fate_of_trigger(&self, table: &Table, trigger: &Trigger) -> Fate {
        let after = self.after().tables.get(&self.request.renames.table(&table.name));
        let after = after.and_then(|after| after.triggers.get(&trigger.name));
        Fate::of(&*trigger.definition, after.map(|after| &*after.definition))
    }

    pub(super) fn fate_of_rule(&self, table: &Table, rule: &Rule) -> Fate {
        let after = self.after().tables.get(&self.request.renames.table(&table.name));
        let after = after.and_then(|after| after.rules.get(&rule.name));
        Fate::of(&*rule.definition, after.map(|after| &*after.definition))
    }

    pub(super) fn fate_of_function(&self, signature: &str, function: &Function) -> Fate {
        let after = self.after().functions.get(signature);
        Fate::of(&*function.definition, after.map(|after| &*after.definition))
    }

    /// Creates and drops what the user decided on.
    pub(super) fn code(&mut self) {
        self.create_code();
        for tables in self.kept_tables() {
            for trigger in tables.after.triggers.values() {
                let before = tables.before.triggers.get(&trigger.name);
                if before.is_none_or(|before| before.definition != trigger.definition) {
                    let created = create::trigger(&tables.after.name, trigger);
                    self.push_all(Phase::Code, created.into_iter().map(without_semicolon));
                }
            }
            for rule in tables.after.rules.values() {
                let before = tables.before.rules.get(&rule.name);
                if before.is_none_or(|before| before.definition != rule.definition) {
                    let created = create::rule(&tables.after.name, rule);
                    self.push_all(Phase::Code, created.into_iter().map(without_semicolon));
                }
            }
        }
    }

    /// Drops views and functions, each before what it depends on; functions that use no view come after the rest of the code.
    pub(super) fn drop_code(&mut self) {
        let before = self.before();
        let mut last = Vec::new();
        let mut statements = Vec::new();
        for node in self.fallen.order.iter().rev() {
            match node {
                Node::View(name) => {
                    let is_materialized = before.views.get(name).is_some_and(|view| view.materialized);
                    statements.push(Ddl::Drop(ObjectId::view(name, is_materialized)));
                }
                Node::Function(signature) => {
                    let Some(function) = before.functions.get(signature) else {
                        continue;
                    };
                    let mut reads = function.depends_on.iter();
                    let uses_view = reads.any(|read| before.views.contains_key(&read.relation));
                    let list = if uses_view { &mut statements } else { &mut last };
                    list.push(Ddl::Drop(create::routine(signature, function)));
                }
            }
        }
        self.push_all(Phase::TakeDown, statements);
        for table in before.tables.values() {
            if !self.is_dropped(&ColumnRef::relation(&table.name)) {
                self.take_down_code(table);
            }
        }
        self.push_all(Phase::TakeDown, last);
    }

    /// Creates views and functions that are new, and replaces functions that stay with another body.
    fn create_code(&mut self) {
        let (before, after) = (self.before(), self.after());
        for node in code_in_order(after) {
            match &node {
                Node::View(name) => {
                    if let Some(view) = after.views.get(name).filter(|_| !before.views.contains_key(name)) {
                        self.push_all(Phase::Code, create::view_again(view, self.session()));
                    }
                }
                Node::Function(signature) if self.fallen.functions.contains(signature) => {}
                Node::Function(signature) => {
                    let is_new = !before.functions.contains_key(signature);
                    let function = after.functions.get(signature);
                    let stays = before.functions.get(signature).map(|old| &old.definition)
                        == function.map(|function| &function.definition);
                    if let Some(function) = function.filter(|_| !stays) {
                        self.create_function(signature, function, is_new);
                    }
                }
            }
        }
    }

    /// Creates a function again that was dropped for the time being.
    pub(super) fn create_function_again(&mut self, signature: &str) {
        if let Some(function) = self.after().functions.get(signature) {
            self.create_function(signature, function, true);
        }
    }

    fn create_function(&mut self, signature: &str, function: &Function, is_new: bool) {
        self.push(Phase::Code, without_semicolon(create::function(signature, function)));
        let settings = self.restored().functions.get(signature).filter(|_| is_new);
        if let Some(settings) = settings {
            let id = create::routine(signature, function);
            let set = create::function_settings(&id, settings, self.session());
            self.push_all(Phase::Code, set);
        }
    }
}

/// Takes off the semicolon at the end of what the user may have written.
fn without_semicolon(ddl: Ddl) -> Ddl {
    match ddl {
        Ddl::CreateCode { id, definition } => Ddl::CreateCode {
            id,
            definition: definition.trim().trim_end_matches(';').to_owned(),
        },
        other => other,
    }
}
