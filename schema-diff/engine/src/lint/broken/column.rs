//! Columns that are added, dropped, renamed or changed.

use super::Broken;
use crate::{
    lint::{
        Rule,
        event::{ColumnType, Event},
        message::Message,
    },
    model::QualifiedName,
};

/// Prepared statements of open connections refuse to return another type.
const CACHED: &str = "prepared statements of open connections that read it fail until programs connect again";

impl Broken<'_> {
    pub(super) fn new_column(&self, event: &Event) -> Option<Message> {
        let text = match event {
            Event::ColumnAdded {
                table,
                column,
                is_required: true,
                ..
            } => required(table, column),
            Event::NotNullSet {
                table,
                column,
                is_required: true,
                ..
            } if self.is_new(table, column) => required(table, column),
            Event::DefaultDropped(table, column) if self.after.is_required(table, column) => format!(
                "{0}.{column} is NOT NULL and loses its default, so programs that do not set it cannot insert rows into {0}",
                table.plain()
            ),
            _ => return None,
        };
        Some(Message::new(Rule::AddingRequiredField, text))
    }

    pub(super) fn column(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::NotNullDropped(table, column) if !self.after.is_not_null(table, column) => Message::new(
                Rule::BanDropNotNull,
                format!(
                    "{}.{column} may be NULL, and programs that do not expect NULL fail when they read it",
                    table.plain()
                ),
            ),
            Event::ColumnDropped(table, column) if self.after.is_composite_type(table) => Message::new(
                Rule::BanDropColumn,
                format!(
                    "attribute {column} of type {} is dropped, and programs that read or write values of this type fail",
                    table.plain()
                ),
            )
            .with_hint(COMPOSITE),
            Event::ColumnDropped(table, column) => Message::new(
                Rule::BanDropColumn,
                format!(
                    "column {}.{column} is dropped with its values, and programs that use this column fail",
                    table.plain()
                ),
            ),
            Event::AttributeAdded(name, attribute) => Message::new(
                Rule::BanAddCompositeAttribute,
                format!(
                    "type {} gets the attribute {attribute}, and programs that read or write values of this type fail",
                    name.plain()
                ),
            ),
            Event::ColumnRenamed(table, from, to) => return self.renamed(table, from, to),
            _ => return None,
        })
    }

    fn renamed(&self, table: &QualifiedName, from: &str, to: &str) -> Option<Message> {
        let name = table.plain();
        if self.after.is_composite_type(table) {
            let text =
                format!("attribute {from} of type {name} is renamed to {to}, and programs that use the old name fail");
            return Some(Message::new(Rule::RenamingColumn, text).with_hint(COMPOSITE));
        }
        let text = match (
            self.after.column_type_before(table, from),
            self.after.column_type(table, from),
        ) {
            (Some(old), Some(new)) if old.is_same(new) => return None,
            (Some(old), Some(new)) => format!(
                "{name}.{from} is renamed to {to}, and the new {from} is {} instead of {}: {CACHED}, and programs that \
                 are compiled for the old type may fail",
                new.described(),
                old.described()
            ),
            _ => format!("{name}.{from} is renamed to {to}, and programs that use the old name fail"),
        };
        Some(Message::new(Rule::RenamingColumn, text))
    }

    pub(super) fn retyped(&self, event: &Event) -> Option<Message> {
        let Event::ColumnRetyped {
            table,
            column,
            from,
            to,
        } = event
        else {
            return None;
        };
        let name = format!("{}.{column}", table.plain());
        let changes = format!("{name} changes from {} to {}", from.described(), to.described());
        if self.after.is_composite_type(table) {
            let text = format!("attribute {changes}, and programs that read or write values of this type fail");
            return Some(Message::new(Rule::ChangingColumnType, text).with_hint(COMPOSITE));
        }
        let is_recreated = from.oid != to.oid && from.described() == to.described();
        if is_recreated {
            // Diesel asks once per connection for the OID of a type.
            let text = format!(
                "{name} changes to a new type {}, and open connections of programs know only the old one",
                to.described()
            );
            return Some(Message::new(Rule::ChangingColumnType, text));
        }
        if !from.is_read_like(to) {
            let text = format!(
                "{changes}, and programs that are compiled for {} fail when they read or write it",
                from.described()
            );
            return Some(Message::new(Rule::ChangingColumnType, text));
        }
        let refused = match to.is_narrower_than(from) {
            true => ", and programs that write greater values fail",
            false => "",
        };
        let text = format!("{changes}: {CACHED}{refused}");
        Some(Message::new(Rule::ChangingColumnType, text).with_hint(RECONNECT))
    }
}

const COMPOSITE: &str = "create a new type, and let programs change to it before the old one is dropped";

const RECONNECT: &str = "restart the programs after the migration, so that they connect again; or leave the type as it is, and limit values by a CHECK";

fn required(table: &QualifiedName, column: &str) -> String {
    let table = table.plain();
    format!(
        "{table}.{column} is new, NOT NULL and has no default, so running programs, which do not know it, cannot insert rows into {table}"
    )
}

impl ColumnType {
    /// Returns the type with its length, precision and collation.
    fn described(&self) -> String {
        match &self.collation {
            Some(collation) => format!("{} with collation {collation}", self.shown),
            None => self.shown.clone(),
        }
    }

    /// Returns whether programs that are compiled for one type can read the other: Diesel reads several types as `Text`.
    fn is_read_like(&self, other: &Self) -> bool {
        let is_text = |own: &Self| matches!(own.name.as_str(), "text" | "character varying" | "character" | "bpchar");
        self.base == other.base || is_text(self) && is_text(other)
    }

    /// Returns how many characters or digits before the point a value can have, if that is limited.
    fn limit(&self) -> Option<i32> {
        let stored = (self.modifier >= 4).then_some(self.modifier - 4)?;
        match self.name.as_str() {
            "character varying" | "character" | "bpchar" => Some(stored),
            // 11 bits for a scale that may be negative.
            "numeric" => Some((stored >> 16) - (((stored & 0x7ff) ^ 1024) - 1024)),
            _ => None,
        }
    }

    /// Returns whether values of the other type may not fit.
    fn is_narrower_than(&self, other: &Self) -> bool {
        let limit = self.limit();
        limit.is_some_and(|limit| other.limit().is_none_or(|other| limit < other))
    }
}
