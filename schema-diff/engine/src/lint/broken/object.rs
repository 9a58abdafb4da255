//! Types, labels, schemas, routines and extensions that are dropped, renamed or moved.

use super::Broken;
use crate::lint::{
    Rule,
    event::{Event, ObjectKind},
    message::Message,
};

impl Broken<'_> {
    pub(super) fn object(&self, event: &Event) -> Option<Message> {
        match event {
            Event::ObjectDropped(kind, name) if !self.after.has_object(*kind, name) => {
                let rule = match kind {
                    ObjectKind::Type => Rule::BanDropType,
                    ObjectKind::Schema => Rule::BanDropSchema,
                    ObjectKind::Routine => Rule::BanDropFunction,
                    ObjectKind::Extension => Rule::BanDropExtension,
                };
                let text = format!(
                    "{} {name} is dropped, and programs that {} fail",
                    named(*kind),
                    used(*kind)
                );
                Some(Message::new(rule, text))
            }
            Event::ObjectRenamed { kind, from, to } if !self.after.has_object(*kind, from) => {
                let text = format!(
                    "{} {from} is renamed to {to}, and programs that use the old name fail",
                    named(*kind)
                );
                Some(Message::new(Rule::RenamingObject, text))
            }
            _ => None,
        }
    }

    pub(super) fn other(&self, event: &Event) -> Option<Message> {
        let Event::LabelRenamed(name, from, to) = event else {
            return None;
        };
        let text = format!("label {from} of {name} is renamed to {to}, and programs that use the old label fail");
        Some(Message::new(Rule::RenamingObject, text))
    }
}

/// Returns the word for a kind of object.
pub(super) const fn named(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Type => "type",
        ObjectKind::Schema => "schema",
        ObjectKind::Routine => "function",
        ObjectKind::Extension => "extension",
    }
}

const fn used(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Routine => "call it",
        ObjectKind::Extension => "use its functions, types or operators",
        ObjectKind::Type | ObjectKind::Schema => "use it",
    }
}
