//! `CREATE POLICY`.

use super::{comment::comment, grant::quote_role};
use crate::{
    model::{Policy, TableName, quote_ident},
    render::parenthesized,
};

/// Creates a policy, with its comment. Its roles must exist: see [`missing_roles`](super::missing_roles).
pub fn policy(on: &TableName, policy: &Policy) -> Vec<String> {
    let name = quote_ident(&policy.name);
    let mut statement = format!("CREATE POLICY {name} ON {on}");
    if !policy.permissive {
        statement.push_str(" AS RESTRICTIVE");
    }
    if policy.command != "ALL" {
        statement.push_str(&format!(" FOR {}", policy.command));
    }
    if !policy.roles.is_empty() {
        let roles: Vec<String> = policy.roles.iter().map(|role| quote_role(role)).collect();
        statement.push_str(&format!(" TO {}", roles.join(", ")));
    }
    if let Some(expression) = &policy.using {
        statement.push_str(&format!(" USING {}", parenthesized(expression)));
    }
    if let Some(expression) = &policy.check {
        statement.push_str(&format!(" WITH CHECK {}", parenthesized(expression)));
    }
    let mut statements = vec![statement];
    if let Some(text) = &policy.comment {
        statements.push(comment(&format!("POLICY {name} ON {on}"), Some(text)));
    }
    statements
}
