//! The one transaction in which everything is read, and the rows of its queries.

use std::time::{Duration, Instant};

use postgres::{
    Client, IsolationLevel, Row, Transaction,
    fallible_iterator::FallibleIterator,
    types::{FromSql, Type},
};

use super::error::IntrospectError;

/// Settings that change how Postgres prints names and constants, for the transaction only.
pub(crate) const SETTINGS: &str = "\
    SET LOCAL search_path = ''; \
    SET LOCAL quote_all_identifiers = off; \
    SET LOCAL standard_conforming_strings = on; \
    SET LOCAL DateStyle = 'ISO, MDY'; \
    SET LOCAL IntervalStyle = 'postgres'; \
    SET LOCAL TimeZone = 'UTC'; \
    SET LOCAL extra_float_digits = 1; \
    SET LOCAL bytea_output = 'hex'";

/// A query that was run, for observers that count and time queries.
#[derive(Clone, Copy, Debug)]
pub struct Observed {
    /// The kind of objects that was read: `columns`, `indexes`, ...
    pub what: &'static str,
    /// The number of rows.
    pub rows: usize,
    /// The time from sending the query until the last row was received or processed.
    pub duration: Duration,
}

/// Reads one consistent state of the catalog.
pub(super) struct Reader<'a> {
    transaction: Transaction<'a>,
    observe: &'a mut dyn FnMut(Observed),
    /// `server_version_num`.
    pub version: u32,
}

impl<'a> Reader<'a> {
    /// Begins the transaction.
    pub fn begin(client: &'a mut Client, observe: &'a mut dyn FnMut(Observed)) -> Result<Self, IntrospectError> {
        let failed = |source| IntrospectError::Query {
            what: "anything",
            source,
        };
        let mut transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .map_err(failed)?;
        transaction.batch_execute(SETTINGS).map_err(failed)?;
        Ok(Self {
            transaction,
            observe,
            version: 0,
        })
    }

    /// Runs one query without preparing it: one round trip, without a change of the session.
    pub fn query(&mut self, what: &'static str, sql: &str) -> Result<Vec<Row>, IntrospectError> {
        let begun = Instant::now();
        let rows = self
            .transaction
            .query_typed(sql, &[])
            .map_err(|source| IntrospectError::Query { what, source })?;
        (self.observe)(Observed {
            what,
            rows: rows.len(),
            duration: begun.elapsed(),
        });
        Ok(rows)
    }

    /// Runs one query as [`Self::query`] does, but passes the fields of each row to `take` as it arrives: for objects
    /// of which every table has many.
    pub fn each(
        &mut self,
        what: &'static str,
        sql: &str,
        mut take: impl FnMut(&mut Fields<'_>) -> Result<(), IntrospectError>,
    ) -> Result<(), IntrospectError> {
        let failed = |source| IntrospectError::Query { what, source };
        let begun = Instant::now();
        let mut rows = self
            .transaction
            .query_typed_raw(sql, std::iter::empty::<(bool, Type)>())
            .map_err(failed)?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            take(&mut Fields::of(&row, what))?;
            count += 1;
        }
        drop(rows);
        (self.observe)(Observed {
            what,
            rows: count,
            duration: begun.elapsed(),
        });
        Ok(())
    }

    /// Returns SQL that only servers from a major version on support, or its replacement for older servers.
    pub const fn since(&self, major: u32, sql: &'static str, before: &'static str) -> &'static str {
        if self.version >= major * 10_000 { sql } else { before }
    }

    /// Ends the transaction and its settings.
    pub fn finish(self) -> Result<(), IntrospectError> {
        self.transaction.commit().map_err(|source| IntrospectError::Query {
            what: "anything",
            source,
        })
    }
}

/// Reads a row's fields one after the other, in the order of the query's list.
pub(super) struct Fields<'a> {
    row: &'a Row,
    what: &'static str,
    at: usize,
}

impl<'a> Fields<'a> {
    /// Starts at the first field.
    pub const fn of(row: &'a Row, what: &'static str) -> Self {
        Self { row, what, at: 0 }
    }

    /// Reads the next field.
    pub fn next<T: FromSql<'a>>(&mut self) -> Result<T, IntrospectError> {
        let at = self.at;
        self.at += 1;
        self.row.try_get(at).map_err(|source| IntrospectError::Query {
            what: self.what,
            source,
        })
    }

    /// Reads the next field, of Postgres's type `"char"`.
    pub fn next_char(&mut self) -> Result<char, IntrospectError> {
        Ok(char::from(self.next::<i8>()?.cast_unsigned()))
    }

    /// Reads the next field, in which NULL means that the object was dropped in the meantime.
    pub fn next_text(&mut self, of: &str) -> Result<String, IntrospectError> {
        let what = self.what;
        self.next::<Option<String>>()?.ok_or_else(|| IntrospectError::Changed {
            what,
            detail: of.to_owned(),
        })
    }
}

/// SQL: the namespace `n` is neither built in nor temporary.
pub(super) const IS_USER_NAMESPACE: &str = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
