//! What `use` declarations bring into scope.

use super::tokens::{Token, TokenKind};

/// One name of a `use` declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The index of the last segment's token; `*` for a glob.
    pub at: usize,
    /// The segments before the last one.
    pub path: Vec<String>,
    /// The name under which it is in scope; `None` for a glob.
    pub name: Option<String>,
}

/// Reads the declaration whose first token after `use` is at `at`. Returns its names, and the index of its `;`.
pub(crate) fn read(tokens: &[Token], at: usize) -> (Vec<Import>, usize) {
    let mut reader = Reader {
        tokens,
        at,
        found: Vec::new(),
    };
    reader.tree(&[]);
    (reader.found, reader.at)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Vec<Import>,
}

impl Reader<'_> {
    fn is(&self, text: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.is(text))
    }

    fn tree(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        while let Some(token) = self.tokens.get(self.at) {
            if token.is("{") {
                return self.group(&path);
            }
            if token.is("*") || token.kind == TokenKind::Ident {
                let (at, text) = (self.at, token.text.clone());
                self.at += 1;
                if !self.is("::") {
                    return self.leaf(at, path, text);
                }
                path.push(text);
            }
            if !self.is("::") {
                return;
            }
            self.at += 1;
        }
    }

    fn group(&mut self, path: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && !self.is("}") {
            let begun = self.at;
            self.tree(path);
            if self.is(",") || self.at == begun {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn leaf(&mut self, at: usize, mut path: Vec<String>, text: String) {
        let mut name = Some(text.clone());
        if self.is("as") {
            name = self.tokens.get(self.at + 1).map(|token| token.text.clone());
            self.at += 2;
        } else if text == "*" {
            name = None;
        } else if text == "self" {
            // `users::{self, dsl}` names `users`.
            name = path.last().cloned();
            path.pop();
        }
        self.found.push(Import { at, path, name });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::read;
    use crate::uses::tokens::tokens;

    #[test]
    fn trees_are_read() {
        let tokens = tokens("use crate::schema::{users::dsl::*, posts::{self, title as t}, tags};").unwrap();
        let (found, end) = read(&tokens, 1);
        let shown: Vec<String> = found
            .iter()
            .map(|import| format!("{} {} {:?}", import.path.join("."), tokens[import.at].text, import.name))
            .collect();
        assert_eq!(
            shown,
            [
                "crate.schema.users.dsl * None",
                "crate.schema self Some(\"posts\")",
                "crate.schema.posts title Some(\"t\")",
                "crate.schema tags Some(\"tags\")",
            ]
        );
        assert!(tokens[end].is(";"));
    }
}
