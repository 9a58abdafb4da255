//! `CREATE RULE`.

use super::comment::comment;
use crate::model::{Rule, TableName, quote_ident};

/// Creates a rewrite rule, with its comment and whether it is enabled.
pub fn rule(on: &TableName, rule: &Rule) -> Vec<String> {
    let name = quote_ident(&rule.name);
    let mut statements = vec![rule.definition.clone()];
    let firing = match rule.enabled {
        'D' => Some("DISABLE"),
        'R' => Some("ENABLE REPLICA"),
        'A' => Some("ENABLE ALWAYS"),
        _ => None,
    };
    statements.extend(firing.map(|firing| format!("ALTER TABLE {on} {firing} RULE {name}")));
    if let Some(text) = &rule.comment {
        statements.push(comment(&format!("RULE {name} ON {on}"), Some(text)));
    }
    statements
}
