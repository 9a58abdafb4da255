//! The migrations directory, read by Diesel's own rules.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::version::MAX_VERSION;
use super::{Header, Version};
use crate::config::POSTGRES;

/// All migrations of a directory, in the order in which they run.
#[derive(Debug, Clone, Default)]
pub struct MigrationsDirectory {
    /// Where it is.
    pub path: PathBuf,
    migrations: Vec<MigrationDir>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationDir {
    /// The version that Diesel records.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// Its directory.
    pub path: PathBuf,
    /// Whether there is a `down.sql`.
    pub has_down: bool,
    /// Whether Diesel runs it inside a transaction.
    pub run_in_transaction: bool,
    /// A `metadata.toml` that Diesel cannot read and silently takes for the default.
    pub unreadable_metadata: Option<String>,
}

/// A migrations directory that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// There is no such directory.
    #[error("there is no migrations directory `{}`\n\nhint: `schema-diff autogenerate -m MESSAGE` writes the first migration", path.display())]
    NoDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A directory, or a link to a file, that Diesel takes for a migration has no `up.sql`.
    #[error("`{}` has no up.sql: Diesel refuses the whole migrations directory\n\nhint: add the file, or move `{name}` elsewhere", path.display())]
    NoUpSql {
        /// What Diesel takes for a migration.
        path: PathBuf,
        /// Its name.
        name: String,
    },
    /// The directory holds those of several back ends, each with its own migrations.
    #[error(
        "`{}` has no migrations of its own, but directories of several back ends: {}\n\n\
         hint: put `migrations = \"{hint}\"` into schema-diff.toml (or `dir` below [migrations_directory] in diesel.toml)",
        path.display(), names.join(", ")
    )]
    BackEnds {
        /// The directory.
        path: PathBuf,
        /// The names of the directories in it.
        names: Vec<String>,
        /// The directory of Postgres's migrations.
        hint: String,
    },
    /// Several directories have one version: Diesel would run one of them and never the others.
    #[error("version {version} is used by {}: Diesel would run only one of them\n\nhint: rename all but one", names.join(" and "))]
    Duplicate {
        /// The version.
        version: Version,
        /// The names of the directories.
        names: Vec<String>,
    },
    /// A version does not fit into Diesel's table.
    #[error(
        "the version of `{name}` is longer than the {MAX_VERSION} characters that Diesel's table takes\n\nhint: put a `_` after the timestamp"
    )]
    VersionTooLong {
        /// The name of the directory.
        name: String,
    },
}

impl MigrationsDirectory {
    /// Reads a directory.
    ///
    /// # Errors
    /// It is not there, cannot be read, or holds something that Diesel would refuse or mix up.
    pub fn read(path: &Path) -> Result<Self, HistoryError> {
        let unreadable = |at: &Path| {
            let at = at.to_path_buf();
            move |source: io::Error| match source.kind() {
                io::ErrorKind::NotFound if at == path => HistoryError::NoDirectory { path: at },
                _ => HistoryError::Read { path: at, source },
            }
        };
        if let Some(back_end) = BackEnds::find(path) {
            return Err(back_end.error(path));
        }
        let mut by_version: BTreeMap<Version, Vec<MigrationDir>> = BTreeMap::new();
        for entry in path.read_dir().map_err(unreadable(path))? {
            let entry = entry.map_err(unreadable(path))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Diesel does not follow links here: a link to a file is taken for a migration and refused.
            if name.starts_with('.') || entry.metadata().map_err(unreadable(&entry.path()))?.is_file() {
                continue;
            }
            let migration = MigrationDir::read(entry.path(), name)?;
            by_version.entry(migration.version.clone()).or_default().push(migration);
        }
        let mut migrations = Vec::with_capacity(by_version.len());
        for (version, mut same) in by_version {
            match (same.pop(), same.is_empty()) {
                (Some(only), true) => migrations.push(only),
                (last, _) => {
                    let mut names: Vec<String> = same.into_iter().chain(last).map(|migration| migration.name).collect();
                    names.sort();
                    return Err(HistoryError::Duplicate { version, names });
                }
            }
        }
        Ok(Self {
            path: path.to_path_buf(),
            migrations,
        })
    }

    /// Reads a directory; one that is not there counts as empty.
    ///
    /// # Errors
    /// It cannot be read, or holds something that Diesel would refuse or mix up.
    pub fn read_if_present(path: &Path) -> Result<Self, HistoryError> {
        match Self::read(path) {
            Err(HistoryError::NoDirectory { path }) => Ok(Self {
                path,
                migrations: Vec::new(),
            }),
            result => result,
        }
    }

    /// The migrations in the order in which they run.
    #[must_use]
    pub fn migrations(&self) -> &[MigrationDir] {
        &self.migrations
    }

