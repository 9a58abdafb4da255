//! `comment("in cents")`, on a column or a table.

use syn::{Ident, LitStr, Result, parse::ParseStream};

use crate::arguments::{end, error, without_nul};

/// Reads a comment's text; an empty one declares that there is none.
pub(crate) fn comment(input: ParseStream<'_>, name: &Ident) -> Result<String> {
    if !input.peek(LitStr) {
        let span = if input.is_empty() { name.span() } else { input.span() };
        return Err(error(span, "`comment` needs a text", "such as comment(\"in cents\")"));
    }
    let literal: LitStr = input.parse()?;
    end(input)?;
    without_nul(&literal, literal.value())
}
