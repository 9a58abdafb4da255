//! The settings of logical replication for a table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A table's replica identity, and its publications by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replication {
    /// `REPLICA IDENTITY`.
    pub identity: ReplicaIdentity,
    /// Memberships by the publication's name, without those by `FOR ALL TABLES` and `FOR TABLES IN SCHEMA`.
    pub publications: BTreeMap<String, PublishedTable>,
}

/// The way in which rows are identified for `UPDATE` and `DELETE` on the subscriber.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicaIdentity {
    /// By the primary key.
    #[default]
    Default,
    /// By all columns.
    Full,
    /// Rows are not identified.
    Nothing,
    /// By the columns of this unique index (or of the constraint with that name).
    Index(String),
}

/// A table's membership in a publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// The published columns (Postgres 15); empty for all columns.
    pub columns: Vec<String>,
    /// `WHERE (...)` (Postgres 15), as deparsed by Postgres, without the outer parentheses.
    pub filter: Option<String>,
    /// The columns that the filter reads, sorted.
    pub filter_columns: Vec<String>,
}

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Options of `WITH (...)`: `publish = 'insert'`, `publish_via_partition_root = true`.
    pub options: Vec<String>,
    /// The role that owns it.
    pub owner: String,
}
