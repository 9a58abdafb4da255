//! From tokens of Rust to the SQL that they spell.
//!
//! Strings stand for themselves as SQL, other literals for their values, identifiers for columns and functions. What
//! is no token of Rust (`'it''s'`, `$1`, `a ~~* b`) is written in a string.

use proc_macro2::{Delimiter, Literal, Spacing, TokenStream, TokenTree};
use syn::{Error, Ident, Lit, Result, ext::IdentExt};

/// SQL for a stream of tokens.
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
                sql.push(punct.as_char());
                if punct.as_char() == ',' || (!tight && punct.spacing() == Spacing::Alone) {
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

/// A space where two words would run together.
fn part_from_word(sql: &mut String) {
    if sql.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | ')' | ']')) {
        sql.push(' ');
    }
}

/// An identifier as SQL: quoted where Postgres would fold its case.
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

/// A name in quotes.
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
