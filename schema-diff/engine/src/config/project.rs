//! The project that a command works on, found from the directory it was started in.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use super::back_ends;
use super::schema_diff_toml::SchemaDiffToml;
use super::{ConfigError, DieselToml, Environment, IntegerKeys, TableFilter, Undeclared};

/// A project with everything that its configuration says, all paths resolved.
#[derive(Debug, Clone)]
pub struct Project {
    /// The directory of `diesel.toml`, or of the package.
    pub root: PathBuf,
    /// The files that declare the schema.
    pub schema_files: Vec<PathBuf>,
    /// The migrations directory; it may not be there yet.
    pub migrations_dir: PathBuf,
    /// Directories in which Rust enums are looked for.
    pub sources: Vec<PathBuf>,
    /// Which tables and columns are looked at.
    pub filter: TableFilter,
    /// What happens to objects that `schema.rs` does not name.
    pub undeclared: Undeclared,
    /// Whether the schema files are compiled for SQLite or MySQL, too.
    pub has_other_back_ends: bool,
    /// Whether doc comments in the schema files are comments of the database, where `schema-diff.toml` decides it.
    pub doc_comments: Option<bool>,
    /// What a new single-column integer key becomes.
    pub integer_keys: IntegerKeys,
    /// The directory of Postgres's server binaries, when the project names one.
    pub postgres_bin: Option<PathBuf>,
    /// Whether nothing may be fetched from the network.
    pub offline: bool,
    /// `schema-diff.toml`, when there is one.
    pub schema_diff_toml: Option<PathBuf>,
    /// What `diesel.toml` says.
    pub diesel_toml: DieselToml,
    /// The environment and `.env`.
    pub environment: Environment,
    /// What somebody should know before anything is run.
    pub warnings: Vec<ConfigWarning>,
}

/// A configuration that works, but not as somebody would want it.
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
    /// `DIESEL_CONFIG_FILE` names a file that is not there; Diesel's CLI goes on without one, and so do we.
    NoConfigFile {
        /// The file that is not there.
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
                "`diesel migration run` will OVERWRITE {file} with what the database has, and what you declared there is lost\n  \
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

/// A path as somebody in the directory of `diesel.toml` would write it.
fn shown<'a>(path: &'a Path, diesel_toml: &Path) -> std::path::Display<'a> {
    let root = diesel_toml.parent().unwrap_or(Path::new(""));
    path.strip_prefix(root).unwrap_or(path).display()
}

/// How the schema file is found without the line.
fn instead(file: &Path, diesel_toml: &Path) -> String {
    let shown = shown(file, diesel_toml).to_string();
    if shown == "src/schema.rs" {
        "schema-diff reads src/schema.rs by itself".to_owned()
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

    /// Finds the project in `start` or above it, with an environment that is given.
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
            offline: environment.is_on("SCHEMA_DIFF_OFFLINE").unwrap_or(own.offline),
            schema_diff_toml: own.path,
            root,
            diesel_toml,
            environment,
            warnings,
        })
    }

    /// Whether doc comments in a schema file are comments of tables and columns: as `schema-diff.toml` says, else where `diesel.toml` has Diesel
    /// print them.
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

    /// A path as somebody in the project's root would write it.
    #[must_use]
    pub fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// The nearest directory with a configuration file of Diesel or ours, else the nearest package with sources.
fn root(start: &Path) -> Option<PathBuf> {
    let configured = |dir: &&Path| dir.join("diesel.toml").is_file() || dir.join("schema-diff.toml").is_file();
    let package = |dir: &&Path| dir.join("Cargo.toml").is_file() && dir.join("src").is_dir();
    start
        .ancestors()
        .find(configured)
        .or_else(|| start.ancestors().find(package))
        .map(Path::to_path_buf)
}

/// What Diesel prints to, else the place that everybody uses.
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

/// The project's `src`, and the directory of each schema file elsewhere: its enums lie beside it.
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

/// Diesel's CLI looks upwards from where it was started; `root` is where one would be made.
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

/// Without `.` and `..`, so that two spellings of a path are one; symbolic links are followed where the file exists.
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
