//! `GRANT`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{Grant, TableName, quote_ident, quote_literal},
    render::dollar_quoted,
};

/// Gives rights on a relation, or on one column of it.
///
/// Roles are the server's, not the schema's: where a role does not exist, its statement does nothing.
pub fn grants(on: &TableName, column: Option<&str>, grants: &[Grant]) -> Vec<String> {
    grant_on(&on.to_string(), column, grants)
}

/// The same for what `ON` names: `t`, `TYPE e`. Those of the owner come first, because others grant what they were granted with
/// `WITH GRANT OPTION`.
pub(super) fn grant_on(on: &str, column: Option<&str>, grants: &[Grant]) -> Vec<String> {
    let column = column
        .map(|name| format!(" ({})", quote_ident(name)))
        .unwrap_or_default();
    let mut statements = Vec::new();
    let mut left: Vec<Option<&str>> = grants.iter().map(|grant| grant.grantor.as_deref()).collect();
    left.sort_unstable();
    left.dedup();
    let mut able: BTreeSet<Option<&str>> = BTreeSet::from([None]);
    while !left.is_empty() {
        let next = left.iter().position(|grantor| able.contains(grantor)).unwrap_or(0);
        let grantor = left.remove(next);
        let own: Vec<&Grant> = grants
            .iter()
            .filter(|grant| grant.grantor.as_deref() == grantor)
            .collect();
        able.extend(
            own.iter()
                .filter(|grant| grant.grantable)
                .map(|grant| grant.grantee.as_deref()),
        );
        statements.extend(granted_by(grantor, on, &column, &own));
    }
    statements
}

fn granted_by(grantor: Option<&str>, on: &str, column: &str, grants: &[&Grant]) -> Vec<String> {
    let mut groups: BTreeMap<(Option<&str>, bool), Vec<String>> = BTreeMap::new();
    for grant in grants {
        let group = groups.entry((grant.grantee.as_deref(), grant.grantable)).or_default();
        group.push(format!("{}{column}", grant.privilege));
    }
    groups
        .into_iter()
        .map(|((grantee, grantable), privileges)| {
            let role = grantee.map_or_else(|| "PUBLIC".to_owned(), quote_role);
            let option = if grantable { " WITH GRANT OPTION" } else { "" };
            let mut statement = format!("GRANT {} ON {on} TO {role}{option}", privileges.join(", "));
            if let Some(grantor) = grantor {
                statement = format!(
                    "SET LOCAL ROLE {};\n        {statement};\n        RESET ROLE",
                    quote_role(grantor)
                );
            }
            match grantee.or(grantor) {
                None => statement,
                Some(role) => if_role_exists(role, &statement),
            }
        })
        .collect()
}

/// Wraps a statement so that it is run only where the role exists.
pub(super) fn if_role_exists(role: &str, statement: &str) -> String {
    let body = format!(
        "\nBEGIN\n    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n        {statement};\n    END IF;\nEND\n",
        quote_literal(role)
    );
    format!("DO {}", dollar_quoted("", &body))
}

/// A role's name; one that is called like a keyword for roles is quoted.
pub(super) fn quote_role(name: &str) -> String {
    if matches!(name, "public" | "none") {
        format!("\"{name}\"")
    } else {
        quote_ident(name)
    }
}
