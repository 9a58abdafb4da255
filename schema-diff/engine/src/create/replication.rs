//! Replica identities and publications.

use crate::{
    model::{Publication, PublishedTable, ReplicaIdentity, Table, TableName},
    statement::{Ddl, Publishing, TableAction},
};

/// Creates a publication without tables.
pub fn publication(name: &str, of: &Publication) -> Ddl {
    Ddl::CreatePublication {
        name: name.to_owned(),
        of: of.clone(),
    }
}

/// Adds a table to an existing publication, with its column list and filter.
pub fn publish(publication: &str, table: &TableName, member: &PublishedTable) -> Ddl {
    Ddl::AlterPublication {
        name: publication.to_owned(),
        table: table.clone(),
        action: Publishing::Add(member.clone()),
    }
}

/// Drops a table from a publication.
pub fn unpublish(publication: &str, table: &TableName) -> Ddl {
    Ddl::AlterPublication {
        name: publication.to_owned(),
        table: table.clone(),
        action: Publishing::Drop,
    }
}

/// Sets a replica identity; the index that it names must exist.
pub fn replica_identity(table: &TableName, identity: &ReplicaIdentity) -> Ddl {
    Ddl::alter_table(table, TableAction::ReplicaIdentity(identity.clone()))
}

/// Sets a table's replica identity and adds it to its publications. The table's indexes must exist.
pub fn replication(table: &Table) -> Vec<Ddl> {
    let of = &table.replication;
    let identity = (of.identity != ReplicaIdentity::Default).then(|| replica_identity(&table.name, &of.identity));
    let members = of.publications.iter();
    let members = members.map(|(publication, member)| publish(publication, &table.name, member));
    identity.into_iter().chain(members).collect()
}
