//! `CREATE RULE`.

use crate::model::Rule;

/// Creates a rewrite rule.
pub fn rule(rule: &Rule) -> String {
    rule.definition.clone()
}
