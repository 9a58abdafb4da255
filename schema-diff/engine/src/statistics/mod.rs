//! The sizes of a database's tables, for judging what a migration does to it under traffic.
//!
//! They come from the catalog of the project's database, or from a file that was made of the catalog of another one, such
//! as production. Such a file has neither rows nor values, and can be committed.

mod error;
mod file;

use std::collections::BTreeMap;

use postgres::Client;
use serde::{Deserialize, Serialize};

pub use error::StatisticsError;

use crate::model::QualifiedName;

/// The default name of the file, in the root of a project.
pub const DEFAULT_FILE: &str = "schema-diff-statistics.json";

/// How long a query waits for a lock: another session may be changing a table.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '3s'";

/// The sizes of a database's tables and materialized views.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// `server_version_num`: 150020 is 15.20.
    pub server_version: u32,
    /// The number of replication slots: standbys and subscribers that have to replay what a migration writes.
    pub replication_slots: u32,
    /// Tables and materialized views, by name. A table that is missing here has an unknown size.
    pub tables: BTreeMap<QualifiedName, TableStatistics>,
}

/// The size of a table. All numbers are estimates, as Postgres has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableStatistics {
    /// Live rows; `None` if the table has never been analyzed.
    pub rows: Option<u64>,
    /// Rows that are deleted but not vacuumed yet.
    pub dead_rows: u64,
    /// Bytes on disk without indexes.
    pub bytes: u64,
    /// Bytes of all indexes.
    pub index_bytes: u64,
    /// Whether a publication has the table.
    pub published: bool,
    /// How the values of its columns are distributed; without columns that the role may not read.
    pub columns: Vec<ColumnStatistics>,
}

/// How the values of a column are distributed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnStatistics {
    /// Its name.
    pub name: String,
    /// The share of NULL values: 0 to 1.
    pub null_fraction: f32,
    /// The number of distinct values; negative for their share of the rows, as in `pg_stats.n_distinct`.
    pub distinct: f32,
    /// The average width of a value in bytes.
    pub width: u32,
}

/// The size from which work on a table is worth mentioning: either of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Default for Threshold {
    fn default() -> Self {
        Self {
            rows: 100_000,
            bytes: 64 * 1024 * 1024,
        }
    }
}

impl Statistics {
    /// Reads the statistics of a database with one query, in a read-only transaction. It reads only catalogs.
    ///
    /// # Errors
    /// The server does not answer, or another session has locked a table for long.
    pub fn read(client: &mut Client) -> Result<Self, postgres::Error> {
        let mut transaction = client.build_transaction().read_only(true).start()?;
        transaction.batch_execute(LOCK_TIMEOUT)?;
        let rows = transaction.query(include_str!("query.sql"), &[])?;
        let own = transaction.query_one(
            "SELECT pg_catalog.current_setting('server_version_num')::int8, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots)",
            &[],
        )?;
        let mut found = Self {
            server_version: unsigned(own.try_get(0)?),
            replication_slots: unsigned(own.try_get(1)?),
            tables: BTreeMap::new(),
        };
        for row in &rows {
            let name = QualifiedName::new(row.try_get::<_, String>("schema")?, row.try_get::<_, String>("name")?);
            // Another session may have dropped the table meanwhile.
            let bytes: Option<i64> = row.try_get("bytes")?;
            let index_bytes: Option<i64> = row.try_get("index_bytes")?;
            let Some((bytes, index_bytes)) = bytes.zip(index_bytes) else {
                continue;
            };
            let columns: Option<String> = row.try_get("columns")?;
            // What Postgres built is the JSON that the structure describes.
            let columns = columns.and_then(|text| serde_json::from_str(&text).ok());
            let table = TableStatistics {
                rows: row.try_get::<_, Option<i64>>("rows")?.map(unsigned),
                dead_rows: unsigned(row.try_get("dead_rows")?),
                bytes: unsigned(bytes),
                index_bytes: unsigned(index_bytes),
                published: row.try_get("published")?,
                columns: columns.unwrap_or_default(),
            };
            found.tables.insert(name, table);
        }
        transaction.commit()?;
        Ok(found)
    }
}

/// Returns a count as an unsigned number; 0 if it is negative.
fn unsigned<T: TryFrom<i64> + Default>(count: i64) -> T {
    T::try_from(count).unwrap_or_default()
}
