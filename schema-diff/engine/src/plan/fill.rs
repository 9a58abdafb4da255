//! Statements that change rows. They fill columns and must have no other effect on the rows.
//!
//! A trigger that maintains `updated_at`, an audit trigger or a rule would react to each of these statements as to a
//! change by an application. Therefore the triggers and rules of a table are disabled around them, and their previous
//! states are restored, unless the user decides that they fire (`--fire-triggers`). Deferred constraints are checked
//! immediately, because Postgres alters no table with pending trigger events.

use std::collections::{BTreeMap, BTreeSet};

use super::{Phase, Planner, current_names::Names, dependents::Object};
use crate::{
    create::partition_trigger,
    model::{PartitionTrigger, Rule, Schema, Table, TableName, Trigger, rename_identifiers},
    render::ident,
    statement::{Ddl, Firing, RowChange, Setting, TableAction},
};

/// The event of a statement that changes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    Insert,
    Update,
}

impl Event {
    const fn of(change: &RowChange) -> Self {
        match change {
            RowChange::InsertReferenced { .. } => Self::Insert,
            _ => Self::Update,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
        }
    }
}

/// A statement that changes rows.
pub(super) struct Fill {
    change: RowChange,
    comments: Vec<String>,
}

/// Keywords that begin a query or denote the column's default.
const NOT_CONSTANT: [&str; 5] = ["select", "values", "table", "with", "default"];
/// The system columns of every table.
const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

/// Returns whether an expression reads no row, so that it can be the default of a new column. A name that may be a
/// column counts as a column.
pub(crate) fn is_constant(expression: &str, tables: &[&Table]) -> bool {
    let is_column = |name: &str| {
        let same = |other: &str| other.to_lowercase() == name;
        SYSTEM_COLUMNS.contains(&name)
            || tables
                .iter()
                .any(|table| same(&table.name.name) || table.columns.iter().any(|column| same(&column.name)))
    };
    let has_keyword = std::cell::Cell::new(false);
    // Names of types and functions are not renamed. Quotes around a name make no difference here.
    let folded = expression.to_lowercase();
    let renamed = rename_identifiers(&folded, |name| {
        has_keyword.set(has_keyword.get() || NOT_CONSTANT.contains(&name));
        is_column(name).then(|| format!("{name}_"))
    });
    // A comment would hide the text after it.
    renamed == folded && !has_keyword.get() && !expression.contains("--") && !expression.contains("/*")
}

