//! `index`: on a column `index`, `index(desc, method = "gin")`; on a table
//! `index(lower(email) text_pattern_ops desc nulls last, unique, name = "...", where = "...")`.
//!
//! A key of a table's index is written in SQL's order: column or expression, `collate "..."`, operator class, `asc` or
//! `desc`, `nulls first` or `nulls last`. A bare identifier is a column; a call such as `lower(email)` or a string is
//! an expression. On a column, the key is the column, and its options are words: `desc`, `nulls_first`, `nulls_last`,
//! `ops = "..."`, `collate = "..."`; a call or a string there is indexed instead of the column.

use syn::{Error, Ident, LitStr, Result, Token, ext::IdentExt, parse::ParseStream, token};

use crate::{
    arguments::{Argument, Seen, columns, each, error, identifier, name_text, next, text, unexpected, unknown},
    attribute::{Index, IndexKey},
    sql, storage,
};

const FLAGS: &[&str] = &["unique", "nulls_not_distinct"];
const OPTIONS: &[&str] = &[
    "name",
    "method",
    "where",
    "unique",
    "nulls_not_distinct",
    "include",
    "with",
];
const COLUMN_FLAGS: &[&str] = &[
    "unique",
    "nulls_not_distinct",
    "asc",
    "desc",
    "nulls_first",
    "nulls_last",
];
const COLUMN_OPTIONS: &[&str] = &[
    "name",
    "method",
    "where",
    "unique",
    "nulls_not_distinct",
    "include",
    "with",
    "asc",
    "desc",
    "nulls_first",
    "nulls_last",
    "ops",
    "collate",
];
const LISTS: &[&str] = &["include", "with"];

/// Reads `index(...)` on a table.
pub(crate) fn on_table(input: ParseStream<'_>, name: &Ident) -> Result<Index> {
    let (mut index, mut seen) = (Index::default(), Seen::default());
    each(input, |input| match next(input, FLAGS, LISTS)? {
        Argument::Value => {
            index.keys.push(key(input)?);
            Ok(())
        }
        argument => shared(&mut index, &mut seen, argument, input, OPTIONS),
    })?;
    if index.keys.is_empty() {
        return Err(error(
            name.span(),
            "an index on a table needs at least one key",
            "such as index(email) or index(lower(email), unique)",
        ));
    }
    checked(index, name)
}

/// Reads `index(...)` on a column.
pub(crate) fn on_column(input: ParseStream<'_>, name: &Ident) -> Result<Index> {
    let (mut index, mut seen) = (Index::default(), Seen::default());
    // The column itself, unless an expression is given instead.
    let mut own = IndexKey {
        text: String::new(),
        is_expression: false,
        operator_class: None,
        collation: None,
        descending: false,
        nulls_first: None,
    };
    each(input, |input| match next(input, COLUMN_FLAGS, LISTS)? {
        Argument::Flag(word) if !FLAGS.iter().any(|shared| word == shared) => {
            seen.once(&word)?;
            match word.to_string().as_str() {
                "desc" => own.descending = true,
                "nulls_first" => own.nulls_first = Some(true),
                "nulls_last" => own.nulls_first = Some(false),
                _ => {}
            }
            Ok(())
        }
        Argument::Option(word) if word == "ops" => {
            seen.once(&word)?;
            own.operator_class = Some(text(input, "an operator class")?);
            Ok(())
        }
        Argument::Option(word) if word == "collate" => {
            seen.once(&word)?;
            own.collation = Some(collation_text(&text(input, "a collation")?));
            Ok(())
        }
        Argument::Value => {
            let span = input.span();
            let is_column = {
                let fork = input.fork();
                fork.call(Ident::parse_any).is_ok() && !fork.peek(token::Paren) && !fork.peek(Token![.])
            };
            if is_column {
                return Err(unexpected(input, "`index` on a column", COLUMN_OPTIONS));
            }
            if !index.keys.is_empty() {
                return Err(error(
                    span,
                    "an index over several keys belongs on the table",
                    "write #[schema_diff::index(a, b)] above the table's name",
                ));
            }
            index.keys.push(key(input)?);
            Ok(())
        }
        argument => shared(&mut index, &mut seen, argument, input, COLUMN_OPTIONS),
    })?;
    let plain = own.operator_class.is_none() && own.collation.is_none() && !own.descending && own.nulls_first.is_none();
    match index.keys.first_mut() {
        Some(key) if !plain => {
            key.operator_class = key.operator_class.take().or(own.operator_class);
            key.collation = key.collation.take().or(own.collation);
            key.descending |= own.descending;
            key.nulls_first = key.nulls_first.or(own.nulls_first);
        }
        None if !plain => index.keys.push(own),
        _ => {}
    }
    checked(index, name)
}

