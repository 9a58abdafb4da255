//! `CREATE INDEX CONCURRENTLY` and its like: the only statements that wait for other sessions without making anybody wait.
//! A failed build leaves an invalid index, which blocks the next attempt.

use std::{thread, time::Duration};

use diesel::{
    OptionalExtension as _, RunQueryDsl as _,
    connection::{Connection as _, SimpleConnection},
    sql_types::{Bool, Text},
};
use sqlparser::{
    dialect::PostgreSqlDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer},
};

use super::{Connection, timeouts};
use crate::{model::quote_literal, replay::statements};

/// The time between two looks whether another session still builds the index.
const PAUSE: Duration = Duration::from_millis(200);

/// An index that a file creates concurrently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConcurrentIndex {
    /// Its name as the file writes it, without a schema: an index has the schema of its table.
    name: String,
    /// Its table as the file writes it.
    table: String,
    /// The statement that creates the same index on [`TWIN`].
    on_twin: String,
}

/// A table with the columns of the index's table, which shows what the statement would create.
const TWIN: &str = "pg_temp.schema_diff_twin";

#[derive(diesel::QueryableByName)]
struct Compared {
    #[diesel(sql_type = Bool)]
    is_same: bool,
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
    /// Returns its table, as SQL.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Returns the index, if the file is one `CREATE INDEX CONCURRENTLY` with a name.
    pub fn of(sql: &str) -> Option<Self> {
        let [only] = <[_; 1]>::try_from(statements(sql)).ok()?;
        if !only.is_concurrent_index() {
            return None;
        }
        let tokens = tokens(&only.text)?;
        let words = words(&tokens);
        let at = words.iter().position(|word| word.is(Keyword::CONCURRENTLY))?;
        if !words.first()?.is(Keyword::CREATE) {
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
            on_twin: on_twin(&tokens)?,
        })
    }

    /// Returns its name as the file writes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the index exists, is valid, and is the one that the statement creates: then a run that was killed has
    /// built it before it could be recorded. An index whose definition cannot be compared counts as another one.
    pub fn is_built(&self, connection: &mut Connection) -> bool {
        let compared: Result<bool, diesel::result::Error> = connection.transaction(|connection| {
            let query = format!(
                "SELECT EXISTS (SELECT {}) AS is_same",
                self.with_validity("i.indisvalid")
            );
            if !diesel::sql_query(query).get_result::<Compared>(connection)?.is_same {
                return Ok(false);
            }
            connection.batch_execute(&format!(
                "CREATE TEMPORARY TABLE {TWIN} (LIKE {}) ON COMMIT DROP; {}",
                self.table, self.on_twin
            ))?;
            let query = include_str!("same_index.sql")
                .replace("$table", &quote_literal(&self.table))
                .replace("$name", &quote_literal(&self.name));
            let same = diesel::sql_query(query).get_result::<Compared>(connection)?.is_same;
            connection.batch_execute(&format!("DROP TABLE {TWIN}"))?;
            Ok(same)
        });
        compared.unwrap_or(false)
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
        timeouts::without(timeouts::ALL, connection, |connection| {
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
        self.with_validity("NOT i.indisvalid")
    }

    fn with_validity(&self, condition: &str) -> String {
        format!(
            "FROM pg_catalog.pg_class t \
             JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
             JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND {condition} \
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             WHERE t.oid = pg_catalog.to_regclass({table}) \
               AND c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident(n.nspname) || '.' || {name})",
            table = quote_literal(&self.table),
            name = quote_literal(&self.name),
        )
    }
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

/// Returns the tokens of a statement, whose texts are those of the statement.
fn tokens(sql: &str) -> Option<Vec<Token>> {
    let mut tokenizer = Tokenizer::new(&PostgreSqlDialect {}, sql).with_unescape(false);
    tokenizer.tokenize().ok()
}

/// Returns the words of a statement, and the signs between the parts of its names.
fn words(tokens: &[Token]) -> Vec<Part> {
    let parts = tokens.iter().filter_map(|token| match token {
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
    parts.collect()
}

/// Returns the statement that creates the index of a statement on [`TWIN`], in a transaction.
fn on_twin(tokens: &[Token]) -> Option<String> {
    let position = |keyword, from: usize| {
        let is_it =
            |token: &Token| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.keyword == keyword);
        tokens.iter().skip(from).position(is_it).map(|at| at + from)
    };
    let is_name = |at: &usize| !matches!(tokens.get(*at), Some(Token::Whitespace(_)) | None);
    let concurrently = position(Keyword::CONCURRENTLY, 0)?;
    let on = position(Keyword::ON, concurrently)?;
    let named_from = match position(Keyword::EXISTS, concurrently) {
        Some(exists) if exists < on => exists + 1,
        _ => concurrently + 1,
    };
    let table = match position(Keyword::ONLY, on) {
        Some(only) if (on + 1..only).all(|at| !is_name(&at)) => only + 1,
        _ => on + 1,
    };
    let mut after = (table..tokens.len()).find(is_name)? + 1;
    while matches!(tokens.get(after), Some(Token::Period)) {
        after += 2;
    }
    let text = |tokens: &[Token]| tokens.iter().map(ToString::to_string).collect::<String>();
    Some(format!(
        "{}{}ON {TWIN}{}",
        text(tokens.get(..concurrently)?),
        text(tokens.get(named_from..on)?),
        text(tokens.get(after..)?)
    ))
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
        let on_twin = |sql: &str| ConcurrentIndex::of(sql).map(|own| own.on_twin);
        let wanted = "create unique index  \"I x\" ON pg_temp.schema_diff_twin using btree (a) where b";
        let sql = "create unique index concurrently if not exists \"I x\" on only app.\"T t\" using btree (a) where b";
        assert_eq!(on_twin(sql).as_deref(), Some(wanted));
        let quoted = "CREATE INDEX CONCURRENTLY \"A\"\"b\" ON \"T\"\"t\" (a)";
        assert_eq!(index(quoted), found("\"A\"\"b\"", "\"T\"\"t\""));
        let literal = "CREATE INDEX CONCURRENTLY i ON t (a) WHERE b <> 'x''y'";
        assert!(on_twin(literal).is_some_and(|sql| sql.ends_with("WHERE b <> 'x''y'")));
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
