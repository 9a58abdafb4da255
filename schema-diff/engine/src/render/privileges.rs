//! The SQL of `GRANT`, `REVOKE`, and roles that may not exist.

use super::{dollar_quoted, ident, object};
use crate::{
    model::quote_literal,
    statement::{Grants, Revokes},
};

pub(super) fn grant(grants: &Grants) -> String {
    let column = grants.column.as_deref();
    let column = column.map_or_else(String::new, |name| format!(" ({})", ident(name)));
    let privileges: Vec<String> = grants.privileges.iter().map(|name| format!("{name}{column}")).collect();
    let option = if grants.grantable { " WITH GRANT OPTION" } else { "" };
    let mut statement = format!(
        "GRANT {} ON {} TO {}{option}",
        privileges.join(", "),
        object::granted(&grants.on),
        grantee(grants.to.as_deref())
    );
    if let Some(grantor) = &grants.by {
        statement = format!(
            "SET LOCAL ROLE {};\n        {statement};\n        RESET ROLE",
            role(grantor)
        );
    }
    let needed = grants.to.as_deref().or(grants.by.as_deref());
    if_role_exists(needed.filter(|_| grants.if_role_exists), statement)
}

pub(super) fn revoke(revokes: &Revokes) -> String {
    let statement = format!(
        "REVOKE {} ON {} FROM {}",
        revokes.privileges.join(", "),
        object::granted(&revokes.on),
        grantee(revokes.from.as_deref())
    );
    if_role_exists(revokes.from.as_deref().filter(|_| revokes.if_role_exists), statement)
}

pub(super) fn create_role(name: &str) -> String {
    let body = format!(
        "\nBEGIN\n    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        CREATE ROLE {};\n    END IF;\n\
                 EXCEPTION WHEN duplicate_object OR unique_violation THEN\n    NULL; -- created by another session at the same time\nEND\n",
        quote_literal(name),
        role(name),
    );
    format!("DO {}", dollar_quoted("", &body))
}

/// Renders a role's name; a name that is also a keyword for roles is quoted.
pub(super) fn role(name: &str) -> String {
    if matches!(name, "public" | "none") {
        format!("\"{name}\"")
    } else {
        ident(name)
    }
}

fn grantee(name: Option<&str>) -> String {
    name.map_or_else(|| "PUBLIC".to_owned(), role)
}

/// Wraps a statement so that it runs only where the role exists.
fn if_role_exists(role: Option<&str>, statement: String) -> String {
    let Some(role) = role else { return statement };
    let body = format!(
        "\nBEGIN\n    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        {statement};\n    END IF;\nEND\n",
        quote_literal(role)
    );
    format!("DO {}", dollar_quoted("", &body))
}
