//! `GRANT`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{Grant, ObjectId, TableName},
    statement::{Ddl, Grants},
};

/// Grants privileges on a relation, or on one column of it.
///
/// Roles belong to the server, not to the schema: if a role does not exist, its statement does nothing.
pub fn grants(on: &TableName, column: Option<&str>, grants: &[Grant]) -> Vec<Ddl> {
    grant_on(&ObjectId::Table(on.clone()), column, grants)
}

/// Grants privileges on an object.
///
/// The owner's grants come first, because other grantors pass on privileges that they hold `WITH GRANT OPTION`.
pub(super) fn grant_on(on: &ObjectId, column: Option<&str>, grants: &[Grant]) -> Vec<Ddl> {
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
        statements.extend(granted_by(grantor, on, column, &own));
    }
    statements
}

fn granted_by(grantor: Option<&str>, on: &ObjectId, column: Option<&str>, grants: &[&Grant]) -> Vec<Ddl> {
    let mut groups: BTreeMap<(Option<&str>, bool), Vec<String>> = BTreeMap::new();
    for grant in grants {
        let group = groups.entry((grant.grantee.as_deref(), grant.grantable)).or_default();
        group.push(grant.privilege.clone());
    }
    groups
        .into_iter()
        .map(|((grantee, grantable), privileges)| {
            Ddl::Grant(Grants {
                privileges,
                column: column.map(ToOwned::to_owned),
                on: on.clone(),
                to: grantee.map(ToOwned::to_owned),
                grantable,
                by: grantor.map(ToOwned::to_owned),
                if_role_exists: grantee.or(grantor).is_some(),
            })
        })
        .collect()
}
