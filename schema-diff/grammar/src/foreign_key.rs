//! `references(countries(id), on_delete = cascade)` on a column, `foreign_key(a, b -> other(x, y))` on a table;
//! `on_delete = set_null(b)` sets only some of its columns.

use syn::{Error, Ident, Result, Token, parse::ParseStream, token};

use crate::{
    arguments::{Argument, Seen, columns, each, error, identifier, name_text, next, push_column, unexpected, unknown},
    attribute::{Action, ForeignKey},
    nearest::{alternatives, nearest},
};

const FLAGS: &[&str] = &["deferrable", "initially_deferred", "match_full", "not_valid"];
const OPTIONS: &[&str] = &[
    "name",
    "on_delete",
    "on_update",
    "deferrable",
    "initially_deferred",
    "match_full",
    "not_valid",
];
const ACTIONS: &[(&str, Action)] = &[
    ("no_action", Action::NoAction),
    ("restrict", Action::Restrict),
    ("cascade", Action::Cascade),
    ("set_null", Action::SetNull),
    ("set_default", Action::SetDefault),
];

/// Reads `references(...)` on a column.
pub(crate) fn on_column(input: ParseStream<'_>, name: &Ident) -> Result<ForeignKey> {
    if input.is_empty() {
        return Err(error(
            name.span(),
            "`references` needs the table that it refers to",
            "such as references(countries(id))",
        ));
    }
    let mut key = ForeignKey::default();
    let span = input.span();
    target(input, &mut key)?;
    if key.referenced_columns.len() > 1 {
        return Err(error(
            span,
            "one column refers to one column",
            "for more, write #[schema_diff::foreign_key(a, b -> other(x, y))] on the table",
        ));
    }
    options(input, &mut key, "`references`")?;
    Ok(key)
}

/// Reads `foreign_key(...)` on a table.
pub(crate) fn on_table(input: ParseStream<'_>, name: &Ident) -> Result<ForeignKey> {
    const FORM: &str = "such as foreign_key(a, b -> other(x, y))";
    if input.is_empty() {
        return Err(error(
            name.span(),
            "`foreign_key` needs columns, an arrow and a table",
            FORM,
        ));
    }
    let mut key = ForeignKey::default();
    loop {
        push_column(&mut key.columns, input)?;
        if input.peek(Token![->]) {
            break;
        }
        if !input.peek(Token![,]) {
            return Err(error(
                input.span(),
                "`->` and the table referred to are expected here",
                FORM,
            ));
        }
        input.parse::<Token![,]>()?;
    }
    input.parse::<Token![->]>()?;
    let span = input.span();
    target(input, &mut key)?;
    let (own, other) = (key.columns.len(), key.referenced_columns.len());
    if other > 0 && own != other {
        return Err(Error::new(span, format!("{own} columns cannot refer to {other}")));
    }
    options(input, &mut key, "`foreign_key`")?;
    Ok(key)
}

/// Reads `countries`, `countries(id)`, `app.countries(id)` or `app::countries(id)`.
fn target(input: ParseStream<'_>, key: &mut ForeignKey) -> Result<()> {
    key.table = identifier(input, "a table")?;
    if input.peek(Token![.]) || input.peek(Token![::]) {
        if input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
        } else {
            input.parse::<Token![::]>()?;
        }
        key.schema = Some(std::mem::replace(&mut key.table, identifier(input, "a table")?));
    }
    if input.peek(Token![.]) || input.peek(Token![::]) {
        return Err(error(
            input.span(),
            "a table's name has at most two parts: schema and table",
            "such as app.countries",
        ));
    }
    if input.peek(token::Paren) {
        key.referenced_columns = columns(input)?;
    }
    Ok(())
}

/// Reads the options after the table.
fn options(input: ParseStream<'_>, key: &mut ForeignKey, what: &str) -> Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if !input.peek(Token![,]) {
        return Err(input.error("a comma or the end is expected here"));
    }
    input.parse::<Token![,]>()?;
    let mut seen = Seen::default();
    each(input, |input| match next(input, FLAGS, &[])? {
        Argument::Flag(word) => {
            seen.once(&word)?;
            match word.to_string().as_str() {
                "deferrable" => key.deferrable = true,
                "initially_deferred" => (key.deferrable, key.initially_deferred) = (true, true),
                "match_full" => key.match_full = true,
                _ => key.not_valid = true,
            }
            Ok(())
        }
        Argument::Option(word) => {
            match word.to_string().as_str() {
                "name" => key.name = Some(name_text(input)?),
                "on_delete" => {
                    let action = action(input)?;
                    key.on_delete = Some(action);
                    if input.peek(token::Paren) && matches!(action, Action::SetNull | Action::SetDefault) {
                        key.on_delete_columns = columns(input)?;
                    }
                }
                "on_update" => key.on_update = Some(action(input)?),
                _ => return Err(unknown(&word, what, OPTIONS)),
            }
            seen.once(&word)
        }
        _ => Err(unexpected(input, what, OPTIONS)),
    })
}

fn action(input: ParseStream<'_>) -> Result<Action> {
    let names: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
    let Ok(word) = input.parse::<Ident>() else {
        return Err(error(
            input.span(),
            "an action is expected here",
            format!("one of {}", names.join(", ")),
        ));
    };
    match ACTIONS.iter().find(|(name, _)| word == name) {
        Some((_, action)) => Ok(*action),
        None => {
            let near = nearest(&word.to_string(), names.iter().copied(), 1);
            let hint = if near.is_empty() {
                format!("one of {}", names.join(", "))
            } else {
                format!("did you mean {}?", alternatives(&near))
            };
            Err(error(
                word.span(),
                format!("`{word}` is not an action for ON DELETE or ON UPDATE of a foreign key"),
                hint,
            ))
        }
    }
}
