//! Splits Rust source into tokens, with the words of its string literals, and without comments.

use std::str::FromStr;

use proc_macro2::{Delimiter, Literal, Spacing, TokenStream, TokenTree};

use crate::model::plain_words;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// An identifier or keyword.
    Ident,
    /// Punctuation: one character, or `::`, `->`, `=>`.
    Punct,
    /// An opening delimiter.
    Open,
    /// A closing delimiter.
    Close,
    /// A number or character.
    Literal,
    /// A word of a string literal. The number distinguishes the strings of a file.
    Word(u32),
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Its text; a raw identifier without `r#`.
    pub text: String,
    /// Its kind.
    pub kind: TokenKind,
    /// The line in which it begins, from 1.
    pub line: usize,
}

impl Token {
    /// Returns whether it is this identifier or punctuation.
    pub fn is(&self, text: &str) -> bool {
        !matches!(self.kind, TokenKind::Word(_) | TokenKind::Literal) && self.text == text
    }

    /// Returns whether it is an identifier or keyword.
    pub fn is_ident(&self) -> bool {
        self.kind == TokenKind::Ident
    }
}

/// Splits a file into tokens. Returns none if its delimiters or literals do not end.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token>> {
    let stream = TokenStream::from_str(text).ok()?;
    let mut reader = Reader::default();
    reader.stream(stream);
    Some(reader.tokens)
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    strings: u32,
}

impl Reader {
    fn push(&mut self, text: impl Into<String>, kind: TokenKind, line: usize) {
        self.tokens.push(Token {
            text: text.into(),
            kind,
            line,
        });
    }

    fn stream(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Punct(hash) if hash.as_char() == '#' => {
                    // A doc comment is an attribute.
                    if trees.peek().is_some_and(is_doc) {
                        trees.next();
                    } else {
                        self.push("#", TokenKind::Punct, hash.span().start().line);
                    }
                }
                TokenTree::Punct(first) => {
                    let mut text = first.as_char().to_string();
                    if first.spacing() == Spacing::Joint
                        && let Some(TokenTree::Punct(second)) = trees.peek()
                        && matches!((first.as_char(), second.as_char()), (':', ':') | ('-' | '=', '>'))
                    {
                        text.push(second.as_char());
                        trees.next();
                    }
                    self.push(text, TokenKind::Punct, first.span().start().line);
                }
                other => self.tree(other),
            }
        }
    }

    fn tree(&mut self, tree: TokenTree) {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => return self.stream(group.stream()),
                };
                self.push(open, TokenKind::Open, line);
                self.stream(group.stream());
                self.push(close, TokenKind::Close, group.span_close().start().line);
            }
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                self.push(text.trim_start_matches("r#"), TokenKind::Ident, line);
            }
            TokenTree::Literal(literal) => self.literal(&literal, line),
            TokenTree::Punct(punct) => self.push(punct.as_char().to_string(), TokenKind::Punct, line),
        }
    }

    /// Adds a literal; a string as its words, each on its own line.
    fn literal(&mut self, literal: &Literal, line: usize) {
        let text = literal.to_string();
        if !text.contains('"') || text.starts_with('\'') {
            return self.push(text, TokenKind::Literal, line);
        }
        self.strings += 1;
        for (below, row) in text.lines().enumerate() {
            for word in plain_words(row) {
                self.push(word, TokenKind::Word(self.strings), line + below);
            }
        }
        if self
            .tokens
            .last()
            .is_none_or(|last| last.kind != TokenKind::Word(self.strings))
        {
            self.push("", TokenKind::Word(self.strings), line);
        }
    }
}

/// Returns whether a tree is `[doc = ...]`.
fn is_doc(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else {
        return false;
    };
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{TokenKind, tokens};

    #[test]
    fn comments_are_no_tokens_and_strings_are_words() {
        let text = "// mail\n/// mail\nfn r#type() -> X { sql(\"SELECT u.mail\") /* mail */ }";
        let found = tokens(text).unwrap();
        let texts: Vec<&str> = found.iter().map(|token| token.text.as_str()).collect();
        let wanted = [
            "fn", "type", "(", ")", "->", "X", "{", "sql", "(", "SELECT", "u", "mail", ")", "}",
        ];
        assert_eq!(texts, wanted);
        assert_eq!((found[9].kind, found[9].line), (TokenKind::Word(1), 3));
        assert!(tokens("fn f( {").is_none());
    }
}
