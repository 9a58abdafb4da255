//! Writes that succeeded before and fail afterwards.

use super::{Broken, listed};
use crate::lint::{Rule, event::Event, message::Message};

impl Broken<'_> {
    /// A new constraint refuses what programs may write.
    pub(super) fn restriction(&self, event: &Event) -> Option<Message> {
        let text = match event {
            Event::ConstraintAdded {
                table,
                restricts: Some(constraint),
                ..
            } => format!(
                "programs that write rows into {} that the new constraint refuses fail: {constraint}",
                table.plain()
            ),
            Event::UniqueAdded { table, index } => format!(
                "programs that write duplicates into {} fail, because index {index} is unique",
                table.plain()
            ),
            Event::NotNullSet {
                table,
                column,
                restricts: true,
                ..
            } if self.after.is_not_null(table, column) => format!(
                "programs that write NULL to {}.{column}, or do not set it, fail",
                table.plain()
            ),
            Event::DomainRestricted(domain, constraint) => {
                format!("programs that write values of domain {domain} that it refuses now fail: {constraint}")
            }
            _ => return None,
        };
        Some(Message::new(Rule::BanNewWriteRestriction, text))
    }

    /// A trigger may have given NOT NULL columns their values.
    pub(super) fn trigger(&self, event: &Event) -> Option<Message> {
        let Event::TriggerLost {
            table,
            trigger,
            function,
            columns,
            is_dropped,
        } = event
        else {
            return None;
        };
        let mut required = self.after.required(table);
        required.retain(|column| columns.contains(column));
        if required.is_empty() || self.after.has_trigger(table, *function) {
            return None;
        }
        let (rule, what) = match is_dropped {
            true => (Rule::BanDropTrigger, "dropped"),
            false => (Rule::BanDisableTrigger, "disabled"),
        };
        let text = format!(
            "trigger {trigger} of {0} is {what}, and inserts into {0} that rely on it fail if it gave values to NOT NULL \
             columns without default ({1})",
            table.plain(),
            listed(&required)
        );
        Some(Message::new(rule, text))
    }

    /// Values that Postgres refuses for another reason.
    pub(super) fn refused_values(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::IdentityAlways(table, column) if self.after.is_always_identity(table, column) => Message::new(
                Rule::BanAlterIdentity,
                format!(
                    "{0}.{column} becomes GENERATED ALWAYS, and inserts into {0} that give it a value fail",
                    table.plain()
                ),
            ),
            Event::UpdatesRefused(table) if self.after.refuses_updates(table) => Message::new(
                Rule::BanReplicaIdentity,
                format!(
                    "{0} is published and has no replica identity any longer, and all updates and deletes of its rows fail",
                    table.plain()
                ),
            ),
            _ => return None,
        })
    }
}
