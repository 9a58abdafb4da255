//! What all attributes share: arguments, flags, options and names.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use syn::{
    Error, Ident, LitInt, LitStr, MacroDelimiter, Meta, Result, Token,
    ext::IdentExt,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use crate::nearest::{alternatives, nearest};

/// Longest identifier that Postgres keeps, in bytes.
const MAX_IDENTIFIER_BYTES: usize = 63;
/// What parts a message from its hint.
const HINT: &str = "\nhelp: ";

/// An error with a way out.
pub(crate) fn error(span: Span, message: impl Display, hint: impl Display) -> Error {
    Error::new(span, format!("{message}{HINT}{hint}"))
}

/// A message, and the way out if it has one.
pub fn split_hint(error: &Error) -> (String, Option<String>) {
    let text = error.to_string();
    match text.split_once(HINT) {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (text, None),
    }
}

/// The name of an attribute: the last segment of its path.
pub(crate) fn name(meta: &Meta) -> Result<Ident> {
    let path = meta.path();
    match path.segments.last() {
        Some(segment) => Ok(segment.ident.clone()),
        None => Err(Error::new_spanned(path, "an attribute needs a name")),
    }
}

/// The arguments of an attribute: what stands in its parentheses, nothing without them.
///
/// # Errors
/// `#[name = ...]`, `#[name[...]]` and `#[name{...}]` are no forms of these attributes.
pub fn arguments(meta: &Meta) -> Result<TokenStream> {
    match meta {
        Meta::Path(_) => Ok(TokenStream::new()),
        Meta::List(list) if matches!(list.delimiter, MacroDelimiter::Paren(_)) => Ok(list.tokens.clone()),
        Meta::List(list) => Err(Error::new_spanned(&list.path, "arguments stand in parentheses here")),
        Meta::NameValue(pair) => {
            let name = name(meta).map(|name| name.unraw().to_string()).unwrap_or_default();
            Err(error(
                pair.eq_token.span,
                "arguments stand in parentheses here",
                format!("{name}(...)"),
            ))
        }
    }
}

/// One argument, by its form.
pub(crate) enum Argument {
    /// A word that stands alone.
    Flag(Ident),
    /// `word =`; its value is still to be read.
    Option(Ident),
    /// `word(`; what it holds is still to be read, with [`list`].
    List(Ident),
    /// Anything else; nothing of it has been read.
    Value,
}

