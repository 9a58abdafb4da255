//! Privileges, and the session that can restore them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One privilege of one role on one object.
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

/// The owner and the privileges of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The role that owns it; empty if it is unknown, such as of an object that is only declared.
    pub owner: String,
    /// Privileges of roles other than the owner, including the default privileges of `PUBLIC`.
    pub grants: Vec<Grant>,
    /// Privileges that were revoked from the owner.
    pub revoked_from_owner: Vec<String>,
}

/// The role that reads a database, and its abilities there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// `current_user`; empty if the schema was not read from a database.
    pub role: String,
    /// `SUPERUSER`.
    pub superuser: bool,
    /// `BYPASSRLS`.
    pub bypasses_row_security: bool,
    /// The roles that it can become by `SET ROLE`, including itself. A superuser can become every role.
    pub roles: BTreeSet<String>,
    /// The privileges that its new objects grant by `ALTER DEFAULT PRIVILEGES`.
    pub default_grants: Vec<DefaultGrant>,
    /// The schemas in which it can grant privileges, as their owner.
    pub own_namespaces: BTreeSet<String>,
    /// Roles that own an object in a schema without `CREATE` on that schema.
    pub without_create: BTreeSet<(String, String)>,
}

/// A privilege that a new object grants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefaultGrant {
    /// `r` for relations, `S` sequences, `f` functions, `T` types.
    pub kind: char,
    /// The schema in which it applies; `None` for all schemas.
    pub namespace: Option<String>,
    /// The privilege and the role to which it is granted.
    pub grant: Grant,
}

impl Session {
    /// Returns whether the session can make this role the owner of an object, or grant in its name.
    pub fn can_become(&self, role: &str) -> bool {
        self.superuser || self.role.is_empty() || self.role == role || self.roles.contains(role)
    }

    /// Returns whether a role needs `CREATE` on the schema before it can become the owner of an object there.
    pub fn lacks_create(&self, role: &str, namespace: &str) -> bool {
        !self.superuser && self.without_create.contains(&(role.to_owned(), namespace.to_owned()))
    }
}
