//! Leaves out what is compiled only for tests.

use crate::uses::{
    brackets::Brackets,
    tokens::{Token, TokenKind},
};

/// Keywords that begin an item, which ends at its body or its semicolon.
const ITEMS: [&str; 13] = [
    "async", "const", "enum", "extern", "fn", "impl", "mod", "static", "struct", "trait", "type", "unsafe", "use",
];

/// Returns the tokens without the items below `#[cfg(test)]` and `#[test]`.
pub(super) fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let brackets = Brackets::of(&tokens);
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if is_test(&tokens, at)
            && let Some(end) = item_end(&tokens, &brackets, brackets.skip(at + 1))
        {
            at = end;
        } else {
            kept.push(at);
            at += 1;
        }
    }
    let mut kept = kept.into_iter().peekable();
    let tokens = tokens.into_iter().enumerate();
    let mut is_kept = |at: usize| kept.next_if_eq(&at).is_some();
    tokens.filter_map(|(at, token)| is_kept(at).then_some(token)).collect()
}

/// Returns whether an attribute at `at` is `#[cfg(test)]` or `#[test]`.
fn is_test(tokens: &[Token], at: usize) -> bool {
    let begins = |wanted: &[&str]| {
        let mut own = tokens[at..].iter();
        wanted.iter().all(|text| own.next().is_some_and(|token| token.is(text)))
    };
    begins(&["#", "[", "cfg", "(", "test", ")", "]"]) || begins(&["#", "[", "test", "]"])
}

/// Returns the index after the item at `at`; `None` if it is something else, such as a field.
fn item_end(tokens: &[Token], brackets: &Brackets, mut at: usize) -> Option<usize> {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    while is(at, "#") && is(at + 1, "[") {
        at = brackets.skip(at + 1);
    }
    if is(at, "pub") {
        at += 1;
        if is(at, "(") {
            at = brackets.skip(at);
        }
    }
    let first = tokens.get(at).filter(|token| token.kind == TokenKind::Ident)?;
    if !ITEMS.contains(&first.text.as_str()) {
        return None;
    }
    // The braces of these are no bodies.
    let is_function = ["fn", "unsafe", "async", "extern"].iter().any(|own| is(at + 1, own));
    let is_statement = ["const", "static", "type", "use"].contains(&first.text.as_str()) && !is_function;
    while at < tokens.len() {
        let is_body = is(at, "{") && !is_statement;
        at = match is(at, ";") {
            true => return Some(at + 1),
            false => brackets.skip(at),
        };
        if is_body {
            return Some(at);
        }
    }
    None
}
