//! The project that a command works on, found from the current directory.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use super::back_ends;
use super::deploy::Deploy;
use super::schema_diff_toml::{Renames, SchemaDiffToml, Traffic};
use crate::statistics::DEFAULT_FILE;

use super::{ConfigError, DieselToml, Environment, IntegerKeys, TableFilter, Undeclared};

/// A project with its whole configuration. All paths are resolved.
#[derive(Debug, Clone)]
pub struct Project {
    /// The directory of `diesel.toml`, or of the package.
    pub root: PathBuf,
    /// The files that declare the schema.
    pub schema_files: Vec<PathBuf>,
    /// The migrations directory. It may not exist yet.
    pub migrations_dir: PathBuf,
    /// The directories that are searched for Rust enums.
    pub sources: Vec<PathBuf>,
    /// The tables and columns that are compared.
    pub filter: TableFilter,
    /// What happens to objects that `schema.rs` does not declare.
    pub undeclared: Undeclared,
    /// Whether the schema files are also compiled for SQLite or MySQL.
    pub has_other_back_ends: bool,
    /// Whether doc comments in the schema files are comments of the database; `None` if `schema-diff.toml` does not set
    /// it.
    pub doc_comments: Option<bool>,
    /// How new integer keys are numbered.
    pub integer_keys: IntegerKeys,
    /// The directory of Postgres's server binaries, if the project configures one.
    pub postgres_bin: Option<PathBuf>,
    /// What is worth mentioning of a migration's effects on other sessions.
    pub traffic: Traffic,
    /// How renames are told from drops and additions.
    pub renames: Renames,
    /// Which orders of deployment are allowed, and which other programs use the database.
    pub deploy: Deploy,
    /// Whether downloads are forbidden.
    pub offline: bool,
    /// `schema-diff.toml`, if it exists.
    pub schema_diff_toml: Option<PathBuf>,
    /// The configuration in `diesel.toml`.
    pub diesel_toml: DieselToml,
    /// The environment and `.env`.
    pub environment: Environment,
    /// Warnings to show before anything is run.
    pub warnings: Vec<ConfigWarning>,
}

/// A configuration that works, but probably not as intended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigWarning {
    /// `print_schema.file` is the declared schema: Diesel's CLI overwrites it whole after every migration.
    SchemaWouldBeOverwritten {
        /// The schema file.
        file: PathBuf,
        /// `diesel.toml`.
        diesel_toml: PathBuf,
        /// The line of `file`, counted from 1.
        line: usize,
    },
    /// `DIESEL_CONFIG_FILE` names a file that does not exist. Like Diesel's CLI, schema-diff continues without it.
    NoConfigFile {
        /// The missing file.
        path: PathBuf,
    },
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SchemaWouldBeOverwritten {
                file,
                diesel_toml,
                line,
            } => write!(
                f,
                "`diesel migration run` will OVERWRITE {file} with the database's tables: your declarations in it will be lost\n  \
                 --> {}:{line}\n  \
                 help: remove this `file` line ({instead}), or run migrations with `schema-diff migration run` only",
                shown(diesel_toml, diesel_toml),
                file = shown(file, diesel_toml),
                instead = instead(file, diesel_toml),
            ),
            Self::NoConfigFile { path } => write!(
                f,
                "DIESEL_CONFIG_FILE names {}, which does not exist: defaults are used",
                path.display()
            ),
        }
    }
}

/// Shows a path relative to the directory of `diesel.toml`.
fn shown<'a>(path: &'a Path, diesel_toml: &Path) -> std::path::Display<'a> {
    let root = diesel_toml.parent().unwrap_or(Path::new(""));
    path.strip_prefix(root).unwrap_or(path).display()
}

/// Describes how the schema file is found without the `file` line.
fn instead(file: &Path, diesel_toml: &Path) -> String {
    let shown = shown(file, diesel_toml).to_string();
    if shown == "src/schema.rs" {
        "schema-diff reads src/schema.rs automatically".to_owned()
    } else {
        format!("and put `schema = \"{shown}\"` into schema-diff.toml instead")
    }
}

impl Project {
    /// Finds the project in `start` or above it, with the process environment and the nearest `.env`.
    ///
    /// # Errors
    /// There is no project, or a file of its configuration cannot be read or understood.
    pub fn discover(start: &Path) -> Result<Self, ConfigError> {
        let start = std::path::absolute(start).map_err(|source| ConfigError::Read {
            path: start.to_path_buf(),
            source,
        })?;
        let environment = Environment::load(&start)?;
        Self::discover_in(&start, environment)
    }

