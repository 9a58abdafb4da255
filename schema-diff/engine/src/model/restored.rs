//! What an object gets back when it is dropped and created again, and what nobody declares or compares.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    column::ColumnSettings,
    name::{QualifiedName, TableName},
    privilege::Access,
};

/// Settings of objects, by the names that these have in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Extended statistics.
    pub statistics: BTreeMap<QualifiedName, Statistics>,
    /// Privileges and comments of sequences.
    pub sequences: BTreeMap<QualifiedName, Settings>,
    /// The same of functions and procedures, by their signatures.
    pub functions: BTreeMap<String, Settings>,
    /// Settings of indexes, those of keys included; only where there are any.
    pub indexes: BTreeMap<QualifiedName, IndexSettings>,
    /// How the values of materialized views' columns are stored and counted; only where that is not the default.
    pub view_columns: BTreeMap<TableName, BTreeMap<String, ColumnSettings>>,
    /// States of a partitioned table's trigger on its partitions, where they are not the trigger's own.
    pub partition_triggers: BTreeMap<(TableName, String), Vec<PartitionTrigger>>,
}

/// Who owns an object, who may use it, and its comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Owner and privileges.
    pub access: Access,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// What is set on an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexSettings {
    /// `CLUSTER` orders the table by it.
    pub clustered: bool,
    /// `COMMENT ON INDEX`.
    pub comment: Option<String>,
    /// `WITH (...)`: `fillfactor=70`, sorted.
    pub options: Vec<String>,
    /// `SET STATISTICS`, by the number of the key.
    pub targets: BTreeMap<i16, i32>,
}

/// `CREATE STATISTICS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The table or materialized view.
    pub on: TableName,
    /// `ndistinct`, `dependencies`, `mcv`; empty for all of them.
    pub kinds: Vec<String>,
    /// Plain columns, in order.
    pub columns: Vec<String>,
    /// Expressions as Postgres deparses them, in order.
    pub expressions: Vec<String>,
    /// Every column that they read.
    pub reads: BTreeSet<String>,
    /// `SET STATISTICS`.
    pub target: Option<i32>,
    /// The role that owns them.
    pub owner: String,
    /// `COMMENT ON STATISTICS`.
    pub comment: Option<String>,
}

/// A trigger of a partitioned table, as one of the partitions has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartitionTrigger {
    /// The partition.
    pub partition: TableName,
    /// The trigger's name there.
    pub name: String,
    /// Its state there, as in [`Trigger`](super::Trigger).
    pub enabled: char,
}
