//! The changes of `changes.toml`.

use clap::Parser;
use schema_diff_cli::GenerateOptions;
use schema_diff_engine::{generate::Options, online::Forms};
use serde::Deserialize;

use crate::AnyError;

/// A change of `schema.rs`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub name: String,
    pub rows: u64,
    edit: Vec<[String; 2]>,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    pub settings: String,
    /// Whether it is measured with `--rolling`, too.
    #[serde(default)]
    pub rolling: bool,
    /// Why no form of it lets running programs go on working.
    pub impossible: Option<String>,
}

#[derive(Deserialize)]
struct Changes {
    change: Vec<Change>,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: GenerateOptions,
}

/// Reads all changes.
pub fn all() -> Result<Vec<Change>, AnyError> {
    let all: Changes = toml::from_str(include_str!("changes.toml"))?;
    Ok(all.change)
}

impl Change {
    /// Makes the change in the text of `schema.rs`.
    pub fn edited(&self, schema: &str) -> Result<String, AnyError> {
        let mut text = schema.to_owned();
        for [old, new] in &self.edit {
            if text.matches(old.as_str()).count() != 1 {
                return Err(format!("{}: {old:?} does not occur once", self.name).into());
            }
            text = text.replace(old.as_str(), new);
        }
        Ok(text)
    }

    pub fn options(&self, forms: Forms) -> Result<Options, AnyError> {
        let flags = std::iter::once("change").chain(self.arguments.iter().map(String::as_str));
        Ok(Options {
            online: Some(forms),
            ..Flags::try_parse_from(flags)?.options.options()
        })
    }
}
