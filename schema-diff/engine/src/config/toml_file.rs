//! A TOML file whose values keep their positions, so that errors can point at them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;

/// The text of a configuration file.
#[derive(Debug)]
pub(super) struct TomlFile {
    path: PathBuf,
    text: String,
}

/// A table of a [`TomlFile`].
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    file: &'a TomlFile,
    entries: &'a DeTable<'a>,
}

/// A value of a [`TomlFile`] with the key it was found under.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    file: &'a TomlFile,
    key: &'a str,
    key_start: usize,
    value: &'a Spanned<DeValue<'a>>,
}

impl TomlFile {
    /// Reads a file; returns `None` if it does not exist.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Self {
                path: path.to_path_buf(),
                text,
            })),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ConfigError::Read {
                path: path.to_path_buf(),
                source,
            }),
        }
    }

    /// Parses the text. The tree borrows from the file.
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'_>>, ConfigError> {
        DeTable::parse(&self.text).map_err(|error| {
            let offset = error.span().map_or(0, |span: Range<usize>| span.start);
            self.error(offset, error.message())
        })
    }

    /// Returns the root table of a tree from [`parse`](Self::parse).
    pub(super) fn root<'a>(&'a self, tree: &'a Spanned<DeTable<'a>>) -> Table<'a> {
        Table {
            file: self,
            entries: tree.get_ref(),
        }
    }

    fn error(&self, offset: usize, message: impl Into<String>) -> ConfigError {
        ConfigError::at(&self.path, &self.text, offset, message)
    }
}

impl<'a> Table<'a> {
    /// Returns all entries, sorted by key.
    pub(super) fn entries(self) -> impl Iterator<Item = Value<'a>> {
        self.entries.iter().map(move |(key, value)| Value {
            file: self.file,
            key: key.get_ref(),
            key_start: key.span().start,
            value,
        })
    }

    /// Returns the entry with this key.
    pub(super) fn get(self, key: &str) -> Option<Value<'a>> {
        self.entries().find(|entry| entry.key == key)
    }

    /// Checks that all keys are `known`; otherwise the error suggests the nearest known one.
    pub(super) fn only(self, known: &[&str]) -> Result<(), ConfigError> {
        match self.entries().find(|entry| !known.contains(&entry.key)) {
            Some(entry) => Err(entry.unknown_key(known)),
            None => Ok(()),
        }
    }
}

impl<'a> Value<'a> {
    pub(super) fn key(self) -> &'a str {
        self.key
    }

    /// Returns the line of the key, counted from 1.
    pub(super) fn line(self) -> usize {
        self.file
            .text
            .get(..self.key_start)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1
    }

    /// Returns the value as a table, or `None` if it is not one.
    pub(super) fn as_table(self) -> Option<Table<'a>> {
        match self.value.get_ref() {
            DeValue::Table(entries) => Some(Table {
                file: self.file,
                entries,
            }),
            _ => None,
        }
    }

    /// Returns the value as a table, or an error.
    pub(super) fn table(self) -> Result<Table<'a>, ConfigError> {
        self.as_table().ok_or_else(|| self.wrong("a table"))
    }

    /// Returns the value as a string, or `None` if it is not one.
    pub(super) fn as_string(self) -> Option<&'a str> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value as a string, or an error.
    pub(super) fn string(self) -> Result<&'a str, ConfigError> {
        self.as_string().ok_or_else(|| self.wrong("a string"))
    }

    /// Returns the value as a boolean, or an error.
    pub(super) fn boolean(self) -> Result<bool, ConfigError> {
        match self.value.get_ref() {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// Returns the value as a number that is not negative, or an error.
    pub(super) fn unsigned(self) -> Result<u64, ConfigError> {
        let number = match self.value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number.ok_or_else(|| self.wrong("a whole number from 0 to 18446744073709551615"))
    }

    /// Returns the value as a number, or an error.
    pub(super) fn number(self) -> Result<f64, ConfigError> {
        let number = match self.value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.wrong("a number"))
    }

    /// Returns the value as a list of strings, each with its position.
    pub(super) fn strings(self) -> Result<Vec<Value<'a>>, ConfigError> {
        let DeValue::Array(items) = self.value.get_ref() else {
            return Err(self.wrong("a list of strings"));
        };
        items
            .iter()
            .map(|value| {
                let item = Value { value, ..self };
                item.as_string().map(|_| item).ok_or_else(|| item.wrong("a string"))
            })
            .collect()
    }

    /// Returns the value as a list, from one string or a list of strings.
    pub(super) fn one_or_more(self) -> Result<Vec<Value<'a>>, ConfigError> {
        match self.value.get_ref() {
            DeValue::String(_) => Ok(vec![self]),
            DeValue::Array(_) => self.strings(),
            _ => Err(self.wrong("a string or a list of strings")),
        }
    }

    /// Returns the value as paths relative to a directory.
    pub(super) fn paths(self, base: &Path) -> Result<Vec<PathBuf>, ConfigError> {
        let items = self.one_or_more()?.into_iter();
        items.map(|item| item.string().map(|path| base.join(path))).collect()
    }

    /// Returns an error that points at the value.
    pub(super) fn error(self, message: impl Into<String>) -> ConfigError {
        self.file.error(self.value.span().start, message)
    }

    /// Returns an error that points at the key and suggests the nearest one of `known`.
    pub(super) fn unknown_key(self, known: &[&str]) -> ConfigError {
        let message = format!("unknown key `{}`{}", self.key, nearest(self.key, known));
        self.file.error(self.key_start, message)
    }

    /// Returns an error that points at the value and lists the `known` ones.
    pub(super) fn unknown_word(self, known: &[&str]) -> ConfigError {
        let word = self.as_string().unwrap_or_default();
        let words = known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        self.error(format!(
            "the value of `{}` cannot be \"{word}\": expected one of {}",
            self.key,
            words.join(", ")
        ))
    }

    fn wrong(self, expected: &str) -> ConfigError {
        self.error(format!("`{}` should be {expected}", self.key))
    }
}

/// Suggests the nearest word as `: did you mean ...?`, or lists all known words if none is near.
fn nearest(word: &str, known: &[&str]) -> String {
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2.max(candidate.len() / 3))
        .min()
        .map_or_else(
            || format!(": known keys are {}", known.join(", ")),
            |(_, candidate)| format!(": did you mean `{candidate}`?"),
        )
}
