//! Privileges, and the session that can restore them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One right of one role on one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role; `None` for `PUBLIC`.
    pub grantee: Option<String>,
    /// `SELECT`, `INSERT`, ...
    pub privilege: String,
    /// `WITH GRANT OPTION`.
    pub grantable: bool,
    /// The role that granted it; `None` for the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantor: Option<String>,
}

/// Who owns an object, and who may do what with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The role that owns it; empty when nothing is known, as of an object that is only declared.
    pub owner: String,
    /// Privileges of roles other than the owner, those of `PUBLIC` by default included.
    pub grants: Vec<Grant>,
    /// Privileges that were revoked from the owner.
    pub revoked_from_owner: Vec<String>,
}

/// The role that reads a database, and what it can do there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// `current_user`; empty when the schema was not read from a database.
    pub role: String,
    /// `SUPERUSER`.
    pub superuser: bool,
    /// `BYPASSRLS`.
    pub bypasses_row_security: bool,
    /// Roles that it can become by `SET ROLE`, itself included; everything for a superuser.
    pub roles: BTreeSet<String>,
    /// What its new objects grant by `ALTER DEFAULT PRIVILEGES`.
    pub default_grants: Vec<DefaultGrant>,
    /// Schemas in which it can grant, as their owner.
    pub own_namespaces: BTreeSet<String>,
    /// Roles that own an object in a schema in which they may not create one.
    pub barred: BTreeSet<(String, String)>,
}

/// A privilege that a new object grants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefaultGrant {
    /// `r` for relations, `S` sequences, `f` functions, `T` types.
    pub kind: char,
    /// The schema in which it holds; `None` for all.
    pub namespace: Option<String>,
    /// What is granted, and to whom.
    pub grant: Grant,
}

impl Session {
    /// Whether it can give an object to this role, or grant in its name.
    pub fn can_become(&self, role: &str) -> bool {
        self.superuser || self.role.is_empty() || self.role == role || self.roles.contains(role)
    }

    /// Whether an object of this schema can be given to a role only while that may create objects there.
    pub fn bars(&self, role: &str, namespace: &str) -> bool {
        !self.superuser && self.barred.contains(&(role.to_owned(), namespace.to_owned()))
    }
}
