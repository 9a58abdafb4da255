//! The settings that an object gets back when it is dropped and recreated, and that are neither declared nor compared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    column::ColumnSettings,
    name::{QualifiedName, TableName},
    privilege::Access,
};

/// The settings of objects, by their names in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Extended statistics.
    pub statistics: BTreeMap<QualifiedName, Statistics>,
    /// Privileges and comments of sequences.
    pub sequences: BTreeMap<QualifiedName, Settings>,
    /// Privileges and comments of functions and procedures, by their signatures.
    pub functions: BTreeMap<String, Settings>,
    /// The settings of indexes that have any, including the indexes of keys.
    pub indexes: BTreeMap<QualifiedName, IndexSettings>,
    /// The settings of materialized views' columns that differ from the default.
    pub view_columns: BTreeMap<TableName, BTreeMap<String, ColumnSettings>>,
    /// The states of a partitioned table's triggers on its partitions, if they differ from the state of the trigger.
    pub partition_triggers: BTreeMap<(TableName, String), Vec<PartitionTrigger>>,
}

/// The owner, the privileges and the comment of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Owner and privileges.
    pub access: Access,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// The settings of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexSettings {
    /// Whether `CLUSTER` orders the table by it.
    pub clustered: bool,
    /// `COMMENT ON INDEX`.
    pub comment: Option<String>,
    /// `WITH (...)`: `fillfactor=70`, sorted.
    pub options: Vec<String>,
    /// `SET STATISTICS`, by the number of the key.
    pub targets: BTreeMap<i16, i32>,
}

/// Extended statistics (`CREATE STATISTICS`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The table or materialized view.
    pub on: TableName,
    /// `ndistinct`, `dependencies`, `mcv`; empty for all kinds.
    pub kinds: Vec<String>,
    /// The plain columns, in order.
    pub columns: Vec<String>,
    /// The expressions as Postgres deparses them, in order.
    pub expressions: Vec<String>,
    /// All columns that they read.
    pub reads: BTreeSet<String>,
    /// `SET STATISTICS`.
    pub target: Option<i32>,
    /// The role that owns them.
    pub owner: String,
    /// `COMMENT ON STATISTICS`.
    pub comment: Option<String>,
}

/// A trigger of a partitioned table on one of its partitions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartitionTrigger {
    /// The partition.
    pub partition: TableName,
    /// The trigger's name on the partition.
    pub name: String,
    /// Its state on the partition, as in [`Trigger`](super::Trigger).
    pub enabled: char,
}
