//! Dependent views, functions, triggers, rules and policies. Postgres refuses to retype or drop the objects that they
//! depend on.

use std::collections::BTreeMap;

use super::{Dependent, Names, Object, Planner, Reason};
use crate::{
    create,
    model::{
        ColumnRef, Depth, Function, Node, Policy, Rule, Schema, Table, TableName, Trigger, TypeName, View, Walk,
        mentioned_names,
    },
    plan::Direction,
};

/// The dependent views and functions, with the schema whose names are valid when they are recreated.
#[derive(Default)]
struct Found<'a> {
    all: Vec<Dependent<'a>>,
    views: BTreeMap<&'a TableName, Option<Names>>,
    functions: BTreeMap<&'a str, Option<Names>>,
}

impl<'a> Planner<'a> {
    /// Adds the dependent rules, triggers and policies of a kept table.
    pub(super) fn dependent_code_of(&self, table: &'a Table, found: &mut Vec<Dependent<'a>>) {
        let after = self.after().tables.get(&self.request.matches.table(&table.name));
        let (rules, triggers) = (after.map(|after| &after.rules), after.map(|after| &after.triggers));
        for rule in table.rules.values() {
            let definition = rules.and_then(|rules| rules.get(&rule.name));
            let definition = definition.map(|rule| &rule.definition);
            found.extend(self.dependent_rule(&table.name, rule, definition));
        }
        for trigger in table.triggers.values() {
            let definition = triggers.and_then(|triggers| triggers.get(&trigger.name));
            let definition = definition.map(|trigger| &trigger.definition);
            found.extend(self.dependent_trigger(&table.name, trigger, definition));
        }
        for policy in table.policies.values() {
            found.extend(self.dependent_policy(table, policy));
        }
    }

