//! `schema-diff.toml`, schema-diff's configuration. An unknown key is an error that suggests the nearest known key.

use std::collections::BTreeMap;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::deploy::{Deploy, deploy};
use super::pattern::Pattern;
use super::toml_file::{TomlFile, Value};
use super::{ConfigError, IntegerKeys, Policy, Undeclared, UndeclaredKind};
use crate::{online::Forms, rules::SURE, statistics::Threshold};

const KEYS: [&str; 11] = [
    "schema",
    "migrations",
    "undeclared",
    "ignore",
    "integer_keys",
    "postgres",
    "sources",
    "doc_comments",
    "traffic",
    "renames",
    "deploy",
];

/// The key for the kinds that `undeclared` does not list.
const OTHERS: &str = "others";

/// The configuration in `schema-diff.toml`. Every key is optional.
#[derive(Debug, Default)]
pub(super) struct SchemaDiffToml {
    pub(super) path: Option<PathBuf>,
    pub(super) schema: Option<Vec<PathBuf>>,
    pub(super) migrations: Option<PathBuf>,
    pub(super) undeclared: Undeclared,
    pub(super) ignore: Vec<Pattern>,
    pub(super) integer_keys: IntegerKeys,
    pub(super) postgres_bin: Option<PathBuf>,
    /// Whether downloading missing binaries is forbidden.
    pub(super) offline: bool,
    pub(super) sources: Option<Vec<PathBuf>>,
    pub(super) doc_comments: Option<bool>,
    pub(super) traffic: Traffic,
    pub(super) renames: Renames,
    pub(super) deploy: Deploy,
}

/// `[renames]`: how renames are told from drops and additions.
#[derive(Clone, Debug, PartialEq)]
pub struct Renames {
    /// The score from which a rename needs no decision.
    pub sure: f64,
    /// The commit with which the project's code is compared.
    pub since: Option<String>,
}

impl Default for Renames {
    fn default() -> Self {
        Self {
            sure: SURE,
            since: None,
        }
    }
}

/// `[traffic]`: what is worth mentioning of a migration's effects on other sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The file with the sizes of tables, if the configuration names one.
    pub statistics: Option<PathBuf>,
    /// The size from which work on a table is worth mentioning.
    pub threshold: Threshold,
    /// When migrations are written in the online forms.
    pub online: Forms,
    /// Whether migrations keep what the program that is still running needs, until it is released.
    pub rolling: bool,
    /// How long a migration lets other sessions wait behind it for a lock; zero: without limit.
    pub max_stall: Option<Duration>,
}

impl SchemaDiffToml {
    /// Reads the file. Relative paths are resolved from its directory.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let Some(file) = TomlFile::read(path)? else {
            return Ok(Self::default());
        };
        let tree = file.parse()?;
        let root = file.root(&tree);
        // Earlier versions accepted this key and ignored it.
        if let Some(sql) = root.get("sql") {
            return Err(sql.error(
                "`sql` has no effect: SQL files are not read as declarations; remove the line, and create views, functions and triggers in \
                 hand-written migrations",
            ));
        }
        root.only(&KEYS)?;
        let base = path.parent().unwrap_or(Path::new(""));
        let postgres = root.get("postgres").map(Value::table).transpose()?;
        if let Some(section) = postgres {
            section.only(&["bin", "download"])?;
        }
        let traffic = root.get("traffic").map(|value| traffic(value, base)).transpose()?;
        let paths = |key: &str| root.get(key).map(|value| value.paths(base)).transpose();

        Ok(Self {
            path: Some(path.to_path_buf()),
            schema: paths("schema")?,
            migrations: root
                .get("migrations")
                .map(|value| value.string().map(|dir| base.join(dir)))
                .transpose()?,
            undeclared: root.get("undeclared").map(undeclared).transpose()?.unwrap_or_default(),
            ignore: match root.get("ignore") {
                Some(list) => list
                    .one_or_more()?
                    .into_iter()
                    .map(|item| Pattern::parse(item.string()?).map_err(|message| item.error(message)))
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
            integer_keys: root
                .get("integer_keys")
                .map(integer_keys)
                .transpose()?
                .unwrap_or_default(),
            postgres_bin: postgres
                .and_then(|section| section.get("bin"))
                .map(|value| value.string().map(|bin| base.join(bin)))
                .transpose()?,
            offline: postgres
                .and_then(|section| section.get("download"))
                .map(Value::boolean)
                .transpose()?
                .is_some_and(|download| !download),
            sources: paths("sources")?,
            doc_comments: root.get("doc_comments").map(Value::boolean).transpose()?,
            traffic: traffic.unwrap_or_default(),
            renames: root.get("renames").map(renames).transpose()?.unwrap_or_default(),
            deploy: root
                .get("deploy")
                .map(|value| deploy(value, base))
                .transpose()?
                .unwrap_or_default(),
        })
    }
}

