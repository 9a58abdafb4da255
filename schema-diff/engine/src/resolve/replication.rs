//! Resolves logical replication: publications and replica identities follow renames and drops.

use super::Resolver;
use crate::{
    diagnostic::DiagnosticCode,
    model::{Column, PublishedTable, ReplicaIdentity, Table, TableName},
};

impl Resolver<'_> {
    /// Updates the publications and replica identities of the tables that are kept.
    pub(super) fn replication(&mut self) {
        let matches = self.out.matches.clone();
        for (name, before) in &self.input.before.tables {
            if before.replication == crate::model::Replication::default() {
                continue;
            }
            let Some(after) = self.out.after.tables.get(&matches.table(name)).cloned() else {
                continue;
            };
            let mut replication = before.replication.clone();
            replication.identity = self.replica_identity(before, &after);
            for (publication, member) in &mut replication.publications {
                *member = self.published(name, publication, member, &after);
            }
            if let Some(table) = self.out.after.tables.get_mut(&after.name) {
                table.replication = replication;
            }
        }
    }

    /// Returns the replica identity, with its index's name after.
    fn replica_identity(&mut self, before: &Table, after: &Table) -> ReplicaIdentity {
        let ReplicaIdentity::Index(index) = &before.replication.identity else {
            return before.replication.identity.clone();
        };
        let shown = after.name.plain();
        let Some((name, columns)) = self.same_key(before, after, index) else {
            self.problem(DiagnosticCode::ReplicaIdentity, None,
                format!("{shown}: index {index} is the replica identity of the table and is dropped"),
                format!("declare it, or choose another identity in a hand-written migration first: ALTER TABLE {shown} REPLICA IDENTITY DEFAULT"));
            return ReplicaIdentity::Default;
        };
        let is_nullable = |name: &String| after.column(name).is_none_or(|column: &Column| column.nullable);
        if let Some(column) = columns.iter().find(|name| is_nullable(name)) {
            self.problem(DiagnosticCode::ReplicaIdentity, None,
                format!("{shown}.{column} is in index {index}, the replica identity of the table, and becomes nullable"),
                format!("keep it NOT NULL, or choose another identity in a hand-written migration first: ALTER TABLE {shown} REPLICA IDENTITY DEFAULT"));
        }
        ReplicaIdentity::Index(name)
    }

    /// Returns the unique index or constraint after that was the one of this name before, with its key columns.
    fn same_key(&self, before: &Table, after: &Table, index: &str) -> Option<(String, Vec<String>)> {
        let matches = &self.out.matches;
        if let Some(old) = before.indexes.get(index) {
            let old = matches.map_index(&before.name, old);
            let is_same = |new: &&crate::model::Index| new.unique && new.keys == old.keys && new.predicate.is_none();
            let named = after.indexes.get(index).filter(is_same);
            let found = named.or_else(|| after.indexes.values().find(is_same))?;
            let columns = found.keys.iter().map(|key| key.text.clone()).collect();
            return Some((found.name.clone(), columns));
        }
        let old = matches.map_constraint(&before.name, before.constraints.get(index)?);
        let is_same = |new: &&crate::model::Constraint| new.kind == old.kind && new.deferrable == old.deferrable;
        let named = after.constraints.get(index).filter(is_same);
        let found = named.or_else(|| after.constraints.values().find(is_same))?;
        let columns = found.columns().into_iter().map(str::to_owned).collect();
        Some((found.name.clone(), columns))
    }

    /// Returns a table's publication membership under its names after, without dropped columns.
    fn published(
        &mut self,
        name: &TableName,
        publication: &str,
        member: &PublishedTable,
        after: &Table,
    ) -> PublishedTable {
        let matches = self.out.matches.clone();
        let shown = name.plain();
        let new = |column: &String| matches.column(name, column);
        let is_kept = |column: &String| after.column(column).is_some();
        let columns: Vec<String> = member.columns.iter().map(new).filter(is_kept).collect();
        let filter_columns: Vec<String> = member.filter_columns.iter().map(new).collect();
        if let Some(column) = filter_columns.iter().find(|column| !is_kept(column)) {
            self.problem(DiagnosticCode::Publication, None,
                format!("the row filter of publication {publication} on {shown} reads {column}, which is dropped"),
                format!("change the row filter in a hand-written migration first: ALTER PUBLICATION {publication} SET TABLE {shown} ..."));
        } else if columns.is_empty() && !member.columns.is_empty() {
            self.problem(DiagnosticCode::Publication, None,
                format!("publication {publication} publishes only dropped columns of {shown}"),
                format!("remove the table from it in a hand-written migration first: ALTER PUBLICATION {publication} DROP TABLE {shown}"));
        }
        PublishedTable {
            columns,
            filter: member.filter.as_deref().map(|text| matches.expression(name, text)),
            filter_columns,
        }
    }
}