    fn dependent_rule(&self, on: &'a TableName, rule: &'a Rule, after: Option<&String>) -> Option<Dependent<'a>> {
        let reasons = self.reasons_of_code(&rule.depends_on, &rule.definition, after);
        let names = self.names_of_code(&rule.depends_on, &reasons);
        self.dependent(Object::Rule(on, rule), reasons, names)
    }

    fn dependent_trigger(
        &self,
        on: &'a TableName,
        trigger: &'a Trigger,
        after: Option<&String>,
    ) -> Option<Dependent<'a>> {
        let reasons = self.reasons_of_code(&trigger.depends_on, &trigger.definition, after);
        let names = self.names_of_code(&trigger.depends_on, &reasons);
        self.dependent(Object::Trigger(on, trigger), reasons, names)
    }

    fn dependent_policy(&self, table: &'a Table, policy: &'a Policy) -> Option<Dependent<'a>> {
        let is_dropped = self.changed.drops_policy(&table.name, &policy.name);
        let mut reasons = Vec::from_iter(is_dropped.then_some(Reason::Dropped));
        reasons.extend(self.reasons(&policy.depends_on));
        let names = self.names_of_code(&policy.depends_on, &reasons);
        self.dependent(Object::Policy(table, policy), reasons, names)
    }

    /// Returns the reasons why code cannot be kept; `after` is its definition in the after schema.
    fn reasons_of_code(&self, reads: &[ColumnRef], before: &String, after: Option<&String>) -> Vec<Reason> {
        let own = match after {
            None => Some(Reason::Dropped),
            Some(after) if after != before => Some(Reason::Redefined),
            Some(_) => None,
        };
        own.into_iter().chain(self.reasons(reads)).collect()
    }

    /// Returns the schema whose names are valid when code can be recreated. In a downgrade, code has the names from
    /// before the upgrade.
    fn names_of_code(&self, reads: &[ColumnRef], reasons: &[Reason]) -> Names {
        let has_names_of_after = self.request.direction == Direction::Down && self.request.matches.changes_any(reads);
        if has_names_of_after || reasons.contains(&Reason::Redefined) {
            Names::After
        } else {
            self.names_when_recreatable(reads)
        }
    }

    /// Returns the dependent views and functions, each after those that it depends on.
    pub(super) fn dependent_views_and_functions(&self) -> Vec<Dependent<'a>> {
        let before = self.before();
        let walk = Walk::new(before, Depth::Recorded);
        let mut found = Found::default();
        for node in walk.views_and_functions() {
            match node {
                Node::View(name) => {
                    if let Some(view) = before.views.get(name) {
                        self.dependent_view(view, walk.called_by(name).iter().copied(), &mut found);
                    }
                }
                Node::Function(signature) => {
                    if let Some(function) = before.functions.get(signature) {
                        self.dependent_function(signature, function, &mut found);
                    }
                }
                Node::Type(_) | Node::Sequence(_) | Node::Unmanaged(_) | Node::Table(_) => {}
            }
        }
        found.all
    }

    fn dependent_view(&self, view: &'a View, calls: impl Iterator<Item = &'a str>, found: &mut Found<'a>) {
        let name = &view.name;
        let is_redefined = self.changed.replaced_views.contains(name);
        let mut reasons = Vec::from_iter(self.changed.dropped_views.contains(name).then_some(Reason::Dropped));
        reasons.extend(is_redefined.then_some(Reason::Redefined));
        let mut names = self.names_of_code(&view.depends_on, &reasons);
        let (code, is_late) = found.dependents_among(&view.depends_on, calls, self.before());
        reasons.extend(code);
        reasons.extend(self.names_replaced_type(view));
        reasons.extend(self.reasons(&view.depends_on));
        if is_late {
            names = Names::After;
        }
        if let Some(own) = self.dependent(Object::View(view), reasons, names) {
            found.views.insert(name, own.recreated.map(|own| own.names));
            found.all.push(own);
        } else {
            self.dependent_code_of_view(view, &mut found.all);
        }
    }

    fn names_replaced_type(&self, view: &View) -> Option<Reason> {
        if self.rebuilt_types.is_empty() {
            return None;
        }
        let mut mentioned = mentioned_names(&view.query).into_iter().map(TypeName::from);
        mentioned
            .any(|name| self.rebuilt_types.contains(&name))
            .then_some(Reason::NamesReplacedType)
    }

    /// Adds the dependent rules and triggers of a kept view.
    fn dependent_code_of_view(&self, view: &'a View, found: &mut Vec<Dependent<'a>>) {
        for rule in view.rules.values() {
            found.extend(self.dependent_rule(&view.name, rule, Some(&rule.definition)));
        }
        for trigger in view.triggers.values() {
            found.extend(self.dependent_trigger(&view.name, trigger, Some(&trigger.definition)));
        }
    }

    /// Adds a function if it is a dependent. If only its definition changes, it is replaced in place.
    fn dependent_function(&self, signature: &'a str, function: &'a Function, found: &mut Found<'a>) {
        let is_dropped = !self.after().functions.contains_key(signature);
        let mut reasons = Vec::from_iter(is_dropped.then_some(Reason::Dropped));
        reasons.extend(
            found
                .dependents_among(&function.depends_on, std::iter::empty(), self.before())
                .0,
        );
        reasons.extend(self.reasons(&function.depends_on));
        let own = self.dependent(Object::Function(signature, function), reasons, Names::After);
        if let Some(own) = own {
            found.functions.insert(signature, own.recreated.map(|own| own.names));
            found.all.push(own);
        }
    }
}

impl<'a> Found<'a> {
    /// Returns the dependents among the views that an object reads and the functions that it calls, and whether one of
    /// them is recreated after the renames.
    fn dependents_among(
        &self,
        reads: &[ColumnRef],
        calls: impl Iterator<Item = &'a str>,
        before: &Schema,
    ) -> (Vec<Reason>, bool) {
        let views = reads.iter().filter_map(|read| {
            let recreated = self.views.get(&read.relation)?;
            let view = before.views.get(&read.relation)?;
            Some((Object::View(view).id(), *recreated))
        });
        let functions = calls.filter_map(|signature| {
            let recreated = self.functions.get(signature)?;
            let function = before.functions.get(signature)?;
            Some((create::routine(signature, function), *recreated))
        });
        let mut reasons = Vec::new();
        let mut is_late = false;
        for (id, recreated) in views.chain(functions) {
            is_late |= recreated == Some(Names::After);
            let reason = Reason::DependsOnCode(id);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        (reasons, is_late)
    }
}
