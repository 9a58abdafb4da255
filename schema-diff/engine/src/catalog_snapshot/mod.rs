//! Everything that the system catalogs say about a database's own objects, read without any knowledge of the model: two states that
//! should be the same are compared row by row.
//!
//! The query is built from the catalogs' own columns, so that a version's new columns are part of it. OIDs are replaced by names,
//! column numbers by column names, ACLs by the privileges that they grant (those that hold by default too), an enum label's position by its
//! rank. One query reads the columns of the catalogs, once a session; one query takes a snapshot.
//!
//! What is left out, and why:
//!
//! | left out | why |
//! |---|---|
//! | dropped columns, column numbers, `relnatts` | a column that is dropped and added again comes last |
//! | names of index columns | Postgres keeps those of the index's creation when a column is renamed |
//! | `relfilenode`, `relfrozenxid`, `relminmxid`, `relrewrite`, `reltoastrelid`, TOAST relations | storage; names hold OIDs |
//! | `relpages`, `reltuples`, `relallvisible`, `relallfrozen`, `pg_statistic`, `pg_statistic_ext_data` | estimates |
//! | `relhasindex`, `relhasrules`, `relhastriggers`, `relhassubclass` | set at once, but reset only by a later vacuum |
//! | `atthasmissing`, `attmissingval`, `attcacheoff` | how a value is stored, not which |
//! | `pg_attver=...` in `attoptions` | written into every column by one minor version |
//! | names of internal triggers, `tgparentid` | names hold OIDs; the trigger is named by its constraint |
//! | rows of `NOT NULL` constraints (18 and later) | `attnotnull` says it on every version |
//! | `connoinherit` of keys | says whether a partition's key was made with it or attached |
//! | `indcheckxmin` | depends on other transactions at the time of creation |
//! | definitions of exclusions | their operators, and the keys and predicate of their index, are rows of their own |
//! | node trees | expressions are printed instead, and compared when parsing and printing changes them no more |
//! | members of extensions | the extension has them |
//! | temporary objects of other sessions | they end with their session |
//! | catalogs that the session may not read (`pg_user_mapping`) | only superusers may |
//! | operator classes' and families' support, text search, transforms, subscriptions, roles | no migration touches them |

mod catalogs;
mod difference;
mod printed;
mod query;

pub use difference::{CatalogDifference, Differs};
pub use query::unknown_columns;

use postgres::{Client, Row};

/// The name of the prepared statement that takes a snapshot.
const STATEMENT: &str = "schema_diff_catalog_snapshot";

/// A database's own objects, a row of a catalog each, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogSnapshot(Vec<String>);

impl CatalogSnapshot {
    /// Reads the catalogs, in one query (and one more for the first snapshot of a session). What only a superuser may read is left out for
    /// other roles.
    ///
    /// # Errors
    /// The server does not answer, or lacks a catalog or function that Postgres has.
    pub fn of(client: &mut Client) -> Result<Self, postgres::Error> {
        // Planning it takes six times as long as running it.
        let is_prepared = client.query_opt(
            "SELECT FROM pg_catalog.pg_prepared_statements WHERE name = $1",
            &[&STATEMENT],
        )?;
        let query = match is_prepared {
            Some(_) => None,
            None => Some(query::query(client)?),
        };
        // Names are printed with their schemas. Compiling the query would take longer than anything else.
        client.batch_execute("SET search_path = ''; SET jit = off")?;
        let rows = run(client, query.as_deref());
        // In a transaction that has failed, its end resets them.
        let _ = client.batch_execute("RESET search_path; RESET jit");
        let rows = rows?;
        let lines: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get(0)).collect();
        let mut lines = lines?;
        lines.sort();
        Ok(Self(lines))
    }

    /// Returns the rows, each a JSON array of the catalog, the object and the columns.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// Builds a snapshot from such rows.
    pub fn from_lines(mut lines: Vec<String>) -> Self {
        lines.sort();
        Self(lines)
    }
}

/// Runs the prepared query, which is prepared first if it is given.
fn run(client: &mut Client, query: Option<&str>) -> Result<Vec<Row>, postgres::Error> {
    if let Some(query) = query {
        client.batch_execute(&format!("PREPARE {STATEMENT} AS {query}"))?;
    }
    client.query(&format!("EXECUTE {STATEMENT}"), &[])
}
