//! Views and materialized views.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    by_name::ByName,
    data_type::DataType,
    index::Index,
    name::{ColumnRef, TableName},
    privilege::Grant,
    relation::{Rule, Trigger},
};

/// A view or a materialized view. Its query is code: it is dropped and recreated, never written by comparing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: TableName,
    /// `MATERIALIZED`.
    pub materialized: bool,
    /// The query as `pg_get_viewdef` prints it, without a final semicolon.
    pub query: String,
    /// Names and types of its columns.
    pub columns: Vec<(String, DataType)>,
    /// Options such as `security_barrier=true`, sorted.
    pub options: Vec<String>,
    /// Columns and relations that it reads, views included, sorted.
    pub depends_on: Vec<ColumnRef>,
    /// Whether a materialized view holds data.
    pub populated: bool,
    /// Indexes of a materialized view.
    pub indexes: ByName<Index>,
    /// `INSTEAD OF` triggers.
    pub triggers: BTreeMap<String, Trigger>,
    /// Rules other than its own `_RETURN`.
    pub rules: BTreeMap<String, Rule>,
    /// Defaults that were set on its columns, by column.
    pub defaults: BTreeMap<String, String>,
    /// `COMMENT ON VIEW`.
    pub comment: Option<String>,
    /// `COMMENT ON COLUMN`, by column.
    pub column_comments: BTreeMap<String, String>,
    /// The role that owns it.
    pub owner: String,
    /// Rights of roles other than the owner.
    pub grants: Vec<Grant>,
    /// Privileges that were revoked from the owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked_from_owner: Vec<String>,
    /// Privileges on single columns, by column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub column_grants: BTreeMap<String, Vec<Grant>>,
}