impl Planner<'_> {
    /// Plans a change of the rows of a table (named as in the after schema).
    pub(super) fn fill(&mut self, table: &TableName, change: RowChange, comments: Vec<String>) {
        let fill = Fill { change, comments };
        self.fills.entry(table.clone()).or_default().push(fill);
    }

    /// Adds the planned changes of rows, table by table.
    pub(super) fn write_fills(&mut self) {
        for (table, fills) in std::mem::take(&mut self.fills) {
            let fires = self.fires_triggers(&table);
            let events: BTreeSet<Event> = fills.iter().map(|fill| Event::of(&fill.change)).collect();
            let triggers = if fires {
                DisabledTriggers::default()
            } else {
                self.disabled_triggers(&table, &events)
            };
            let mut comments = triggers.comments(&table);
            for ddl in triggers.disable {
                self.push_with(Phase::Fill, std::mem::take(&mut comments), ddl);
            }
            for fill in fills {
                self.push_with(Phase::Fill, fill.comments, Ddl::Rows(fill.change));
            }
            if self.has_deferred_checks(&table, fires) {
                self.push(Phase::Fill, Ddl::Set(Setting::ConstraintsImmediate));
            }
            self.push_all(Phase::Fill, triggers.enable);
        }
    }

    /// Returns whether the user decided that a table's triggers fire.
    fn fires_triggers(&self, table: &TableName) -> bool {
        let fires = self.request.fire_triggers;
        fires.contains(table) || fires.contains(&self.flipped.table(table))
    }

    /// Returns the triggers and rules that would fire for the rows of a table, including those of its child tables and
    /// partitions.
    fn disabled_triggers(&self, table: &TableName, events: &BTreeSet<Event>) -> DisabledTriggers {
        let mut triggers = DisabledTriggers::default();
        let old = self.flipped.table(table);
        for name in with_children(self.before(), &old) {
            let Some(before) = self.before().tables.get(&name) else {
                continue;
            };
            let new = self.request.matches.table(&name);
            for trigger in before.triggers.values() {
                let exists = self.exists_before_filling(Object::Trigger(&before.name, trigger));
                if exists && events.iter().any(|event| fires_on(trigger, *event)) {
                    triggers.trigger(&new, trigger, &self.on_partitions(&name, trigger));
                }
            }
            for rule in before.rules.values() {
                let exists = self.exists_before_filling(Object::Rule(&before.name, rule));
                if exists && events.iter().any(|event| rule_is_on(rule, *event)) {
                    triggers.rule(&new, rule);
                }
            }
        }
        triggers
    }

    /// Returns whether an object of the before schema exists when rows are filled.
    fn exists_before_filling(&self, object: Object<'_>) -> bool {
        self.dependents.get(object).is_none_or(|own| {
            let recreated = own.recreated.map(|recreated| recreated.names);
            recreated == Some(Names::Before)
        })
    }

    /// Returns whether checks may be pending after rows of a table have changed.
    fn has_deferred_checks(&self, table: &TableName, fires: bool) -> bool {
        let deferred = |of: &Table| {
            let by_constraint = of.constraints.values().any(|own| own.initially_deferred);
            by_constraint
                || of
                    .triggers
                    .values()
                    .any(|own| own.definition.contains(" INITIALLY DEFERRED "))
        };
        let after = self.after();
        if fires {
            // The tables to which a trigger writes are unknown.
            return after.tables.values().any(deferred);
        }
        let family = with_children(after, table);
        let own = family.iter().filter_map(|name| after.tables.get(name));
        let refers = |of: &Table| {
            let mut keys = of.foreign_keys().filter(|key| key.initially_deferred);
            keys.any(|key| key.foreign_key().is_some_and(|key| family.contains(&key.references)))
        };
        own.into_iter()
            .any(|own| own.constraints.values().any(|own| own.initially_deferred))
            || after.tables.values().any(refers)
    }
}

/// The triggers and rules that are disabled while rows change.
#[derive(Default)]
struct DisabledTriggers {
    names: BTreeSet<String>,
    disable: Vec<Ddl>,
    enable: Vec<Ddl>,
}

impl DisabledTriggers {
    /// Adds a trigger, and its states on partitions if they differ, because a change of the table's trigger also
    /// changes those.
    fn trigger(&mut self, table: &TableName, trigger: &Trigger, partitions: &[(TableName, &PartitionTrigger)]) {
        let enable = enables(trigger.enabled);
        if let Some(enable) = enable {
            let name = &trigger.name;
            let set = |firing| {
                let name = name.clone();
                Ddl::alter_table(table, TableAction::Trigger { name, firing })
            };
            self.names.insert(name.clone());
            self.disable.push(set(Firing::Disabled));
            self.enable.push(set(enable));
        }
        for (partition, of) in partitions {
            if enable.is_none() {
                if enables(of.enabled).is_none() {
                    continue;
                }
                self.names.insert(of.name.clone());
                let disabled = PartitionTrigger {
                    enabled: 'D',
                    ..(*of).clone()
                };
                self.disable.push(partition_trigger(partition, &of.name, &disabled));
            }
            self.enable.push(partition_trigger(partition, &of.name, of));
        }
    }

    fn rule(&mut self, table: &TableName, rule: &Rule) {
        let Some(enable) = enables(rule.enabled) else { return };
        let name = &rule.name;
        let set = |firing| {
            let name = name.clone();
            Ddl::alter_table(table, TableAction::Rule { name, firing })
        };
        self.names.insert(name.clone());
        self.disable.push(set(Firing::Disabled));
        self.enable.push(set(enable));
    }

    fn comments(&self, table: &TableName) -> Vec<String> {
        if self.names.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let table = table.plain();
        vec![format!(
            "trigger or rule {} of {table}: disabled while this migration fills rows, so that no other values change; --fire-triggers {table} lets {} fire.",
            names.join(", "),
            if names.len() == 1 { "it" } else { "them" }
        )]
    }
}

