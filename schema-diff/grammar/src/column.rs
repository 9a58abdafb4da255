//! The attributes on columns.

use proc_macro2::TokenStream;
use syn::{
    Error, Ident, LitStr, Result,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token,
};

use crate::{
    arguments::{Argument, Seen, each, end, error, integer, name_text, next, only, text, unexpected, unknown},
    attribute::{ColumnAttribute, ColumnSetting, Generated, Identity},
    comment::comment,
    constraint, foreign_key, index,
    place::{COLUMN_ATTRIBUTES, misplaced},
    sql,
};

const IDENTITY_OPTIONS: &[&str] = &[
    "always",
    "by_default",
    "start",
    "increment",
    "min",
    "max",
    "cache",
    "cycle",
    "none",
];

impl ColumnAttribute {
    /// Parses the attribute `name` with the arguments `tokens`.
    ///
    /// # Errors
    /// The first error, with the span of its token.
    pub fn parse(name: &Ident, tokens: TokenStream) -> Result<Self> {
        Parser::parse2(|input: ParseStream<'_>| Self::read(input, name), tokens)
    }

    fn read(input: ParseStream<'_>, name: &Ident) -> Result<Self> {
        let needs = |what: &str, form: &str| {
            if input.is_empty() {
                Err(error(
                    name.span(),
                    format!("`{name}` needs {what}"),
                    format!("for example: {form}"),
                ))
            } else {
                Ok(())
            }
        };
        Ok(match name.unraw().to_string().as_str() {
            "default" => {
                needs("an SQL expression", "default(\"now()\") or default(0)")?;
                Self::Default(default(input)?)
            }
            "unique" => Self::Unique(constraint::unique(input, name, false)?),
            "index" => Self::Index(index::on_column(input, name)?),
            "check" => Self::Check(constraint::check(input, name)?),
            "references" => Self::References(foreign_key::on_column(input, name)?),
            "identity" => Self::Identity(identity(input)?),
            "generated" => {
                needs("an SQL expression", "generated(\"price * amount\")")?;
                Self::Generated(generated(input)?)
            }
            "sql_type" => {
                needs("a type of Postgres", "sql_type(\"numeric(10,2)\")")?;
                Self::SqlType(only(input, "a type of Postgres")?)
            }
            "collate" => {
                needs("a collation", "collate(\"de-x-icu\")")?;
                Self::Collate(only(input, "a collation")?)
            }
            "comment" => Self::Comment(comment(input, name)?),
            "renamed_from" => {
                needs("the column's former name", "renamed_from(\"mail\")")?;
                let former = name_text(input)?;
                end(input)?;
                Self::RenamedFrom(former)
            }
            "backfill" => {
                needs("an SQL expression", "backfill(\"lower(name)\")")?;
                Self::Backfill(only(input, "an SQL expression")?)
            }
            "using" => {
                needs("an SQL expression", "using(\"lower(kind)::kind\")")?;
                Self::Using(only(input, "an SQL expression")?)
            }
            "using_down" => {
                needs("an SQL expression", "using_down(\"kind::text\")")?;
                Self::UsingDown(only(input, "an SQL expression")?)
            }
            other => match ColumnSetting::of(other) {
                Some(setting) => Self::Setting(setting, setting.read(input, name)?),
                None => return Err(misplaced(name, "a column", COLUMN_ATTRIBUTES)),
            },
        })
    }
}

/// Reads `"now()"`, `0`, `-1.5`, `true`, `now()` or `none`.
fn default(input: ParseStream<'_>) -> Result<Option<String>> {
    if input.peek(LitStr) {
        return only(input, "an SQL expression").map(Some);
    }
    if let Ok(word) = input.fork().call(Ident::parse_any) {
        if word == "none"
            && (input.peek2(syn::Token![,]) || input.fork().parse::<Ident>().is_ok() && !input.peek2(token::Paren))
        {
            input.call(Ident::parse_any)?;
            end(input)?;
            return Ok(None);
        }
        let is_value = ["true", "false", "null"].iter().any(|own| word == own) || input.peek2(token::Paren);
        if !is_value {
            return Err(error(
                word.span(),
                format!("`{word}` is not a default"),
                format!("write SQL as a string: default(\"{word}\"), or default(none) for no default"),
            ));
        }
    }
    let span = input.span();
    let tokens: TokenStream = input.parse()?;
    let text = sql::text(tokens)?;
    if text.contains(',') && !text.contains('(') {
        return Err(Error::new(span, "one expression is expected here"));
    }
    Ok(Some(text))
}

/// Reads `always`, `by_default` and options of the sequence; or `none`.
fn identity(input: ParseStream<'_>) -> Result<Option<Identity>> {
    let (mut identity, mut seen) = (Identity::default(), Seen::default());
    let mut none = None;
    let mut count = 0;
    let start = input.span();
    each(input, |input| {
        count += 1;
        match next(input, &["always", "by_default", "cycle", "none"], &[])? {
            Argument::Flag(word) => {
                seen.once(&word)?;
                match word.to_string().as_str() {
                    "always" => identity.always = true,
                    "cycle" => identity.cycle = true,
                    "none" => none = Some(word.span()),
                    _ => {}
                }
                Ok(())
            }
            Argument::Option(word) => {
                let option = match word.to_string().as_str() {
                    "start" => &mut identity.start,
                    "increment" => &mut identity.increment,
                    "min" => &mut identity.min,
                    "max" => &mut identity.max,
                    "cache" => &mut identity.cache,
                    _ => return Err(unknown(&word, "`identity`", IDENTITY_OPTIONS)),
                };
                seen.once(&word)?;
                let span = input.span();
                let number = integer(input)?;
                if word == "increment" && number == 0 {
                    return Err(Error::new(span, "a sequence cannot step by 0"));
                }
                if word == "cache" && number < 1 {
                    return Err(Error::new(span, "a cache holds at least 1 value"));
                }
                *option = Some(number);
                Ok(())
            }
            _ => Err(unexpected(input, "`identity`", IDENTITY_OPTIONS)),
        }
    })?;
    if let Some(span) = none {
        return if count == 1 {
            Ok(None)
        } else {
            Err(Error::new(span, "`none` takes no options"))
        };
    }
    if seen.has("always") && seen.has("by_default") {
        return Err(Error::new(start, "an identity is `always` or `by_default`, not both"));
    }
    if identity.min.zip(identity.max).is_some_and(|(min, max)| min >= max) {
        return Err(Error::new(start, "`min` must be less than `max`"));
    }
    Ok(Some(identity))
}

/// Reads `"price * amount"`, then `virtual` or `stored`; or `none`.
fn generated(input: ParseStream<'_>) -> Result<Option<Generated>> {
    if input.peek(Ident::peek_any) {
        let word = Ident::parse_any(input)?;
        if word != "none" {
            return Err(error(
                word.span(),
                format!("`generated` does not accept `{word}` here"),
                "write SQL as a string: generated(\"price * amount\"), or generated(none) for a plain column",
            ));
        }
        end(input)?;
        return Ok(None);
    }
    let mut generated = Generated {
        expression: text(input, "an SQL expression")?,
        is_virtual: false,
    };
    let mut first: Option<Ident> = None;
    constraint::rest(input, |input| match next(input, &["virtual", "stored"], &[])? {
        Argument::Flag(word) => {
            if first.replace(word.clone()).is_some() {
                return Err(Error::new(word.span(), "write `stored` or `virtual` once"));
            }
            generated.is_virtual = word == "virtual";
            Ok(())
        }
        Argument::Option(word) => Err(unknown(&word, "`generated`", &["stored", "virtual"])),
        _ => Err(unexpected(input, "`generated`", &["stored", "virtual"])),
    })?;
    Ok(Some(generated))
}
