//! `GRANT`.

use std::collections::BTreeMap;

use crate::{
    model::{Grant, TableName, quote_ident, quote_literal},
    render::dollar_quoted,
};

/// Gives rights on a relation, or on one column of it.
///
/// Roles are the server's, not the schema's: where a role does not exist, its statement does nothing.
pub fn grants(on: &TableName, column: Option<&str>, grants: &[Grant]) -> Vec<String> {
    let column = column
        .map(|name| format!(" ({})", quote_ident(name)))
        .unwrap_or_default();
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
            let statement = format!("GRANT {} ON {on} TO {role}{option}", privileges.join(", "));
            grantee.map_or_else(|| statement.clone(), |grantee| if_role_exists(grantee, &statement))
        })
        .collect()
}

/// Wraps a statement so that it is run only where the role exists.
fn if_role_exists(role: &str, statement: &str) -> String {
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