/// Returns the state to which a trigger or rule that fires is restored; `None` if it is disabled or only for replicas.
const fn enables(state: char) -> Option<Firing> {
    match Firing::of(state) {
        firing @ (Firing::Origin | Firing::Always) => Some(firing),
        Firing::Disabled | Firing::Replica => None,
    }
}

/// Returns a table with its child tables and partitions.
fn with_children(schema: &Schema, table: &TableName) -> BTreeSet<TableName> {
    let mut children: BTreeMap<&TableName, Vec<&TableName>> = BTreeMap::new();
    for (name, child) in &schema.tables {
        for parent in child.parents() {
            children.entry(parent).or_default().push(name);
        }
    }
    let mut found = BTreeSet::new();
    let mut left = vec![table];
    while let Some(name) = left.pop() {
        if found.insert(name.clone()) {
            left.extend(children.get(name).into_iter().flatten());
        }
    }
    found
}

/// Returns whether a trigger fires on an event, according to the definition that Postgres prints.
fn fires_on(trigger: &Trigger, event: Event) -> bool {
    let definition = trigger.definition.as_str();
    let head = definition
        .strip_prefix("CREATE TRIGGER ")
        .or_else(|| definition.strip_prefix("CREATE CONSTRAINT TRIGGER "))
        .and_then(|rest| rest.strip_prefix(ident(&trigger.name).as_str()))
        .and_then(|rest| {
            let timings = [" BEFORE ", " AFTER ", " INSTEAD OF "];
            timings.iter().find_map(|timing| rest.strip_prefix(timing))
        });
    // A trigger with an unknown form of definition is disabled.
    let Some(mut rest) = head else { return true };
    loop {
        if rest.starts_with(event.name()) {
            return true;
        }
        // `UPDATE OF` comes after INSERT and DELETE, and before TRUNCATE.
        let next = ["INSERT OR ", "DELETE OR "]
            .iter()
            .find_map(|other| rest.strip_prefix(other));
        match next {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

fn rule_is_on(rule: &Rule, event: Event) -> bool {
    let head = format!("CREATE RULE {} AS\n    ON {}", ident(&rule.name), event.name());
    rule.definition.starts_with(&head)
}

#[cfg(test)]
mod tests {
    use super::{Event, fires_on, is_constant};
    use crate::model::{Column, DataType, Table, TableName, Trigger};

    fn trigger(definition: &str) -> Trigger {
        Trigger {
            name: "t OR UPDATE".to_owned(),
            definition: definition.to_owned(),
            enabled: 'O',
            depends_on: Vec::new(),
            comment: None,
        }
    }

    #[test]
    fn events_are_read_after_the_name() {
        let update =
            trigger("CREATE TRIGGER \"t OR UPDATE\" AFTER INSERT OR DELETE OR UPDATE OF a ON public.t FOR EACH ROW");
        assert!(fires_on(&update, Event::Update) && fires_on(&update, Event::Insert));
        let delete = trigger("CREATE CONSTRAINT TRIGGER \"t OR UPDATE\" AFTER DELETE OR TRUNCATE ON public.t");
        assert!(!fires_on(&delete, Event::Update) && !fires_on(&delete, Event::Insert));
    }

    #[test]
    fn constants_read_no_row() {
        let mut table = Table::new(TableName::public("items"));
        table
            .columns
            .push(Column::new("name", DataType::builtin("text"), false));
        for expression in [
            "''",
            "0",
            "'name'",
            "'default'",
            "now()",
            "current_timestamp",
            "'a'::name",
            "lower('X')",
            "-1",
        ] {
            assert!(is_constant(expression, &[&table]), "{expression}");
        }
        for expression in [
            "name",
            "lower(\"name\")",
            "Name || 'x'",
            "items.name",
            "(select 1)",
            "exists(select from x)",
            "DEFAULT",
            "0 -- none",
            "items::text",
            "ctid::text",
        ] {
            assert!(!is_constant(expression, &[&table]), "{expression}");
        }
    }
}
