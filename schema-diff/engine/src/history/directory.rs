//! Reads the migrations directory by Diesel's rules.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::version::MAX_VERSION;
use super::{Header, Version};
use crate::config::POSTGRES;

/// All migrations of a directory, in the order in which they run.
#[derive(Debug, Clone, Default)]
pub struct MigrationsDirectory {
    /// Its path.
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
    /// Whether `down.sql` exists.
    pub has_down: bool,
    /// Whether Diesel runs it inside a transaction.
    pub run_in_transaction: bool,
    /// The error in a `metadata.toml` that Diesel cannot read, and for which it silently uses the default.
    pub unreadable_metadata: Option<String>,
}

/// A migrations directory that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The directory does not exist.
    #[error("there is no migrations directory `{}`\n\nhint: `schema-diff autogenerate -m MESSAGE` writes the first migration", path.display())]
    NoDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// A directory or file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The directory or file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A directory, or a link to a file, that Diesel takes for a migration has no `up.sql`.
    #[error("`{}` has no up.sql; because of this, Diesel refuses to run any migration of the migrations directory\n\nhint: add an up.sql, or move `{name}` out of the migrations directory", path.display())]
    NoUpSql {
        /// The path that Diesel takes for a migration.
        path: PathBuf,
        /// Its name.
        name: String,
    },
    /// The directory has no migrations, but directories of several back ends.
    #[error(
        "`{}` contains no migrations, but directories for several Diesel backends: {}\n\n\
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
    #[error("the migrations {} have the same version {version}; Diesel would run only one of them\n\nhint: change the version in the names of these directories, so that each migration has a version of its own", names.join(" and "))]
    Duplicate {
        /// The version.
        version: Version,
        /// The names of the directories.
        names: Vec<String>,
    },
    /// A version is too long for Diesel's table.
    #[error(
        "the version of `{name}` is longer than the {MAX_VERSION} characters that Diesel's table allows\n\nhint: put a `_` after the timestamp"
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
    /// It does not exist, cannot be read, or contains something that Diesel would refuse or confuse.
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

    /// Reads a directory; a missing one counts as empty.
    ///
    /// # Errors
    /// It cannot be read, or contains something that Diesel would refuse or confuse.
    pub fn read_if_present(path: &Path) -> Result<Self, HistoryError> {
        match Self::read(path) {
            Err(HistoryError::NoDirectory { path }) => Ok(Self {
                path,
                migrations: Vec::new(),
            }),
            result => result,
        }
    }

    /// Returns the migrations in the order in which they run.
    #[must_use]
    pub fn migrations(&self) -> &[MigrationDir] {
        &self.migrations
    }

    /// Returns the migration that runs last.
    #[must_use]
    pub fn head(&self) -> Option<&MigrationDir> {
        self.migrations.last()
    }

    /// Returns the migration with this version.
    #[must_use]
    pub fn get(&self, version: &Version) -> Option<&MigrationDir> {
        let at = self
            .migrations
            .binary_search_by(|migration| migration.version.cmp(version))
            .ok()?;
        self.migrations.get(at)
    }
}

/// A migrations directory that contains only directories of back ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackEnds {
    /// The names of all back ends' directories.
    names: Vec<String>,
    /// The name of Postgres's directory.
    postgres: Option<String>,
}

impl BackEnds {
    /// Detects such a directory: no directory in it has an `up.sql`, and at least one contains directories that do.
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

    /// Returns the directory of Postgres's migrations in `path`.
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

    /// Returns the path of `up.sql`.
    #[must_use]
    pub fn up(&self) -> PathBuf {
        self.path.join("up.sql")
    }

    /// Returns the path of `down.sql`, whether or not it exists.
    #[must_use]
    pub fn down(&self) -> PathBuf {
        self.path.join("down.sql")
    }

    /// Returns the text of `up.sql`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn up_sql(&self) -> Result<String, HistoryError> {
        read_to_string(&self.up())
    }

    /// Returns the text of `down.sql`, if it exists.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn down_sql(&self) -> Result<Option<String>, HistoryError> {
        self.has_down.then(|| read_to_string(&self.down())).transpose()
    }

    /// Returns the header, if the migration was generated by schema-diff.
    ///
    /// # Errors
    /// `up.sql` cannot be read.
    pub fn header(&self) -> Result<Option<Header>, HistoryError> {
        Ok(Header::parse(&self.up_sql()?).map(|(header, _)| header))
    }

    /// Returns the title for messages: the header's message, or else the rest of the directory's name.
    #[must_use]
    pub fn title(&self) -> String {
        match self.header() {
            Ok(Some(header)) if !header.message.is_empty() => match header.part {
                Some(part) => format!("{} (part {part})", header.message),
                None => header.message,
            },
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

/// Reads `metadata.toml` as Diesel does: a migration runs in a transaction if the file is missing, does not if the key
/// is missing, and silently does if the file is invalid.
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
