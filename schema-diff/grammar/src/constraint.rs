//! `unique`, `check` and `exclude`.

use syn::{Ident, LitStr, Result, parse::ParseStream};

use crate::{
    arguments::{Argument, Seen, columns, each, error, name_text, next, push_column, text, unexpected, unknown},
    attribute::{Check, Exclude, Unique},
};

const UNIQUE_FLAGS: &[&str] = &["nulls_not_distinct", "deferrable", "initially_deferred"];
const UNIQUE_OPTIONS: &[&str] = &[
    "name",
    "nulls_not_distinct",
    "include",
    "deferrable",
    "initially_deferred",
];
const CHECK_OPTIONS: &[&str] = &["name", "no_inherit", "not_valid"];
const EXCLUDE_OPTIONS: &[&str] = &["name", "method", "where", "deferrable", "initially_deferred"];

/// Reads `unique(name = "...")` on a column, `unique(a, b, name = "...")` on a table.
pub(crate) fn unique(input: ParseStream<'_>, name: &Ident, on_table: bool) -> Result<Unique> {
    let (mut unique, mut seen) = (Unique::default(), Seen::default());
    each(input, |input| match next(input, UNIQUE_FLAGS, &["include"])? {
        Argument::Flag(word) => {
            seen.once(&word)?;
            match word.to_string().as_str() {
                "nulls_not_distinct" => unique.nulls_not_distinct = true,
                "deferrable" => unique.deferrable = true,
                _ => (unique.deferrable, unique.initially_deferred) = (true, true),
            }
            Ok(())
        }
        Argument::Option(word) if word == "name" => {
            seen.once(&word)?;
            unique.name = Some(name_text(input)?);
            Ok(())
        }
        Argument::Option(word) if word == "where" => Err(error(
            word.span(),
            "a unique constraint has no `where`",
            "a unique index has one: index(..., unique, where = \"...\")",
        )),
        Argument::Option(word) => Err(unknown(&word, "`unique`", UNIQUE_OPTIONS)),
        Argument::List(word) => {
            seen.once(&word)?;
            unique.include = columns(input)?;
            Ok(())
        }
        Argument::Value if on_table => {
            if input.peek2(syn::token::Paren) {
                return Err(error(
                    input.span(),
                    "a unique constraint has only columns",
                    "for an expression, write index(..., unique)",
                ));
            }
            push_column(&mut unique.columns, input)
        }
        Argument::Value => Err(unexpected(input, "`unique` on a column", UNIQUE_OPTIONS)),
    })?;
    if on_table && unique.columns.is_empty() {
        return Err(error(
            name.span(),
            "`unique` on a table needs its columns",
            "such as unique(a, b)",
        ));
    }
    Ok(unique)
}

/// Reads `check("age >= 0", name = "...", no_inherit, not_valid)`.
pub(crate) fn check(input: ParseStream<'_>, name: &Ident) -> Result<Check> {
    if input.is_empty() {
        return Err(error(
            name.span(),
            "the attribute `check` needs an SQL expression",
            "for example: check(\"age >= 0\")",
        ));
    }
    let mut seen = Seen::default();
    let mut check = Check {
        expression: text(input, "an SQL expression")?,
        ..Check::default()
    };
    rest(input, |input| match next(input, &["no_inherit", "not_valid"], &[])? {
        Argument::Flag(word) => {
            seen.once(&word)?;
            if word == "no_inherit" {
                check.no_inherit = true
            } else {
                check.not_valid = true
            }
            Ok(())
        }
        Argument::Option(word) if word == "name" => {
            seen.once(&word)?;
            check.name = Some(name_text(input)?);
            Ok(())
        }
        Argument::Option(word) => Err(unknown(&word, "`check`", CHECK_OPTIONS)),
        _ => Err(unexpected(input, "`check`", CHECK_OPTIONS)),
    })?;
    Ok(check)
}

/// Reads `exclude("room WITH =", "during WITH &&", method = gist, where = "...")`.
pub(crate) fn exclude(input: ParseStream<'_>, name: &Ident) -> Result<Exclude> {
    let (mut exclude, mut seen, mut elements) = (Exclude::default(), Seen::default(), Vec::new());
    each(input, |input| {
        match next(input, &["deferrable", "initially_deferred"], &[])? {
            Argument::Flag(word) => {
                seen.once(&word)?;
                exclude.deferrable = true;
                exclude.initially_deferred |= word == "initially_deferred";
                Ok(())
            }
            Argument::Option(word) => {
                match word.to_string().as_str() {
                    "name" => exclude.name = Some(name_text(input)?),
                    "method" | "using" => exclude.method = Some(name_text(input)?),
                    "where" => exclude.predicate = Some(text(input, "an SQL expression")?),
                    _ => return Err(unknown(&word, "`exclude`", EXCLUDE_OPTIONS)),
                }
                seen.once(&word)
            }
            Argument::Value if input.peek(LitStr) => {
                let span = input.span();
                let element = text(input, "an exclusion element")?;
                if element.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("using")) {
                    return Err(error(
                        span,
                        "the method is a separate option",
                        "such as exclude(\"during WITH &&\", method = gist)",
                    ));
                }
                elements.push(element);
                Ok(())
            }
            _ => Err(unexpected(input, "`exclude`", EXCLUDE_OPTIONS)),
        }
    })?;
    if elements.is_empty() {
        return Err(error(
            name.span(),
            "`exclude` needs an exclusion element",
            "such as exclude(\"room WITH =, during WITH &&\")",
        ));
    }
    exclude.elements = elements.join(", ");
    Ok(exclude)
}

/// Reads the arguments after the first.
pub(crate) fn rest(input: ParseStream<'_>, read: impl FnMut(ParseStream<'_>) -> Result<()>) -> Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if !input.peek(syn::Token![,]) {
        return Err(input.error("a comma or the end is expected here"));
    }
    input.parse::<syn::Token![,]>()?;
    each(input, read)
}
