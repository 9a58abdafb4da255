//! Triggers, rules and functions that the user dropped or replaced; everything else of them is dropped and recreated as it was.

use std::collections::BTreeSet;

use super::{Phase, Planner, obstacles};
use crate::{
    model::{Function, Rule, Table, TableName, Trigger},
    render::create,
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

    fn fate_of_function(&self, signature: &str, function: &Function) -> Fate {
        let after = self.after().functions.get(signature);
        Fate::of(&*function.definition, after.map(|after| &*after.definition))
    }

    /// Creates and drops what the user decided on.
    pub(super) fn code(&mut self) {
        self.create_functions();
        for tables in self.kept_tables() {
            for trigger in tables.after.triggers.values() {
                let before = tables.before.triggers.get(&trigger.name);
                if before.is_none_or(|before| before.definition != trigger.definition) {
                    let sql = create::trigger(&tables.after.name, trigger);
                    self.push_all(Phase::Code, sql.iter().map(|sql| statement(sql)));
                }
            }
            for rule in tables.after.rules.values() {
                let before = tables.before.rules.get(&rule.name);
                if before.is_none_or(|before| before.definition != rule.definition) {
                    let sql = create::rule(&tables.after.name, rule);
                    self.push_all(Phase::Code, sql.iter().map(|sql| statement(sql)));
                }
            }
        }
    }

    /// Drops functions: those that use a view before it, the others after all views.
    pub(super) fn drop_functions(&mut self, that_use_views: bool) {
        let before = self.before();
        let views: BTreeSet<TableName> = obstacles::views(self).into_iter().collect();
        for (signature, function) in &before.functions {
            let uses_view = function
                .depends_on
                .iter()
                .any(|read| before.views.contains_key(&read.relation));
            let falls = self.fate_of_function(signature, function) == Fate::Dropped || self.blocks(function, &views);
            if falls && uses_view == that_use_views {
                self.push(Phase::TakeDown, format!("DROP FUNCTION {signature}"));
            }
        }
    }

    /// Whether a function has to be dropped for what it reads to change.
    fn blocks(&self, function: &Function, views: &BTreeSet<TableName>) -> bool {
        let uses = function.depends_on.iter().any(|read| views.contains(&read.relation));
        uses || obstacles::in_the_way(self, &function.depends_on)
    }

    fn create_functions(&mut self) {
        let (before, after) = (self.before(), self.after());
        let views: BTreeSet<TableName> = obstacles::views(self).into_iter().collect();
        for (signature, function) in &after.functions {
            let stays = before
                .functions
                .get(signature)
                .is_some_and(|old| old.definition == function.definition && !self.blocks(old, &views));
            if !stays {
                self.push(Phase::Code, statement(&create::function(function)));
            }
        }
    }
}

/// A statement that the user may have written, without its semicolon.
fn statement(sql: &str) -> String {
    sql.trim().trim_end_matches(';').to_owned()
}
