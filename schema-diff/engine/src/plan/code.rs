//! New views, functions, triggers and rules, and functions that are replaced in place.

use super::{Phase, Planner, dependents::Object};
use crate::{
    create,
    model::{Depth, Function, Node, Walk},
    statement::Ddl,
};

impl Planner<'_> {
    /// Plans new views, functions, triggers and rules, and replaces functions whose body changes.
    pub(super) fn code(&mut self) {
        self.create_code();
        for tables in self.kept_tables() {
            let (before, after) = (tables.before, tables.after);
            for trigger in after
                .triggers
                .values()
                .filter(|own| !before.triggers.contains_key(&own.name))
            {
                let created = create::trigger(&after.name, trigger);
                self.push_all(Phase::Code, created.into_iter().map(without_semicolon));
            }
            for rule in after.rules.values().filter(|own| !before.rules.contains_key(&own.name)) {
                let created = create::rule(&after.name, rule);
                self.push_all(Phase::Code, created.into_iter().map(without_semicolon));
            }
        }
    }

    /// Plans new views and functions, and replaces existing functions whose body changes.
    fn create_code(&mut self) {
        let (before, after) = (self.before(), self.after());
        for node in Walk::new(after, Depth::Recorded).views_and_functions() {
            match node {
                Node::View(name) => {
                    if let Some(view) = after.views.get(name).filter(|_| !before.views.contains_key(name)) {
                        self.push_all(Phase::Code, create::restore_view(view, self.session()));
                    }
                }
                Node::Function(signature) => {
                    if let Some(function) = after.functions.get(signature) {
                        self.create_function(signature, function);
                    }
                }
                Node::Type(_) | Node::Sequence(_) | Node::Unmanaged(_) | Node::Table(_) => {}
            }
        }
    }

    /// Plans a new function, or replaces an existing one whose body changes.
    fn create_function(&mut self, signature: &str, function: &Function) {
        match self.before().functions.get_key_value(signature) {
            None => self.push_all(Phase::Code, self.new_function(signature, function)),
            Some((signature, before)) => {
                let is_recreated = self.dependents.contains(Object::Function(signature, before));
                if !is_recreated && before.definition != function.definition {
                    self.push(Phase::Code, without_semicolon(create::function(signature, function)));
                }
            }
        }
    }
}

/// Removes the semicolon at the end of a definition that the user may have written.
pub(super) fn without_semicolon(ddl: Ddl) -> Ddl {
    match ddl {
        Ddl::CreateCode { id, definition } => Ddl::CreateCode {
            id,
            definition: definition.trim().trim_end_matches(';').to_owned(),
        },
        other => other,
    }
}
