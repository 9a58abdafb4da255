//! Objects that could be dropped and not be given back to whom they belonged.
//!
//! The owner of a schema may drop a view of another role, but only a member of that role can create one that belongs to it. The same
//! holds for what another role has granted.

use super::{Planner, Refusal, obstacles};
use crate::model::{ColumnRef, Grant, QualifiedName, Session};

impl Planner<'_> {
    /// Finds what would change hands.
    pub(super) fn changes_hands(&self, refusals: &mut Vec<Refusal>) {
        let session = self.session();
        // A role that owns nothing compares; another one migrates.
        let owns_tables = self
            .before()
            .tables
            .values()
            .any(|table| session.can_become(&table.owner));
        if session.superuser || session.role.is_empty() || !owns_tables {
            return;
        }
        for name in obstacles::views(self) {
            let Some(view) = self.before().views.get(&name) else {
                continue;
            };
            if self.changed.dropped_views.contains(&name) {
                continue;
            }
            let grants = view.grants.iter().chain(view.column_grants.values().flatten());
            let kind = if view.materialized { "materialized view" } else { "view" };
            refusals.extend(lost_to(session, kind, &name, &view.owner, grants));
        }
        for name in &self.rebuilt_types {
            if let Some(access) = self.before().type_access.get(name) {
                refusals.extend(lost_to(session, "type", name, &access.owner, &access.grants));
            }
        }
    }
}

fn lost_to<'a>(
    session: &Session,
    kind: &str,
    name: &QualifiedName,
    owner: &'a str,
    grants: impl IntoIterator<Item = &'a Grant>,
) -> Option<Refusal> {
    let shown = format!("{kind} {}", name.plain());
    let is_foreign = |role: &str| !role.is_empty() && !session.can_become(role);
    let (role, why) = if is_foreign(owner) {
        (owner, format!("it belongs to {owner}"))
    } else {
        let mut grantors = grants.into_iter().filter_map(|grant| grant.grantor.as_deref());
        let grantor = grantors.find(|role| is_foreign(role))?;
        (grantor, format!("{grantor} has granted privileges on it"))
    };
    Some(Refusal {
        about: ColumnRef::relation(name),
        message: format!(
            "{shown} is dropped and created again by this change; {why}, and {} could not restore that",
            session.role
        ),
        hint: format!(
            "let {} become that role (GRANT {role} TO {}), compare as a superuser, or drop {shown} in a migration of your own first",
            session.role, session.role
        ),
    })
}