fn renames(value: Value<'_>) -> Result<Renames, ConfigError> {
    let section = value.table()?;
    section.only(&["sure", "since"])?;
    Ok(Renames {
        sure: section.get("sure").map(sure).transpose()?.unwrap_or(SURE),
        since: section
            .get("since")
            .map(|value| value.string().map(str::to_owned))
            .transpose()?,
    })
}

fn sure(value: Value<'_>) -> Result<f64, ConfigError> {
    let sure = value.number()?;
    if sure > 0.5 && sure <= 1.0 {
        Ok(sure)
    } else {
        Err(value.error("`sure` is a score above 0.5, up to 1 (with 1, every rename is a question)"))
    }
}

fn traffic(value: Value<'_>, base: &Path) -> Result<Traffic, ConfigError> {
    let section = value.table()?;
    section.only(&[
        "statistics",
        "large_rows",
        "large_bytes",
        "max_stall",
        "online",
        "rolling",
    ])?;
    let usual = Threshold::default();
    let number = |key: &str| section.get(key).map(Value::unsigned).transpose();
    Ok(Traffic {
        statistics: section
            .get("statistics")
            .map(|value| value.string().map(|file| base.join(file)))
            .transpose()?,
        threshold: Threshold {
            rows: number("large_rows")?.unwrap_or(usual.rows),
            bytes: number("large_bytes")?.unwrap_or(usual.bytes),
        },
        max_stall: number("max_stall")?.map(Duration::from_millis),
        rolling: section
            .get("rolling")
            .map(Value::boolean)
            .transpose()?
            .unwrap_or_default(),
        online: section.get("online").map(online).transpose()?.unwrap_or_default(),
    })
}

fn online(value: Value<'_>) -> Result<Forms, ConfigError> {
    match value.string()? {
        "auto" => Ok(Forms::Auto),
        "always" => Ok(Forms::Always),
        "never" => Ok(Forms::Never),
        _ => Err(value.unknown_word(&["auto", "always", "never"])),
    }
}

fn undeclared(value: Value<'_>) -> Result<Undeclared, ConfigError> {
    let Some(table) = value.as_table() else {
        return Ok(Undeclared::all(policy(value)?));
    };
    let mut keys = UndeclaredKind::ALL.map(UndeclaredKind::key).to_vec();
    keys.push(OTHERS);
    table.only(&keys)?;
    let others = table.get(OTHERS).map(policy).transpose()?.unwrap_or_default();
    let mut by_kind = BTreeMap::new();
    for kind in UndeclaredKind::ALL {
        if let Some(value) = table.get(kind.key()) {
            by_kind.insert(kind, policy(value)?);
        }
    }
    Ok(Undeclared::by_kind(by_kind, others))
}

fn policy(value: Value<'_>) -> Result<Policy, ConfigError> {
    match value.string()? {
        "keep" => Ok(Policy::Keep),
        "drop" => Ok(Policy::Drop),
        _ => Err(value.unknown_word(&["keep", "drop"])),
    }
}

fn integer_keys(value: Value<'_>) -> Result<IntegerKeys, ConfigError> {
    match value.string()? {
        "identity" => Ok(IntegerKeys::Identity),
        "serial" => Ok(IntegerKeys::Serial),
        "none" => Ok(IntegerKeys::None),
        _ => Err(value.unknown_word(&["identity", "serial", "none"])),
    }
}
