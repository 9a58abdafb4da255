//! Objects that a migration drops and that its role could not restore with their owners and grantors.
//!
//! The owner of a schema can drop a view of another role, but only a member of that role can create a view that belongs
//! to it. The same holds for privileges that another role has granted, and for objects that `down.sql` recreates.

use super::{Planner, Refusal};
use crate::{
    compare::Change,
    model::{ColumnRef, Grant, QualifiedName, Session, quote_ident},
};

/// An object that is dropped.
struct Dropped<'a> {
    kind: &'a str,
    name: &'a QualifiedName,
    owner: &'a str,
    grants: Vec<&'a Grant>,
    /// Whether the same file recreates it; otherwise `down.sql` does.
    is_recreated: bool,
}

impl Planner<'_> {
    /// Adds a refusal for each dropped object that would get another owner or lose grants.
    pub(super) fn lost_access(&self, refusals: &mut Vec<Refusal>) {
        let session = self.session();
        // A role that owns no table only compares; another role migrates.
        let mut tables = self.complete.before.tables.values();
        let owns_tables = tables.any(|table| session.can_become(&table.owner));
        if session.superuser || session.role.is_empty() || !owns_tables {
            return;
        }
        let views = self.dependent_views();
        let views = views.map(|view| Dropped {
            kind: if view.materialized { "materialized view" } else { "view" },
            name: &view.name,
            owner: &view.owner,
            grants: view
                .grants
                .iter()
                .chain(view.column_grants.values().flatten())
                .collect(),
            is_recreated: !self.changed.dropped_views.contains(&view.name),
        });
        refusals.extend(views.filter_map(|view| view.refusal(session)));
        let types = self.rebuilt_types.iter().filter_map(|name| {
            let access = self.before().type_access.get(name)?;
            Some(Dropped {
                kind: "type",
                name,
                owner: &access.owner,
                grants: access.grants.iter().collect(),
                is_recreated: true,
            })
        });
        refusals.extend(types.filter_map(|of| of.refusal(session)));
        let functions = self.dependent_functions().filter_map(|(signature, function)| {
            let settings = self.before().restored.functions.get(signature)?;
            Some(Dropped {
                kind: "function",
                name: &function.name,
                owner: &settings.access.owner,
                grants: settings.access.grants.iter().collect(),
                is_recreated: self.after().functions.contains_key(signature),
            })
        });
        refusals.extend(functions.filter_map(|of| of.refusal(session)));
        refusals.extend(self.lost_statistics().filter_map(|of| of.refusal(session)));
        for change in self.changes {
            refusals.extend(self.dropped(change).and_then(|of| of.refusal(session)));
        }
    }

    /// Returns the extended statistics that are dropped with a column or a table, or that Postgres recreates for the
    /// role that runs the plan.
    fn lost_statistics(&self) -> impl Iterator<Item = Dropped<'_>> {
        self.restored().statistics.iter().filter_map(|(name, of)| {
            let relation = self.both_names(&of.on);
            let read = |column: &String| {
                let column = self.both_columns(&relation, column).before;
                ColumnRef::column(&relation.before, column)
            };
            let is_recreated = self.fate_of_statistics(&relation, of).is_some();
            let is_lost = is_recreated || of.reads.iter().any(|column| self.is_dropped(&read(column)));
            is_lost.then(|| Dropped {
                kind: "extended statistics",
                name,
                owner: &of.owner,
                grants: Vec::new(),
                is_recreated,
            })
        })
    }

    /// Returns the table or type that a change drops.
    fn dropped<'c>(&'c self, change: &'c Change) -> Option<Dropped<'c>> {
        match change {
            Change::DropTable(name) => {
                let table = self.before().tables.get(name)?;
                let columns = table.columns.iter().flat_map(|column| &column.grants);
                Some(Dropped {
                    kind: "table",
                    name,
                    owner: &table.owner,
                    grants: table.grants.iter().chain(columns).collect(),
                    is_recreated: false,
                })
            }
            Change::DropType(name) => {
                let access = self.before().type_access.get(name)?;
                Some(Dropped {
                    kind: "type",
                    name,
                    owner: &access.owner,
                    grants: access.grants.iter().collect(),
                    is_recreated: false,
                })
            }
            _ => None,
        }
    }
}

impl Dropped<'_> {
    /// Returns the reason why a session cannot drop it: the owner or the grants that it could not restore.
    fn refusal(self, session: &Session) -> Option<Refusal> {
        let shown = format!("{} {}", self.kind, self.name.plain());
        let is_foreign = |role: &str| !role.is_empty() && !session.can_become(role);
        let namespace = &self.name.schema;
        if !is_foreign(self.owner)
            && session.lacks_create(self.owner, namespace)
            && session.role != self.owner
            && !session.own_namespaces.contains(namespace)
        {
            return Some(self.missing_create_privilege(session, &shown));
        }
        let (role, why) = if is_foreign(self.owner) {
            (self.owner, format!("it belongs to {}", self.owner))
        } else {
            let mut grantors = self.grants.into_iter().filter_map(|grant| grant.grantor.as_deref());
            let grantor = grantors.find(|role| is_foreign(role))?;
            (grantor, format!("{grantor} has granted privileges on it"))
        };
        let fate = fate(self.is_recreated);
        let runner = &session.role;
        Some(Refusal {
            about: ColumnRef::relation(self.name),
            message: format!("{shown} {fate}; {why}, and {runner} could not restore its owner or its privileges"),
            hint: format!(
                "make {runner} a member of {role} (GRANT {role} TO {runner}), run schema-diff as a superuser, or drop {shown} in a hand-written migration first"
            ),
        })
    }
    /// Returns the refusal for an object whose owner has no `CREATE` on its schema and could not become its owner
    /// again.
    fn missing_create_privilege(&self, session: &Session, shown: &str) -> Refusal {
        let (owner, runner) = (self.owner, &session.role);
        let (fate, schema) = (fate(self.is_recreated), quote_ident(&self.name.schema));
        Refusal {
            about: ColumnRef::relation(self.name),
            message: format!(
                "{shown} {fate}; it belongs to {owner}, who is not allowed to create objects in schema {schema}, so {runner} could not make {owner} its owner again"
            ),
            hint: format!(
                "GRANT CREATE ON SCHEMA {schema} TO {owner}, run schema-diff as the schema's owner or as a superuser, or drop {shown} in a hand-written migration first"
            ),
        }
    }
}

const fn fate(is_recreated: bool) -> &'static str {
    if is_recreated {
        "is dropped and recreated by this change"
    } else {
        "is dropped by this change and recreated by down.sql"
    }
}