    /// Finds the project in `start` or above it, with the given environment.
    ///
    /// # Errors
    /// There is no project, or a file of its configuration cannot be read or understood.
    pub fn discover_in(start: &Path, environment: Environment) -> Result<Self, ConfigError> {
        let mut warnings = Vec::new();
        let configured = environment
            .with_origin("DIESEL_CONFIG_FILE")
            .map(|(path, _)| start.join(path));
        let root = match root(start) {
            Some(root) => root,
            None => match configured.as_deref().and_then(Path::parent) {
                Some(parent) if configured.as_deref().is_some_and(Path::is_file) => parent.to_path_buf(),
                _ => {
                    return Err(ConfigError::NoProject {
                        start: start.to_path_buf(),
                    });
                }
            },
        };
        if let Some(path) = configured.as_ref().filter(|path| !path.exists()) {
            warnings.push(ConfigWarning::NoConfigFile { path: path.clone() });
        }
        let diesel_toml = DieselToml::read(&configured.unwrap_or_else(|| root.join("diesel.toml")))?;
        let own = SchemaDiffToml::read(&root.join("schema-diff.toml"))?;

        let schema_files = own.schema.unwrap_or_else(|| schema_files(&diesel_toml, &root));
        warnings.extend(overwritten(&diesel_toml, &schema_files));
        let migrations_dir = environment
            .with_origin("MIGRATION_DIRECTORY")
            .map(|(dir, _)| start.join(dir))
            .or(own.migrations)
            .or_else(|| diesel_toml.migrations_directory.clone())
            .unwrap_or_else(|| default_migrations(start, &root));

        let sources = own.sources.unwrap_or_else(|| sources(&root, &schema_files));
        Ok(Self {
            has_other_back_ends: back_ends::has_others(&root, &migrations_dir, &schema_files),
            schema_files,
            migrations_dir,
            sources,
            filter: TableFilter::new(diesel_toml.filters(), own.ignore),
            undeclared: own.undeclared,
            doc_comments: own.doc_comments,
            integer_keys: own.integer_keys,
            postgres_bin: own.postgres_bin,
            traffic: own.traffic,
            renames: own.renames,
            deploy: own.deploy,
            offline: environment.is_on("SCHEMA_DIFF_OFFLINE").unwrap_or(own.offline),
            schema_diff_toml: own.path,
            root,
            diesel_toml,
            environment,
            warnings,
        })
    }

    /// Returns the file with the sizes of tables. It may not exist.
    #[must_use]
    pub fn statistics_file(&self) -> PathBuf {
        let configured = self.traffic.statistics.clone();
        configured.unwrap_or_else(|| self.root.join(DEFAULT_FILE))
    }

    /// Returns whether doc comments in a schema file are comments of tables and columns. `schema-diff.toml` decides;
    /// without it, they are where `diesel.toml` enables `with_docs`.
    #[must_use]
    pub fn has_doc_comments(&self, path: &Path) -> bool {
        self.doc_comments.unwrap_or_else(|| {
            let mut sections = self.diesel_toml.print_schema.values();
            sections.any(|section| {
                let is_of_file = |file: &PathBuf| normal(file) == normal(&self.root.join(path));
                section.with_docs && section.file.as_ref().is_none_or(is_of_file)
            })
        })
    }

    /// Returns a path relative to the project's root.
    #[must_use]
    pub fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// Finds the nearest directory with a `diesel.toml` or `schema-diff.toml`, else the nearest package with sources.
fn root(start: &Path) -> Option<PathBuf> {
    let configured = |dir: &&Path| dir.join("diesel.toml").is_file() || dir.join("schema-diff.toml").is_file();
    let package = |dir: &&Path| dir.join("Cargo.toml").is_file() && dir.join("src").is_dir();
    start
        .ancestors()
        .find(configured)
        .or_else(|| start.ancestors().find(package))
        .map(Path::to_path_buf)
}

/// Returns the files that Diesel prints to, or else the default path.
fn schema_files(diesel_toml: &DieselToml, root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = diesel_toml
        .print_schema
        .values()
        .filter_map(|section| section.file.clone())
        .collect();
    files.sort();
    files.dedup();
    if files.is_empty() {
        files.push(root.join("src/schema.rs"));
    }
    files
}

/// Returns the project's `src`, and the directories of schema files elsewhere, because their enums lie beside them.
fn sources(root: &Path, schema_files: &[PathBuf]) -> Vec<PathBuf> {
    let own = root.join("src");
    let beside = schema_files.iter().filter_map(|file| file.parent());
    let mut sources: Vec<PathBuf> = beside
        .filter(|directory| !directory.starts_with(&own) && *directory != root)
        .map(Path::to_path_buf)
        .collect();
    sources.sort();
    sources.dedup();
    sources.insert(0, own);
    sources
}

/// Returns the first existing `migrations` directory, searching upwards from `start` as Diesel's CLI does, or else the
/// one in `root`.
fn default_migrations(start: &Path, root: &Path) -> PathBuf {
    let existing = start
        .ancestors()
        .take_while(|dir| dir.starts_with(root))
        .map(|dir| dir.join("migrations"));
    existing
        .into_iter()
        .find(|dir| dir.is_dir())
        .unwrap_or_else(|| root.join("migrations"))
}

fn overwritten(diesel_toml: &DieselToml, schema_files: &[PathBuf]) -> Vec<ConfigWarning> {
    let declared: Vec<PathBuf> = schema_files.iter().map(|file| normal(file)).collect();
    let Some(path) = &diesel_toml.path else {
        return Vec::new();
    };
    diesel_toml
        .print_schema
        .values()
        .filter_map(|section| Some((section.file.as_ref()?, section.file_line)))
        .filter(|(file, _)| declared.contains(&normal(file)))
        .map(|(file, line)| ConfigWarning::SchemaWouldBeOverwritten {
            file: file.clone(),
            diesel_toml: path.clone(),
            line,
        })
        .collect()
}

/// Resolves `.` and `..`, so that different spellings of a path become equal. Symbolic links are followed if the file
/// exists.
fn normal(path: &Path) -> PathBuf {
    if let Ok(canonical) = path.canonicalize() {
        return canonical;
    }
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
