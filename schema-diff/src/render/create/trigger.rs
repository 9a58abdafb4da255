//! `CREATE TRIGGER`.

use super::comment::comment;
use crate::model::{TableName, Trigger, quote_ident};

/// Creates a trigger, with its comment and whether it is enabled.
pub fn trigger(on: &TableName, trigger: &Trigger) -> Vec<String> {
    let name = quote_ident(&trigger.name);
    let mut statements = vec![trigger.definition.clone()];
    let firing = match trigger.enabled {
        'D' => Some("DISABLE"),
        'R' => Some("ENABLE REPLICA"),
        'A' => Some("ENABLE ALWAYS"),
        _ => None,
    };
    statements.extend(firing.map(|firing| format!("ALTER TABLE {on} {firing} TRIGGER {name}")));
    if let Some(text) = &trigger.comment {
        statements.push(comment(&format!("TRIGGER {name} ON {on}"), Some(text)));
    }
    statements
}
