//! What a program does in a database, and what it notices.

use std::collections::BTreeMap;

use diesel::{QueryResult, result::Error};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// The columns of a row and the texts of their values.
pub type Shown = Vec<(&'static str, String)>;

/// Advances the sequences of identities and of defaults of one table.
const SKIP: &str = "
SELECT setval(s.oid, greatest(1000, nextval(s.oid)))
FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace, pg_class s
WHERE s.relkind = 'S' AND CASE n.nspname WHEN 'public' THEN t.relname ELSE n.nspname || '.' || t.relname END = $1
  AND (EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.refobjid = t.oid AND d.deptype = 'i')
    OR EXISTS (SELECT FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid WHERE a.adrelid = t.oid AND d.refobjid = s.oid))";

/// A connection, and what happened on it.
pub struct Session {
    /// The connection.
    pub connection: AsyncPgConnection,
    failed: Vec<serde_json::Value>,
    rows: BTreeMap<&'static str, Vec<Shown>>,
    keys: BTreeMap<&'static str, BTreeMap<usize, Shown>>,
}

impl Session {
    /// Connects.
    pub async fn open(url: &str) -> Self {
        let connection = AsyncPgConnection::establish(url).await.expect("a connection");
        Self {
            connection,
            failed: Vec::new(),
            rows: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    /// Begins a transaction.
    pub async fn begin(&mut self) {
        self.connection.batch_execute("BEGIN").await.expect("BEGIN");
    }

    /// Ends the transaction without its changes; records the error of a statement.
    pub async fn end<T>(&mut self, table: &str, statement: &str, result: QueryResult<T>) -> Option<T> {
        self.connection.batch_execute("ROLLBACK").await.expect("ROLLBACK");
        result.map_err(|error| self.fail(table, statement, &error)).ok()
    }

    /// Ends the transaction without its changes; compares what it wrote with what it read back.
    pub async fn written(
        &mut self,
        table: &str,
        statement: &str,
        result: QueryResult<usize>,
        written: &[(&'static str, String)],
        read: QueryResult<Shown>,
    ) {
        if self.end(table, statement, result).await.is_none() {
            return;
        }
        let Ok(read) = read else { return };
        self.compare(table, statement, written, &read);
    }

    /// Records that columns have other values than those written.
    pub fn compare(&mut self, table: &str, statement: &str, written: &[(&'static str, String)], read: &Shown) {
        for (name, value) in written {
            let found = read.iter().find(|(other, _)| other == name).map(|(_, found)| found);
            if found.is_some_and(|found| found != value) {
                let message = format!("wrote {name} {value}, read {}", found.expect("a value"));
                self.record(table, statement, "", &message);
            }
        }
    }

    fn fail(&mut self, table: &str, statement: &str, error: &Error) {
        let kind = match error {
            Error::DatabaseError(kind, information) => {
                use diesel::result::DatabaseErrorKind as Kind;
                let is_range = ["value too long", "out of range", "overflow"];
                let is_refused = matches!(
                    kind,
                    Kind::UniqueViolation
                        | Kind::ForeignKeyViolation
                        | Kind::NotNullViolation
                        | Kind::CheckViolation
                        | Kind::ExclusionViolation
                );
                let is_refused = is_refused || is_range.iter().any(|own| information.message().contains(own));
                if is_refused { "refused" } else { "" }
            }
            _ => "",
        };
        self.record(table, statement, kind, &error.to_string());
    }

    fn record(&mut self, table: &str, statement: &str, kind: &str, message: &str) {
        self.failed.push(serde_json::json!([table, statement, kind, message]));
    }

    /// Keeps the rows that a table has.
    pub fn keep(&mut self, table: &'static str, rows: Vec<Shown>) {
        self.rows.insert(table, rows);
    }

    /// Keeps the key of a row.
    pub fn mark(&mut self, table: &'static str, row: usize, names: &[&'static str], texts: Vec<String>) {
        let key = names.iter().copied().zip(texts).collect();
        self.keys.entry(table).or_default().insert(row, key);
    }

    /// Lets the sequences of a table go on after the numbers that its rows have.
    pub async fn skip_numbers(&mut self, table: &str) {
        diesel::sql_query(SKIP)
            .bind::<diesel::sql_types::Text, _>(table)
            .execute(&mut self.connection)
            .await
            .expect("sequences");
    }

    /// Sets a column of the last written row to NULL, if that is possible.
    pub async fn last_to_null(&mut self, table: &str, column: &str) {
        let sql = format!(
            "UPDATE {table} SET \"{column}\" = NULL WHERE ctid = (SELECT ctid FROM {table} ORDER BY ctid DESC LIMIT 1)"
        );
        let _ = diesel::sql_query(sql).execute(&mut self.connection).await;
    }

    /// Returns what happened as JSON.
    pub fn report(&self) -> String {
        serde_json::json!({ "failed": self.failed, "rows": self.rows, "keys": self.keys }).to_string()
    }
}
