//! The attributes that set how a column's values are stored and counted: `statistics(500)`, `storage(external)`, `compression(lz4)`.

use syn::{Error, Ident, LitInt, Result, ext::IdentExt, parse::ParseStream};

use crate::{
    arguments::{error, integer},
    attribute::ColumnSetting,
    column::end,
    nearest::alternatives,
};

impl ColumnSetting {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 3] = [Self::Statistics, Self::Storage, Self::Compression];

    /// Returns the attribute's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Storage => "storage",
            Self::Compression => "compression",
        }
    }

    /// Returns the setting that an attribute of this name sets.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// Returns the words that it takes besides `default`; none where it takes a number.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Statistics => &[],
            Self::Storage => &["plain", "main", "external", "extended"],
            Self::Compression => &["pglz", "lz4"],
        }
    }

    /// Reads the attribute's argument; `None` for `default`.
    pub(crate) fn read(self, input: ParseStream<'_>, name: &Ident) -> Result<Option<String>> {
        let (what, example) = match self {
            Self::Statistics => (
                "a number from 0 to 10000",
                "such as statistics(500), or statistics(default)",
            ),
            Self::Storage => ("a strategy", "such as storage(external), or storage(default)"),
            Self::Compression => ("a method", "such as compression(lz4), or compression(default)"),
        };
        if input.is_empty() {
            return Err(error(name.span(), format!("`{name}` needs {what}"), example));
        }
        let span = input.span();
        if input.peek(Ident::peek_any) {
            let word = input.call(Ident::parse_any)?.unraw().to_string();
            end(input)?;
            return match self.words().iter().find(|own| **own == word) {
                Some(_) => Ok(Some(word)),
                None if word == "default" => Ok(None),
                None if self.words().is_empty() => Err(error(span, format!("this is not {what}"), example)),
                None => {
                    let known = alternatives(&[self.words(), &["default"]].concat());
                    Err(error(
                        span,
                        format!("`{word}` is not {what} of Postgres"),
                        format!("there are {known}"),
                    ))
                }
            };
        }
        if !self.words().is_empty() || !input.peek(LitInt) {
            return Err(error(span, format!("this is not {what}"), example));
        }
        let number = integer(input)?;
        end(input)?;
        if !(0..=10_000).contains(&number) {
            return Err(Error::new(span, "a statistics target is a number from 0 to 10000"));
        }
        Ok(Some(number.to_string()))
    }
}
