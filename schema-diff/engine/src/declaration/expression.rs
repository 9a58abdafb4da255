//! Shortens expressions to what a user would type, without changing their meaning to Postgres.

use std::borrow::Cow;

/// The spelling of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Without the known parts that Postgres adds automatically.
    Short,
    /// As Postgres deparses it.
    Exact,
}

/// Spells a condition or a value. The short spelling is on one line, without the parentheses around it.
pub fn spelled(stored: &str, spelling: Spelling) -> Cow<'_, str> {
    match spelling {
        Spelling::Exact => Cow::Borrowed(stored),
        Spelling::Short => {
            let mut text = stored.trim();
            while let Some(inner) = within_parentheses(text) {
                text = inner.trim();
            }
            one_line(text)
        }
    }
}

/// Spells a default. The short spelling has no cast of a literal to the column's own type.
pub(super) fn default(stored: &str, own_type: &str, spelling: Spelling) -> String {
    if spelling == Spelling::Exact {
        return stored.to_owned();
    }
    if let Some((literal, cast)) = stored.rsplit_once("::")
        && is_literal(literal)
    {
        if cast == "integer" {
            return literal.trim_matches('\'').to_owned();
        }
        if cast == own_type {
            return literal.to_owned();
        }
    }
    spelled(stored, spelling).into_owned()
}

/// Removes the casts to `text` that Postgres adds to columns of type `varchar`.
pub(super) fn without_casts(text: &str, is_varchar: &dyn Fn(&str) -> bool) -> String {
    let mut short = String::with_capacity(text.len());
    let mut done = 0;
    for (at, c) in outside_quotes(text) {
        let Some(rest) = text.get(at + 1..).filter(|_| c == '(' && at >= done) else {
            continue;
        };
        let length = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let (name, behind) = rest.split_at(length);
        let is_whole = behind
            .strip_prefix(")::text")
            .is_some_and(|behind| !behind.starts_with(|c: char| c == '[' || c == '_' || c.is_alphanumeric()));
        if is_whole && is_varchar(name) {
            short.push_str(text.get(done..at).unwrap_or_default());
            short.push_str(name);
            done = at + 1 + length + ")::text".len();
        }
    }
    short.push_str(text.get(done..).unwrap_or_default());
    short
}

/// Returns the content of parentheses that enclose the whole text.
fn within_parentheses(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    for (_, c) in outside_quotes(inner) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// Checks whether a text is a single literal `'...'` without a prefix such as `E`.
fn is_literal(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else {
        return false;
    };
    !inner.replace("''", "").contains('\'')
}

/// Replaces line breaks and indentation outside of quotes by one space.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let outside: std::collections::BTreeSet<usize> = outside_quotes(text).map(|(at, _)| at).collect();
    let mut line = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_space = c.is_whitespace() && outside.contains(&at);
        if !is_space {
            line.push(c);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    Cow::Owned(line)
}

/// Returns the characters that are not inside quotes, with their positions.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, c)| match quote {
        Some(open) => {
            if *c == open {
                quote = None;
            }
            false
        }
        None if matches!(c, '\'' | '"') => {
            quote = Some(*c);
            false
        }
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::{Spelling::Short, default, spelled};

    #[test]
    fn expressions_are_short() {
        let cases = [
            ("(age >= 0)", "age >= 0"),
            ("((a > 0) AND (b > 0))", "(a > 0) AND (b > 0)"),
            (
                "(a = ')'::text) OR (b = '('::text)",
                "(a = ')'::text) OR (b = '('::text)",
            ),
            (
                "\nCASE\n    WHEN a THEN ' \n '::text\nEND",
                "CASE WHEN a THEN ' \n '::text END",
            ),
        ];
        for (text, short) in cases {
            assert_eq!(spelled(text, Short), short);
        }
    }

    #[test]
    fn casts_of_columns_go() {
        let cases = [
            ("lower((email)::text)", "lower(email)"),
            ("(email)::text || (age)::text", "email || (age)::text"),
            ("(email)::text[]", "(email)::text[]"),
            ("'(email)::text'", "'(email)::text'"),
            ("f(((email)::text = 'x'::text))", "f((email = 'x'::text))"),
        ];
        for (text, short) in cases {
            assert_eq!(super::without_casts(text, &|name| name == "email"), short);
        }
    }

    #[test]
    fn defaults_are_short() {
        let cases = [
            ("'new'::public.mood", "public.mood", "'new'"),
            ("'it''s'::text", "text", "'it''s'"),
            ("'-1'::integer", "integer", "-1"),
            ("'7'::smallint", "smallint", "'7'"),
            ("'x'::text", "app.email", "'x'::text"),
            ("('a'::text || 'b'::text)", "text", "'a'::text || 'b'::text"),
        ];
        for (text, own, short) in cases {
            assert_eq!(default(text, own, Short), short);
        }
    }
}
