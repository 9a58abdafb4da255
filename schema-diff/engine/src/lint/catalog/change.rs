//! What a statement has changed of one relation.

use super::relation::{Column, Constraint, Relation, Relations};
use crate::{
    lint::event::{ConstraintKind, Event},
    model::{QualifiedName, quote_ident},
};

/// A relation before and after a statement.
pub(super) struct Change<'a> {
    pub before: &'a Relation,
    pub now: &'a Relation,
    /// The relation before the migration, whose names others know.
    pub original: &'a Relation,
    /// All relations before the migration.
    pub originals: &'a Relations,
}

impl Change<'_> {
    /// Adds the events.
    pub fn events(&self, events: &mut Vec<Event>) {
        match self.now.facts.kind.as_str() {
            // Programs do not use the names of indexes.
            "i" | "I" => return,
            "c" => return self.columns(events),
            _ => {}
        }
        self.name(events);
        self.sequence(events);
        self.partition(events);
        self.columns(events);
        self.constraints(events);
        self.key_names(events);
        self.triggers(events);
        self.policies(events);
        let lost = self.before.lost_privileges(self.now);
        if !lost.is_empty() {
            events.push(Event::PrivilegesLost(self.table(), lost));
        }
        if !self.before.facts.refuses_updates && self.now.facts.refuses_updates {
            events.push(Event::UpdatesRefused(self.table()));
        }
    }

    fn table(&self) -> QualifiedName {
        self.original.name.clone()
    }

    fn name(&self, events: &mut Vec<Event>) {
        let (from, to) = (&self.before.name, &self.now.name);
        if from == to {
            return;
        }
        let is_moved = from.schema != to.schema;
        let names = (from.clone(), to.clone());
        match self.now.facts.sequence.as_ref() {
            // It moves with its table.
            Some(sequence) if is_moved && sequence.table.is_some() => {}
            Some(_) => events.push(Event::SequenceRenamed(names.0, names.1)),
            None if is_moved => events.push(Event::RelationMoved(names.0, names.1)),
            None => events.push(Event::RelationRenamed(names.0, names.1)),
        }
    }

    /// A sequence gets a new file when its definition, its position or its persistence changes.
    fn sequence(&self, events: &mut Vec<Event>) {
        let (before, now) = (&self.before.facts, &self.now.facts);
        let Some((old, new)) = before.sequence.as_ref().zip(now.sequence.as_ref()) else {
            return;
        };
        let is_same = old.parameters == new.parameters && before.persistence == now.persistence;
        if before.file != now.file && is_same {
            let table = new.table.and_then(|table| self.originals.get(&table));
            events.push(Event::SequenceRestarted {
                sequence: self.table(),
                table: table.map(|table| table.name.clone()),
            });
        }
    }

    fn partition(&self, events: &mut Vec<Event>) {
        let (before, now) = (&self.before.facts, &self.now.facts);
        if let Some(parent) = before.parent.filter(|_| now.parent.is_none())
            && let Some(parent) = self.originals.get(&parent)
        {
            events.push(Event::PartitionDetached {
                partition: self.table(),
                parent: parent.name.clone(),
                bound: before.bound.clone().unwrap_or_default(),
            });
        }
    }

    fn columns(&self, events: &mut Vec<Event>) {
        for column in self.now.columns() {
            match self.before.column(column.number) {
                Some(own) if column.is_inherited && own.is_inherited => {}
                Some(own) => self.column(own, column, events),
                None if column.is_inherited => {}
                None if self.now.facts.kind == "c" => {
                    events.push(Event::AttributeAdded(self.table(), column.name.clone()));
                }
                None => events.push(Event::ColumnAdded {
                    table: self.table(),
                    column: column.name.clone(),
                    is_required: column.not_null && !column.has_value,
                    source: column.source(),
                }),
            }
        }
        let is_dropped = |own: &&Column| {
            let is_known = self.original.column(own.number).is_some();
            is_known && !own.is_inherited && self.now.column(own.number).is_none()
        };
        for column in self.before.columns().filter(is_dropped) {
            events.push(Event::ColumnDropped(self.table(), column.name.clone()));
        }
    }

    fn column(&self, own: &Column, column: &Column, events: &mut Vec<Event>) {
        // A column that the migration has added has no other name.
        let known = self.original.column(own.number);
        let name = || known.unwrap_or(own).name.clone();
        if own.not_null != column.not_null {
            events.push(match column.not_null {
                true => Event::NotNullSet {
                    table: self.table(),
                    column: name(),
                    is_required: !column.has_value,
                    restricts: known.is_some_and(|known| !self.is_never_null(known)),
                },
                false => Event::NotNullDropped(self.table(), name()),
            });
        }
        if own.has_value && !column.has_value {
            events.push(Event::DefaultDropped(self.table(), name()));
        }
        let Some(known) = known else { return };
        if own.name != column.name && known.name != column.name {
            events.push(Event::ColumnRenamed(self.table(), name(), column.name.clone()));
        }
        if column.is_always_identity() && !own.is_always_identity() {
            events.push(Event::IdentityAlways(self.table(), name()));
        }
        if !own.r#type.is_same(&column.r#type) {
            events.push(Event::ColumnRetyped {
                table: self.table(),
                column: name(),
                from: own.r#type.clone(),
                to: column.r#type.clone(),
            });
        }
    }

    /// Returns whether a column refused NULL before the migration.
    fn is_never_null(&self, column: &Column) -> bool {
        let check = format!("CHECK (({} IS NOT NULL))", quote_ident(&column.name));
        let is_check = |own: &Constraint| own.is_valid && own.definition() == check;
        column.not_null || self.original.facts.constraints.iter().any(is_check)
    }

    fn constraints(&self, events: &mut Vec<Event>) {
        for constraint in self.now.facts.constraints.iter().filter(|own| !own.is_inherited) {
            match self.before.constraint(constraint.oid) {
                // A new type recreates the constraints of its column.
                None if self.is_recreated(constraint) => {}
                None => events.push(Event::ConstraintAdded {
                    table: self.table(),
                    kind: constraint.kind,
                    is_valid: constraint.is_valid,
                    restricts: self
                        .restricts(constraint)
                        .then(|| format!("{} ({})", constraint.name, constraint.definition())),
                }),
                Some(before) if !before.is_valid && constraint.is_valid => {
                    let is_new = self.original.constraint(constraint.oid).is_none();
                    events.push(Event::ConstraintValidated { is_new });
                }
                Some(_) => {}
            }
        }
    }

    fn is_recreated(&self, constraint: &Constraint) -> bool {
        let is_retyped = |column: &Column| {
            let own = self.before.column(column.number);
            own.is_some_and(|own| !own.r#type.is_same(&column.r#type))
        };
        let is_dropped = self.before.facts.constraints.iter().any(|own| {
            own.name == constraint.name && own.kind == constraint.kind && self.now.constraint(own.oid).is_none()
        });
        // The column of a foreign key may be that of the other table.
        let may_be = constraint.referenced.is_some() || self.now.columns().any(is_retyped);
        is_dropped && may_be && constraint.kind != ConstraintKind::PrimaryKey
    }

    /// Returns whether a new constraint refuses rows that nothing refused before the migration. Those of an index are
    /// judged with it.
    fn restricts(&self, constraint: &Constraint) -> bool {
        use ConstraintKind::{PrimaryKey, Unique};
        let has_index = matches!(constraint.kind, PrimaryKey | Unique) && !constraint.is_deferrable;
        let is_known = |own: &Constraint| own.definition() == constraint.definition();
        let is_of_new = |number: &i16| self.original.column(*number).is_none();
        let is_new = !constraint.columns.is_empty() && constraint.columns.iter().all(is_of_new);
        // The check that remains of a bound refused the same.
        let is_bound = self.before.facts.parent.is_some() && self.now.facts.parent.is_none();
        !has_index && !is_new && !is_bound && !self.original.facts.constraints.iter().any(is_known)
    }

    fn key_names(&self, events: &mut Vec<Event>) {
        let has = |relation: &Relation, name: &str| {
            let mut all = relation.facts.constraints.iter();
            all.any(|own| own.is_key() && own.name == name)
        };
        for key in self.before.facts.constraints.iter().filter(|own| own.is_key()) {
            if !has(self.now, &key.name) && has(self.original, &key.name) {
                events.push(Event::KeyNameLost {
                    table: self.table(),
                    constraint: key.name.clone(),
                    to: self.now.constraint(key.oid).map(|own| own.name.clone()),
                });
            }
        }
    }

    fn triggers(&self, events: &mut Vec<Event>) {
        for trigger in self.before.facts.triggers.iter().filter(|own| own.is_enabled) {
            let now = self.now.facts.triggers.iter().find(|own| own.oid == trigger.oid);
            let is_known = self.original.facts.triggers.iter().any(|own| own.oid == trigger.oid);
            if is_known && !now.is_some_and(|own| own.is_enabled) {
                events.push(Event::TriggerLost {
                    table: self.table(),
                    trigger: trigger.name.clone(),
                    function: trigger.function,
                    columns: trigger.columns.clone(),
                    is_dropped: now.is_none(),
                });
            }
        }
    }

    fn policies(&self, events: &mut Vec<Event>) {
        let (before, now) = (&self.before.facts, &self.now.facts);
        let is_stronger = now.forces_row_security && !before.forces_row_security;
        if now.row_security && (!before.row_security || is_stronger) {
            events.push(Event::RowSecurityEnabled(self.table(), now.forces_row_security));
        }
        if !self.original.facts.row_security {
            return;
        }
        for policy in before.policies.iter().filter(|own| own.is_permissive) {
            if !now.policies.iter().any(|own| own.definition == policy.definition) {
                events.push(Event::PolicyLost {
                    table: self.table(),
                    policy: policy.name.clone(),
                    definition: policy.definition.clone(),
                });
            }
        }
        for policy in now.policies.iter().filter(|own| !own.is_permissive) {
            let known = before.policies.iter().chain(&self.original.facts.policies);
            if !known.into_iter().any(|own| own.definition == policy.definition) {
                events.push(Event::PolicyAdded(self.table(), policy.name.clone()));
            }
        }
    }
}
