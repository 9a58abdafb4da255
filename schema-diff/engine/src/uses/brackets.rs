//! Matching delimiters in a list of tokens.

use super::tokens::{Token, TokenKind};

/// The end of each delimited group.
#[derive(Clone, Debug)]
pub(crate) struct Brackets {
    ends: Vec<usize>,
}

impl Brackets {
    /// Matches the delimiters of tokens. In a lexed file, each has its counterpart.
    pub fn of(tokens: &[Token]) -> Self {
        let mut ends: Vec<usize> = (0..tokens.len()).collect();
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Open => open.push(at),
                TokenKind::Close => {
                    if let Some(start) = open.pop() {
                        ends[start] = at;
                    }
                }
                _ => {}
            }
        }
        Self { ends }
    }

    /// Returns the index of the closing delimiter of the one at `open`.
    pub fn end(&self, open: usize) -> usize {
        self.ends[open]
    }

    /// Returns the index after a token, or after the group that it opens.
    pub fn skip(&self, at: usize) -> usize {
        self.ends[at] + 1
    }

    /// Returns the index after the next comma on the level of `at`, or `close`. Commas between angle brackets are not on
    /// that level.
    pub fn after_comma(&self, mut at: usize, close: usize, tokens: &[Token]) -> usize {
        let mut angles = 0_usize;
        while at < close {
            match tokens[at].text.as_str() {
                "<" => angles += 1,
                ">" => angles = angles.saturating_sub(1),
                "," if angles == 0 => return at + 1,
                _ => {}
            }
            at = self.skip(at);
        }
        close
    }
}
