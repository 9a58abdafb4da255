//! The common parts of all attributes: arguments, flags, options and names.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use syn::{
    Error, Ident, LitInt, LitStr, MacroDelimiter, Meta, Result, Token,
    ext::IdentExt,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use crate::nearest::{alternatives, nearest};

/// The maximum length of an identifier in Postgres, in bytes.
const MAX_IDENTIFIER_BYTES: usize = 63;
/// The separator between a message and its hint.
const HINT: &str = "\nhelp: ";

/// Returns an error with a hint.
pub(crate) fn error(span: Span, message: impl Display, hint: impl Display) -> Error {
    Error::new(span, format!("{message}{HINT}{hint}"))
}

/// Splits an error into its message and its hint, if it has one.
pub fn split_hint(error: &Error) -> (String, Option<String>) {
    let text = error.to_string();
    match text.split_once(HINT) {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (text, None),
    }
}

/// Returns the name of an attribute: the last segment of its path.
pub(crate) fn name(meta: &Meta) -> Result<Ident> {
    let path = meta.path();
    match path.segments.last() {
        Some(segment) => Ok(segment.ident.clone()),
        None => Err(Error::new_spanned(path, "an attribute needs a name")),
    }
}

/// Returns the arguments of an attribute: the tokens in its parentheses, or none without parentheses.
///
/// # Errors
/// `#[name = ...]`, `#[name[...]]` and `#[name{...}]` are not valid forms of these attributes.
pub fn arguments(meta: &Meta) -> Result<TokenStream> {
    match meta {
        Meta::Path(_) => Ok(TokenStream::new()),
        Meta::List(list) if matches!(list.delimiter, MacroDelimiter::Paren(_)) => Ok(list.tokens.clone()),
        Meta::List(list) => Err(Error::new_spanned(
            &list.path,
            "the arguments of an attribute must be in parentheses",
        )),
        Meta::NameValue(pair) => {
            let name = name(meta).map(|name| name.unraw().to_string()).unwrap_or_default();
            Err(error(
                pair.eq_token.span,
                "arguments must be in parentheses",
                format!("write `{name}(...)`"),
            ))
        }
    }
}

/// The form of one argument.
pub(crate) enum Argument {
    /// A word alone.
    Flag(Ident),
    /// `word =`; its value has not been read.
    Option(Ident),
    /// `word(`; its content has not been read.
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

/// Reads the form of the next argument, given the words that can be flags and lists there.
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

/// The words that have occurred, to reject repeated ones.
#[derive(Default)]
pub(crate) struct Seen(Vec<String>);

impl Seen {
    /// Records a word, or reports an error if it has occurred before.
    pub fn once(&mut self, word: &Ident) -> Result<()> {
        let text = word.unraw().to_string();
        if self.0.contains(&text) {
            return Err(error(
                word.span(),
                format!("`{text}` appears twice"),
                "remove one of the two",
            ));
        }
        self.0.push(text);
        Ok(())
    }

    /// Checks whether a word has occurred.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|seen| seen == word)
    }
}

/// Returns the error for an unknown word.
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

/// Returns the error for an argument in a place where only known words are allowed.
pub(crate) fn unexpected(input: ParseStream<'_>, what: &str, known: &[&str]) -> Error {
    match input.fork().call(Ident::parse_any) {
        Ok(word) => unknown(&word, what, known),
        Err(_) => error(
            input.span(),
            format!("this is not an argument of {what}"),
            format!("known here: {}", alternatives(known)),
        ),
    }
}

/// Reads a string that is not empty and has no NUL character.
pub(crate) fn text(input: ParseStream<'_>, what: &str) -> Result<String> {
    if !input.peek(LitStr) {
        return Err(error(
            input.span(),
            format!("{what} is expected here, written as a string in quotes"),
            "write a string in quotes: \"...\"",
        ));
    }
    check_text(&input.parse()?, what)
}

/// Reads one string and nothing more.
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

/// Rejects the NUL character, the only one that Postgres cannot store.
pub(crate) fn without_nul(literal: &LitStr, text: String) -> Result<String> {
    if text.contains('\0') {
        return Err(Error::new(literal.span(), "Postgres cannot store the NUL character"));
    }
    Ok(text)
}

/// Reads a name.
pub(crate) fn name_text(input: ParseStream<'_>) -> Result<String> {
    identifier(input, "a name")
}

/// Reads a name: a Rust identifier, or a string for other names.
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
            "this name is {} bytes long; Postgres would truncate it to '{kept}'",
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

/// Reads `(a, b)`: names of columns.
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

/// Reads one more column, and rejects repeated ones.
pub(crate) fn push_column(columns: &mut Vec<String>, input: ParseStream<'_>) -> Result<()> {
    let span = input.span();
    let column = identifier(input, "a column")?;
    if columns.contains(&column) {
        return Err(Error::new(span, format!("the column `{column}` is named twice")));
    }
    columns.push(column);
    Ok(())
}

/// Reads an integer with its sign.
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

/// Checks that nothing more follows, except a trailing comma.
pub(crate) fn end(input: ParseStream<'_>) -> Result<()> {
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() {
        Ok(())
    } else {
        Err(input.error("nothing more is expected here"))
    }
}

/// Checks that there are no arguments.
pub(crate) fn nothing(input: ParseStream<'_>, name: &Ident) -> Result<()> {
    if input.is_empty() {
        Ok(())
    } else {
        Err(input.error(format!("`{name}` takes no arguments")))
    }
}
