//! Tables, views, sequences, partitions and indexes that are dropped, renamed or moved.

use super::{Broken, listed};
use crate::{
    lint::{Rule, catalog::Successor, event::Event, message::Message},
    model::QualifiedName,
};

impl Broken<'_> {
    pub(super) fn relation(&self, event: &Event) -> Option<Message> {
        let (rule, name, text) = match event {
            Event::TableDropped(name) => {
                let text = format!(
                    "table {} and all its rows are dropped, and programs that use it fail",
                    name.plain()
                );
                return Some(Message::new(Rule::BanDropTable, text));
            }
            Event::ViewDropped(name) => (
                Rule::BanDropView,
                name,
                format!("view {} is dropped, and programs that use it fail", name.plain()),
            ),
            Event::RelationRenamed(from, to) => (
                Rule::RenamingTable,
                from,
                format!(
                    "{} is renamed to {}, and programs that use the old name fail",
                    from.plain(),
                    to.plain()
                ),
            ),
            Event::RelationMoved(from, to) => (
                Rule::BanSetSchema,
                from,
                format!(
                    "{} becomes {}, and programs that use the old name fail",
                    from.plain(),
                    to.plain()
                ),
            ),
            _ => return None,
        };
        match self.after.successor(name) {
            Successor::Same => None,
            Successor::None => Some(Message::new(rule, text)),
            Successor::Differs(columns) => {
                let text = format!(
                    "{text}: the new {} has not the same columns ({})",
                    name.plain(),
                    listed(&columns)
                );
                Some(Message::new(rule, text))
            }
        }
    }

    pub(super) fn sequence(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::SequenceDropped(name) if !self.exists(name) => Message::new(
                Rule::BanDropSequence,
                format!(
                    "sequence {} is dropped, and programs that call nextval for it fail",
                    name.plain()
                ),
            ),
            Event::SequenceRenamed(from, to) if !self.exists(from) => {
                let text = format!(
                    "sequence {} becomes {}, and programs that call nextval for the old name fail",
                    from.plain(),
                    to.plain()
                );
                match from.schema == to.schema {
                    true => Message::new(Rule::RenamingObject, text),
                    false => Message::new(Rule::BanSetSchema, text)
                        .with_hint("first deploy a program that does not use the sequence by its old name"),
                }
            }
            Event::SequenceRestarted { sequence, table } if !self.is_emptied_of(table.as_ref()) => Message::new(
                Rule::BanAlterSequenceValues,
                format!(
                    "sequence {} is restarted, and inserts fail if rows already have the values that it returns from there on",
                    sequence.plain()
                ),
            ),
            _ => return None,
        })
    }

    fn exists(&self, name: &QualifiedName) -> bool {
        !matches!(self.after.successor(name), Successor::None)
    }

    fn is_emptied_of(&self, table: Option<&QualifiedName>) -> bool {
        table.is_some_and(|table| self.is_emptied(table))
    }

    pub(super) fn partition(&self, event: &Event) -> Option<Message> {
        let Event::PartitionDetached { partition, parent, .. } = event else {
            return None;
        };
        let is_unreadable = self.held.get(parent).is_some_and(|lock| lock.blocks_reads());
        is_unreadable.then(|| {
            let text = format!(
                "partition {} is detached while other sessions cannot read or write its table (ACCESS EXCLUSIVE lock)",
                partition.plain()
            );
            Message::new(Rule::RequireConcurrentPartitionDetach, text)
        })
    }

    pub(super) fn lost_range(&self, event: &Event) -> Option<Message> {
        let Event::PartitionDetached {
            partition,
            parent,
            bound,
        } = event
        else {
            return None;
        };
        (!self.after.has_partition_for(parent, bound)).then(|| {
            let text = format!(
                "{0} no longer has the rows of {1}, and inserts into {0} fail for its range ({bound})",
                parent.plain(),
                partition.plain()
            );
            Message::new(Rule::BanDetachInheritance, text)
        })
    }

    pub(super) fn index(&self, event: &Event) -> Option<Message> {
        let Event::IndexDropped {
            table,
            index,
            unique_key,
            ..
        } = event
        else {
            return None;
        };
        let is_lost = unique_key.as_ref().is_some_and(|key| !self.after.is_unique(key));
        is_lost.then(|| {
            let text = format!(
                "unique index {index} of {} is dropped, and INSERT ... ON CONFLICT of programs that rely on it fails",
                table.plain()
            );
            Message::new(Rule::BanDropConstraint, text)
        })
    }

    /// An index of a constraint, or of a column that is dropped, cannot be dropped concurrently.
    pub(super) fn unreadable_index(&self, event: &Event) -> Option<Message> {
        let Event::IndexDropped {
            table,
            index,
            backs_constraint,
            ..
        } = event
        else {
            return None;
        };
        let is_unreadable = self.held.get(table).is_some_and(|lock| lock.blocks_reads());
        let is_own = !backs_constraint && self.step.verb != "ALTER";
        (is_own && is_unreadable && self.sizes.is_large_table(table)).then(|| {
            let text = format!(
                "other sessions cannot read or write {} (ACCESS EXCLUSIVE lock) while index {index} is dropped",
                table.plain()
            );
            Message::new(Rule::RequireConcurrentIndexDeletion, text)
        })
    }

    /// `ON CONFLICT ON CONSTRAINT` needs the name of a constraint.
    pub(super) fn key_name(&self, event: &Event) -> Option<Message> {
        let Event::KeyNameLost { table, constraint, to } = event else {
            return None;
        };
        if self.after.has_key(table, constraint) || self.is_reported(constraint) {
            return None;
        }
        let (rule, what) = match to {
            Some(to) => (Rule::RenamingObject, format!("renamed to {to}")),
            None => (Rule::BanDropConstraint, "dropped".to_owned()),
        };
        let text = format!(
            "constraint {constraint} of {} is {what}, and INSERT ... ON CONFLICT ON CONSTRAINT {constraint} fails",
            table.plain()
        );
        Some(
            Message::new(rule, text)
                .with_hint("first deploy a program that names the columns in ON CONFLICT instead of the constraint"),
        )
    }

    /// Returns whether the statement drops the index of a constraint, so that no `ON CONFLICT` can rely on it.
    fn is_reported(&self, constraint: &str) -> bool {
        self.step.events.iter().any(|event| {
            let is_its = matches!(event, Event::IndexDropped { index, .. } if index == constraint);
            is_its && self.index(event).is_some()
        })
    }

    pub(super) fn truncated(&self) -> Option<Message> {
        let emptied = &self.step.observation.empties;
        (self.step.cascades && self.after.has_reference_among(emptied)).then(|| {
            let names: Vec<String> = emptied.iter().map(QualifiedName::plain).collect();
            let text = format!(
                "all rows are deleted from {}, also from tables that refer to the named ones",
                names.join(", ")
            );
            Message::new(Rule::BanTruncateCascade, text)
        })
    }
}
