//! What programs that are running notice of a statement: they use the names and types of before.

use std::collections::BTreeMap;

use super::{Rule, catalog::Catalog, event::Event, step::Step};
use crate::{model::QualifiedName, statement::LockMode, traffic::Sizes};

/// A statement, and what surrounds it.
pub(super) struct Broken<'a> {
    pub step: &'a Step,
    /// All statements of the migration.
    pub steps: &'a [Step],
    /// The locks of the transaction after the statement.
    pub held: &'a BTreeMap<QualifiedName, LockMode>,
    pub sizes: Sizes<'a>,
    /// What exists after the migration.
    pub after: &'a Catalog,
}

type Message = (Rule, String);

impl Broken<'_> {
    /// Returns the messages, by event.
    pub fn messages(&self) -> Vec<Message> {
        let events = self.step.events.iter();
        let found = events.filter_map(|event| {
            let kinds = [Self::relation, Self::column, Self::index, Self::other];
            kinds.iter().find_map(|kind| kind(self, event))
        });
        found.chain(self.truncated()).collect()
    }

    fn relation(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::TableDropped(name) => (
                Rule::BanDropTable,
                format!(
                    "table {} and all its rows are dropped, and programs that use it fail",
                    name.plain()
                ),
            ),
            Event::ViewDropped(name) if !self.after.has_successor(name) => (
                Rule::BanDropView,
                format!("view {} is dropped, and programs that use it fail", name.plain()),
            ),
            Event::RelationRenamed(from, to) if !self.after.has_successor(from) => (
                Rule::RenamingTable,
                format!(
                    "{} is renamed to {}, and programs that use the old name fail",
                    from.plain(),
                    to.plain()
                ),
            ),
            Event::RelationMoved(from, to) if !self.after.has_successor(from) => (
                Rule::BanSetSchema,
                format!(
                    "{} becomes {}, and programs that use the old name fail",
                    from.plain(),
                    to.plain()
                ),
            ),
            Event::PartitionDetached(name) if self.held.values().any(|lock| lock.blocks_reads()) => (
                Rule::RequireConcurrentPartitionDetach,
                format!(
                    "partition {} is detached while other sessions cannot read or write its table (ACCESS EXCLUSIVE lock)",
                    name.plain()
                ),
            ),
            _ => return None,
        })
    }

    fn column(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::ColumnAdded {
                table,
                column,
                is_required: true,
                ..
            } => (Rule::AddingRequiredField, required(table, column)),
            Event::NotNullSet(table, column, true) if self.is_new(table, column) => {
                (Rule::AddingRequiredField, required(table, column))
            }
            Event::DefaultDropped(table, column) if self.after.is_required(table, column) => (
                Rule::AddingRequiredField,
                format!(
                    "{0}.{column} is NOT NULL and loses its default, so programs that do not set it cannot insert rows into {0}",
                    table.plain()
                ),
            ),
            Event::NotNullDropped(table, column) if !self.after.is_not_null(table, column) => (
                Rule::BanDropNotNull,
                format!(
                    "{}.{column} may be NULL, and programs that do not expect NULL fail when they read it",
                    table.plain()
                ),
            ),
            Event::ColumnDropped(table, column) => (
                Rule::BanDropColumn,
                format!(
                    "column {}.{column} is dropped with its values, and programs that use this column fail",
                    table.plain()
                ),
            ),
            Event::ColumnRenamed(table, from, to) if !self.after.has_column(table, from) => (
                Rule::RenamingColumn,
                format!(
                    "{}.{from} is renamed to {to}, and programs that use the old name fail",
                    table.plain()
                ),
            ),
            Event::ColumnRetyped(table, column, from, to) if !(is_text(from) && is_text(to)) => {
                (Rule::ChangingColumnType, retyped(&table.plain(), column, from, to))
            }
            _ => return None,
        })
    }

    fn index(&self, event: &Event) -> Option<Message> {
        let Event::IndexDropped {
            table,
            index,
            unique_key,
        } = event
        else {
            return None;
        };
        if unique_key.as_ref().is_some_and(|key| !self.after.is_unique(key)) {
            let message = format!(
                "unique index {index} of {} is dropped, and INSERT ... ON CONFLICT of programs that rely on it fails",
                table.plain()
            );
            return Some((Rule::BanDropConstraint, message));
        }
        let is_unreadable = self.held.get(table).is_some_and(|lock| lock.blocks_reads());
        (self.step.verb != "ALTER" && is_unreadable && self.sizes.is_large_table(table)).then(|| {
            let message = format!(
                "other sessions cannot read or write {} (ACCESS EXCLUSIVE lock) while index {index} is dropped",
                table.plain()
            );
            (Rule::RequireConcurrentIndexDeletion, message)
        })
    }

    fn other(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::LabelRenamed(name, from, to) => (
                Rule::RenamingObject,
                format!("label {from} of {name} is renamed to {to}, and programs that use the old label fail"),
            ),
            Event::TypeRenamed(from, to) if !self.after.has_type(from) => (
                Rule::RenamingObject,
                format!("type {from} is renamed to {to}, and programs that use the old name fail"),
            ),
            Event::TypeDropped(name) if !self.after.has_type(name) => (
                Rule::BanDropType,
                format!("type {name} is dropped, and programs that use it fail"),
            ),
            Event::SchemaRenamed(from, to) => (
                Rule::RenamingObject,
                format!("schema {from} is renamed to {to}, and programs that use the old name fail"),
            ),
            Event::SchemaDropped(name) => (
                Rule::BanDropSchema,
                format!("schema {name} is dropped, and programs that use it fail"),
            ),
            _ => return None,
        })
    }

    fn truncated(&self) -> Option<Message> {
        let emptied = &self.step.observation.rewrites;
        (self.step.verb == "TRUNCATE" && self.step.cascades && !emptied.is_empty()).then(|| {
            let names: Vec<String> = emptied.iter().map(QualifiedName::plain).collect();
            let message = format!(
                "all rows are deleted from {}, also from tables that refer to the named ones",
                names.join(", ")
            );
            (Rule::BanTruncateCascade, message)
        })
    }

    /// Returns whether the migration has added the column.
    fn is_new(&self, table: &QualifiedName, column: &str) -> bool {
        let is_it = |event: &Event| matches!(event, Event::ColumnAdded { table: own, column: name, .. } if own == table && name == column);
        self.steps.iter().flat_map(|step| &step.events).any(is_it)
    }
}

fn retyped(table: &str, column: &str, from: &str, to: &str) -> String {
    if from == to {
        // Diesel asks once per connection for the OID of a type.
        return format!(
            "{table}.{column} changes to a new type {to}, and open connections of programs know only the old one"
        );
    }
    format!(
        "{table}.{column} changes from {from} to {to}, and programs that are compiled for {from} fail when they read or write it"
    )
}

fn required(table: &QualifiedName, column: &str) -> String {
    let table = table.plain();
    format!(
        "{table}.{column} is new, NOT NULL and has no default, so running programs, which do not know it, cannot insert rows into {table}"
    )
}

/// Returns whether Diesel reads a type as `Text`.
fn is_text(name: &str) -> bool {
    matches!(name, "text" | "character varying" | "character" | "bpchar")
}
