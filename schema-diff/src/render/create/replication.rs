//! Replica identities and publications.

use crate::{
    model::{Publication, PublishedTable, ReplicaIdentity, Table, TableName, quote_ident},
    render::parenthesized,
};

/// Creates a publication without tables.
pub fn publication(name: &str, of: &Publication) -> String {
    let options = if of.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", of.options.join(", "))
    };
    format!("CREATE PUBLICATION {}{options}", quote_ident(name))
}

/// Adds a table to a publication that exists, with its column list and filter.
pub fn publish(publication: &str, table: &TableName, member: &PublishedTable) -> String {
    let columns: Vec<String> = member.columns.iter().map(|name| quote_ident(name)).collect();
    let columns = if columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", columns.join(", "))
    };
    let filter = member
        .filter
        .as_ref()
        .map_or_else(String::new, |text| format!(" WHERE {}", parenthesized(text)));
    format!(
        "ALTER PUBLICATION {} ADD TABLE ONLY {table}{columns}{filter}",
        quote_ident(publication)
    )
}

/// Takes a table out of a publication.
pub fn unpublish(publication: &str, table: &TableName) -> String {
    format!("ALTER PUBLICATION {} DROP TABLE ONLY {table}", quote_ident(publication))
}

/// Sets a replica identity; the index that it names must exist.
pub fn replica_identity(table: &TableName, identity: &ReplicaIdentity) -> String {
    let identity = match identity {
        ReplicaIdentity::Default => "DEFAULT".to_owned(),
        ReplicaIdentity::Full => "FULL".to_owned(),
        ReplicaIdentity::Nothing => "NOTHING".to_owned(),
        ReplicaIdentity::Index(name) => format!("USING INDEX {}", quote_ident(name)),
    };
    format!("ALTER TABLE {table} REPLICA IDENTITY {identity}")
}

/// Gives a table that has its indexes what logical replication knows of it.
pub fn replication(table: &Table) -> Vec<String> {
    let of = &table.replication;
    let identity = (of.identity != ReplicaIdentity::Default).then(|| replica_identity(&table.name, &of.identity));
    let members = of.publications.iter();
    let members = members.map(|(publication, member)| publish(publication, &table.name, member));
    identity.into_iter().chain(members).collect()
}
