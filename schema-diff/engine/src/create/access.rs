//! The owner and the privileges of a recreated object.

use super::grant::grant_on;
use crate::{
    model::{Access, Grant, ObjectId, Session},
    statement::{Ddl, Grants, Revokes},
};

/// Returns the statements that give a recreated object the owner and the privileges of the previous object.
///
/// They depend on the session that creates the object: its default privileges are revoked as far as they exceed
/// `access`. If the owner is unknown, only the privileges in `access` are granted.
pub fn access(of: &ObjectId, access: &Access, session: &Session) -> Vec<Ddl> {
    if access.owner.is_empty() {
        return grant_on(of, None, &access.grants);
    }
    let mut statements = Vec::new();
    if !session.role.is_empty() && session.role != access.owner {
        statements.extend(owner_of(of, &access.owner, session));
    }
    statements.extend(privileges(of, access, session));
    statements
}

/// Returns the statements of [`access`] without those for the owner.
pub fn privileges(of: &ObjectId, access: &Access, session: &Session) -> Vec<Ddl> {
    let mut statements = revokes(of, access, session);
    let by_default = |grant: &Grant| grant.grantee.is_none() && to_public(of) == Some(&*grant.privilege);
    let granted: Vec<Grant> = access
        .grants
        .iter()
        .filter(|grant| !by_default(grant))
        .cloned()
        .collect();
    statements.extend(grant_on(of, None, &granted));
    if !access.revoked_from_owner.is_empty() {
        statements.push(Ddl::Revoke(Revokes {
            privileges: access.revoked_from_owner.clone(),
            on: of.clone(),
            from: Some(access.owner.clone()),
            if_role_exists: false,
        }));
    }
    statements
}

/// Returns the statements that change the owner of an object.
///
/// A role without `CREATE` on the schema is granted that privilege for the duration of the change.
pub(super) fn owner_of(of: &ObjectId, role: &str, session: &Session) -> Vec<Ddl> {
    let owner = Ddl::Owner {
        of: of.clone(),
        role: role.to_owned(),
    };
    let Some(namespace) = namespace(of).filter(|namespace| session.lacks_create(role, namespace)) else {
        return vec![owner];
    };
    let (privileges, on) = (vec!["CREATE".to_owned()], ObjectId::Schema(namespace.to_owned()));
    vec![
        Ddl::Grant(Grants {
            privileges: privileges.clone(),
            column: None,
            on: on.clone(),
            to: Some(role.to_owned()),
            grantable: false,
            by: None,
            if_role_exists: false,
        }),
        owner,
        Ddl::Revoke(Revokes {
            privileges,
            on,
            from: Some(role.to_owned()),
            if_role_exists: false,
        }),
    ]
}

/// Returns the schema of an object that has an owner.
fn namespace(of: &ObjectId) -> Option<&str> {
    match of {
        ObjectId::Table(name)
        | ObjectId::View(name)
        | ObjectId::MaterializedView(name)
        | ObjectId::Sequence(name)
        | ObjectId::Statistics(name) => Some(&name.schema),
        ObjectId::Type(name) | ObjectId::Domain(name) => Some(&name.schema),
        ObjectId::Function(routine) | ObjectId::Procedure(routine) => Some(&routine.schema),
        _ => None,
    }
}

/// Returns the kind of an object in `pg_default_acl`.
const fn default_kind(of: &ObjectId) -> Option<char> {
    match of {
        ObjectId::Table(_) | ObjectId::View(_) | ObjectId::MaterializedView(_) => Some('r'),
        ObjectId::Sequence(_) => Some('S'),
        ObjectId::Function(_) | ObjectId::Procedure(_) => Some('f'),
        ObjectId::Type(_) | ObjectId::Domain(_) => Some('T'),
        _ => None,
    }
}

/// Returns the privilege that `PUBLIC` has on a new object by default.
const fn to_public(of: &ObjectId) -> Option<&'static str> {
    match default_kind(of) {
        Some('T') => Some("USAGE"),
        Some('f') => Some("EXECUTE"),
        _ => None,
    }
}

/// Revokes the privileges that a new object grants by default and the previous object did not grant.
fn revokes(of: &ObjectId, access: &Access, session: &Session) -> Vec<Ddl> {
    let mut created: Vec<(Option<&str>, &str)> = Vec::new();
    created.extend(to_public(of).map(|privilege| (None, privilege)));
    for granted in &session.default_grants {
        let applies = Some(granted.kind) == default_kind(of)
            && granted
                .namespace
                .as_deref()
                .is_none_or(|name| Some(name) == namespace(of))
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
            let grantee = group.first().and_then(|(grantee, _)| *grantee);
            Ddl::Revoke(Revokes {
                privileges: group.iter().map(|(_, privilege)| (*privilege).to_owned()).collect(),
                on: of.clone(),
                from: grantee.map(ToOwned::to_owned),
                if_role_exists: grantee.is_some(),
            })
        })
        .collect()
}