/// Reads an argument that has the same meaning on a table and on a column.
fn shared(
    index: &mut Index,
    seen: &mut Seen,
    argument: Argument,
    input: ParseStream<'_>,
    known: &[&str],
) -> Result<()> {
    match argument {
        Argument::Flag(word) => {
            seen.once(&word)?;
            if word == "unique" {
                index.unique = true
            } else {
                index.nulls_not_distinct = true
            }
        }
        Argument::Option(word) => {
            match word.to_string().as_str() {
                "name" => index.name = Some(name_text(input)?),
                "method" | "using" => index.method = Some(name_text(input)?),
                "where" => index.predicate = Some(text(input, "an SQL expression")?),
                _ => return Err(unknown(&word, "`index`", known)),
            }
            seen.once(&word)?;
        }
        Argument::List(word) => {
            seen.once(&word)?;
            if word == "include" {
                index.include = columns(input)?
            } else {
                index.options = storage::parameters(input)?
            }
        }
        Argument::Value => {}
    }
    Ok(())
}

fn checked(index: Index, name: &Ident) -> Result<Index> {
    if index.nulls_not_distinct && !index.unique {
        return Err(error(
            name.span(),
            "`nulls_not_distinct` is allowed on unique indexes only",
            "add `unique`, or remove it",
        ));
    }
    Ok(index)
}

/// Reads one key of an index.
fn key(input: ParseStream<'_>) -> Result<IndexKey> {
    let (text, is_expression) = subject(input)?;
    let mut key = IndexKey {
        text,
        is_expression,
        operator_class: None,
        collation: None,
        descending: false,
        nulls_first: None,
    };
    let mut seen = Seen::default();
    while !input.is_empty() && !input.peek(Token![,]) {
        let Ok(word) = input.fork().call(Ident::parse_any) else {
            return Err(error(
                input.span(),
                "this is not expected after an index key",
                "write an expression other than a call as a string: index(\"a || b\")",
            ));
        };
        match word.to_string().as_str() {
            "collate" => {
                input.call(Ident::parse_any)?;
                seen.once(&word)?;
                key.collation = Some(if input.peek(LitStr) {
                    collation_text(&self::text(input, "a collation")?)
                } else {
                    sql_path(input, "a collation")?
                });
            }
            "asc" | "desc" => {
                input.call(Ident::parse_any)?;
                seen.once(&Ident::new("desc", word.span()))?;
                key.descending = word == "desc";
            }
            "nulls" => {
                input.call(Ident::parse_any)?;
                seen.once(&word)?;
                let order = input.call(Ident::parse_any)?;
                key.nulls_first = Some(match order.to_string().as_str() {
                    "first" => true,
                    "last" => false,
                    _ => {
                        return Err(error(
                            order.span(),
                            format!("`nulls {order}` is not valid"),
                            "write `nulls first` or `nulls last`",
                        ));
                    }
                });
            }
            "nulls_first" | "nulls_last" => {
                return Err(error(
                    word.span(),
                    "in a key, this is written as two words",
                    format!("write `{}`", word.to_string().replace('_', " ")),
                ));
            }
            _ if key.operator_class.is_none() => key.operator_class = Some(operator_class(input)?),
            _ => return Err(unknown(&word, "an index key", &["asc", "desc", "nulls", "collate"])),
        }
    }
    Ok(key)
}

/// Reads a column or an expression.
fn subject(input: ParseStream<'_>) -> Result<(String, bool)> {
    if input.peek(LitStr) {
        return Ok((text(input, "an SQL expression")?, true));
    }
    if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        return Ok((format!("({})", sql::text(content.parse()?)?), true));
    }
    let fork = input.fork();
    let is_call = fork.call(Ident::parse_any).is_ok() && (fork.peek(token::Paren) || fork.peek(Token![.]));
    if !is_call {
        return Ok((identifier(input, "a column or an expression")?, false));
    }
    let mut function = sql_path(input, "a function")?;
    if !input.peek(token::Paren) {
        return Err(error(
            input.span(),
            "the arguments of a function are expected here",
            "name a column without its table",
        ));
    }
    let content;
    syn::parenthesized!(content in input);
    function.push('(');
    function.push_str(&sql::text(content.parse()?)?);
    function.push(')');
    Ok((function, true))
}

/// Reads `text_pattern_ops`, `app.my_ops` or `gist_trgm_ops(siglen = 32)`.
fn operator_class(input: ParseStream<'_>) -> Result<String> {
    let mut class = sql_path(input, "an operator class")?;
    if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        class.push('(');
        class.push_str(&sql::text(content.parse()?)?);
        class.push(')');
    }
    Ok(class)
}

/// Reads `name` or `schema.name`, as SQL.
fn sql_path(input: ParseStream<'_>, what: &str) -> Result<String> {
    let part = |input: ParseStream<'_>| match input.call(Ident::parse_any) {
        Ok(ident) => Ok(sql::identifier(&ident, false)),
        Err(_) => Err(Error::new(input.span(), format!("{what} is expected here"))),
    };
    let mut path = part(input)?;
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        path.push('.');
        path.push_str(&part(input)?);
    }
    Ok(path)
}

/// Returns a collation's name as SQL: `de-x-icu` is quoted, `app.german` is split at the dot first, and
/// `"app"."german"` is unchanged.
fn collation_text(text: &str) -> String {
    if text.contains('"') {
        return text.to_owned();
    }
    text.split('.').map(sql::quoted).collect::<Vec<_>>().join(".")
}
