//! Indexes that a failed `CREATE INDEX CONCURRENTLY` has left: they are invalid, and block the next attempt.

use std::collections::BTreeSet;

use diesel::{
    RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_types::{Array, Text},
};
use sqlparser::{
    dialect::PostgreSqlDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer, Word},
};

use super::Connection;

#[derive(diesel::QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Drops the invalid index that the file creates, if there is one and nobody builds it just now. Returns its name.
pub(super) fn drop_invalid(connection: &mut Connection, sql: &str) -> Result<Option<String>, diesel::result::Error> {
    let words = words(sql);
    let keywords: Vec<Keyword> = words.iter().map(|word| word.keyword).collect();
    if keywords.first() != Some(&Keyword::CREATE) || !is_concurrent(&words) {
        return Ok(None);
    }
    let names: Vec<String> = words.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect();
    let found: Vec<Index> = diesel::sql_query(
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name \
         FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         JOIN pg_catalog.pg_class t ON t.oid = i.indrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE NOT i.indisvalid AND c.relkind = 'i' \
           AND c.relname::text = ANY ($1) AND t.relname::text = ANY ($1) \
           AND (pg_catalog.pg_table_is_visible(c.oid) OR n.nspname::text = ANY ($1)) \
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l \
                           WHERE l.relation = c.oid AND l.locktype = 'relation' AND l.pid <> pg_catalog.pg_backend_pid() \
                             AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))",
    )
    .bind::<Array<Text>, _>(&names)
    .load(connection)?;
    let [only] = found.as_slice() else { return Ok(None) };
    connection.batch_execute("SET lock_timeout = 0")?;
    let dropped = connection.batch_execute(&format!("DROP INDEX CONCURRENTLY {}", only.name));
    connection.batch_execute("RESET lock_timeout")?;
    dropped.map(|()| Some(only.name.clone()))
}

/// Returns whether a file has the keyword `CONCURRENTLY`.
pub(super) fn has_concurrently(sql: &str) -> bool {
    is_concurrent(&words(sql))
}

fn is_concurrent(words: &[Word]) -> bool {
    let mut keywords = words.iter().filter(|word| word.quote_style.is_none());
    keywords.any(|word| word.keyword == Keyword::CONCURRENTLY)
}

fn words(sql: &str) -> Vec<Word> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize();
    let words = tokens.unwrap_or_default().into_iter().filter_map(|token| match token {
        Token::Word(word) => Some(word),
        _ => None,
    });
    words.collect()
}

/// Returns a name as Postgres stores it.
fn name(word: &Word) -> String {
    match word.quote_style {
        Some(_) => word.value.clone(),
        None => word.value.to_lowercase(),
    }
}
