//! Reads storage parameters: `(fillfactor = 70, fastupdate = off)`.

use proc_macro2::Span;
use syn::{Error, Ident, Lit, Result, Token, ext::IdentExt, parse::ParseStream};

use crate::arguments::{each, end, error};

/// Reads a list of parameters as Postgres stores them, `fillfactor=70`, sorted. Postgres checks which parameters the
/// access method has; only the range of `fillfactor` is checked here.
pub(crate) fn parameters(input: ParseStream<'_>) -> Result<Vec<String>> {
    let content;
    syn::parenthesized!(content in input);
    list(&content, content.span())
}

/// Reads the same without parentheses; returns no parameters for `none`.
pub(crate) fn parameters_or_none(input: ParseStream<'_>, name: &Ident) -> Result<Vec<String>> {
    let is_none = input.fork().parse::<Ident>().is_ok_and(|word| word == "none") && !input.peek2(Token![=]);
    if is_none {
        input.parse::<Ident>()?;
        end(input)?;
        return Ok(Vec::new());
    }
    list(input, name.span())
}

fn list(input: ParseStream<'_>, outside: Span) -> Result<Vec<String>> {
    let mut options: Vec<(String, String)> = Vec::new();
    each(input, |input| {
        let word = input.call(Ident::parse_any)?;
        let name = word.unraw().to_string();
        if options.iter().any(|(other, _)| *other == name) {
            return Err(Error::new(word.span(), format!("`{name}` appears twice")));
        }
        input.parse::<Token![=]>()?;
        let span = input.span();
        let value = value(input)?;
        check(&name, &value, span)?;
        options.push((name, value));
        Ok(())
    })?;
    if options.is_empty() {
        return Err(error(
            outside,
            "`with` needs a storage parameter",
            "such as with(fillfactor = 70)",
        ));
    }
    let mut options: Vec<String> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
    options.sort();
    Ok(options)
}

/// Reads a word (`off`), a number or a string.
fn value(input: ParseStream<'_>) -> Result<String> {
    let is_word = !input.peek(Lit) && input.fork().call(Ident::parse_any).is_ok();
    if is_word {
        return Ok(input.call(Ident::parse_any)?.unraw().to_string());
    }
    let sign = if input.parse::<Option<Token![-]>>()?.is_some() {
        "-"
    } else {
        ""
    };
    match input.parse::<Lit>()? {
        Lit::Int(number) if number.suffix().is_empty() => Ok(format!("{sign}{}", number.base10_digits())),
        Lit::Float(number) if number.suffix().is_empty() => Ok(format!("{sign}{}", number.base10_digits())),
        Lit::Bool(flag) if sign.is_empty() => Ok(flag.value.to_string()),
        Lit::Str(text) if sign.is_empty() => crate::arguments::without_nul(&text, text.value()),
        other => Err(error(
            other.span(),
            "this is not a value of a storage parameter",
            "write a number, a word such as `off`, or a string",
        )),
    }
}

fn check(name: &str, value: &str, span: Span) -> Result<()> {
    let is_percent = || value.parse::<u8>().is_ok_and(|percent| (10..=100).contains(&percent));
    if name == "fillfactor" && !is_percent() {
        return Err(Error::new(span, "a fillfactor is a percentage from 10 to 100"));
    }
    Ok(())
}
