//! The attributes for the storage and the statistics of a column's values: `statistics(500)`, `n_distinct(-0.5)`,
//! `storage(external)`, `compression(lz4)`.

use proc_macro2::Span;
use syn::{Ident, Lit, Result, Token, ext::IdentExt, parse::ParseStream};

use crate::{
    arguments::{end, error},
    attribute::ColumnSetting,
    nearest::alternatives,
};

impl ColumnSetting {
    /// All settings, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Statistics, Self::Distinct, Self::Storage, Self::Compression];

    /// Returns the attribute's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Distinct => "n_distinct",
            Self::Storage => "storage",
            Self::Compression => "compression",
        }
    }

    /// Returns the setting that an attribute of this name sets.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// Returns the words that are allowed besides `default`; none if the argument is a number.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Statistics | Self::Distinct => &[],
            Self::Storage => &["plain", "main", "external", "extended"],
            Self::Compression => &["pglz", "lz4"],
        }
    }

    /// Returns a description of the argument, and an example.
    const fn form(self) -> (&'static str, &'static str) {
        match self {
            Self::Statistics => (
                "a number from 0 to 10000",
                "such as statistics(500), or statistics(default)",
            ),
            Self::Distinct => (
                "a number of distinct values, or a negative fraction of the rows",
                "such as n_distinct(12), n_distinct(-0.5) or n_distinct(default)",
            ),
            Self::Storage => ("a storage strategy", "such as storage(external), or storage(default)"),
            Self::Compression => (
                "a compression method",
                "such as compression(lz4), or compression(default)",
            ),
        }
    }

    /// Reads the attribute's argument; `None` for `default`.
    pub(crate) fn read(self, input: ParseStream<'_>, name: &Ident) -> Result<Option<String>> {
        let (what, example) = self.form();
        if input.is_empty() {
            return Err(error(name.span(), format!("`{name}` needs {what}"), example));
        }
        let span = input.span();
        let read = if input.peek(Ident::peek_any) {
            let word = input.call(Ident::parse_any)?.unraw().to_string();
            if word == "default" {
                None
            } else {
                Some(self.word(&word, span)?)
            }
        } else if self.words().is_empty() {
            Some(self.number(input)?)
        } else {
            return Err(error(span, format!("this is not {what}"), example));
        };
        end(input)?;
        Ok(read)
    }

    fn word(self, word: &str, span: Span) -> Result<String> {
        let (what, example) = self.form();
        if self.words().contains(&word) {
            return Ok(word.to_owned());
        }
        if self.words().is_empty() {
            return Err(error(span, format!("this is not {what}"), example));
        }
        let known = alternatives(&[self.words(), &["default"]].concat());
        Err(error(
            span,
            format!("`{word}` is not {what} of Postgres"),
            format!("known: {known}"),
        ))
    }

    fn number(self, input: ParseStream<'_>) -> Result<String> {
        let (what, example) = self.form();
        let span = input.span();
        let sign = if input.parse::<Option<Token![-]>>()?.is_some() {
            -1.0
        } else {
            1.0
        };
        let number = match input.parse::<Lit>()? {
            Lit::Int(number) if number.suffix().is_empty() => number.base10_parse::<f64>()?,
            Lit::Float(number) if number.suffix().is_empty() => number.base10_parse::<f64>()?,
            _ => return Err(error(span, format!("this is not {what}"), example)),
        };
        let number = sign * number;
        let fits = match self {
            Self::Statistics => number.fract() == 0.0 && (0.0..=10_000.0).contains(&number),
            // Postgres takes 0 as its own estimate.
            _ => number.is_finite() && number >= -1.0 && number != 0.0,
        };
        if fits {
            Ok(number.to_string())
        } else {
            Err(error(span, format!("this is not {what}"), example))
        }
    }
}
