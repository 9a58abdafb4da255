//! Finds the guard of an undecided migration, which raises an error until the user decides.
//!
//! The guard is a statement, not a comment: by deleting it the user decides, whatever else remains in the file.

use sqlparser::{
    dialect::PostgreSqlDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer},
};

/// The beginning of such a guard's message. Diesel's own runner shows only the message.
pub const UNDECIDED: &str = "undecided: ";

/// The end of the place in the message; the question follows it.
pub const UP_SQL: &str = "up.sql: ";

/// The question of an undecided migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// The line of the guard in `up.sql`, counted from 1.
    pub line: usize,
    /// The question, with the options that decide it.
    pub question: String,
}

impl Undecided {
    /// Finds the guard of an `up.sql`, if there is one outside of comments.
    #[must_use]
    pub fn find(sql: &str) -> Option<Self> {
        message(sql)?;
        let Ok(tokens) = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location() else {
            // Text that the tokenizer rejects may be valid for Postgres: an unnecessary question is better than a
            // missed one.
            return by_line(sql);
        };
        let mut after_do = false;
        for found in tokens {
            match found.token {
                Token::Whitespace(_) => {}
                Token::DollarQuotedString(body) if after_do => {
                    if let Some(message) = message(&body.value) {
                        let line = usize::try_from(found.span.start.line).unwrap_or(1);
                        return Some(Self::of(line, &message));
                    }
                    after_do = false;
                }
                Token::Word(word) => after_do = word.keyword == Keyword::DO,
                _ => after_do = false,
            }
        }
        None
    }

    fn of(line: usize, message: &str) -> Self {
        let question = message.split_once(UP_SQL).map_or(message, |(_, question)| question);
        Self {
            line,
            question: question.to_owned(),
        }
    }
}

fn by_line(sql: &str) -> Option<Undecided> {
    let mut lines = sql.lines().enumerate();
    lines.find_map(|(at, line)| {
        let active = !line.trim_start().starts_with("--");
        let message = message(line).filter(|_| active)?;
        Some(Undecided::of(at + 1, &message))
    })
}

/// Returns the text of the first `MESSAGE = '...'` that begins with [`UNDECIDED`], without that beginning.
fn message(text: &str) -> Option<String> {
    const KEY: &str = "MESSAGE = ";
    text.match_indices(KEY).find_map(|(at, _)| {
        let literal = text.get(at + KEY.len()..)?;
        let (escapes, literal) = match literal.strip_prefix('E') {
            Some(rest) => (true, rest),
            None => (false, literal),
        };
        let rest = literal.strip_prefix('\'')?.strip_prefix(UNDECIDED)?;
        let rest = rest.replace("''", "\0");
        let quoted = rest.split('\'').next().unwrap_or_default().replace('\0', "'");
        Some(if escapes { quoted.replace("\\\\", "\\") } else { quoted })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{render::sql, statement::Ddl};

    fn found(sql: &str) -> Option<(usize, String)> {
        Undecided::find(sql).map(|found| (found.line, found.question))
    }

    #[test]
    fn a_guard_and_what_only_looks_like_one() {
        let guard = format!(
            "{};\n",
            sql(&Ddl::Guard {
                condition: None,
                message: "undecided: x/up.sql: is it 'a' or \\b?".to_owned(),
                hint: "say so".to_owned(),
            })
        );
        let seen = Some((2, "is it 'a' or \\b?".to_owned()));
        assert_eq!(found(&format!("-- it's a comment\n{guard}")), seen);
        assert_eq!(found(&format!("/* a\n*/{guard}")), seen);
        assert_eq!(found(&format!("SELECT 'it is $guard$';\n{guard}")), seen);
        assert_eq!(found(&guard.replace("$guard$", "$x$")).map(|(line, _)| line), Some(1));
        for text in [
            String::new(),
            guard.lines().map(|line| format!("-- {line}\n")).collect::<String>(),
            format!("/* {guard} */ SELECT 1;"),
            format!("COMMENT ON TABLE a IS '{}';", guard.replace('\'', "''")),
            format!("SELECT $x$ {guard} $x$;"),
            guard.replace("undecided: ", "stop: "),
        ] {
            assert_eq!(found(&text), None, "{text}");
        }
        // The tokenizer rejects this as SQL.
        assert_eq!(found(&format!("\n{guard}SELECT 'open")).map(|(line, _)| line), Some(5));
    }
}
