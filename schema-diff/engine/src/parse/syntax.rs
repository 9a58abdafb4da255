//! Parses text as Rust, with limits on how deep it nests.

use std::str::FromStr;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// The maximum nesting depth of brackets in a file.
const MAX_DEPTH: usize = 128;
/// The maximum number of consecutive tokens, on all open levels together, without a comma, a semicolon or the end of an
/// item. The Rust parser may recurse once for each.
const MAX_RUN: usize = 4096;

/// A syntax error in Rust source.
pub(super) struct SyntaxError {
    /// The position.
    pub span: Span,
    /// The message.
    pub message: String,
}

/// Parses a file. Spans are positions in `text`.
pub(super) fn file(text: &str) -> Result<syn::File, SyntaxError> {
    let text = source(text);
    let tokens = TokenStream::from_str(text).map_err(|error| SyntaxError {
        span: error.span(),
        message:
            "the file is not valid Rust from this place on: a bracket or quote is unmatched, or a character is invalid"
                .into(),
    })?;
    if let Some(span) = nests_too_deep(tokens.clone()) {
        return Err(SyntaxError {
            span,
            message: "this is nested too deeply".into(),
        });
    }
    syn::parse2(tokens).map_err(|error| SyntaxError {
        span: error.span(),
        message: error.to_string(),
    })
}

/// Returns the Rust source in a file's text: the part after a byte order mark and a script's first line.
pub(super) fn source(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_script = text.starts_with("#!") && !text.starts_with("#![");
    if is_script {
        text.find('\n').and_then(|end| text.get(end..)).unwrap_or_default()
    } else {
        text
    }
}

/// Returns where tokens nest deeper than the parser may recurse. This function does not recurse.
fn nests_too_deep(tokens: TokenStream) -> Option<Span> {
    struct Level {
        tokens: proc_macro2::token_stream::IntoIter,
        run: usize,
        after_braces: bool,
    }
    let mut levels = vec![Level {
        tokens: tokens.into_iter(),
        run: 0,
        after_braces: false,
    }];
    let mut total = 0;
    while let Some(level) = levels.last_mut() {
        let Some(token) = level.tokens.next() else {
            total -= level.run;
            levels.pop();
            continue;
        };
        let ends = match &token {
            TokenTree::Punct(punct) => {
                matches!(punct.as_char(), ';' | ',') || (level.after_braces && punct.as_char() == '#')
            }
            TokenTree::Ident(ident) => level.after_braces && ident != "else",
            _ => false,
        };
        level.after_braces = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if ends {
            total -= level.run;
            level.run = 0;
        }
        level.run += 1;
        total += 1;
        if total > MAX_RUN {
            return Some(token.span());
        }
        if let TokenTree::Group(group) = token {
            if levels.len() > MAX_DEPTH {
                return Some(group.span_open());
            }
            levels.push(Level {
                tokens: group.stream().into_iter(),
                run: 0,
                after_braces: false,
            });
        }
    }
    None
}
