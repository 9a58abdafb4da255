//! Finds out which item an attribute is on from the item's first tokens. Items are never parsed.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The item that Diesel generates where an attribute is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A column: `pub struct name;`.
    Column,
    /// A table: `pub mod name { ... }`, or the call of `table!` or `view!` itself.
    Table,
    /// The call of `joinable!`.
    Joinable,
    /// Anything else.
    Other,
}

impl Item {
    /// Recognizes an item by its tokens.
    pub fn of(tokens: TokenStream) -> Self {
        let mut tokens = tokens.into_iter().peekable();
        let mut last_word = String::new();
        while let Some(token) = tokens.next() {
            match token {
                // `#[...]`
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    tokens.next();
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                // The end of a macro's path.
                TokenTree::Punct(punct) if punct.as_char() == '!' => {
                    return match last_word.as_str() {
                        "table" | "view" => Self::Table,
                        "joinable" => Self::Joinable,
                        _ => Self::Other,
                    };
                }
                // `pub(crate)`
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis && last_word == "pub" => {}
                TokenTree::Ident(ident) => match ident.to_string().as_str() {
                    "struct" => return Self::Column,
                    "mod" => return Self::Table,
                    word => last_word = word.to_owned(),
                },
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => return Self::of(group.stream()),
                _ => return Self::Other,
            }
        }
        Self::Other
    }

    /// Returns the name for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Column => "a column",
            Self::Table => "a table",
            Self::Joinable => "`joinable!`",
            Self::Other => "an item of this kind",
        }
    }
}
