//! `CREATE INDEX CONCURRENTLY` and its like: the only statements that wait for other sessions without making anybody wait.
//! A failed build leaves an invalid index, which blocks the next attempt.

use std::{thread, time::Duration};

use diesel::{
    OptionalExtension as _, RunQueryDsl as _,
    connection::SimpleConnection,
    sql_types::{Bool, Text},
};
use sqlparser::{
    dialect::PostgreSqlDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer},
};

use super::Connection;
use crate::{
    model::quote_literal,
    replay::{is_concurrent_index_statement, statements},
};

/// The time between two looks whether another session still builds the index.
const PAUSE: Duration = Duration::from_millis(200);

/// An index that a file creates concurrently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConcurrentIndex {
    /// Its name as the file writes it, without a schema: an index has the schema of its table.
    name: String,
    /// Its table as the file writes it.
    table: String,
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    name: String,
    /// Whether another session builds an index of the table, or changes the table.
    #[diesel(sql_type = Bool)]
    is_busy: bool,
}

impl ConcurrentIndex {
    /// Returns the index, if the file is one `CREATE INDEX CONCURRENTLY` with a name.
    pub fn of(sql: &str) -> Option<Self> {
        let words = words(sql)?;
        let at = words.iter().position(|word| word.is(Keyword::CONCURRENTLY))?;
        if !words.first()?.is(Keyword::CREATE) || !is_concurrent_index_statement(sql) {
            return None;
        }
        let mut rest = words.get(at + 1..)?;
        if rest.first()?.is(Keyword::IF) {
            rest = rest.get(3..)?;
        }
        let (name, rest) = rest.split_first()?;
        let (on, mut rest) = rest.split_first()?;
        if name.is(Keyword::ON) || !on.is(Keyword::ON) {
            return None;
        }
        if rest.first()?.is(Keyword::ONLY) {
            rest = rest.get(1..)?;
        }
        let mut table = rest.first()?.text.clone();
        if let [_, dot, name, ..] = rest
            && dot.text == "."
        {
            table = format!("{table}.{}", name.text);
        }
        Some(Self {
            name: name.text.clone(),
            table,
        })
    }

    /// Drops the index if it is invalid, after waiting until no other session builds it. Returns its name.
    pub fn drop_invalid(&self, connection: &mut Connection) -> Result<Option<String>, diesel::result::Error> {
        let found = loop {
            match self.find(connection)? {
                None => return Ok(None),
                Some(found) if found.is_busy => thread::sleep(PAUSE),
                Some(found) => break found.name,
            }
        };
        without_lock_timeout(connection, |connection| {
            connection.batch_execute(&format!("DROP INDEX CONCURRENTLY {found}"))
        })?;
        Ok(Some(found))
    }

    fn find(&self, connection: &mut Connection) -> Result<Option<Found>, diesel::result::Error> {
        // The lock of a build is on the table; others that use the table hold weaker ones.
        let query = format!(
            "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, \
                    EXISTS (SELECT FROM pg_catalog.pg_locks l \
                            WHERE l.relation = t.oid AND l.locktype = 'relation' AND l.pid <> pg_catalog.pg_backend_pid() \
                              AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
                              AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', \
                                             'AccessExclusiveLock')) AS is_busy \
             {} AND c.relkind = 'i'",
            self.invalid()
        );
        diesel::sql_query(query).get_result(connection).optional()
    }

    /// Returns a statement that raises an error if the index exists and is invalid: `IF NOT EXISTS` skips such an index.
    pub fn check(&self) -> String {
        format!(
            "DO $check$ BEGIN IF EXISTS (SELECT {}) THEN \
             RAISE EXCEPTION USING MESSAGE = 'an index of this name exists and is invalid, because a build of it has failed', \
             HINT = 'Drop the index, then run the migration again'; END IF; END $check$",
            self.invalid()
        )
    }

    /// Returns the part of a query that finds the index, if it exists and is invalid.
    fn invalid(&self) -> String {
        format!(
            "FROM pg_catalog.pg_class t \
             JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
             JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND NOT i.indisvalid \
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             WHERE t.oid = pg_catalog.to_regclass({table}) \
               AND c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident(n.nspname) || '.' || {name})",
            table = quote_literal(&self.table),
            name = quote_literal(&self.name),
        )
    }
}

/// Runs work without a limit for the wait for locks, and sets the limit again that was there before.
pub(super) fn without_lock_timeout<C: SimpleConnection + ?Sized, T>(
    connection: &mut C,
    work: impl FnOnce(&mut C) -> Result<T, diesel::result::Error>,
) -> Result<T, diesel::result::Error> {
    connection.batch_execute(
        "SELECT pg_catalog.set_config('schema_diff.lock_timeout', pg_catalog.current_setting('lock_timeout'), false); \
         SET lock_timeout = 0",
    )?;
    let result = work(connection);
    // After an error inside a transaction that the file has begun, nothing can be set: the error is the one to report.
    let reset = connection.batch_execute(
        "SELECT pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('schema_diff.lock_timeout'), false)",
    );
    result.and_then(|done| reset.map(|()| done))
}

/// A word of a statement, or the sign between two parts of a name.
struct Part {
    text: String,
    keyword: Keyword,
}

impl Part {
    fn is(&self, keyword: Keyword) -> bool {
        self.keyword == keyword
    }
}

/// Returns the words of a file that is one statement.
fn words(sql: &str) -> Option<Vec<Part>> {
    let [only] = <[_; 1]>::try_from(statements(sql)).ok()?;
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, &only.text).tokenize().ok()?;
    let parts = tokens.into_iter().filter_map(|token| match token {
        Token::Word(word) if word.quote_style.is_none() => Some(Part {
            text: word.value.clone(),
            keyword: word.keyword,
        }),
        Token::Word(word) => Some(Part {
            text: word.to_string(),
            keyword: Keyword::NoKeyword,
        }),
        Token::Period => Some(Part {
            text: ".".to_owned(),
            keyword: Keyword::NoKeyword,
        }),
        _ => None,
    });
    Some(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::ConcurrentIndex;

    #[test]
    fn an_index_is_named_by_its_statement() {
        let index = |sql: &str| ConcurrentIndex::of(sql).map(|own| (own.name, own.table));
        let found = |name: &str, table: &str| Some((name.to_owned(), table.to_owned()));
        assert_eq!(index("CREATE INDEX CONCURRENTLY i ON t (a);"), found("i", "t"));
        assert_eq!(
            index("-- x\ncreate unique index concurrently if not exists \"I x\" on only app.\"T t\" using btree (a)"),
            found("\"I x\"", "app.\"T t\"")
        );
        for none in [
            "CREATE INDEX CONCURRENTLY ON t (a)",
            "CREATE INDEX i ON t (a)",
            "DROP INDEX CONCURRENTLY i",
            "SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a)",
        ] {
            assert_eq!(index(none), None, "{none}");
        }
    }
}
