//! Snapshots of what the system catalogs contain about a database's objects, read without any knowledge of the model.
//! Two states that should be equal are compared row by row.
//!
//! The query is built from the catalogs' own columns, so that it includes the new columns of a version. OIDs are
//! replaced by names, column numbers by column names, ACLs by the privileges that they grant (including default
//! privileges), an enum label's position by its rank. One query reads the columns of the catalogs, once per session;
//! one query takes a snapshot.
//!
//! What is left out, and why:
//!
//! | left out | why |
//! |---|---|
//! | dropped columns, column numbers, `relnatts` | a column that is dropped and added again comes last |
//! | names of index columns | Postgres keeps those of the index's creation when a column is renamed |
//! | `relfilenode`, `relfrozenxid`, `relminmxid`, `relrewrite`, `reltoastrelid`, TOAST relations | storage; names hold OIDs |
//! | `relpages`, `reltuples`, `relallvisible`, `relallfrozen`, `pg_statistic`, `pg_statistic_ext_data` | estimates |
//! | `relhasindex`, `relhasrules`, `relhastriggers`, `relhassubclass` | set immediately, but reset only by a later
//! vacuum |
//! | `atthasmissing`, `attmissingval`, `attcacheoff` | how a value is stored, not which |
//! | `pg_attver=...` in `attoptions` | written into every column by one minor version |
//! | names of internal triggers, `tgparentid` | names hold OIDs; the trigger is named by its constraint |
//! | rows of `NOT NULL` constraints (18 and later) | `attnotnull` contains the same on every version |
//! | `connoinherit` of keys | depends on whether a partition's key was created with it or attached |
//! | `indcheckxmin` | depends on other transactions at the time of creation |
//! | definitions of exclusions | their operators, and the keys and predicate of their index, have separate rows |
//! | node trees | expressions are deparsed instead, repeatedly until the text no longer changes |
//! | members of extensions | they belong to the extension |
//! | temporary objects of other sessions | they end with their session |
//! | catalogs that the session cannot read (`pg_user_mapping`) | only superusers can read them |
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

/// The rows of the system catalogs for a database's objects, sorted; each line is one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogSnapshot(Vec<String>);

impl CatalogSnapshot {
    /// Reads the catalogs in one query, and in one more for the first snapshot of a session. Rows that only a superuser
    /// can read are left out for other roles.
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
        // With this path, names are printed with their schemas. Compiling the query would take longer than all other
        // steps.
        client.batch_execute("SET search_path = ''; SET jit = off")?;
        let rows = run(client, query.as_deref());
        // In a failed transaction, the end of the transaction resets them.
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

    /// Builds a snapshot from the rows that [`Self::lines`] returns.
    pub fn from_lines(mut lines: Vec<String>) -> Self {
        lines.sort();
        Self(lines)
    }
}

/// Runs the prepared query; if `query` is given, prepares it first.
fn run(client: &mut Client, query: Option<&str>) -> Result<Vec<Row>, postgres::Error> {
    if let Some(query) = query {
        client.batch_execute(&format!("PREPARE {STATEMENT} AS {query}"))?;
    }
    client.query(&format!("EXECUTE {STATEMENT}"), &[])
}
