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
    /// Its first word, in upper case.
    pub verb: String,
    /// The comments above it, inside it, and behind it on its last line, with their signs.
    pub comments: Vec<String>,
}

/// Splits a file. A text that cannot be read as SQL is one statement: Postgres rejects it, or knows it better.
pub(crate) fn statements(sql: &str) -> Vec<SqlStatement> {
    match Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location() {
        Ok(tokens) => Splitter::new(sql).split(&tokens),
        Err(_) => vec![SqlStatement {
            text: sql.to_owned(),
            line: 1,
            verb: String::new(),
            comments: sql
                .lines()
                .map(str::trim)
                .filter(|line| line.starts_with("--"))
                .map(str::to_owned)
                .collect(),
        }],
    }
}

struct Splitter<'a> {
    sql: &'a str,
    /// The offset of each line.
    lines: Vec<usize>,
    found: Vec<SqlStatement>,
    /// The comments since the last statement.
    comments: Vec<String>,
    current: Option<Current>,
}

/// A statement that has begun.
struct Current {
    start: usize,
    line: usize,
    /// Its first words, as many as tell whether it creates a function.
    words: Vec<Keyword>,
    verb: String,
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
                if self.words.len() < 4 {
                    self.words.push(word.keyword);
                }
                match word.keyword {
                    Keyword::BEGIN if self.creates_function() => self.blocks += 1,
                    Keyword::CASE if self.blocks > 0 => self.blocks += 1,
                    Keyword::END => self.blocks = self.blocks.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn creates_function(&self) -> bool {
        self.words.first() == Some(&Keyword::CREATE)
            && self
                .words
                .iter()
                .any(|word| matches!(word, Keyword::FUNCTION | Keyword::PROCEDURE))
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
        }
    }

    fn split(mut self, tokens: &[TokenWithSpan]) -> Vec<SqlStatement> {
        let mut last_line = 0;
        for token in tokens {
            let line = line(token.span.start);
            match &token.token {
                Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                    let text = self.sql[self.offset(token.span.start)..self.offset(token.span.end)]
                        .trim_end()
                        .to_owned();
                    match self.found.last_mut() {
                        // Behind the semicolon.
                        Some(last) if self.current.is_none() && line == last_line => last.comments.push(text),
                        _ => self.comments.push(text),
                    }
                }
                Token::Whitespace(_) => {}
                Token::SemiColon if self.current.as_ref().is_none_or(Current::ends_at_semicolon) => {
                    self.end(self.offset(token.span.start));
                    last_line = line;
                }
                other => {
                    let mut current = self.current.take().unwrap_or_else(|| Current {
                        start: self.offset(token.span.start),
                        line,
                        words: Vec::new(),
                        verb: other.to_string().to_uppercase(),
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
            verb: current.verb,
            comments: std::mem::take(&mut self.comments),
        });
    }

    /// Returns the byte offset of a place, whose column counts characters from 1.
    fn offset(&self, at: Location) -> usize {
        let start = self
            .lines
            .get(line(at).saturating_sub(1))
            .copied()
            .unwrap_or(self.sql.len());
        let column = usize::try_from(at.column.saturating_sub(1)).unwrap_or(0);
        let text = &self.sql[start..];
        start + text.char_indices().nth(column).map_or(text.len(), |(at, _)| at)
    }
}

fn line(at: Location) -> usize {
    usize::try_from(at.line).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::statements;

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
            .map(|own| (own.line, own.verb.as_str(), own.comments.join("|")))
            .collect();
        assert_eq!(
            seen,
            [
                (3, "ALTER", "-- above|/* and */|-- inside|-- behind".to_owned()),
                (6, "SELECT", "-- next".to_owned())
            ]
        );
    }
}