/// Reads arguments up to the end, each with `read`.
pub(crate) fn each(input: ParseStream<'_>, mut read: impl FnMut(ParseStream<'_>) -> Result<()>) -> Result<()> {
    while !input.is_empty() {
        read(input)?;
        if input.is_empty() {
            break;
        }
        if !input.peek(Token![,]) {
            return Err(input.error("a comma or the end is expected here"));
        }
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

/// The form of the next argument, given the words that can be flags and lists there.
pub(crate) fn next(input: ParseStream<'_>, flags: &[&str], lists: &[&str]) -> Result<Argument> {
    let fork = input.fork();
    let Ok(word) = fork.call(Ident::parse_any) else {
        return Ok(Argument::Value);
    };
    let is = |words: &[&str]| words.iter().any(|own| word == own);
    if fork.peek(Token![=]) && !fork.peek(Token![==]) && !fork.peek(Token![=>]) {
        fork.parse::<Token![=]>()?;
        input.advance_to(&fork);
        Ok(Argument::Option(word))
    } else if (fork.is_empty() || fork.peek(Token![,])) && is(flags) {
        input.advance_to(&fork);
        Ok(Argument::Flag(word))
    } else if fork.peek(token::Paren) && is(lists) {
        input.advance_to(&fork);
        Ok(Argument::List(word))
    } else {
        Ok(Argument::Value)
    }
}

/// Words that were said, to refuse them the second time.
#[derive(Default)]
pub(crate) struct Seen(Vec<String>);

impl Seen {
    /// Notes a word.
    pub fn once(&mut self, word: &Ident) -> Result<()> {
        let text = word.unraw().to_string();
        if self.0.contains(&text) {
            return Err(error(
                word.span(),
                format!("`{text}` is said twice"),
                "leave one of them out",
            ));
        }
        self.0.push(text);
        Ok(())
    }

    /// Whether a word was said.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|seen| seen == word)
    }
}

/// The error for a word that is none of those known.
pub(crate) fn unknown(word: &Ident, what: &str, known: &[&str]) -> Error {
    let text = word.unraw().to_string();
    let near = nearest(&text, known.iter().copied(), 1);
    let hint = if near.is_empty() {
        format!("known here: {}", alternatives(known))
    } else {
        format!("did you mean {}?", alternatives(&near))
    };
    error(word.span(), format!("{what} has no option `{text}`"), hint)
}

/// The error for an argument in a place where only words are known.
pub(crate) fn unexpected(input: ParseStream<'_>, what: &str, known: &[&str]) -> Error {
    match input.fork().call(Ident::parse_any) {
        Ok(word) => unknown(&word, what, known),
        Err(_) => error(
            input.span(),
            format!("this is no argument of {what}"),
            format!("known here: {}", alternatives(known)),
        ),
    }
}

/// A text, not empty, without NUL.
pub(crate) fn text(input: ParseStream<'_>, what: &str) -> Result<String> {
    if !input.peek(LitStr) {
        return Err(error(
            input.span(),
            format!("{what} is expected here, as a string"),
            "such as \"...\"",
        ));
    }
    check_text(&input.parse()?, what)
}

/// Reads one text and nothing more.
pub(crate) fn only(input: ParseStream<'_>, what: &str) -> Result<String> {
    let text = text(input, what)?;
    end(input)?;
    Ok(text)
}

fn check_text(literal: &LitStr, what: &str) -> Result<String> {
    let text = literal.value();
    if text.trim().is_empty() {
        return Err(Error::new(
            literal.span(),
            format!("{what} is expected here; this string is empty"),
        ));
    }
    without_nul(literal, text)
}

/// Refuses the one character that Postgres cannot store.
pub(crate) fn without_nul(literal: &LitStr, text: String) -> Result<String> {
    if text.contains('\0') {
        return Err(Error::new(literal.span(), "Postgres cannot store the NUL character"));
    }
    Ok(text)
}

/// A name.
pub(crate) fn name_text(input: ParseStream<'_>) -> Result<String> {
    identifier(input, "a name")
}

/// A name: an identifier of Rust, or a string for those that are none.
pub(crate) fn identifier(input: ParseStream<'_>, what: &str) -> Result<String> {
    let span = input.span();
    if input.peek(LitStr) {
        return check_name(text(input, what)?, span);
    }
    match input.call(Ident::parse_any) {
        Ok(ident) => check_name(ident.unraw().to_string(), span),
        Err(_) => Err(Error::new(input.span(), format!("{what} is expected here"))),
    }
}

fn check_name(name: String, span: Span) -> Result<String> {
    if name.len() > MAX_IDENTIFIER_BYTES {
        let kept = name
            .get(..name.floor_char_boundary(MAX_IDENTIFIER_BYTES))
            .unwrap_or_default();
        let message = format!(
            "this name is {} bytes long; Postgres would cut it to '{kept}'",
            name.len()
        );
        return Err(error(
            span,
            message,
            format!("choose a name of at most {MAX_IDENTIFIER_BYTES} bytes"),
        ));
    }
    Ok(name)
}

/// `(a, b)`: names of columns.
pub(crate) fn columns(input: ParseStream<'_>) -> Result<Vec<String>> {
    let content;
    let paren = syn::parenthesized!(content in input);
    let mut columns = Vec::new();
    each(&content, |content| push_column(&mut columns, content))?;
    if columns.is_empty() {
        return Err(Error::new(paren.span.join(), "a column is expected here"));
    }
    Ok(columns)
}

/// One more column, none of them twice.
pub(crate) fn push_column(columns: &mut Vec<String>, input: ParseStream<'_>) -> Result<()> {
    let span = input.span();
    let column = identifier(input, "a column")?;
    if columns.contains(&column) {
        return Err(Error::new(span, format!("the column `{column}` is named twice")));
    }
    columns.push(column);
    Ok(())
}

/// A whole number, with its sign.
pub(crate) fn integer(input: ParseStream<'_>) -> Result<i64> {
    let span = input.span();
    let minus = input.parse::<Option<Token![-]>>()?.is_some();
    if !input.peek(LitInt) {
        return Err(Error::new(span, "a whole number is expected here"));
    }
    let number = input.parse::<LitInt>()?.base10_parse::<i128>()?;
    i64::try_from(if minus { number.saturating_neg() } else { number })
        .map_err(|_| Error::new(span, "this number does not fit a bigint"))
}

/// Reads nothing more, but for a last comma.
pub(crate) fn end(input: ParseStream<'_>) -> Result<()> {
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() {
        Ok(())
    } else {
        Err(input.error("nothing more is expected here"))
    }
}

/// Nothing may stand here.
pub(crate) fn nothing(input: ParseStream<'_>, name: &Ident) -> Result<()> {
    if input.is_empty() {
        Ok(())
    } else {
        Err(input.error(format!("`{name}` takes no arguments")))
    }
}
