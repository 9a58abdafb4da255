//! Small pieces of SQL text.

use crate::model::quote_ident;

/// Renders `(a, "B")`.
pub fn column_list<'a>(columns: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = columns.into_iter().map(|name| quote_ident(name)).collect();
    format!("({})", names.join(", "))
}

/// Ends an expression of the user, so that a comment at its end does not hide what follows.
pub fn closed(expression: &str) -> String {
    let newline = if has_line_comment(expression) { "\n" } else { "" };
    format!("{expression}{newline}")
}

/// Returns whether two hyphens appear outside of quotes, or may do so.
fn has_line_comment(text: &str) -> bool {
    let mut quote = None;
    let mut last = ' ';
    for (at, next) in text.char_indices() {
        match quote {
            Some(open) if next == open => quote = None,
            Some(_) => {}
            // In a dollar quote, an apostrophe is no quote.
            None if next == '$' => return text[at..].contains("--"),
            None if matches!(next, '\'' | '"') => quote = Some(next),
            None if next == '-' && last == '-' => return true,
            None => {}
        }
        last = next;
    }
    false
}

/// Wraps an expression in parentheses, unless parentheses enclose it already.
pub fn parenthesized(expression: &str) -> String {
    if is_enclosed(expression) {
        expression.to_owned()
    } else {
        format!("({expression})")
    }
}

/// Returns whether the parenthesis that opens the text closes at its last character.
fn is_enclosed(text: &str) -> bool {
    if !text.starts_with('(') {
        return false;
    }
    let (mut depth, mut quote, mut escapes, mut escaped) = (0_usize, None, false, false);
    let mut last = ' ';
    for (at, next) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if escapes && next == '\\' => escaped = true,
            Some(open) if next == open => quote = None,
            Some(_) => {}
            None => match next {
                '\'' | '"' => {
                    quote = Some(next);
                    escapes = next == '\'' && matches!(last, 'E' | 'e');
                }
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at + 1 == text.len();
                    }
                }
                _ => {}
            },
        }
        last = next;
    }
    false
}

/// Quotes a text with dollar quotes. The tag is extended until the text does not contain it.
pub fn dollar_quoted(tag: &str, text: &str) -> String {
    let mut tag = tag.to_owned();
    while text.contains(&format!("${tag}$")) || text.ends_with(&format!("${tag}")) {
        tag.push_str(if tag.is_empty() { "body" } else { "_" });
    }
    format!("${tag}${text}${tag}$")
}

#[cfg(test)]
mod tests {
    use super::{closed, dollar_quoted, parenthesized};

    #[test]
    fn parentheses_are_not_doubled() {
        let cases = [
            ("(a > 0)", "(a > 0)"),
            ("(a > 0) AND (b > 0)", "((a > 0) AND (b > 0))"),
            ("((a)::text = ')'::text)", "((a)::text = ')'::text)"),
            ("(a = '(')", "(a = '(')"),
            ("(a = E'\\')(')", "(a = E'\\')(')"),
            ("(\"a)\" > 0)", "(\"a)\" > 0)"),
            ("lower(a)", "(lower(a))"),
        ];
        for (expression, expected) in cases {
            assert_eq!(parenthesized(expression), expected);
        }
    }

    #[test]
    fn comments_end_with_their_line() {
        for text in ["'x' -- why", "$q$it's$q$ -- why", "a -- b"] {
            assert_eq!(closed(text), format!("{text}\n"));
        }
        for text in ["'x; -- \"x\" $$'", "\"a--b\"", "1 - -1", "$q$it's$q$"] {
            assert_eq!(closed(text), text);
        }
    }

    #[test]
    fn dollars_within_do_not_end_the_quote() {
        assert_eq!(dollar_quoted("", "a"), "$$a$$");
        assert_eq!(dollar_quoted("", "a $$ b"), "$body$a $$ b$body$");
        assert_eq!(dollar_quoted("", "a $$ $body$"), "$body_$a $$ $body$$body_$");
        assert_eq!(dollar_quoted("guard", "$guard$"), "$guard_$$guard$$guard_$");
    }
}
