//! The attributes on tables and on `joinable!`.

use proc_macro2::TokenStream;
use syn::{
    Ident, Result,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::{
    arguments::{end, error, nothing, only, text},
    attribute::{JoinableAttribute, TableAttribute},
    comment::comment,
    constraint, foreign_key, index,
    place::{JOINABLE_ATTRIBUTES, TABLE_ATTRIBUTES, misplaced},
    storage,
};

impl TableAttribute {
    /// Parses the attribute `name` with the arguments `tokens`.
    ///
    /// # Errors
    /// The first error, with the span of its token.
    pub fn parse(name: &Ident, tokens: TokenStream) -> Result<Self> {
        Parser::parse2(|input: ParseStream<'_>| Self::read(input, name), tokens)
    }

    fn read(input: ParseStream<'_>, name: &Ident) -> Result<Self> {
        Ok(match name.unraw().to_string().as_str() {
            "unique" => Self::Unique(constraint::unique(input, name, true)?),
            "index" => Self::Index(index::on_table(input, name)?),
            "check" => Self::Check(constraint::check(input, name)?),
            "foreign_key" => Self::ForeignKey(foreign_key::on_table(input, name)?),
            "exclude" => Self::Exclude(constraint::exclude(input, name)?),
            "comment" => Self::Comment(comment(input, name)?),
            "renamed_from" => Self::RenamedFrom(renamed_from(input, name)?),
            "ignore" => {
                nothing(input, name)?;
                Self::Ignore
            }
            "view" => Self::View(query(input)?),
            "materialized_view" => Self::MaterializedView(query(input)?),
            "partition_by" => {
                if input.is_empty() {
                    return Err(error(
                        name.span(),
                        "`partition_by` needs a strategy and a key",
                        "such as partition_by(\"RANGE (at)\")",
                    ));
                }
                Self::PartitionBy(partition_by(input)?)
            }
            "with" => Self::With(storage::parameters_or_none(input, name)?),
            _ => return Err(misplaced(name, "a table", TABLE_ATTRIBUTES)),
        })
    }
}

impl JoinableAttribute {
    /// Parses the attribute `name` with the arguments `tokens`.
    ///
    /// # Errors
    /// The first error, with the span of its token.
    pub fn parse(name: &Ident, tokens: TokenStream) -> Result<Self> {
        let read = |input: ParseStream<'_>| {
            if name != "no_foreign_key" {
                return Err(misplaced(name, "`joinable!`", JOINABLE_ATTRIBUTES));
            }
            nothing(input, name)?;
            Ok(Self::NoForeignKey)
        };
        Parser::parse2(read, tokens)
    }
}

/// Reads a query, if one is written.
fn query(input: ParseStream<'_>) -> Result<Option<String>> {
    if input.is_empty() {
        Ok(None)
    } else {
        only(input, "a query").map(Some)
    }
}

/// Reads `"old"` or `"schema.old"`.
fn renamed_from(input: ParseStream<'_>, name: &Ident) -> Result<String> {
    if input.is_empty() {
        return Err(error(
            name.span(),
            "`renamed_from` needs the table's former name",
            "such as renamed_from(\"old\")",
        ));
    }
    let span = input.span();
    let former = only(input, "the table's former name")?;
    for part in former.splitn(2, '.') {
        if part.is_empty() || part.len() > 63 {
            return Err(error(
                span,
                "this is not a table name",
                "such as \"old\" or \"schema.old\", 63 bytes each at most",
            ));
        }
    }
    Ok(former)
}

/// Reads `"RANGE (at)"`: one of Postgres's strategies and a key.
fn partition_by(input: ParseStream<'_>) -> Result<String> {
    let span = input.span();
    let written = text(input, "a strategy and a key")?;
    end(input)?;
    let strategy = written
        .split(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    if !["RANGE", "LIST", "HASH"].contains(&strategy.as_str()) || !written.contains('(') {
        return Err(error(
            span,
            "this is not a partition key",
            "such as \"RANGE (at)\", \"LIST (kind)\" or \"HASH (id)\"",
        ));
    }
    Ok(written)
}
