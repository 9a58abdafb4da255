//! `CREATE POLICY`.

use crate::{
    model::{ObjectId, Policy, TableName},
    statement::Ddl,
};

/// Creates a policy, with its comment. Its roles must exist: see [`missing_roles`](super::missing_roles).
pub fn policy(on: &TableName, policy: &Policy) -> Vec<Ddl> {
    let id = ObjectId::Policy {
        table: on.clone(),
        name: policy.name.clone(),
    };
    let created = Ddl::CreatePolicy {
        table: on.clone(),
        policy: Box::new(policy.clone()),
    };
    std::iter::once(created)
        .chain(Ddl::comment(id, policy.comment.as_deref()))
        .collect()
}
