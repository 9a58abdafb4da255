//! Converts Rust tokens to the SQL that they spell.
//!
//! A string is used as SQL, other literals as their values, identifiers as columns and functions. SQL that is not valid
//! Rust tokens (`'it''s'`, `$1`, `a ~~* b`) has to be written in a string.

use proc_macro2::{Delimiter, Literal, Spacing, TokenStream, TokenTree};
use syn::{Error, Ident, Lit, Result, ext::IdentExt};

/// Returns the SQL for a stream of tokens.
pub(crate) fn text(tokens: TokenStream) -> Result<String> {
    let mut sql = String::new();
    write(tokens, &mut sql)?;
    Ok(sql)
}

fn write(tokens: TokenStream, sql: &mut String) -> Result<()> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) => {
                part_from_word(sql);
                let is_function = matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                sql.push_str(&identifier(&ident, is_function));
            }
            TokenTree::Literal(literal) => {
                part_from_word(sql);
                sql.push_str(&self::literal(literal)?);
            }
            TokenTree::Punct(punct) => {
                let tight = matches!(punct.as_char(), ',' | '.' | ':');
                let continues =
                    sql.ends_with(|c: char| c.is_ascii_punctuation() && !matches!(c, ')' | ']' | '"' | '\'' | '_'));
                if !tight && !continues && !sql.is_empty() && !sql.ends_with(' ') {
                    sql.push(' ');
                }
                let is_sign =
                    punct.as_char() == '-' && (sql.is_empty() || sql.ends_with(['(', '[']) || sql.ends_with(", "));
                sql.push(punct.as_char());
                if punct.as_char() == ',' || (!tight && !is_sign && punct.spacing() == Spacing::Alone) {
                    sql.push(' ');
                }
            }
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Parenthesis => {
                    sql.push('(');
                    write(group.stream(), sql)?;
                    sql.push(')');
                }
                Delimiter::Bracket => {
                    sql.push('[');
                    write(group.stream(), sql)?;
                    sql.push(']');
                }
                Delimiter::None => write(group.stream(), sql)?,
                Delimiter::Brace => return Err(Error::new(group.span_open(), "braces have no meaning in SQL")),
            },
        }
    }
    Ok(())
}

/// Adds a space if two words would run together.
fn part_from_word(sql: &mut String) {
    if sql.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | ')' | ']')) {
        sql.push(' ');
    }
}

/// Returns an identifier as SQL: quoted if it is raw, or if Postgres would fold its case and it is not a function.
pub(crate) fn identifier(ident: &Ident, is_function: bool) -> String {
    let name = ident.unraw().to_string();
    let is_raw = ident != &name;
    let folds = !name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if is_raw || (folds && !is_function) {
        quoted(&name)
    } else {
        name
    }
}

/// Returns a name in quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(literal: Literal) -> Result<String> {
    let span = literal.span();
    match Lit::new(literal) {
        Lit::Str(text) => crate::arguments::without_nul(&text, text.value()),
        Lit::Char(character) => Ok(format!("'{}'", character.value().to_string().replace('\'', "''"))),
        Lit::Int(number) if number.suffix().is_empty() => Ok(number.base10_digits().to_owned()),
        Lit::Float(number) if number.suffix().is_empty() => Ok(number.base10_digits().to_owned()),
        Lit::Bool(value) => Ok(value.value.to_string()),
        _ => Err(Error::new(span, "this literal has no meaning in SQL")),
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn spells_tokens_as_sql() {
        for (tokens, sql) in [
            ("lower(email)", "lower(email)"),
            ("coalesce(a, -1, 2.5)", "coalesce(a, -1, 2.5)"),
            ("left(userName, 3)", "left(\"userName\", 3)"),
            ("concat(r#type, 'x')", "concat(\"type\", 'x')"),
            ("a::text", "a::text"),
            ("a || b", "a || b"),
            ("a + b * 2", "a + b * 2"),
            ("f(\"'day'\", at)", "f('day', at)"),
            ("app.f(a[1])", "app.f(a[1])"),
            ("extract(year from at)", "extract(year from at)"),
            ("-1", "-1"),
        ] {
            let spelt = tokens
                .parse()
                .map_err(|_| ())
                .and_then(|tokens| text(tokens).map_err(|_| ()));
            assert_eq!(spelt.as_deref(), Ok(sql));
        }
        for tokens in ["f({ a })", "1u8", "b\"x\""] {
            assert!(tokens.parse().is_ok_and(|tokens| text(tokens).is_err()), "{tokens}");
        }
    }
}