    /// The migration that runs last.
    #[must_use]
    pub fn head(&self) -> Option<&MigrationDir> {
        self.migrations.last()
    }

    /// The migration with a version.
    #[must_use]
    pub fn get(&self, version: &Version) -> Option<&MigrationDir> {
        let at = self
            .migrations
            .binary_search_by(|migration| migration.version.cmp(version))
            .ok()?;
        self.migrations.get(at)
    }
}

/// A migrations directory that only has directories of back ends in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackEnds {
    /// All of them.
    names: Vec<String>,
    /// The one of Postgres.
    postgres: Option<String>,
}

impl BackEnds {
    /// Looks into a directory: every directory in it has no `up.sql`, and at least one has directories that do.
    #[must_use]
    pub fn find(path: &Path) -> Option<Self> {
        let mut names = Vec::new();
        let mut has_migrations = false;
        for entry in path.read_dir().ok()?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || !entry.path().is_dir() {
                continue;
            }
            if entry.path().join("up.sql").exists() {
                return None;
            }
            let below = entry.path().read_dir().into_iter().flatten().flatten();
            has_migrations |= below.into_iter().any(|entry| entry.path().join("up.sql").exists());
            names.push(name);
        }
        names.sort();
        let is_postgres = |name: &&String| POSTGRES.contains(&name.to_ascii_lowercase().as_str());
        let postgres = names.iter().find(is_postgres).cloned();
        has_migrations.then_some(Self { names, postgres })
    }

    /// The directory of Postgres's migrations in the directory that was looked into.
    #[must_use]
    pub fn postgres(&self, path: &Path) -> Option<PathBuf> {
        self.postgres.as_ref().map(|name| path.join(name))
    }

    fn error(self, path: &Path) -> HistoryError {
        let directory = path.file_name().unwrap_or_default().to_string_lossy();
        let own = self.postgres.as_deref().unwrap_or("DIRECTORY");
        HistoryError::BackEnds {
            path: path.to_path_buf(),
            hint: format!("{directory}/{own}"),
            names: self.names,
        }
    }
}

impl MigrationDir {
    fn read(path: PathBuf, name: String) -> Result<Self, HistoryError> {
        if !path.join("up.sql").exists() {
            return Err(HistoryError::NoUpSql { path, name });
        }
        let version = Version::of_directory(&name);
        if version.as_str().chars().count() > MAX_VERSION {
            return Err(HistoryError::VersionTooLong { name });
        }
        let (run_in_transaction, unreadable_metadata) = metadata(&path.join("metadata.toml"));
        Ok(Self {
            version,
            has_down: path.join("down.sql").exists(),
            name,
            run_in_transaction,
            unreadable_metadata,
            path,
        })
    }

    /// The path of `up.sql`.
    #[must_use]
    pub fn up(&self) -> PathBuf {
        self.path.join("up.sql")
    }

    /// The path of `down.sql`, whether it is there or not.
    #[must_use]
    pub fn down(&self) -> PathBuf {
        self.path.join("down.sql")
    }

    /// The text of `up.sql`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn up_sql(&self) -> Result<String, HistoryError> {
        read_to_string(&self.up())
    }

    /// The text of `down.sql`, when there is one.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn down_sql(&self) -> Result<Option<String>, HistoryError> {
        self.has_down.then(|| read_to_string(&self.down())).transpose()
    }

    /// The header, when the migration was generated by us.
    ///
    /// # Errors
    /// `up.sql` cannot be read.
    pub fn header(&self) -> Result<Option<Header>, HistoryError> {
        Ok(Header::parse(&self.up_sql()?).map(|(header, _)| header))
    }

    /// What a person would call it: the message of the header, else the rest of the directory's name.
    #[must_use]
    pub fn title(&self) -> String {
        match self.header() {
            Ok(Some(header)) if !header.message.is_empty() => header.message,
            _ => self.name.split_once('_').map_or("", |(_, slug)| slug).replace('_', " "),
        }
    }
}

fn read_to_string(path: &Path) -> Result<String, HistoryError> {
    std::fs::read_to_string(path).map_err(|source| HistoryError::Read {
        path: path.to_path_buf(),
        source,
    })
}

/// Diesel's reading of `metadata.toml`: absent, it means true; present without the key, false; not understood, silently true.
fn metadata(path: &Path) -> (bool, Option<String>) {
    #[derive(serde::Deserialize)]
    struct Metadata {
        #[serde(default)]
        run_in_transaction: bool,
    }
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (true, None),
        Err(error) => return (true, Some(error.to_string())),
    };
    match toml::from_str::<Metadata>(&text) {
        Ok(metadata) => (metadata.run_in_transaction, None),
        Err(error) => (true, Some(error.message().to_owned())),
    }
}
