//! The tokens of a file, with its delimiters matched in both directions.

use super::{SourceText, deployed::without_tests, origin::Origin};
use crate::uses::{
    brackets::Brackets,
    tokens::{Token, TokenKind, tokens},
};

/// A file of a program, without its tests.
pub(super) struct Code {
    pub path: String,
    pub is_schema: bool,
    pub tokens: Vec<Token>,
    pub brackets: Brackets,
    /// For each token, the opening delimiter of the group that contains it.
    parents: Vec<Option<usize>>,
    /// For each closing delimiter, the opening one.
    starts: Vec<usize>,
}

impl Code {
    /// Splits a file into tokens; `None` if it is no Rust.
    pub fn of(file: &SourceText) -> Option<Self> {
        let tokens = without_tests(tokens(&file.text)?);
        let brackets = Brackets::of(&tokens);
        let mut parents = Vec::with_capacity(tokens.len());
        let mut starts: Vec<usize> = (0..tokens.len()).collect();
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if token.kind == TokenKind::Close
                && let Some(start) = open.pop()
            {
                starts[at] = start;
            }
            parents.push(open.last().copied());
            if token.kind == TokenKind::Open {
                open.push(at);
            }
        }
        Some(Self {
            path: file.path.clone(),
            is_schema: file.is_schema,
            tokens,
            brackets,
            parents,
            starts,
        })
    }

    /// Returns whether a token is this identifier or punctuation; none is outside of the file.
    pub fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(text))
    }

    /// Returns whether a token is an identifier or keyword.
    pub fn is_ident(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::is_ident)
    }

    /// Returns the text of a token; empty outside of the file.
    pub fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// Returns whether the token before one is this identifier or punctuation.
    pub fn follows(&self, at: usize, text: &str) -> bool {
        at > 0 && self.is(at - 1, text)
    }

    /// Returns the opening delimiter of the group that contains a token.
    pub fn parent(&self, at: usize) -> Option<usize> {
        self.parents.get(at).copied().flatten()
    }

    /// Returns the index of the opening delimiter of a closing one.
    pub fn start(&self, close: usize) -> usize {
        self.starts[close]
    }

    /// Returns the index after the generic arguments that begin at `at` with `::<`, or `at` if there are none.
    pub fn after_turbofish(&self, at: usize) -> usize {
        if !(self.is(at, "::") && self.is(at + 1, "<")) {
            return at;
        }
        let mut depth = 0_usize;
        let mut next = at + 1;
        while next < self.tokens.len() {
            match self.text(next) {
                "<" => depth += 1,
                ">" => depth -= 1,
                _ => {}
            }
            next = self.brackets.skip(next);
            if depth == 0 {
                break;
            }
        }
        next
    }

    /// Returns the index of the first token of the path that ends at `at`.
    pub fn path_start(&self, mut at: usize) -> usize {
        while at > 0 && self.is(at - 1, "::") {
            match at > 1 && self.is_ident(at - 2) {
                true => at -= 2,
                false => return at - 1,
            }
        }
        at
    }

    /// Returns the name of the function or method whose arguments a delimiter opens, and its index.
    pub fn callee(&self, open: usize) -> Option<usize> {
        let mut before = open.checked_sub(1)?;
        if self.is(before, ">") {
            let mut depth = 0_usize;
            loop {
                match self.text(before) {
                    ">" => depth += 1,
                    "<" => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                before = match self.tokens[before].kind {
                    TokenKind::Close => self.start(before).checked_sub(1)?,
                    _ => before.checked_sub(1)?,
                };
            }
            before = before.checked_sub(2).filter(|own| self.is(own + 1, "::"))?;
        }
        self.is_ident(before).then_some(before)
    }

    /// Returns what code in a line does.
    pub fn origin(&self, at: usize, code: impl Into<String>, action: impl Into<String>) -> Origin {
        let line = self.tokens.get(at).map_or(1, |token| token.line);
        Origin::new(&self.path, line, code, action)
    }
}
