//! Splits an SQL file into its statements.
//!
//! A semicolon ends a statement unless it is quoted, in a comment, in parentheses (`CREATE RULE ... DO (...; ...)`), or
//! in the body of a function between `BEGIN ATOMIC` and `END`.

use sqlparser::{
    dialect::PostgreSqlDialect,
    keywords::Keyword,
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace},
};

/// A statement of an SQL file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SqlStatement {
    /// Its text, without the semicolon.
    pub text: String,
    /// The line of its first word, counted from 1.
    pub line: usize,
    /// Its words without quotes, in upper case.
    pub words: Vec<String>,
    /// The comments to the end of the line above it, inside it, and behind it on its last line, with their signs.
    pub comments: Vec<String>,
}

impl SqlStatement {
    /// Returns a text as one statement that begins on a line; its words and comments are unknown.
    pub fn whole(sql: &str, line: usize) -> Self {
        Self {
            text: sql.to_owned(),
            line,
            words: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// Returns its first word, in upper case.
    pub fn verb(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Returns whether it begins or ends a transaction; going back to a savepoint does not.
    pub fn controls_transaction(&self) -> bool {
        let is_verb = matches!(self.verb(), "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT");
        is_verb && !self.words.iter().any(|word| word == "TO")
    }

    /// Returns whether it begins a transaction.
    pub fn begins_transaction(&self) -> bool {
        matches!(self.verb(), "BEGIN" | "START")
    }

    /// Returns whether it creates, drops or rebuilds an index concurrently.
    pub fn is_concurrent_index(&self) -> bool {
        let words: Vec<&str> = self
            .words
            .iter()
            .map(String::as_str)
            .filter(|word| *word != "UNIQUE")
            .collect();
        matches!(words.as_slice(), ["CREATE" | "DROP", "INDEX", ..] | ["REINDEX", ..])
            && words.contains(&"CONCURRENTLY")
    }
}

/// Splits a file. A text that cannot be read as SQL is one statement: Postgres rejects it, or knows it better.
pub(crate) fn statements(sql: &str) -> Vec<SqlStatement> {
    match Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location() {
        Ok(tokens) => Splitter::new(sql).split(&tokens),
        Err(_) => vec![SqlStatement::whole(sql, 1)],
    }
}

/// Returns whether a file is one statement that creates, drops or rebuilds an index concurrently: the only ones that wait
/// for other sessions without making anybody wait.
pub(crate) fn is_concurrent_index_statement(sql: &str) -> bool {
    matches!(statements(sql).as_slice(), [only] if only.is_concurrent_index())
}

struct Splitter<'a> {
    sql: &'a str,
    /// The offset of each line.
    lines: Vec<usize>,
    found: Vec<SqlStatement>,
    /// The comments since the last statement.
    comments: Vec<String>,
    current: Option<Current>,
    /// The last place that was converted: line, column and offset. Places are asked for in order.
    last: (usize, usize, usize),
}

/// A statement that has begun.
struct Current {
    start: usize,
    line: usize,
    words: Vec<String>,
    parentheses: usize,
    /// How many `BEGIN` and `CASE` of a function's body are open.
    blocks: usize,
}

impl Current {
    fn add(&mut self, token: &Token) {
        match token {
            Token::LParen => self.parentheses += 1,
            Token::RParen => self.parentheses = self.parentheses.saturating_sub(1),
            Token::Word(word) if word.quote_style.is_none() => {
                let after_begin = self.words.last().is_some_and(|last| last == "BEGIN");
                self.words.push(word.value.to_uppercase());
                match word.keyword {
                    Keyword::ATOMIC if after_begin && self.parentheses == 0 && self.creates_function() => {
                        self.blocks += 1
                    }
                    Keyword::CASE if self.blocks > 0 => self.blocks += 1,
                    Keyword::END => self.blocks = self.blocks.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn creates_function(&self) -> bool {
        self.words.first().is_some_and(|word| word == "CREATE")
            && self
                .words
                .iter()
                .take(4)
                .any(|word| word == "FUNCTION" || word == "PROCEDURE")
    }

    fn ends_at_semicolon(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }
}

impl<'a> Splitter<'a> {
    fn new(sql: &'a str) -> Self {
        let ends = sql.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            sql,
            lines: std::iter::once(0).chain(ends).collect(),
            found: Vec::new(),
            comments: Vec::new(),
            current: None,
            last: (1, 0, 0),
        }
    }

    fn split(mut self, tokens: &[TokenWithSpan]) -> Vec<SqlStatement> {
        let mut last_line = 0;
        for token in tokens {
            let line = line(token.span.start);
            match &token.token {
                Token::Whitespace(Whitespace::SingleLineComment { .. }) => {
                    let (from, to) = (self.offset(token.span.start), self.offset(token.span.end));
                    let text = self.sql[from..to].trim_end().to_owned();
                    match self.found.last_mut() {
                        // Behind the semicolon.
                        Some(last) if self.current.is_none() && line == last_line => last.comments.push(text),
                        _ => self.comments.push(text),
                    }
                }
                Token::Whitespace(_) => {}
                Token::SemiColon if self.current.as_ref().is_none_or(Current::ends_at_semicolon) => {
                    let at = self.offset(token.span.start);
                    self.end(at);
                    last_line = line;
                }
                other => {
                    let mut current = self.current.take().unwrap_or_else(|| Current {
                        start: self.offset(token.span.start),
                        line,
                        words: Vec::new(),
                        parentheses: 0,
                        blocks: 0,
                    });
                    current.add(other);
                    self.current = Some(current);
                }
            }
        }
        self.end(self.sql.len());
        self.found
    }

    fn end(&mut self, at: usize) {
        let Some(current) = self.current.take() else { return };
        self.found.push(SqlStatement {
            text: self.sql[current.start..at].trim_end().to_owned(),
            line: current.line,
            words: current.words,
            comments: std::mem::take(&mut self.comments),
        });
    }

    /// Returns the byte offset of a place, whose column counts characters from 1.
    fn offset(&mut self, at: Location) -> usize {
        let line = line(at);
        let column = usize::try_from(at.column.saturating_sub(1)).unwrap_or(0);
        let start = self
            .lines
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.sql.len());
        let (last_line, last_column, last_offset) = self.last;
        let (from, skip) = if line == last_line && column >= last_column {
            (last_offset.max(start), column - last_column)
        } else {
            (start, column)
        };
        let text = &self.sql[from..];
        let offset = from + text.char_indices().nth(skip).map_or(text.len(), |(at, _)| at);
        self.last = (line, column, offset);
        offset
    }
}

fn line(at: Location) -> usize {
    usize::try_from(at.line).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{is_concurrent_index_statement, statements};

    fn split(sql: &str) -> Vec<String> {
        statements(sql).into_iter().map(|own| own.text).collect()
    }

    #[test]
    fn semicolons_end_statements_where_postgres_says_so() {
        let cases: &[(&str, &[&str])] = &[
            ("SELECT 1; SELECT 2;", &["SELECT 1", "SELECT 2"]),
            (";;\n;SELECT 1", &["SELECT 1"]),
            ("", &[]),
            ("-- only; a comment\n", &[]),
            (
                "SELECT ';', \";\", $$;$$, $a$ $$; $a$, E'\\';'; SELECT 2",
                &["SELECT ';', \";\", $$;$$, $a$ $$; $a$, E'\\';'", "SELECT 2"],
            ),
            ("/* ; /* ; */ ; */ SELECT 1; -- ;\nSELECT 2", &["SELECT 1", "SELECT 2"]),
            (
                "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; DELETE FROM v); SELECT 1",
                &[
                    "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; DELETE FROM v)",
                    "SELECT 1",
                ],
            ),
            (
                "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
                &[
                    "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
                    "SELECT 3",
                ],
            ),
            (
                "BEGIN; SELECT 1; END; SELECT 2",
                &["BEGIN", "SELECT 1", "END", "SELECT 2"],
            ),
            ("SELECT 'ä€𝄞' AS ü; SELECT 'ß'", &["SELECT 'ä€𝄞' AS ü", "SELECT 'ß'"]),
            ("SELECT 1;\r\nSELECT\t2;\r\n", &["SELECT 1", "SELECT\t2"]),
            (
                "DO $$ BEGIN NULL; END $$; SELECT 1",
                &["DO $$ BEGIN NULL; END $$", "SELECT 1"],
            ),
            (
                "CREATE TABLE \"begin\" (id int); SELECT 1",
                &["CREATE TABLE \"begin\" (id int)", "SELECT 1"],
            ),
            (
                "ALTER TABLE t ADD CHECK (x ? 'a' AND y @> '{}' AND z #>> '{a}' = '1'); SELECT 1",
                &[
                    "ALTER TABLE t ADD CHECK (x ? 'a' AND y @> '{}' AND z #>> '{a}' = '1')",
                    "SELECT 1",
                ],
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(split(sql), *expected, "{sql}");
        }
    }

    #[test]
    fn a_statement_has_its_line_verb_and_comments() {
        let found =
            statements("-- above\n\n/* and */ alter table t -- inside\n  add x int; -- behind\n-- next\nSELECT 1");
        let seen: Vec<_> = found
            .iter()
            .map(|own| (own.line, own.verb(), own.comments.join("|")))
            .collect();
        assert_eq!(
            seen,
            [
                (3, "ALTER", "-- above|-- inside|-- behind".to_owned()),
                (6, "SELECT", "-- next".to_owned())
            ]
        );
    }

    #[test]
    fn only_statements_about_indexes_wait_without_a_limit() {
        for sql in [
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            "DROP INDEX CONCURRENTLY i",
            "REINDEX INDEX CONCURRENTLY i",
            "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
        ] {
            assert!(is_concurrent_index_statement(sql), "{sql}");
        }
        for sql in [
            "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
            "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
            "ALTER TABLE t ADD COLUMN b int; DROP INDEX CONCURRENTLY i",
            "CREATE INDEX i ON t (a)",
        ] {
            assert!(!is_concurrent_index_statement(sql), "{sql}");
        }
    }
}
