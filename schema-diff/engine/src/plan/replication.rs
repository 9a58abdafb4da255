//! Publications and replica identities around changes that Postgres refuses while a table is published.

use super::{Phase, Planner, dependents::Object};
use crate::{
    create,
    model::{ColumnRef, Pair, ReplicaIdentity, Table},
};

impl Planner<'_> {
    /// Drops tables from publications and adds them again, and sets replica identities whose index is recreated.
    pub(super) fn replication(&mut self) {
        for tables in self.kept_tables() {
            for publication in self.republished(tables) {
                self.push(
                    Phase::DropDependents,
                    create::unpublish(&publication, &tables.before.name),
                );
                if let Some(member) = tables.after.replication.publications.get(&publication) {
                    self.push(Phase::Code, create::publish(&publication, &tables.after.name, member));
                }
            }
            if self.loses_replica_identity(tables.before) {
                let identity = &tables.after.replication.identity;
                self.push(Phase::Code, create::replica_identity(&tables.after.name, identity));
            }
        }
    }

    /// Returns the publications whose column list or filter blocks a drop or change of a column.
    fn republished(&self, tables: Pair<&Table>) -> Vec<String> {
        let name = &tables.before.name;
        let matches = self.request.matches;
        let members = tables.before.replication.publications.iter();
        let changes = members.filter(|(publication, member)| {
            let after = tables.after.replication.publications.get(*publication);
            let columns: Vec<String> = member
                .columns
                .iter()
                .map(|column| matches.column(name, column))
                .collect();
            let same_columns = after.is_some_and(|after| after.columns == columns);
            let retyped = |column: &String| self.is_retyped(&ColumnRef::column(name, column));
            !same_columns || member.columns.iter().chain(&member.filter_columns).any(retyped)
        });
        changes.map(|(publication, _)| publication.clone()).collect()
    }

    /// Returns whether the index of a table's replica identity is dropped and recreated.
    fn loses_replica_identity(&self, table: &Table) -> bool {
        let ReplicaIdentity::Index(name) = &table.replication.identity else {
            return false;
        };
        let index = table.indexes.get(name);
        let constraint = table.constraints.get(name);
        index.is_some_and(|index| self.dependents.contains(Object::Index(table, index)))
            || constraint.is_some_and(|constraint| self.dependents.contains(Object::Constraint(table, constraint)))
    }
}
