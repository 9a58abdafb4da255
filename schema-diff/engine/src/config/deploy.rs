//! `[deploy]`: which orders of deployment `check` allows, and which other programs use the database.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{ConfigError, toml_file::Value};
use crate::compatibility::Order;

/// `[deploy]`: how migrations and programs are deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deploy {
    /// The orders that `check` allows, by [`Order::word`]; `None` if it checks none.
    pub allow: Option<BTreeSet<&'static str>>,
    /// The schema files of other running programs.
    pub old: Vec<PathBuf>,
    /// The commit that has all migrations that are not new.
    pub base: Option<String>,
    /// Whether the code in the repository is all that uses the tables, so that what no query of it uses does not count.
    pub code: bool,
}

impl Deploy {
    /// Returns whether `check` allows an order.
    pub fn allows(&self, order: Order) -> bool {
        self.instead_of(order).is_none()
    }

    /// Returns the allowed orders, if this one is not among them.
    pub fn instead_of(&self, order: Order) -> Option<Vec<&'static str>> {
        let allow = self.allow.as_ref().filter(|allow| !allow.contains(order.word()));
        allow.map(|allow| allow.iter().copied().collect())
    }
}

/// Reads the section; a list is short for `allow`.
pub(super) fn deploy(value: Value<'_>, base: &Path) -> Result<Deploy, ConfigError> {
    let Some(section) = value.as_table() else {
        return Ok(Deploy {
            allow: Some(orders(value)?),
            ..Deploy::default()
        });
    };
    section.only(&["allow", "old", "base", "code"])?;
    let old = section.get("old").map(|value| value.paths(base));
    let commit = section.get("base").map(|value| value.string().map(str::to_owned));
    let code = section.get("code").map(|value| value.boolean());
    Ok(Deploy {
        code: code.transpose()?.unwrap_or_default(),
        allow: section.get("allow").map(orders).transpose()?,
        old: old.transpose()?.unwrap_or_default(),
        base: commit.transpose()?,
    })
}

fn orders(value: Value<'_>) -> Result<BTreeSet<&'static str>, ConfigError> {
    let items = value.one_or_more()?.into_iter();
    items.map(order).collect()
}

fn order(value: Value<'_>) -> Result<&'static str, ConfigError> {
    let word = value.string()?;
    let known = Order::WORDS.into_iter().find(|known| *known == word);
    known.ok_or_else(|| value.unknown_word(&Order::WORDS))
}
