//! Privileges, row security and policies.

use std::collections::{BTreeMap, BTreeSet};

use super::{Broken, listed, object::named};
use crate::{
    lint::{
        Rule,
        catalog::Successor,
        event::{Event, Privilege},
        message::Message,
    },
    model::QualifiedName,
};

impl Broken<'_> {
    /// What replaces a relation under its name has its own privileges.
    pub(super) fn successor_privileges(&self, event: &Event) -> Option<Message> {
        let (Event::ViewDropped(name)
        | Event::SequenceDropped(name)
        | Event::RelationRenamed(name, _)
        | Event::RelationMoved(name, _)) = event
        else {
            return None;
        };
        let successor = self.after.successor(name);
        if matches!(successor, Successor::None) {
            return None;
        }
        let lost = self.after.lost_privileges(name);
        if !lost.is_empty() {
            let text = format!(
                "the new {} does not have all privileges of the old one: {}",
                name.plain(),
                lacking(&lost)
            );
            return Some(Message::new(Rule::BanRevoke, text).with_hint(GRANT));
        }
        (matches!(successor, Successor::Same) && self.after.is_never_granted(name)).then(|| {
            let text = format!(
                "the new {} has no privileges that were granted on the old one outside of the migrations: programs whose \
                 role is not the owner may fail",
                name.plain()
            );
            Message::new(Rule::BanRevoke, text).with_hint(GRANT).into_note()
        })
    }

    pub(super) fn privileges(&self, event: &Event) -> Option<Message> {
        match event {
            Event::PrivilegesLost(name, lost) => {
                let lost = self.after.still_lost(name, lost);
                let text = || format!("roles lose privileges on {}: {}", name.plain(), lacking(&lost));
                (!lost.is_empty()).then(|| Message::new(Rule::BanRevoke, text()))
            }
            Event::UseRevoked(kind, name) | Event::ObjectDropped(kind, name) => {
                let is_there = self.after.has_object(*kind, name);
                let lost = self.after.lost_holders(*kind, name);
                let text = || {
                    format!(
                        "programs that connect as {} can no longer use {} {name}",
                        listed(&lost),
                        named(*kind)
                    )
                };
                (is_there && !lost.is_empty()).then(|| Message::new(Rule::BanRevoke, text()))
            }
            _ => None,
        }
    }

    pub(super) fn row_security(&self, event: &Event) -> Option<Message> {
        Some(match event {
            Event::RowSecurityEnabled(table, for_owner) if self.after.has_row_security(table) => {
                self.secured(table, *for_owner)
            }
            Event::PolicyLost {
                table,
                policy,
                definition,
            } if self.after.has_row_security(table) && !self.after.has_policy(table, definition) => Message::new(
                Rule::BanDropPolicy,
                format!(
                    "policy {policy} of {0} no longer allows what it allowed: programs cannot see or write these rows of {0}",
                    table.plain()
                ),
            ),
            Event::PolicyAdded(table, policy) if self.after.has_row_security(table) => Message::new(
                Rule::BanCreatePolicy,
                format!(
                    "policy {policy} restricts {0}: programs cannot see or write rows of {0} that it does not allow",
                    table.plain()
                ),
            ),
            _ => return None,
        })
    }

    fn secured(&self, table: &QualifiedName, for_owner: bool) -> Message {
        let who = match for_owner {
            true => "all programs",
            false => "programs whose role is not the owner",
        };
        let text = format!(
            "row security is enabled for {}: {who} cannot see or write rows that no policy allows",
            table.plain()
        );
        Message::new(Rule::BanAlterRowLevelSecurity, text)
    }
}

const GRANT: &str = "grant the same privileges on the new object in the same migration";

/// Returns what roles lack: `app (INSERT, SELECT)`.
fn lacking(lost: &BTreeSet<Privilege>) -> String {
    let mut by_role: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for own in lost {
        let privilege = match &own.column {
            Some(column) => format!("{} of {column}", own.privilege),
            None => own.privilege.clone(),
        };
        by_role.entry(&own.role).or_default().push(privilege);
    }
    let roles = by_role
        .iter()
        .map(|(role, lost)| format!("{role} ({})", lost.join(", ")));
    roles.collect::<Vec<_>>().join(", ")
}
