//! Owner and privileges of an object that is created again.

use super::grant::{grant_on, if_role_exists, quote_role};
use crate::model::{Access, Grant, Session, quote_ident};

/// An object, as `ALTER ... OWNER TO` and `GRANT ... ON` name it.
pub struct Target<'a> {
    /// `TABLE app.t`, `MATERIALIZED VIEW app.m`, `TYPE app.e`.
    pub altered: &'a str,
    /// `app.t`, `TYPE app.e`.
    pub granted: &'a str,
    /// Its schema.
    pub namespace: &'a str,
    /// The kind in `pg_default_acl`: `r`, `S`, `f` or `T`.
    pub kind: char,
}

/// Gives a new object the owner and the privileges of the one that it stands for.
///
/// The statements are for the session that creates it: what its default privileges grant beyond `access` is revoked. An object of
/// which nothing is known keeps what it was created with.
pub fn access(target: &Target<'_>, access: &Access, session: &Session) -> Vec<String> {
    if access.owner.is_empty() {
        return grant_on(target.granted, None, &access.grants);
    }
    let mut statements = Vec::new();
    if !session.role.is_empty() && session.role != access.owner {
        statements.extend(owner_of(target, &access.owner, session));
    }
    statements.extend(privileges(target, access, session));
    statements
}

/// The same without the owner.
pub fn privileges(target: &Target<'_>, access: &Access, session: &Session) -> Vec<String> {
    let mut statements = revokes(target, access, session);
    let by_default = |grant: &Grant| grant.grantee.is_none() && to_public(target.kind) == Some(&*grant.privilege);
    let granted: Vec<Grant> = access
        .grants
        .iter()
        .filter(|grant| !by_default(grant))
        .cloned()
        .collect();
    statements.extend(grant_on(target.granted, None, &granted));
    if !access.revoked_from_owner.is_empty() {
        let on = target.granted;
        statements.push(format!(
            "REVOKE {} ON {on} FROM {}",
            access.revoked_from_owner.join(", "),
            quote_role(&access.owner)
        ));
    }
    statements
}

/// Gives an object to a role. One that may not create objects in the schema may do so for that moment.
pub(super) fn owner_of(target: &Target<'_>, role: &str, session: &Session) -> Vec<String> {
    let alter = owner(target.altered, role);
    if !session.bars(role, target.namespace) {
        return vec![alter];
    }
    let (schema, role) = (quote_ident(target.namespace), quote_role(role));
    vec![
        format!("GRANT CREATE ON SCHEMA {schema} TO {role}"),
        alter,
        format!("REVOKE CREATE ON SCHEMA {schema} FROM {role}"),
    ]
}

/// What `PUBLIC` may do with a new object of a kind.
const fn to_public(kind: char) -> Option<&'static str> {
    match kind {
        'T' => Some("USAGE"),
        'f' => Some("EXECUTE"),
        _ => None,
    }
}

/// Gives an object to a role.
pub fn owner(altered: &str, role: &str) -> String {
    format!("ALTER {altered} OWNER TO {}", quote_role(role))
}

/// Takes back what a new object grants and the one before did not.
fn revokes(target: &Target<'_>, access: &Access, session: &Session) -> Vec<String> {
    let mut created: Vec<(Option<&str>, &str)> = Vec::new();
    created.extend(to_public(target.kind).map(|privilege| (None, privilege)));
    for granted in &session.default_grants {
        let applies = granted.kind == target.kind
            && granted.namespace.as_deref().is_none_or(|name| name == target.namespace)
            && granted.grant.grantee.as_deref() != Some(access.owner.as_str());
        if applies {
            created.push((granted.grant.grantee.as_deref(), &granted.grant.privilege));
        }
    }
    created.sort_unstable();
    created.dedup();
    let is_wanted = |(grantee, privilege): &(Option<&str>, &str)| {
        let mut grants = access.grants.iter();
        grants.any(|grant| grant.grantee.as_deref() == *grantee && grant.privilege == *privilege)
    };
    created.retain(|granted| !is_wanted(granted));
    created
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| {
            let privileges: Vec<&str> = group.iter().map(|(_, privilege)| *privilege).collect();
            let grantee = group.first().and_then(|(grantee, _)| *grantee);
            let role = grantee.map_or_else(|| "PUBLIC".to_owned(), quote_role);
            let statement = format!("REVOKE {} ON {} FROM {role}", privileges.join(", "), target.granted);
            grantee.map_or_else(|| statement.clone(), |grantee| if_role_exists(grantee, &statement))
        })
        .collect()
}
